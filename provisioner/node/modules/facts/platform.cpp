// Facts of the system as a whole: names, kernel, machine, load.
#include <cstdlib>

#include "provisioner/base/base/error.h"
#include "provisioner/base/base/text.h"
#include "provisioner/node/modules/facts/gatherer.h"
#include "provisioner/node/modules/text_edit.h"

namespace provisioner::modules::facts {
namespace {

// Names of the first line of /etc/hosts that holds `wanted`, the canonical one first; empty: none.
// With `by_address`, `wanted` is an address.
std::vector<std::string> hosts_line(const std::string& hosts, const std::string& wanted,
                                    bool by_address, std::string* address = nullptr) {
  for (std::string_view line : base::lines_of(hosts)) {
    line = line.substr(0, line.find('#'));
    const std::vector<std::string> words = words_of(line);
    if (words.size() < 2) continue;
    const auto names = std::vector<std::string>(words.begin() + 1, words.end());
    bool matches = by_address && words.front() == wanted;
    for (const std::string& name : names) matches = matches || (!by_address && name == wanted);
    if (!matches) continue;
    if (address) *address = words.front();
    return names;
  }
  return {};
}

std::vector<std::string> ask_resolver(const host::HostView& view, const std::string& wanted,
                                      std::string* address) {
  host::CommandResult answer;
  try {
    answer = view.query({"getent", "hosts", wanted});
  } catch (const base::Error&) {
    return {};
  }
  if (answer.status != 0) return {};
  return hosts_line(answer.out, base::split(answer.out, ' ').front(), true, address);
}

bool is_x86_32(const std::string& machine) {
  return machine.size() == 4 && machine[0] == 'i' && machine.ends_with("86");
}

}  // namespace

std::string full_name(const host::HostView& view, const std::string& node_name) {
  const std::string hosts = readable(view, "/etc/hosts").value_or("");
  std::string address;
  std::vector<std::string> names;
  if (!hosts_line(hosts, node_name, false, &address).empty()) {
    names = hosts_line(hosts, address, true);
  } else if (ask_resolver(view, node_name, &address); !address.empty()) {
    names = ask_resolver(view, address, nullptr);
  }
  for (const std::string& name : names) {
    if (name.find('.') != std::string::npos) return name;
  }
  return names.empty() ? node_name : names.front();
}

Findings platform(const host::HostView& view, const Request&) {
  const host::KernelIdentity kernel = view.kernel();
  const std::string fqdn = full_name(view, kernel.node_name);
  const std::size_t dot = fqdn.find('.');
  const std::string architecture = is_x86_32(kernel.machine) ? "i386" : kernel.machine;
  value::Dict facts = {
      {"system", kernel.system},
      {"kernel", kernel.release},
      {"kernel_version", kernel.version},
      {"machine", kernel.machine},
      {"architecture", architecture},
      {"userspace_bits", sizeof(void*) == 8 ? "64" : "32"},
      {"nodename", kernel.node_name},
      {"hostname", base::split(kernel.node_name, '.').front()},
      {"fqdn", fqdn},
      {"domain", dot == std::string::npos ? "" : fqdn.substr(dot + 1)},
  };
  if (architecture == "x86_64" || architecture == "i386") {
    facts.set("userspace_architecture", sizeof(void*) == 8 ? "x86_64" : "i386");
  }
  auto machine_id = first_line(view, "/var/lib/dbus/machine-id");
  if (!machine_id) machine_id = first_line(view, "/etc/machine-id");
  if (machine_id) facts.set("machine_id", *machine_id);
  return {std::move(facts), {}};
}

Findings load_average(const host::HostView& view, const Request&) {
  const auto words = base::split(first_line(view, "/proc/loadavg").value_or(""), ' ');
  if (words.size() < 3) return {};
  return {{{"loadavg", value::Dict{{"1m", std::strtod(words[0].c_str(), nullptr)},
                                   {"5m", std::strtod(words[1].c_str(), nullptr)},
                                   {"15m", std::strtod(words[2].c_str(), nullptr)}}}},
          {}};
}

Findings chroot(const host::HostView& view, const Request&) {
  try {
    const auto ours = view.status("/", host::Follow::yes);
    const auto first = view.status("/proc/1/root/.", host::Follow::yes);
    const bool differs =
        ours && first && (ours->inode != first->inode || ours->device != first->device);
    return {{{"is_chroot", differs}}, {}};
  } catch (const base::Error&) {
    return {{{"is_chroot", false}}, {}};
  }
}

}  // namespace provisioner::modules::facts
