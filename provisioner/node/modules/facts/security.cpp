// Facts of what the kernel enforces: SELinux, AppArmor, FIPS, capabilities.
#include "provisioner/base/base/error.h"
#include "provisioner/base/base/text.h"
#include "provisioner/node/modules/facts/gatherer.h"

namespace provisioner::modules::facts {
namespace {

std::string configured(const std::string& text, std::string_view key) {
  for (const std::string_view line : base::lines_of(text)) {
    if (line.starts_with(key) && line.substr(key.size()).starts_with('=')) {
      return std::string(base::trim(line.substr(key.size() + 1)));
    }
  }
  return "unknown";
}

}  // namespace

Findings selinux(const host::HostView& view, const Request&) {
  const auto enforce = first_line(view, "/sys/fs/selinux/enforce");
  value::Dict found;
  if (enforce) {
    const std::string config = readable(view, "/etc/selinux/config").value_or("");
    found = {{"status", "enabled"},
             {"mode", *enforce == "1" ? "enforcing" : "permissive"},
             {"config_mode", configured(config, "SELINUX")},
             {"type", configured(config, "SELINUXTYPE")}};
    if (const auto version = first_line(view, "/sys/fs/selinux/policyvers")) {
      found.set("policyvers", std::int64_t{std::atoi(version->c_str())});
    }
  } else {
    found = {{"status", "disabled"}};
  }
  return {{{"selinux", found}, {"selinux_python_present", true}}, {}};
}

Findings apparmor(const host::HostView& view, const Request&) {
  bool is_there = false;
  try {
    is_there = view.status("/sys/kernel/security/apparmor", host::Follow::yes).has_value();
  } catch (const base::Error&) {
    is_there = false;
  }
  return {{{"apparmor", value::Dict{{"status", is_there ? "enabled" : "disabled"}}}}, {}};
}

Findings fips(const host::HostView& view, const Request&) {
  return {{{"fips", first_line(view, "/proc/sys/crypto/fips_enabled") == "1"}}, {}};
}

// As Ansible makes them of the line "Current:" of `capsh --print`, where there is that program.
Findings capabilities(const host::HostView& view, const Request&) {
  if (!view.program("capsh"))
    return {{{"system_capabilities", "N/A"}, {"system_capabilities_enforced", "N/A"}}, {}};
  const std::string text = view.capabilities();
  if (text == "=ep")
    return {{{"system_capabilities", value::List{}}, {"system_capabilities_enforced", "False"}},
            {}};
  value::List names;
  const auto sides = base::split(text, '=');
  for (const std::string& name : base::split(sides.size() > 1 ? sides[1] : "", ','))
    names.emplace_back(base::trim(name));
  return {{{"system_capabilities", names}, {"system_capabilities_enforced", "True"}}, {}};
}

}  // namespace provisioner::modules::facts
