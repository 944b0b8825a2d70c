// Facts of storage: mounts, block devices, logical volumes, and the names a node has towards a
// storage network.
#include <fmt/format.h>

#include <map>

#include "provisioner/base/base/error.h"
#include "provisioner/base/base/regex.h"
#include "provisioner/base/base/text.h"
#include "provisioner/node/modules/facts/gatherer.h"

namespace provisioner::modules::facts {
namespace {

using Links = std::map<std::string, std::vector<std::string>>;  // "sda1" -> names in /dev/disk/by-*

std::string last_part(const std::string& path) { return path.substr(path.rfind('/') + 1); }

value::List texts(const std::vector<std::string>& names) { return {names.begin(), names.end()}; }

Links links_by(const host::HostView& view, const std::string& kind) {
  Links links;
  const std::string directory = "/dev/disk/by-" + kind;
  for (const std::string& name : names_in(view, directory)) {
    if (const auto target = view.link_target(directory + "/" + name))
      links[last_part(*target)].push_back(name);
  }
  return links;
}

// The device mapper devices that lie on a disk or partition.
Links masters(const host::HostView& view) {
  Links links;
  for (const std::string& name : names_in(view, "/sys/block")) {
    for (const std::string& slave : names_in(view, "/sys/block/" + name + "/slaves"))
      links[slave].push_back(name);
  }
  return links;
}

struct AllLinks {
  Links ids, labels, uuids, masters;
};

value::Dict as_dict(const Links& links) {
  value::Dict dict;
  for (const auto& [device, names] : links) dict.set(device, texts(names));
  return dict;
}

value::Dict links_of(const AllLinks& links, const std::string& device) {
  const auto of = [&](const Links& kind) {
    const auto found = kind.find(device);
    return found == kind.end() ? value::List{} : texts(found->second);
  };
  return {{"ids", of(links.ids)},
          {"labels", of(links.labels)},
          {"masters", of(links.masters)},
          {"uuids", of(links.uuids)}};
}

std::string size_text(double bytes) {
  static constexpr std::pair<double, const char*> units[] = {
      {0x1p70, "ZB"}, {0x1p60, "EB"}, {0x1p50, "PB"}, {0x1p40, "TB"},
      {0x1p30, "GB"}, {0x1p20, "MB"}, {0x1p10, "KB"}};
  for (const auto& [limit, name] : units) {
    if (bytes >= limit) return fmt::format("{:.2f} {}", bytes / limit, name);
  }
  return fmt::format("{:.2f} Bytes", bytes);
}

value::Value line_or_none(const host::HostView& view, const std::string& path) {
  const auto line = first_line(view, path);
  return line && !line->empty() ? value::Value(*line) : value::Value();
}

value::List holders(const host::HostView& view, const std::string& path) {
  value::List names;
  for (const std::string& name : names_in(view, path + "/holders")) {
    const auto mapped = first_line(view, "/sys/block/" + name + "/dm/name");
    names.emplace_back(name.starts_with("dm-") && mapped ? *mapped : name);
  }
  return names;
}

std::string sector_size(const host::HostView& view, const std::string& path) {
  if (const auto size = first_line(view, path + "/queue/logical_block_size")) return *size;
  return first_line(view, path + "/queue/hw_sector_size").value_or("512");
}

value::Dict partition(const host::HostView& view, const std::string& disk, const std::string& name,
                      const AllLinks& links) {
  const std::string path = disk + "/" + name;
  const std::string sectors = first_line(view, path + "/size").value_or("0");
  const auto uuids = links.uuids.find(name);
  return {
      {"links", links_of(links, name)},
      {"start", first_line(view, path + "/start").value_or("0")},
      {"sectors", sectors},
      {"sectorsize", std::int64_t{std::atoll(sector_size(view, disk).c_str())}},
      {"size", size_text(std::atof(sectors.c_str()) * 512)},
      {"uuid", uuids == links.uuids.end() ? value::Value() : value::Value(uuids->second.front())},
      {"holders", holders(view, path)}};
}

value::Dict partitions(const host::HostView& view, const std::string& disk, const std::string& name,
                       const AllLinks& links) {
  value::Dict found;
  for (const std::string& entry : names_in(view, disk)) {
    const bool is_partition =
        entry.starts_with(name) && first_line(view, disk + "/" + entry + "/start");
    if (is_partition) found.set(entry, partition(view, disk, entry, links));
  }
  return found;
}

std::string scheduler(const host::HostView& view, const std::string& path) {
  static const base::Regex chosen(R"(\[(.*?)\])");
  const std::string text = first_line(view, path + "/queue/scheduler").value_or("");
  const auto match = chosen.search(text);
  return match ? *base::group_text(*match, text, 1) : "";
}

// The line of lspci for the controller that a disk hangs on.
std::string controller(const std::string& pci_devices, const std::string& target) {
  static const base::Regex address(R"(/([a-f0-9]{4}:[a-f0-9]{2}:[0-1][a-f0-9]\.[0-7])/)");
  const auto matches = address.find_all(target);
  if (matches.empty()) return "";
  const std::string id = *base::group_text(matches.back(), target, 1);
  for (const std::string_view line : base::lines_of(pci_devices)) {
    if (line.starts_with(id)) return std::string(base::trim(line.substr(id.size())));
    if (id.starts_with("0000:") && line.starts_with(id.substr(5)))
      return std::string(base::trim(line.substr(id.size() - 5)));
  }
  return "";
}

value::Dict disk(const host::HostView& view, const std::string& name,
                 const std::string& pci_devices, const AllLinks& links) {
  const std::string path = "/sys/block/" + name;
  const std::string sectors = first_line(view, path + "/size").value_or("0");
  value::Dict facts = {
      {"virtual", 1},
      {"links", links_of(links, name)},
      {"vendor", line_or_none(view, path + "/device/vendor")},
      {"model", line_or_none(view, path + "/device/model")},
      {"sas_address", line_or_none(view, path + "/device/sas_address")},
      {"sas_device_handle", line_or_none(view, path + "/device/sas_device_handle")},
      {"removable", line_or_none(view, path + "/removable")},
      {"support_discard", line_or_none(view, path + "/queue/discard_granularity")},
      {"partitions", partitions(view, path, name, links)},
      {"rotational", line_or_none(view, path + "/queue/rotational")},
      {"scheduler_mode", scheduler(view, path)},
      {"sectors", sectors},
      {"sectorsize", sector_size(view, path)},
      {"size", size_text(std::atof(sectors.c_str()) * 512)},
      {"host", controller(pci_devices, view.link_target(path).value_or(""))},
      {"holders", holders(view, path)},
  };
  if (const auto ids = links.ids.find(name); ids != links.ids.end()) {
    for (const std::string& id : ids->second) {
      if (id.starts_with("wwn-")) facts.set("wwn", id.substr(4));
    }
  }
  return facts;
}

std::string uuid_of(const Links& uuids, const std::string& device) {
  const auto found = uuids.find(last_part(device));
  return found == uuids.end() ? "N/A" : found->second.front();
}

void add_space(const host::HostView& view, value::Dict& mount, const std::string& target) {
  try {
    const auto space = view.space(target);
    if (!space) return;
    const auto number = [](std::uint64_t count) { return static_cast<std::int64_t>(count); };
    mount.set("size_total", number(space->total_bytes));
    mount.set("size_available", number(space->available_bytes));
    mount.set("block_size", number(space->block_size));
    mount.set("block_total", number(space->total_blocks));
    mount.set("block_available", number(space->available_blocks));
    mount.set("block_used", number(space->total_blocks - space->available_blocks));
    mount.set("inode_total", number(space->total_inodes));
    mount.set("inode_available", number(space->available_inodes));
    mount.set("inode_used", number(space->total_inodes - space->available_inodes));
  } catch (const base::Error& error) {
    mount.set("note", "Could not get extra information: " +
                          error.message());  // a server that does not answer
  }
}

}  // namespace

value::Dict mounts(const host::HostView& view) {
  const Links uuids = links_by(view, "uuid");
  value::List found;
  for (const host::Mount& mount : view.mounts()) {
    const bool is_storage =
        mount.source.starts_with('/') || mount.source.find(":/") != std::string::npos;
    if (!is_storage || mount.type == "none") continue;
    value::Dict facts = {{"mount", mount.target},
                         {"device", mount.source},
                         {"fstype", mount.type},
                         {"options", base::join(mount.options, ",")}};
    add_space(view, facts, mount.target);
    facts.set("uuid", uuid_of(uuids, mount.source));
    found.emplace_back(facts);
  }
  return {{"mounts", found}};
}

value::Dict devices(const host::HostView& view) {
  const AllLinks links{links_by(view, "id"), links_by(view, "label"), links_by(view, "uuid"),
                       masters(view)};
  const std::string pci_devices = view.program("lspci") ? view.query({"lspci", "-D"}).out : "";
  value::Dict found;
  for (const std::string& name : names_in(view, "/sys/block"))
    found.set(name, disk(view, name, pci_devices, links));
  return {{"devices", found},
          {"device_links", value::Dict{{"ids", as_dict(links.ids)},
                                       {"labels", as_dict(links.labels)},
                                       {"masters", as_dict(links.masters)},
                                       {"uuids", as_dict(links.uuids)}}}};
}

}  // namespace provisioner::modules::facts
