// From an order to a disk that can be booted.
#include "provisioner/node/deploy/install.h"

#include <fmt/format.h>

#include <algorithm>

#include "provisioner/base/base/error.h"
#include "provisioner/base/base/text.h"
#include "provisioner/base/chunk/disk_room.h"
#include "provisioner/base/crypto/digest.h"
#include "provisioner/base/crypto/signature.h"
#include "provisioner/base/os/files.h"
#include "provisioner/node/deploy/configure.h"
#include "provisioner/node/deploy/find_disk.h"
#include "provisioner/node/disks/copy_image.h"
#include "provisioner/node/disks/disk_heads.h"
#include "provisioner/node/disks/layout.h"
#include "provisioner/node/disks/partitions.h"
#include "provisioner/node/disks/system_volumes.h"
#include "provisioner/node/disks/write_image.h"
#include "provisioner/node/fetch/rack_share.h"

namespace provisioner::deploy {
namespace {

using base::Error;
using base::Kind;
using disks::Disk;
using disks::GrownTable;
using disks::Held;
using disks::ImageSource;
using disks::SystemVolumes;
using disks::announce_partitions;
using disks::fit_file_systems;
using disks::head_size;
using disks::open_disk;
using fetch::HttpClient;
using fetch::RackShare;

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

// The disks of the system, open for this process alone: one, or the two of a mirror.
struct OpenDisks {
  explicit OpenDisks(const std::vector<std::string>& devices) {
    for (const std::string& device : devices) {
      opened.push_back(open_disk(device));
      all.push_back(opened.back().get());
    }
  }
  Disk& first() const { return *all.front(); }
  Disk& second() const { return *all.back(); }
  bool are_mirror() const { return all.size() == 2; }

  std::vector<std::unique_ptr<Disk>> opened;
  std::vector<Disk*> all;
};

std::vector<GrownTable> tables_for(const Held& held, const chunk::Manifest& manifest,
                                   const OpenDisks& disks, const Order& order,
                                   const std::string& scratch) {
  const std::uint64_t size = disks.first().size();
  if (!disks.are_mirror()) return {grown_table(held, size, order.cache_gib, scratch)};
  const auto both = mirrored_tables(held, manifest.size, {size, disks.second().size()},
                                    order.cache_gib, scratch);
  return {both.begin(), both.end()};
}

void copy_to_second(const chunk::Manifest& manifest, const OpenDisks& disks, Progress& progress) {
  progress.tell("mirror", 0, manifest.size);
  copy_image(manifest, disks.first(), disks.second(), [&](std::uint64_t done) {
    if (done < manifest.size) progress.tell("mirror", done, manifest.size);
  });
  progress.tell("mirror", manifest.size, manifest.size);
}

// What cannot hold in the end all that was ordered is not begun.
void require_whole_room(const Order& order, const chunk::Manifest& manifest,
                        const OpenDisks& disks) {
  const chunk::DiskUse use{.cache_gib = order.cache_gib, .is_mirror = disks.are_mirror()};
  for (const Disk* disk : disks.all)
    if (const auto lack = chunk::lack_of_room(manifest, use, disk->size()))
      throw Error(Kind::refused,
                  std::string(disk == &disks.first() ? "the disk " : "the second disk ") + *lack);
}

// Its own life: the disks are nobody's once this is over, and their partitions can be opened.
std::vector<GrownTable> write_body(const Order& order, const chunk::Manifest& manifest,
                                   const std::vector<std::string>& devices, HttpClient& client,
                                   Progress& progress, const Workplace& workplace) {
  const OpenDisks disks(devices);
  require_whole_room(order, manifest, disks);
  progress.tell("write", 0, manifest.size);  // before the first byte changes
  mark_disks(manifest, order.manifest, disks.all);
  ImageSource source;
  RackShare* const rack = workplace.rack;
  source.file = [&](const std::string& digest, std::uint64_t size) {
    const auto from_service = [&] {
      return fetch(client, digest, std::max<std::size_t>(size, least_bound));
    };
    return rack == nullptr ? from_service() : rack->file(digest, size, from_service);
  };
  if (rack != nullptr) {
    source.first = rack->begin(manifest);
    source.took = [&](const std::string& digest, std::string file) {
      rack->took(digest, std::move(file));
    };
  }
  source.told = [&](std::uint64_t done) {
    if (done < manifest.size) progress.tell("write", done, manifest.size);
  };
  const Held held = write_image(manifest, order.manifest, disks.first(), source);
  progress.tell("write", manifest.size, manifest.size);
  if (disks.are_mirror()) copy_to_second(manifest, disks, progress);
  std::vector<GrownTable> tables = tables_for(held, manifest, disks, order, workplace.scratch);
  for (std::size_t at = 0; at < tables.size(); ++at)
    clear_stale_ends(tables[at], manifest.size, *disks.all[at]);
  return tables;
}

// Its initramfs assembles the array: without it the first boot would wait for root for ever.
void require_mdadm(const Tree& system) {
  for (const char* folder : {"/usr/sbin", "/sbin"})
    if (const auto names = system.entries(folder);
        std::ranges::find(names, "mdadm") != names.end())
      return;
  throw Error(Kind::refused, "the image has no 'mdadm', and could not boot from a mirror")
      .set_hint("add the package mdadm to the image, or use the layout 'single'");
}

std::vector<std::string> make_own(const Order& order, const std::string& root,
                                  const Workplace& workplace) {
  const std::string place = workplace.scratch + "/root";
  std::vector<std::string> keys;
  {
    Mounted mounted(root, place, Mounted::Access::writable);
    if (order.layout == Layout::mirror) require_mdadm(Tree(place));
    keys = configure(Tree(place), order);
    mounted.unmount();
  }
  Mounted again(root, place, Mounted::Access::read_only);
  require_configured(Tree(place), order);
  again.unmount();
  return keys;
}

std::vector<std::string> make_systems(const Order& order, const std::vector<std::string>& devices,
                                      const std::vector<GrownTable>& tables,
                                      const Workplace& workplace) {
  for (std::size_t at = 0; at < devices.size(); ++at)
    announce_partitions(devices[at], tables[at].partitions);
  SystemVolumes volumes(devices, tables.front(), workplace.arrays);
  fit_file_systems(volumes.root(), volumes.cache());
  std::vector<std::string> keys = make_own(order, volumes.root(), workplace);
  volumes.release();
  return keys;
}

void make_bootable(const std::vector<GrownTable>& tables, const std::vector<std::string>& devices) {
  std::vector<Held> held;
  for (const GrownTable& table : tables) held.push_back(table.held);
  write_heads(held, OpenDisks(devices).all);
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
  std::vector<std::string> devices;
  for (const std::string& name : find_disks(disks, order))
    devices.push_back(workplace.devices + "/" + name);
  const chunk::Manifest manifest = fetch_manifest(order, client, workplace);
  const std::vector<GrownTable> tables =
      write_body(order, manifest, devices, client, progress, workplace);
  progress.tell("configure", 0, 1);
  const std::vector<std::string> keys = make_systems(order, devices, tables, workplace);
  progress.tell("configure", 1, 1);
  progress.tell("finish", 0, head_size);
  make_bootable(tables, devices);
  progress.tell("finish", head_size, head_size);
  return keys;
}

}  // namespace provisioner::deploy
