// What lies on a disk: tables, file systems, members of something larger.
#include "provisioner/node/modules/facts/signatures.h"

#include <algorithm>

#include "provisioner/base/base/error.h"
#include "provisioner/base/base/text.h"
#include "provisioner/base/value/json.h"
#include "provisioner/node/modules/facts/gatherer.h"

namespace provisioner::modules::facts {
namespace {

using value::Value;

// Of a partition of GPFS: util-linux's include/pt-gpt-partnames.h, "IBM General Parallel Fs".
constexpr std::string_view gpfs_partition = "37AFFC90-EF7D-4E96-91C3-2D7AE055B174";
// A disk (or partition) of GPFS names itself in its sector 2 (IBM's "NSD disk discovery"). IBM does
// not publish the form of that sector; its tools and older disks call it "NSD descriptor". So it is
// looked for in all of the first 16 KiB, which hold sector 2 of 512 and of 4096 bytes: a
// disk that only looks like GPFS is refused at worst.
constexpr std::string_view gpfs_text = "NSD descriptor";
constexpr std::size_t probed = 16 << 10;

Value signature(const std::string& where, std::string_view type, std::string_view uuid,
                std::int64_t offset) {
  return value::Dict{
      {"where", where}, {"type", type}, {"uuid", uuid}, {"label", ""}, {"offset", offset}};
}

std::string text_in(const Value& dict, std::string_view key) {
  const Value* found = dict.find(key);
  return found != nullptr && found->is_string() ? found->text() : "";
}

std::int64_t number_in(const Value& dict, std::string_view key) {
  const Value* found = dict.find(key);
  return found != nullptr && found->is_integer() ? found->integer() : 0;
}

// "3" for "/dev/sda3", "sda3", "nvme0n1p3"; "disk" for the disk itself.
std::string place_of(const std::string& disk, std::string_view device) {
  if (device.starts_with("/dev/")) device.remove_prefix(5);
  device.remove_prefix(std::min(device.size(), disk.size()));
  if (device.starts_with('p')) device.remove_prefix(1);
  return device.empty() ? "disk" : std::string(device);
}

// One disk, while it is looked at.
class Look {
 public:
  Look(const host::HostView& view, std::string disk)
      : view_(view), disk_(std::move(disk)), devices_{"/dev/" + disk_} {
    for (const std::string& entry : names_in(view_, "/sys/block/" + disk_))
      if (entry.starts_with(disk_) &&
          first_line(view_, "/sys/block/" + disk_ + "/" + entry + "/partition"))
        devices_.push_back("/dev/" + entry);
  }

  void tell(value::Dict& disk, std::vector<std::string>& warnings) {
    try {
      ask_wipefs();
      probe();
      ask_sfdisk(disk);
    } catch (const base::Error& error) {
      if (error.kind() == base::Kind::bug) throw;
      fail(error.message());
    }
    disk.set("is_read", warnings_.empty());
    disk.set("signatures", std::move(signatures_));
    for (const std::string& warning : warnings_) warnings.push_back(warning);
  }

 private:
  // wipefs reads each device by itself: the disk's own table, then what is in each partition.
  void ask_wipefs() {
    std::vector<std::string> argv{"wipefs", "--no-act", "--json"};
    for (const std::string& device : devices_) argv.push_back(device);
    const host::CommandResult answer = view_.query(argv);
    if (answer.status != 0) return fail("wipefs: " + std::string(base::trim(answer.err)));
    if (base::trim(answer.out).empty()) return;  // nothing was found
    const Value said = value::read_json(answer.out, "wipefs");
    for (const Value& found : items_of(said.find("signatures"))) {
      const std::string offset = text_in(found, "offset");  // "0x438"
      value::Dict one = {{"where", place_of(disk_, text_in(found, "device"))},
                         {"type", text_in(found, "type")},
                         {"uuid", text_in(found, "uuid")},
                         {"label", text_in(found, "label")},
                         {"offset", std::int64_t{std::strtoll(offset.c_str(), nullptr, 16)}}};
      signatures_.emplace_back(std::move(one));
    }
  }

  void probe() {
    for (const std::string& device : devices_) {
      const std::string where = place_of(disk_, device);
      const auto bytes = view_.read_part(device, 0, probed);
      if (!bytes) return fail("there is no '" + device + "'");
      if (const std::size_t at = bytes->find(gpfs_text); at != bytes->npos)
        signatures_.push_back(signature(where, "gpfs_nsd", "", static_cast<std::int64_t>(at)));
      if (bytes->starts_with(unfinished_image)) {
        const std::string_view rest = std::string_view(*bytes).substr(unfinished_image.size());
        signatures_.push_back(
            signature(where, unfinished_image_type, rest.substr(0, rest.find('\n')), 0));
      }
    }
  }

  // sfdisk fails where there is no table: that is wipefs' to tell.
  void ask_sfdisk(value::Dict& disk) {
    const host::CommandResult answer = view_.query({"sfdisk", "--json", devices_.front()});
    if (answer.status != 0 || answer.out.empty()) return;
    const Value said = value::read_json(answer.out, "sfdisk");
    const Value* table = said.find("partitiontable");
    if (table == nullptr) return;
    const std::int64_t sector = std::max<std::int64_t>(512, number_in(*table, "sectorsize"));
    value::List partitions;
    for (const Value& found : items_of(table->find("partitions"))) {
      const std::string number = place_of(disk_, text_in(found, "node"));
      const std::string type = text_in(found, "type");
      partitions.emplace_back(value::Dict{{"number", std::int64_t{std::atoll(number.c_str())}},
                                          {"type", type},
                                          {"uuid", text_in(found, "uuid")},
                                          {"name", text_in(found, "name")},
                                          {"start", number_in(found, "start") * sector},
                                          {"size", number_in(found, "size") * sector}});
      if (base::lower_case(type) == base::lower_case(gpfs_partition))
        signatures_.push_back(signature(number, "gpfs_nsd", text_in(found, "uuid"), 0));
    }
    disk.set("partition_table", text_in(*table, "label"));
    disk.set("partitions", std::move(partitions));
  }

  void fail(std::string why) {
    warnings_.push_back("could not look at what is on '" + disk_ + "': " + std::move(why));
  }

  const host::HostView& view_;
  std::string disk_;
  std::vector<std::string> devices_;  // the disk's, then its partitions'
  value::List signatures_;
  std::vector<std::string> warnings_;
};

}  // namespace

void add_contents(const host::HostView& view, const std::string& name, value::Dict& disk,
                  std::vector<std::string>& warnings) {
  disk.set("partition_table", "");
  disk.set("partitions", value::List{});
  Look(view, name).tell(disk, warnings);
}

}  // namespace provisioner::modules::facts
