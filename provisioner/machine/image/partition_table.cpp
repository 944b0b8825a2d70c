// Whether a disk's partition table is what all will read in the same way.

#include "provisioner/machine/image/partition_table.h"

#include <algorithm>
#include <filesystem>
#include <vector>

#include "provisioner/base/base/error.h"
#include "provisioner/base/base/text.h"
#include "provisioner/base/os/process.h"
#include "provisioner/base/value/json.h"

namespace provisioner::image {
namespace {

using base::Error;
using base::Kind;
using value::Value;

constexpr std::int64_t sector = 512;
constexpr std::int64_t table_sectors =
    34;  // UEFI 2.10, 5.3.2: the first, header, 16 KiB of entries

struct Partition {
  std::string name;  // "partition 2"
  std::int64_t first = 0, last = 0;
};

[[noreturn]] void refuse(const std::string& file, const std::string& why) {
  throw Error(Kind::input, "'" + file + "' is refused: " + why);
}

// One copy of the table is enough for sfdisk, but not for firmware: either missing tells of a file
// that is not what its maker made.
void check_copies(const os::CommandResult& said_by_sfdisk, const std::string& file) {
  for (const std::string_view line : base::lines_of(said_by_sfdisk.err))
    if (line.find("corrupt") != std::string_view::npos)
      refuse(file, "sfdisk says of its partition table: " + std::string(line));
}

// sfdisk calls partition 2 of 'disk' 'disk2', and that of 'disk1' 'disk1p2'.
std::string name_of(const std::string& node) {
  return "partition " + node.substr(node.find_last_not_of("0123456789") + 1);
}

// Checksums say that the table is as its maker wrote it, not that he meant well.
Partition checked(const Value& said, std::int64_t first, std::int64_t last, std::int64_t sectors,
                  const std::string& file) {
  Partition partition{name_of(text_or(said, "node", "")), integer_or(said, "start", -1), 0};
  const std::int64_t size = integer_or(said, "size", 0);
  const std::string where = partition.name + " of its table ";
  if (size <= 0) refuse(file, where + "ends before it begins");
  if (partition.first < first)
    refuse(file, where + "begins at sector " + std::to_string(partition.first) +
                     ", over the table itself: the first that is free is " + std::to_string(first));
  if (size > sectors || partition.first > sectors - size)
    refuse(file, where + "ends beyond the disk of " + std::to_string(sectors) + " sectors");
  partition.last = partition.first + size - 1;
  if (partition.last > last)
    refuse(file, where + "ends at sector " + std::to_string(partition.last) +
                     ", over the table's second copy: the last that is free is " +
                     std::to_string(last));
  return partition;
}

void check_partitions(const Value& table, std::int64_t sectors, const std::string& file) {
  const std::int64_t first = std::max(table_sectors, integer_or(table, "firstlba", 0));
  const std::int64_t last =
      std::min(sectors - table_sectors, integer_or(table, "lastlba", sectors));
  std::vector<Partition> partitions;
  for (const Value& said : table.find("partitions")->list())
    partitions.push_back(checked(said, first, last, sectors, file));
  std::ranges::stable_sort(partitions, {}, &Partition::first);
  for (std::size_t at = 1; at < partitions.size(); ++at)
    if (const Partition& one = partitions[at - 1], &next = partitions[at]; next.first <= one.last)
      refuse(file, one.name + " and " + next.name + " of its table lie over each other at sector " +
                       std::to_string(next.first));
}

}  // namespace

void check_partition_table(const std::string& disk, const std::string& file) {
  const os::CommandResult result =
      os::run({.argv = {"sfdisk", "--json", disk}, .environment = {{"LC_ALL", "C"}}});
  check_copies(result, file);
  const Value said =
      result.status == 0 ? value::read_json(result.out, "<sfdisk>") : Value(value::Dict{});
  const Value* table = said.find("partitiontable");
  if (table != nullptr && text_or(*table, "label", "") == "gpt")
    if (const Value* partitions = table->find("partitions");
        partitions != nullptr && partitions->is_list() && !partitions->list().empty()) {
      const auto sectors = static_cast<std::int64_t>(std::filesystem::file_size(disk)) / sector;
      return check_partitions(*table, sectors, file);
    }
  Error error(Kind::input, "'" + file + "' holds no disk with a GUID partition table");
  error.set_hint("an image is a whole disk, raw or qcow2, and not packed by another program");
  throw error;
}

}  // namespace provisioner::image
