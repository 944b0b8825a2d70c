// The table of what can be told of a node, and the words of gather_subset that choose from it.
#include <algorithm>
#include <set>

#include "provisioner/base/base/error.h"
#include "provisioner/base/base/text.h"
#include "provisioner/node/modules/facts/gatherer.h"

namespace provisioner::modules::facts {
namespace {

const std::vector<Gatherer>& table() {
  static const std::vector<Gatherer> rows = {
      {"platform",
       {"kernel", "kernel_version", "machine", "machine_id", "python_version", "architecture",
        "system"},
       {},
       true,
       platform},
      {"distribution",
       {"os_family", "distribution_major_version", "distribution_release", "distribution_version"},
       {},
       true,
       distribution},
      {"lsb", {}, {}, true, lsb},
      {"pkg_mgr", {}, {"distribution"}, true, package_manager},
      {"service_mgr", {}, {"platform", "distribution"}, true, service_manager},
      {"user",
       {"effective_group_ids", "effective_user_id", "real_user_id", "user_dir", "user_gecos",
        "user_gid", "user_id", "user_shell", "user_uid"},
       {},
       true,
       user},
      {"env", {}, {}, true, environment},
      {"date_time", {}, {}, true, date_time},
      {"dns", {}, {}, true, dns},
      {"cmdline", {}, {}, true, command_line},
      {"ssh_pub_keys",
       {"ssh_host_pub_keys", "ssh_host_key_dsa_public", "ssh_host_key_ecdsa_public",
        "ssh_host_key_ed25519_public", "ssh_host_key_rsa_public"},
       {},
       true,
       ssh_host_keys},
      {"selinux", {}, {}, true, selinux},
      {"apparmor", {}, {}, true, apparmor},
      {"fips", {}, {}, true, fips},
      {"caps", {"system_capabilities", "system_capabilities_enforced"}, {}, true, capabilities},
      {"local", {}, {}, true, local},
      {"python", {}, {}, true, nullptr},
      {"chroot", {"is_chroot"}, {}, false, chroot},
      {"loadavg", {}, {}, false, load_average},
      {"virtual",
       {"virtualization_role", "virtualization_type", "virtualization_tech_guest",
        "virtualization_tech_host"},
       {},
       false,
       virtualization},
      {"network",
       {"all_ipv4_addresses", "all_ipv6_addresses", "default_ipv4", "default_ipv6", "interfaces"},
       {"platform", "distribution"},
       false,
       network},
      {"hardware",
       {"devices", "mounts", "processor", "processor_cores", "processor_count"},
       {"platform"},
       false,
       hardware},
      {"iscsi", {}, {}, false, iscsi},
      {"nvme", {}, {}, false, nvme},
      {"fibre_channel_wwn", {}, {}, false, fibre_channel},
      {"facter", {}, {}, false, nullptr},
      {"ohai", {}, {}, false, nullptr},
      {"disks", {}, {}, false, disks, true},
      {"parts", {"dimms", "links", "pci", "processors"}, {}, false, parts, true},
      {"lldp", {}, {}, false, lldp, true},
  };
  return rows;
}

const Gatherer* find(std::string_view word) {
  for (const Gatherer& row : table()) {
    if (row.name == word || std::ranges::find(row.aliases, word) != row.aliases.end()) return &row;
  }
  return nullptr;
}

const Gatherer& require(const std::string& word) {
  if (const Gatherer* row = find(word)) return *row;
  std::set<std::string> known = {"all"};
  for (const Gatherer& row : table()) {
    if (row.is_our_own) continue;  // the text is Ansible's
    known.emplace(row.name);
    known.insert(row.aliases.begin(), row.aliases.end());
  }
  throw base::Error(base::Kind::input, "Bad subset '" + word +
                                           "' given to Ansible. gather_subset options allowed: " +
                                           base::join({known.begin(), known.end()}, ", "));
}

using Names = std::set<std::string_view>;

void add_all(Names& names, bool minimal, bool others) {
  for (const Gatherer& row : table()) {
    if (row.is_our_own) continue;
    if (row.is_minimal ? minimal : others) names.insert(row.name);
  }
}

}  // namespace

std::span<const Gatherer> gatherers() { return table(); }

std::vector<const Gatherer*> chosen(const std::vector<std::string>& subset) {
  Names wanted, excluded, explicitly;
  bool has_minimal = true;
  for (const std::string& word : subset) {
    if (word == "all") {
      add_all(wanted, true, true);
    } else if (word == "min") {
      add_all(wanted, true, false);
    } else if (word == "!min") {
      has_minimal = false;
      add_all(excluded, true, false);
    } else if (word == "!all") {
      add_all(excluded, false, true);
    } else if (word.starts_with('!')) {
      excluded.insert(require(word.substr(1)).name);
    } else {
      explicitly.insert(require(word).name);
    }
  }
  if (wanted.empty() && explicitly.empty()) add_all(wanted, true, true);
  if (has_minimal) add_all(wanted, true, false);
  std::erase_if(wanted, [&](std::string_view name) { return excluded.contains(name); });
  wanted.insert(explicitly.begin(), explicitly.end());
  for (const Gatherer& row : table()) {
    if (wanted.contains(row.name)) wanted.insert(row.needs.begin(), row.needs.end());
  }
  std::vector<const Gatherer*> result;
  for (const Gatherer& row : table()) {
    if (wanted.contains(row.name)) result.push_back(&row);
  }
  return result;
}

std::optional<std::string> readable(const host::HostView& view, const std::string& path) {
  try {
    return view.read_file(path);
  } catch (const base::Error&) {
    return std::nullopt;  // a fact that this user may not see, or that the kernel does not give
  }
}

std::optional<std::string> first_line(const host::HostView& view, const std::string& path) {
  const auto text = readable(view, path);
  if (!text) return std::nullopt;
  return std::string(base::trim(std::string_view(*text).substr(0, text->find('\n'))));
}

std::vector<std::string> names_in(const host::HostView& view, const std::string& directory) {
  try {
    return view.entries(directory).value_or(std::vector<std::string>{});
  } catch (const base::Error&) {
    return {};
  }
}

}  // namespace provisioner::modules::facts
