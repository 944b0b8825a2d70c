// The partition table of an image, grown to a disk.
#include "provisioner/node/disks/layout.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "provisioner/base/base/error.h"
#include "provisioner/base/base/text.h"
#include "provisioner/base/os/files.h"
#include "provisioner/base/os/process.h"
#include "provisioner/base/value/json.h"
#include "provisioner/node/host/host_view.h"

namespace provisioner::disks {
namespace {

using base::Error;
using base::Kind;
using value::Value;

constexpr std::uint64_t sector = 512, mebibyte = 1 << 20;
constexpr std::chrono::minutes deadline{2};
// UAPI "Discoverable Partitions Specification": Linux data, and root of x86-64 and of AArch64.
constexpr std::string_view linux_data = "0FC63DAF-8483-4772-8E79-3D69D8477DE4";
constexpr std::string_view root_types[] = {linux_data, "4F68BCE3-E8CD-4DB1-96E7-FBCAF984B709",
                                           "B921B045-1DF0-41C3-AF44-4C6F280D3FAE"};

struct Entry {
  Partition place;
  std::string type, uuid, name, attributes;
};

struct Table {
  std::string id;
  std::int64_t first_sector = 0;  // that a partition may begin at: boot code may lie below 1 MiB
  std::vector<Entry> entries;
};

[[noreturn]] void refuse(const std::string& what) { throw Error(Kind::refused, what); }

// A file that stands for the whole disk, and takes no room but what is written.
class SparseFile {
 public:
  SparseFile(const std::string& path, std::uint64_t size) : path_(path), size_(size) {
    file_ = os::Descriptor(::open(path.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
    if (!file_.is_open() || ::ftruncate(file_.number(), static_cast<off_t>(size)) != 0)
      throw host::io_error("make", path, errno);
  }

  const std::string& path() const { return path_; }

  void write(std::string_view bytes) const {
    if (::pwrite(file_.number(), bytes.data(), bytes.size(), 0) !=
        static_cast<ssize_t>(bytes.size()))
      throw host::io_error("write", path_, errno);
  }

  std::string read(std::uint64_t offset, std::uint64_t length) const {
    std::string bytes(length, '\0');
    if (::pread(file_.number(), bytes.data(), length, static_cast<off_t>(offset)) !=
        static_cast<ssize_t>(length))
      throw host::io_error("read", path_, errno);
    return bytes;
  }

  std::string tail() const { return read(size_ - tail_size, tail_size); }

 private:
  std::string path_;
  std::uint64_t size_;
  os::Descriptor file_;
};

std::uint64_t bytes_in(const Value& entry, std::string_view key) {
  return static_cast<std::uint64_t>(std::max<std::int64_t>(0, value::integer_or(entry, key, 0))) *
         sector;
}

// "/run/x/table3" is number 3 of "/run/x/table".
Entry entry_from(const Value& said, const std::string& path) {
  Entry entry;
  const std::string node = value::text_or(said, "node", "");
  if (node.starts_with(path)) entry.place.number = std::atoi(node.c_str() + path.size());
  entry.place.start = bytes_in(said, "start");
  entry.place.size = bytes_in(said, "size");
  entry.type = value::text_or(said, "type", "");
  entry.uuid = value::text_or(said, "uuid", "");
  entry.name = value::text_or(said, "name", "");
  entry.attributes = value::text_or(said, "attrs", "");
  const bool is_odd = entry.place.number < 1 || entry.place.size == 0 ||
                      (entry.name + entry.attributes).find_first_of("\"\n\\") != std::string::npos;
  if (is_odd) refuse("the image's partition table has an entry that cannot be kept");
  return entry;
}

Table read_table(const std::string& path) {
  const os::CommandResult answer =
      os::run({.argv = {"sfdisk", "--json", path}, .deadline = deadline});
  if (answer.status != 0) refuse("the image has no partition table in its first MiB");
  const Value said = value::read_json(answer.out, "sfdisk");
  const Value* found = said.find("partitiontable");
  if (found == nullptr || value::text_or(*found, "label", "") != "gpt")
    refuse("the image has no GPT partition table");
  Table table{value::text_or(*found, "id", ""), value::integer_or(*found, "firstlba", 0), {}};
  if (const Value* list = found->find("partitions"); list != nullptr && list->is_list())
    for (const Value& one : list->list()) table.entries.push_back(entry_from(one, path));
  std::ranges::sort(table.entries, {}, [](const Entry& entry) { return entry.place.start; });
  return table;
}

bool is_root(const Entry& entry) {
  return std::ranges::any_of(root_types, [&](std::string_view type) {
    return base::lower_case(type) == base::lower_case(entry.type);
  });
}

Entry& require_root(Table& table) {
  if (table.entries.empty() || !is_root(table.entries.back()))
    refuse("the image's last partition is no Linux root, and only such a one can grow");
  if (std::ranges::count_if(table.entries, is_root) != 1)
    refuse("the image has several Linux partitions, and which one is root is not said");
  return table.entries.back();
}

// Moves root's end, and puts the cache behind it.
void grow(Table& table, std::uint64_t disk_size, std::uint64_t cache_gib) {
  Entry& root = require_root(table);
  const std::uint64_t old_end = root.place.start + root.place.size;
  const std::uint64_t usable_end = disk_size - tail_size;
  if (old_end > usable_end) refuse("the image's root partition reaches beyond the disk's end");
  if (cache_gib == 0) {
    const std::uint64_t end = std::max(old_end, usable_end / mebibyte * mebibyte);
    root.place.size = end - root.place.start;
    return;
  }
  const std::uint64_t cache_size = cache_gib << 30;
  const std::uint64_t end = usable_end / mebibyte * mebibyte;
  if (end < cache_size || end - cache_size < old_end)
    refuse(fmt::format("a disk of {} bytes has no room for a cache of {} GiB behind the image",
                       disk_size, cache_gib));
  root.place.size = end - cache_size - root.place.start;
  Entry cache;
  for (const Entry& entry : table.entries)
    cache.place.number = std::max(cache.place.number, entry.place.number + 1);
  cache.place.start = end - cache_size;
  cache.place.size = cache_size;
  cache.type = linux_data;
  cache.name = "image-cache";
  table.entries.push_back(cache);
}

// sfdisk(8), "named-fields format". What has no GUID yet gets one from sfdisk.
std::string script_of(const Table& table, const std::string& path) {
  std::string script = fmt::format("label: gpt\nfirst-lba: {}\nunit: sectors\n",
                                   table.first_sector);
  if (!table.id.empty()) script += "label-id: " + table.id + "\n";
  script += "\n";
  for (const Entry& entry : table.entries) {
    script += fmt::format("{}{} : start={}, size={}, type={}", path, entry.place.number,
                          entry.place.start / sector, entry.place.size / sector, entry.type);
    if (!entry.uuid.empty()) script += ", uuid=" + entry.uuid;
    if (!entry.name.empty()) script += fmt::format(", name=\"{}\"", entry.name);
    if (!entry.attributes.empty()) script += fmt::format(", attrs=\"{}\"", entry.attributes);
    script += "\n";
  }
  return script;
}

// What sfdisk made is what it was asked for.
void require_same(const Table& wanted, const Table& made) {
  const auto is_equal = [](const Entry& a, const Entry& b) {
    return a.place.number == b.place.number && a.place.start == b.place.start &&
           a.place.size == b.place.size && (a.uuid.empty() || a.uuid == b.uuid) &&
           a.name == b.name && a.attributes == b.attributes;
  };
  const bool is_same_disk = wanted.id.empty() || wanted.id == made.id;
  if (!is_same_disk || !std::ranges::equal(wanted.entries, made.entries, is_equal))
    throw Error(Kind::failed, "sfdisk made another partition table than it was asked for");
}

// Writes the table onto the file, which begins with `head`, and answers what then is to be held.
Held made_by_sfdisk(const Table& table, const std::string& head, const SparseFile& file) {
  os::run_checked({.argv = {"sfdisk", "--quiet", "--no-reread", "--no-tell-kernel", "--wipe",
                            "never", "--wipe-partitions", "never", file.path()},
                   .input = script_of(table, file.path()),
                   .deadline = deadline});
  Held held{file.read(0, head_size), file.tail()};
  constexpr std::size_t boot_code = 440;  // of the first sector: sfdisk need not know it
  held.head.replace(0, boot_code, head, 0, boot_code);
  require_same(table, read_table(file.path()));
  return held;
}

enum class Guids : bool { kept, own };

GrownTable on_disk_of(std::uint64_t size, const GrownTable& table, Guids guids,
                      const std::string& directory) {
  const SparseFile file(directory + "/table", size);
  file.write(table.held.head);
  Table entries = read_table(file.path());
  if (guids == Guids::own) {
    entries.id.clear();
    for (Entry& entry : entries.entries) entry.uuid.clear();
  }
  GrownTable moved = table;
  moved.held = made_by_sfdisk(entries, table.held.head, file);
  os::remove_file(file.path());
  return moved;
}

}  // namespace

GrownTable grown_table(const Held& held, std::uint64_t disk_size, std::uint64_t cache_gib,
                       const std::string& directory) {
  os::make_directories(directory, 0700);
  const SparseFile file(directory + "/table", disk_size);
  file.write(held.head);
  Table table = read_table(file.path());
  grow(table, disk_size, cache_gib);
  GrownTable grown;
  grown.held = made_by_sfdisk(table, held.head, file);
  for (const Entry& entry : table.entries) {
    grown.partitions.push_back(entry.place);
    (entry.uuid.empty() ? grown.cache : grown.root) = entry.place;  // root is the last of ours
  }
  os::remove_file(file.path());
  return grown;
}

std::array<GrownTable, 2> mirrored_tables(const Held& held, std::uint64_t image_size,
                                          const std::array<std::uint64_t, 2>& disk_sizes,
                                          std::uint64_t cache_gib, const std::string& directory) {
  const std::uint64_t smaller = std::min(disk_sizes[0], disk_sizes[1]);
  const GrownTable table = grown_table(held, smaller, cache_gib, directory);
  if (table.root.start + table.root.size < image_size + chunk::superblock_room)
    refuse(fmt::format("a disk of {} bytes has no room for a mirror's superblock behind the image",
                       smaller));
  return {on_disk_of(disk_sizes[0], table, Guids::kept, directory),
          on_disk_of(disk_sizes[1], table, Guids::own, directory)};
}

void clear_stale_ends(const GrownTable& table, std::uint64_t image_size, Disk& disk) {
  for (const Partition& partition : {table.root, table.cache}) {
    if (partition.number == 0) continue;
    for (const std::uint64_t begin :
         {partition.start, partition.start + partition.size - mebibyte}) {
      const std::uint64_t from = std::max(begin, image_size), to = begin + mebibyte;
      if (from < to) disk.write_zeros(from, to - from);
    }
  }
  disk.sync();
}

}  // namespace provisioner::disks
