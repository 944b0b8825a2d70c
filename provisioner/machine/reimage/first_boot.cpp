// What a new system knows of its site before its first playbook.

#include "provisioner/machine/reimage/first_boot.h"

#include <algorithm>

#include "provisioner/base/base/error.h"
#include "provisioner/base/base/text.h"
#include "provisioner/language/inventory/text_forms.h"

namespace provisioner::reimage {
namespace {

using base::Error;
using base::Kind;
using value::Value;

std::vector<std::string> texts_of(const Value& value) {
  std::vector<std::string> texts;
  if (value.is_string()) texts.push_back(value.text());
  if (value.is_list())
    for (const Value& item : value.list())
      if (item.is_string()) texts.push_back(item.text());
  return texts;
}

const Value* entry_of(const Value& users, const std::string& name) {
  if (!users.is_list()) return nullptr;
  const auto found = std::ranges::find_if(users.list(), [&](const Value& user) {
    return value::text_or(user, "name", "") == name;
  });
  return found == users.list().end() ? nullptr : &*found;
}

std::string link_file(const inventory::Interface& port) {
  return "# Until the network role has run.\n[Match]\nPermanentMACAddress=" + port.mac +
         "\n\n[Link]\nName=" + port.name + "\n";
}

std::string network_file(const BootPort& port) {
  // By its address: it must be reached also where its name could not be changed.
  std::string text = "# Until the network role has run.\n[Match]\nPermanentMACAddress=" +
                     port.macs.front() + "\n\n[Network]\nDHCP=no\nAddress=" + port.address + "\n";
  if (!port.gateway.empty()) text += "Gateway=" + port.gateway + "\n";
  return text;
}

// The initramfs has named the links by its own rules, and networkd would set up one that is yet to
// be renamed; a link that is up keeps its name. udev renames those that are added: that is said of
// them before anything else is found, since it takes one thing after the other. (`trigger --settle`
// waits for ever for a link that has another name by then.)
void add_names_before_network(std::vector<FirstFile>& files) {
  const std::string units = "/etc/systemd/system/", drop_in = ".d/names-first.conf";
  files.push_back({units + "systemd-udev-trigger.service" + drop_in, "0644",
                   "[Service]\n"
                   "ExecStartPre=-/usr/bin/udevadm trigger --action=add --subsystem-match=net\n"
                   "ExecStartPre=-/usr/bin/udevadm settle --timeout=60\n"});
  files.push_back({units + "systemd-networkd.service" + drop_in, "0644",
                   "[Unit]\nWants=systemd-udev-trigger.service\n"
                   "After=systemd-udev-trigger.service\n"});
}

void add_user(const FirstUser& user, std::vector<FirstFile>& files) {
  const std::string keys = base::join(user.keys, "\n") + "\n";
  if (user.name == "root") {
    files.push_back({"/root/.ssh/authorized_keys", "0600", keys});
    return;
  }
  // sysusers.d(5) and tmpfiles.d(5): made at a boot before sshd begins, where they are not there.
  const std::string uid = user.uid == 0 ? "-" : std::to_string(user.uid);
  files.push_back({"/etc/sysusers.d/first-user.conf", "0644",
                   "g " + user.name + " " + uid + "\nu " + user.name + " " + uid +
                       (user.uid == 0 ? "" : ":" + user.name) + " - " + user.home +
                       " /bin/bash\n"});
  // What a first boot writes may be lost with the power, so the keys are there before it. Until
  // they have their owner sshd takes them as root's; at each boot they are given to it.
  const std::string folder = user.home + "/.ssh";
  const std::string owned = " " + user.name + " " + user.name + " -";
  files.push_back({folder + "/authorized_keys", "0644", keys});
  files.push_back({"/etc/tmpfiles.d/first-user.conf", "0644",
                   "d " + user.home + " 0750" + owned + "\nd " + folder + " 0700" + owned +
                       "\nz " + folder + "/authorized_keys 0600" + owned + "\n"});
  files.push_back({"/etc/sudoers.d/first-user", "0440",
                   user.name + " ALL=(ALL:ALL) NOPASSWD: ALL\n"});
}

// Names stand in files of systemd and sudo, whose grammar they must not change.
void require_plain(const std::string& node, const std::string& text, const char* what) {
  constexpr std::string_view plain = "abcdefghijklmnopqrstuvwxyz0123456789-_";
  if (text.empty() || text.find_first_not_of(plain) != std::string::npos)
    throw Error(Kind::input, node + ": '" + text + "' cannot be the name of " + what);
}

}  // namespace

FirstUser first_user(const std::string& node, const Value& ansible_user, const Value& users,
                     const Value& operator_keys) {
  FirstUser user{.name = ansible_user.is_string() ? ansible_user.text() : "root"};
  require_plain(node, user.name, "a user");
  if (const Value* entry = entry_of(users, user.name)) {
    user.uid = value::integer_or(*entry, "uid", 0);
    if (const Value* keys = entry->find("keys")) user.keys = texts_of(*keys);
    user.home = value::text_or(*entry, "home", "");
  }
  if (user.home.empty()) user.home = "/home/" + user.name;
  if (!inventory::is_plain_path(user.home) || user.home == "/")
    throw Error(Kind::input, node + ": '" + user.home + "' cannot be the home of a user");
  if (user.keys.empty()) user.keys = texts_of(operator_keys);
  if (user.keys.empty())
    throw Error(Kind::input, node + ": the inventory has no key for '" + user.name +
                                 "', and nobody could log in to the new system")
        .set_hint("give keys: in users of that name, or operator_keys");
  return user;
}

BootPort boot_port(const inventory::Node& node) {
  BootPort port{.interface = node.deploy.interface,
                .macs = {},
                .address = node.deploy.address,
                .gateway = node.deploy.gateway};
  for (const inventory::Interface& one : node.network.interfaces) {
    if (one.mac.empty()) continue;
    if (port.interface.empty()) port.interface = one.name;
    const std::string mac = base::lower_case(one.mac);
    if (one.name == port.interface)
      port.macs.insert(port.macs.begin(), mac);
    else
      port.macs.push_back(mac);
    if (one.name == port.interface && port.address.empty() && !one.addresses.empty())
      port.address = one.addresses.front();
  }
  if (port.macs.empty())
    throw Error(Kind::input, node.name + ": none of its interfaces has a MAC address", node.pos)
        .set_hint("network.interfaces: [{name: eno1, mac: ...}]");
  if (port.address.empty())
    throw Error(Kind::input, node.name + ": it has no address to boot with", node.pos)
        .set_hint("deploy: {address: 10.78.0.11/24}");
  return port;
}

std::vector<FirstFile> first_files(const inventory::Node& node, const FirstUser& user) {
  std::vector<FirstFile> files;
  for (const inventory::Interface& port : node.network.interfaces)
    if (!port.mac.empty())
      files.push_back({"/etc/systemd/network/10-" + port.name + ".link", "0644", link_file(port)});
  const BootPort port = boot_port(node);
  files.push_back({"/etc/systemd/network/20-" + port.interface + ".network", "0644",
                   network_file(port)});
  add_names_before_network(files);
  add_user(user, files);
  return files;
}

}  // namespace provisioner::reimage
