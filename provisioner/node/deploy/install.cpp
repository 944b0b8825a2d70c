// From an order to a disk that can be booted.
#include "provisioner/node/deploy/install.h"

#include <fmt/format.h>

#include "provisioner/base/base/error.h"
#include "provisioner/base/base/text.h"
#include "provisioner/base/crypto/digest.h"
#include "provisioner/base/crypto/signature.h"
#include "provisioner/base/os/files.h"
#include "provisioner/node/deploy/configure.h"
#include "provisioner/node/deploy/find_disk.h"
#include "provisioner/node/deploy/layout.h"
#include "provisioner/node/deploy/partitions.h"
#include "provisioner/node/deploy/write_image.h"

namespace provisioner::deploy {
namespace {

using base::Error;
using base::Kind;

constexpr std::size_t most_manifest = 64 << 20;  // bytes
constexpr std::size_t least_bound = 1 << 16;  // an answer that says no is text, too

std::string fetch(HttpClient& client, const std::string& digest, std::size_t most) {
  HttpClient::Answer answer = client.get("/files/" + digest, most);
  if (answer.status == 200) return std::move(answer.body);
  throw Error(Kind::failed,
              fmt::format("the boot service answers '/files/{}' with {}", digest, answer.status));
}

bool is_signed_by_one_of(const std::string& keys, const std::string& text,
                         const std::string& signature) {
  for (const std::string_view line : base::lines_of(keys)) {
    const std::string_view key = base::trim(line);
    if (!key.empty() && crypto::is_signed(text, signature, base::unhex(key))) return true;
  }
  return false;
}

// Its own life: the disk is nobody's once this is over, and its partitions can be opened.
GrownTable write_body(const Order& order, const chunk::Manifest& manifest,
                      const std::string& device, HttpClient& client, Progress& progress,
                      const Workplace& workplace) {
  const std::unique_ptr<Disk> disk = open_disk(device);
  ImageSource source;
  source.file = [&](const std::string& digest, std::uint64_t size) {
    return fetch(client, digest, std::max<std::size_t>(size, least_bound));
  };
  source.told = [&](std::uint64_t done) {
    if (done < manifest.size) progress.tell("write", done, manifest.size);
  };
  progress.tell("write", 0, manifest.size);
  const Held held = write_image(manifest, order.manifest, *disk, source);
  progress.tell("write", manifest.size, manifest.size);
  GrownTable table = grown_table(held, disk->size(), order.cache_gib, workplace.scratch);
  clear_stale_ends(table, manifest.size, *disk);
  return table;
}

std::vector<std::string> make_own(const Order& order, const std::string& root,
                                  const Workplace& workplace) {
  const std::string place = workplace.scratch + "/root";
  std::vector<std::string> keys;
  {
    Mounted mounted(root, place, Mounted::Access::writable);
    keys = configure(Tree(place), order);
    mounted.unmount();
  }
  Mounted again(root, place, Mounted::Access::read_only);
  require_configured(Tree(place), order);
  again.unmount();
  return keys;
}

}  // namespace

chunk::Manifest fetch_manifest(const Order& order, HttpClient& client,
                               const Workplace& workplace) {
  const std::string keys = os::require_file(workplace.manifest_keys);
  const std::string text = fetch(client, order.manifest, most_manifest);
  if (crypto::sha256(text) != order.manifest)
    throw Error(Kind::refused, fmt::format("the manifest '{}' comes damaged", order.manifest));
  if (!is_signed_by_one_of(keys, text, order.signature))
    throw Error(Kind::refused, fmt::format("the manifest '{}' is signed by none of the keys of "
                                           "this RAM disk",
                                           order.manifest))
        .set_hint("make the RAM disk anew after a change of keys: provisioner image build");
  return chunk::read_manifest(text);
}

std::vector<std::string> install(const Order& order, const value::List& disks, HttpClient& client,
                                 Progress& progress, const Workplace& workplace) {
  if (order.layout == Layout::mirror)
    throw Error(Kind::refused, "the layout 'mirror' cannot be made by this RAM disk")
        .set_hint("use 'single', or a mirror of the disk controller's");
  const std::string device = workplace.devices + "/" + find_disk(disks, order);
  const chunk::Manifest manifest = fetch_manifest(order, client, workplace);
  const GrownTable table = write_body(order, manifest, device, client, progress, workplace);
  progress.tell("configure", 0, 1);
  announce_partitions(device, table.partitions);
  fit_file_systems(device, table);
  const std::vector<std::string> keys =
      make_own(order, partition_path(device, table.root.number), workplace);
  progress.tell("configure", 1, 1);
  progress.tell("finish", 0, head_size);
  write_held(table.held, *open_disk(device));
  progress.tell("finish", head_size, head_size);
  return keys;
}

}  // namespace provisioner::deploy
