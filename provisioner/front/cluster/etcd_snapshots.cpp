// Snapshots of etcd, on the controller.

#include "provisioner/front/cluster/etcd_snapshots.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>

#include "provisioner/base/base/error.h"
#include "provisioner/base/base/text.h"
#include "provisioner/base/crypto/digest.h"
#include "provisioner/base/os/all_bytes.h"
#include "provisioner/base/os/clock.h"
#include "provisioner/base/os/failure.h"
#include "provisioner/base/os/files.h"
#include "provisioner/base/os/rename_durably.h"
#include "provisioner/base/value/json.h"

namespace provisioner::cluster {
namespace {

using base::Error;
using base::Kind;
using value::Dict;
using value::Value;

// "20261129T100203Z"
std::string compact(std::string time) {
  std::erase_if(time, [](char letter) { return letter == '-' || letter == ':'; });
  return time;
}

std::vector<std::string> piece_paths(const std::string& directory) {
  std::vector<std::string> paths;
  for (const std::string& name : os::entries(directory))
    if (name.starts_with("piece.")) paths.push_back(os::join_path(directory, name));
  return paths;
}

// One piece at a time in memory.
std::uint64_t join_pieces(const std::vector<std::string>& pieces, const std::string& path) {
  const os::Descriptor file(
      ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, S_IRUSR | S_IWUSR));
  if (!file.is_open()) os::fail("make", path, errno);
  std::uint64_t size = 0;
  for (const std::string& piece : pieces) {
    const std::string bytes = os::require_file(piece);
    if (const auto problem = os::write_all(file.number(), bytes))
      os::fail("write", path, problem.value());
    size += bytes.size();
    os::remove_file(piece);
  }
  return size;
}

Value described(const EtcdSnapshot& snapshot) {
  return Dict{{"instance", snapshot.instance},
              {"taken", snapshot.taken},
              {"sha256", snapshot.sha256},
              {"size", static_cast<std::int64_t>(snapshot.size)},
              {"revision", snapshot.revision},
              {"keys", snapshot.keys},
              {"hash", static_cast<std::int64_t>(snapshot.hash)}};
}

EtcdSnapshot read_description(const std::string& path) {
  const Value told = value::read_json(os::require_file(path + ".json"), path + ".json");
  return {.path = path,
          .sha256 = value::text_or(told, "sha256", ""),
          .instance = value::text_or(told, "instance", ""),
          .taken = value::text_or(told, "taken", ""),
          .size = static_cast<std::uint64_t>(value::integer_or(told, "size", 0)),
          .revision = value::integer_or(told, "revision", 0),
          .keys = value::integer_or(told, "keys", 0),
          .hash = static_cast<std::uint64_t>(value::integer_or(told, "hash", 0))};
}

}  // namespace

EtcdSnapshot keep_snapshot(const std::string& pieces, const std::string& directory,
                           const std::string& instance) {
  const std::string whole = os::join_path(pieces, "snapshot.db");
  const std::uint64_t size = join_pieces(piece_paths(pieces), whole);
  const Value status = value::read_json(os::require_file(os::join_path(pieces, "status.json")),
                                        "etcdutl snapshot status");
  EtcdSnapshot snapshot{.path = {},
                        .sha256 = crypto::file_digest("sha256", whole),
                        .instance = instance,
                        .taken = os::utc_seconds(os::system_clock().wall()),
                        .size = size,
                        .revision = value::integer_or(status, "revision", 0),
                        .keys = value::integer_or(status, "totalKey", 0),
                        .hash = static_cast<std::uint64_t>(value::integer_or(status, "hash", 0))};
  const std::string said(base::trim(os::require_file(os::join_path(pieces, "sha256"))));
  if (said != snapshot.sha256)
    throw Error(Kind::failed,
                "the snapshot came here as " + snapshot.sha256 + ", the node has sent " + said);
  os::make_directories(directory, 0700);
  snapshot.path = os::join_path(directory, instance + "-" + compact(snapshot.taken) + ".db");
  os::write_file(snapshot.path + ".json", value::write_json(described(snapshot)) + "\n", 0600);
  os::rename_durably(whole, snapshot.path);
  return snapshot;
}

std::vector<EtcdSnapshot> snapshots_of(const std::string& directory, const std::string& instance) {
  std::vector<EtcdSnapshot> found;
  if (!os::is_directory(directory)) return found;
  for (const std::string& name : os::entries(directory)) {
    const std::string path = os::join_path(directory, name);
    if (!name.ends_with(".db") || !os::is_file(path + ".json")) continue;
    EtcdSnapshot snapshot = read_description(path);
    if (snapshot.instance == instance) found.push_back(std::move(snapshot));
  }
  std::ranges::sort(found, std::ranges::greater(), &EtcdSnapshot::taken);
  return found;
}

EtcdSnapshot read_snapshot(const std::string& path) {
  if (!os::is_file(path)) throw Error(Kind::input, "there is no file '" + path + "'");
  const std::string digest = crypto::file_digest("sha256", path);
  if (!os::is_file(path + ".json")) return {.path = path, .sha256 = digest};
  EtcdSnapshot snapshot = read_description(path);
  if (snapshot.sha256 != digest)
    throw Error(Kind::input, "'" + path + "' is not what it was: SHA-256 " + digest +
                                 ", and it was kept as " + snapshot.sha256)
        .set_hint("take another snapshot: this one is damaged");
  return snapshot;
}

std::vector<std::string> keep_newest(const std::string& directory, const EtcdSnapshot& newest,
                                     std::size_t count) {
  std::vector<std::string> removed;
  std::size_t kept = 1;
  for (const EtcdSnapshot& snapshot : snapshots_of(directory, newest.instance)) {
    if (snapshot.path == newest.path || kept++ < count) continue;
    os::remove_file(snapshot.path);
    os::remove_file(snapshot.path + ".json");
    removed.push_back(snapshot.path);
  }
  return removed;
}

}  // namespace provisioner::cluster
