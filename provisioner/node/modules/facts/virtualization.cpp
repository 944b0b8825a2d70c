// What a node runs in (guest) and what it can run (host): containers, hypervisors.
#include <set>

#include "provisioner/base/base/error.h"
#include "provisioner/base/base/regex.h"
#include "provisioner/base/base/text.h"
#include "provisioner/node/modules/facts/gatherer.h"

namespace provisioner::modules::facts {
namespace {

// The first thing found names the type; everything found is listed.
struct Evidence {
  std::string type, role;
  std::set<std::string> guest, host;

  void is_guest(const std::string& technology) {
    guest.insert(technology);
    if (type.empty()) type = technology, role = "guest";
  }
  void is_host(const std::string& technology) {
    host.insert(technology);
    if (type.empty()) type = technology, role = "host";
  }
};

bool is_there(const host::HostView& view, const std::string& path) {
  try {
    return view.status(path, host::Follow::yes).has_value();
  } catch (const base::Error&) {
    return false;
  }
}

bool has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

void find_container(const host::HostView& view, Evidence& found) {
  const std::string groups = readable(view, "/proc/1/cgroup").value_or("");
  static const base::Regex docker(R"(/docker(/|-[0-9a-f]+\.scope))");
  const bool is_docker =
      docker.search(groups) || is_there(view, "/.dockerenv") || is_there(view, "/.dockerinit");
  if (is_docker) {
    found.is_guest("docker");
    found.guest.insert("container");
  }
  if (has(groups, "/lxc/") || has(groups, "/machine.slice/machine-lxc")) {
    found.is_guest("lxc");
    found.guest.insert("container");
  }
  if (has(groups, "/system.slice/containerd.service")) {
    found.is_guest("containerd");
    found.guest.insert("container");
  }
  const std::string environment = readable(view, "/proc/1/environ").value_or("");
  for (const std::string& variable : base::split(environment, '\0')) {
    if (!variable.starts_with("container=") || variable.size() == 10) continue;
    const std::string kind = variable.substr(10);
    found.guest.insert("container");
    if (kind == "lxc" || kind == "podman") {
      found.is_guest(kind);
    } else {
      found.is_guest("container");
    }
  }
  if (is_there(view, "/proc/vz") && !is_there(view, "/proc/lve")) {
    is_there(view, "/proc/bc") ? found.is_host("openvz") : found.is_guest("openvz");
  }
  const auto systemd = first_line(view, "/run/systemd/container");
  if (systemd && !systemd->empty()) {
    found.is_guest(*systemd);
    found.guest.insert("container");
  }
  if (is_there(view, "/run/.containerenv")) {
    found.is_guest("podman");
    found.guest.insert("container");
  }
}

void find_xen(const host::HostView& view, Evidence& found) {
  if (!is_there(view, "/proc/xen")) return;
  const std::string capabilities = readable(view, "/proc/xen/capabilities").value_or("");
  has(capabilities, "control_d") ? found.is_host("xen") : found.is_guest("xen");
}

std::string firmware_line(const host::HostView& view, const char* name) {
  return first_line(view, std::string("/sys/devices/virtual/dmi/id/") + name).value_or("");
}

void find_by_firmware(const host::HostView& view, Evidence& found) {
  static const std::set<std::string> kvm_products = {"KVM", "KVM Server", "Bochs", "AHV"};
  static const std::set<std::string> kvm_vendors = {
      "QEMU", "Amazon EC2", "DigitalOcean", "Google", "Scaleway", "Nutanix", "Alibaba Cloud"};
  const std::string product = firmware_line(view, "product_name");
  const std::string vendor = firmware_line(view, "sys_vendor");
  const std::string bios = firmware_line(view, "bios_vendor");
  const std::string family = firmware_line(view, "product_family");
  if (kvm_products.contains(product)) found.is_guest("kvm");
  if (vendor == "oVirt") found.is_guest("oVirt");
  if (vendor == "Red Hat" && (family == "RHV" || product == "RHEV Hypervisor"))
    found.is_guest("RHEV");
  if (product == "VMware Virtual Platform" || product == "VMware7,1" || product == "VMware20,1")
    found.is_guest("VMware");
  if (product == "OpenStack Compute" || product == "OpenStack Nova" ||
      vendor == "OpenStack Foundation")
    found.is_guest("openstack");
  if (bios == "Xen") found.is_guest("xen");
  if (bios == "innotek GmbH") found.is_guest("virtualbox");
  if (bios == "Amazon EC2" || kvm_vendors.contains(vendor)) found.is_guest("kvm");
  if (vendor == "KubeVirt") found.is_guest("KubeVirt");
  if (vendor == "Microsoft Corporation" && product == "Virtual Machine")
    found.is_guest("VirtualPC");
  if (vendor == "Parallels Software International Inc.") found.is_guest("parallels");
}

void find_by_processor(const host::HostView& view, Evidence& found) {
  const std::string text = readable(view, "/proc/cpuinfo").value_or("");
  for (const std::string_view line : base::lines_of(text)) {
    const bool names_model =
        line.starts_with("model name") && line.find("QEMU Virtual CPU") != std::string_view::npos;
    if (names_model) found.is_guest("kvm");
    if (line.starts_with("vendor_id") && line.find("User Mode Linux") != std::string_view::npos)
      found.is_guest("uml");
    if (line.starts_with("vendor_id") && line.find("PowerVM Lx86") != std::string_view::npos)
      found.is_guest("powervm_lx86");
    if (line.starts_with("vendor_id") && line.find("IBM/S390") != std::string_view::npos)
      found.is_guest("PR/SM");
  }
}

void find_host_modules(const host::HostView& view, Evidence& found) {
  std::set<std::string> modules;
  const std::string text = readable(view, "/proc/modules").value_or("");
  for (const std::string_view line : base::lines_of(text)) {
    modules.emplace(line.substr(0, line.find(' ')));
  }
  const bool is_ovirt_host = modules.contains("kvm") && is_there(view, "/rhev/");
  if (is_ovirt_host) found.is_host("RHEV");
  if (modules.contains("kvm") || is_there(view, "/dev/kvm")) found.is_host("kvm");
  if (modules.contains("vboxdrv")) found.is_host("virtualbox");
  if (modules.contains("virtio")) found.is_guest("kvm");
}

value::List listed(const std::set<std::string>& names) { return {names.begin(), names.end()}; }

}  // namespace

Findings virtualization(const host::HostView& view, const Request&) {
  Evidence found;
  find_container(view, found);
  find_xen(view, found);
  find_by_firmware(view, found);
  find_by_processor(view, found);
  find_host_modules(view, found);
  return {{{"virtualization_type", found.type.empty() ? "NA" : found.type},
           {"virtualization_role", found.role.empty() ? "NA" : found.role},
           {"virtualization_tech_guest", listed(found.guest)},
           {"virtualization_tech_host", listed(found.host)}},
          {}};
}

}  // namespace provisioner::modules::facts
