// The disks of a node for the inventory of hardware: who each one is, where it sits, and what lies
// on it.
#include <algorithm>

#include "provisioner/base/base/text.h"
#include "provisioner/node/modules/facts/gatherer.h"
#include "provisioner/node/modules/facts/signatures.h"
#include "provisioner/node/modules/text_edit.h"

namespace provisioner::modules::facts {
namespace {

constexpr std::int64_t sector = 512;  // bytes: the unit of /sys/block/*/size, whatever the disk's

std::string line_of(const host::HostView& view, const std::string& path) {
  return first_line(view, path).value_or("");
}

std::int64_t number_of(const host::HostView& view, const std::string& path) {
  return std::atoll(line_of(view, path).c_str());
}

bool is_there(const host::HostView& view, const std::string& path) {
  return view.status(path, host::Follow::yes).has_value();
}

// What has hardware behind it and holds blocks: no loops, mappings, optical or empty drives, and
// not the single paths of a multipath NVMe disk.
bool is_disk(const host::HostView& view, const std::string& name) {
  const std::string path = "/sys/block/" + name;
  return !name.starts_with("sr") && !name.starts_with("fd") && is_there(view, path + "/device") &&
         number_of(view, path + "/size") > 0 && line_of(view, path + "/hidden") != "1";
}

// As udev says it: "0x5000c500a1b2c3d4", "eui.0025385b71b1c2d3"; "" where the kernel has none.
std::string wwn_of(const host::HostView& view, const std::string& path) {
  std::string text = line_of(view, path + "/wwid");
  if (text.empty()) text = line_of(view, path + "/device/wwid");
  if (text.starts_with("naa.")) return "0x" + text.substr(4);
  return text.starts_with("eui.") ? text : "";
}

// SCSI's is page 0x80 of the vital product data (SPC-4, 7.8.18): four bytes, then the number.
std::string serial_of(const host::HostView& view, const std::string& path) {
  for (const char* file : {"/serial", "/device/serial"})
    if (const std::string line = line_of(view, path + file); !line.empty()) return line;
  std::string page = readable(view, path + "/device/vpd_pg80").value_or("");
  page.erase(0, 4);
  std::erase_if(page, [](char byte) { return byte < ' ' || byte > '~'; });
  return std::string(base::trim(page));
}

std::string transport_of(const std::string& name, const std::string& place) {
  static constexpr std::pair<std::string_view, std::string_view> marks[] = {
      {"/virtio", "virtio"}, {"/end_device-", "sas"}, {"/ata", "sata"},
      {"/usb", "usb"},       {"/session", "iscsi"},   {"/rport-", "fc"}};
  if (name.starts_with("nvme")) return "nvme";
  for (const auto& [mark, transport] : marks)
    if (place.find(mark) != place.npos) return std::string(transport);
  return "";
}

// The bay: as the enclosure's own processor calls it, or as the SAS controller does.
void add_slot(const host::HostView& view, const std::string& path, const std::string& place,
              value::Dict& disk) {
  std::string slot, enclosure;
  for (const std::string& entry : names_in(view, path + "/device")) {
    if (!entry.starts_with("enclosure_device:")) continue;
    slot = line_of(view, path + "/device/" + entry + "/slot");
    enclosure = line_of(view, path + "/device/" + entry + "/../id");
  }
  if (const std::size_t mark = place.find("/end_device-"); slot.empty() && mark != place.npos) {
    const std::string end = place.substr(mark + 1, place.find('/', mark + 1) - mark - 1);
    slot = line_of(view, "/sys/class/sas_device/" + end + "/bay_identifier");
    enclosure = line_of(view, "/sys/class/sas_device/" + end + "/enclosure_identifier");
  }
  disk.set("slot", slot);
  disk.set("enclosure", enclosure);
}

// A device number ("8:1") of a disk, and the partition that it is of; "disk" for the whole.
struct Part {
  std::string number, where;
};

// Of a disk, its partitions, and of what is made of them (md, dm).
void add_parts(const host::HostView& view, const std::string& path, const std::string& name,
               const std::string& where, std::vector<Part>& parts, int depth = 0) {
  constexpr int deepest = 8;
  if (depth > deepest) return;
  if (std::string number = line_of(view, path + "/dev"); !number.empty())
    parts.push_back({std::move(number), where});
  for (const std::string& holder : names_in(view, path + "/holders"))
    add_parts(view, "/sys/block/" + holder, holder, where, parts, depth + 1);
  for (const std::string& entry : names_in(view, path)) {
    if (!entry.starts_with(name)) continue;
    const std::string number = line_of(view, path + "/" + entry + "/partition");
    if (!number.empty())
      add_parts(view, path + "/" + entry, entry, where == "disk" ? number : where, parts,
                depth + 1);
  }
}

// proc(5): the third word of mountinfo is the device's number, the fourth the directory of its file
// system that is mounted. Swap is told by /proc/swaps.
struct Place {
  std::string number, root, path;
};

std::vector<Place> places_in_use(const host::HostView& view) {
  const std::string mounts = readable(view, "/proc/self/mountinfo").value_or("");
  const std::string swaps = readable(view, "/proc/swaps").value_or("");
  std::vector<Place> places;
  for (const std::string_view line : base::lines_of(mounts)) {
    auto words = words_of(std::string(line));
    if (words.size() > 4) places.push_back({words[2], words[3], words[4]});
  }
  for (const std::string_view line : base::lines_of(swaps)) {
    if (!line.starts_with("/dev/")) continue;
    const std::string swap(line.substr(5, line.find_first_of(" \t", 5) - 5));
    places.push_back({line_of(view, "/sys/class/block/" + swap + "/dev"), "/", "[SWAP]"});
  }
  return places;
}

// Of a file system that is mounted as a whole, mounts of its directories tell nothing more: a node
// that runs containers has hundreds of them.
value::List mounts_of(const std::vector<Part>& parts, const std::vector<Place>& places) {
  value::List mounts;
  for (const Part& part : parts) {
    const auto is_whole = [&](const Place& place) {
      return place.number == part.number && place.root == "/";
    };
    const bool has_whole = std::ranges::any_of(places, is_whole);
    for (const Place& place : places)
      if (place.number == part.number && (place.root == "/" || !has_whole))
        mounts.emplace_back(value::Dict{{"where", part.where}, {"path", place.path}});
  }
  return mounts;
}

value::List mounts_of(const host::HostView& view, const std::string& path,
                      const std::string& name) {
  std::vector<Part> parts;
  add_parts(view, path, name, "disk", parts);
  return mounts_of(parts, places_in_use(view));
}

value::Dict disk(const host::HostView& view, const std::string& name) {
  const std::string path = "/sys/block/" + name;
  const std::string place = view.link_target(path).value_or("");
  const std::string model = line_of(view, path + "/device/model");
  std::string firmware = line_of(view, path + "/device/firmware_rev");
  if (firmware.empty()) firmware = line_of(view, path + "/device/rev");
  value::List mounts = mounts_of(view, path, name);
  value::Dict facts = {
      {"name", name},
      {"wwn", wwn_of(view, path)},
      {"serial", serial_of(view, path)},
      {"model", model},
      {"firmware", firmware},
      {"size", number_of(view, path + "/size") * sector},
      {"is_rotational", line_of(view, path + "/queue/rotational") == "1"},
      {"transport", transport_of(name, place)},
      {"logical_sector_size", number_of(view, path + "/queue/logical_block_size")},
      {"physical_sector_size", number_of(view, path + "/queue/physical_block_size")},
      {"is_mounted", !mounts.empty()},
      {"mounts", std::move(mounts)}};
  add_slot(view, path, place, facts);
  return facts;
}

}  // namespace

Findings disks(const host::HostView& view, const Request&) {
  value::List found;
  Findings findings;
  for (const std::string& name : names_in(view, "/sys/block")) {
    if (!is_disk(view, name)) continue;
    value::Dict facts = disk(view, name);
    add_contents(view, name, facts, findings.warnings);
    found.emplace_back(std::move(facts));
  }
  findings.facts.set("disks", std::move(found));
  return findings;
}

}  // namespace provisioner::modules::facts
