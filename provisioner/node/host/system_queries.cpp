// Looking at the running system: mounts, units, packages, the kernel, addresses.
#include "provisioner/node/host/system_queries.h"

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <sys/capability.h>
#include <sys/stat.h>
#include <sys/utsname.h>

#include <bit>
#include <cerrno>
#include <cmath>
#include <ctime>
#include <memory>

#include "provisioner/base/base/error.h"
#include "provisioner/base/base/text.h"
#include "provisioner/node/host/child.h"
#include "provisioner/node/host/file_queries.h"

namespace provisioner::host {
namespace {

// "\040" of mountinfo is a blank.
std::string without_octal(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool is_escape =
        text[i] == '\\' && i + 3 < text.size() + 0 && text[i + 1] >= '0' && text[i + 1] <= '3';
    if (!is_escape) {
      out += text[i];
      continue;
    }
    out +=
        static_cast<char>((text[i + 1] - '0') * 64 + (text[i + 2] - '0') * 8 + (text[i + 3] - '0'));
    i += 3;
  }
  return out;
}

// proc(5): id parent major:minor root TARGET OPTIONS tags... - TYPE SOURCE SUPER_OPTIONS
std::optional<Mount> mount_from(std::string_view line) {
  const std::vector<std::string> words = base::split(line, ' ');
  std::size_t dash = 6;
  while (dash < words.size() && words[dash] != "-") ++dash;
  if (dash + 3 >= words.size()) return std::nullopt;
  Mount mount{without_octal(words[dash + 2]), without_octal(words[4]), words[dash + 1],
              base::split(words[5], ',')};
  for (const std::string& option : base::split(words[dash + 3], ','))
    if (option != "rw" && option != "ro") mount.options.push_back(without_octal(option));
  return mount;
}

std::string with_underscores(std::string name) {
  return base::replace_all(std::move(name), "-", "_");
}

std::string address_text(const sockaddr* address) {
  char text[INET6_ADDRSTRLEN] = "";
  if (address == nullptr) return "";
  const void* bytes =
      address->sa_family == AF_INET6
          ? static_cast<const void*>(&reinterpret_cast<const sockaddr_in6*>(address)->sin6_addr)
          : static_cast<const void*>(&reinterpret_cast<const sockaddr_in*>(address)->sin_addr);
  return inet_ntop(address->sa_family, bytes, text, sizeof text) ? text : "";
}

int prefix_of(const sockaddr* mask) {
  if (mask == nullptr) return 0;
  int bits = 0;
  if (mask->sa_family == AF_INET)
    return std::popcount(reinterpret_cast<const sockaddr_in*>(mask)->sin_addr.s_addr);
  for (unsigned char byte : reinterpret_cast<const sockaddr_in6*>(mask)->sin6_addr.s6_addr)
    bits += std::popcount(byte);
  return bits;
}

InterfaceAddress address_from(const ifaddrs& raw) {
  InterfaceAddress address{
      raw.ifa_name, address_text(raw.ifa_addr), address_text(raw.ifa_netmask),
      "",           prefix_of(raw.ifa_netmask), raw.ifa_addr->sa_family == AF_INET6};
  if ((raw.ifa_flags & IFF_BROADCAST) != 0 && !address.is_ipv6)
    address.broadcast = address_text(raw.ifa_broadaddr);
  return address;
}

CommandResult ask(std::vector<std::string> argv) {
  ChildCommand command{.argv = std::move(argv)};
  command.environment = {{"LC_ALL", "C"}, {"SYSTEMD_PAGER", ""}};
  command.deadline = std::chrono::seconds(60);
  return run_child(command);
}

}  // namespace

std::string short_file(const std::string& path) {
  return std::string(base::trim(file_content(path, 1 << 20).value_or("")));
}

std::vector<Mount> mounted_file_systems() {
  std::vector<Mount> mounts;
  const std::string text = file_content("/proc/self/mountinfo", 64 << 20).value_or("");
  for (std::string_view line : base::lines_of(text))
    if (auto mount = mount_from(line)) mounts.push_back(std::move(*mount));
  return mounts;
}

std::optional<UnitState> systemd_unit(const std::string& name, std::string_view scope) {
  std::vector<std::string> argv{"systemctl"};
  if (!scope.empty() && scope != "system") argv.push_back("--" + std::string(scope));
  argv.insert(argv.end(), {"show", "--no-pager", name});
  const CommandResult answer = ask(argv);
  if (answer.status != 0) return std::nullopt;
  UnitState unit;
  for (std::string_view line : base::lines_of(answer.out)) {
    const std::size_t equals = line.find('=');
    if (equals != line.npos)
      unit.properties.emplace(line.substr(0, equals), line.substr(equals + 1));
  }
  unit.load_state = unit.properties["LoadState"];
  unit.active_state = unit.properties["ActiveState"];
  unit.sub_state = unit.properties["SubState"];
  unit.unit_file_state = unit.properties["UnitFileState"];
  if (unit.load_state == "not-found") return std::nullopt;
  return unit;
}

// A name with slashes keeps its dots ("net/ipv4/conf/eth0.1/forwarding").
std::optional<std::string> kernel_setting(const std::string& name) {
  std::string path = name;
  if (path.find('/') == std::string::npos) path = base::replace_all(path, ".", "/");
  auto text = file_content("/proc/sys/" + path, 1 << 20);
  if (text && text->ends_with('\n')) text->pop_back();
  return text;
}

bool is_kernel_module_present(const std::string& name) {
  const std::string wanted = with_underscores(name);
  if (file_status("/sys/module/" + wanted, Follow::yes)) return true;
  const std::string loaded = file_content("/proc/modules", 16 << 20).value_or("");
  for (std::string_view line : base::lines_of(loaded))
    if (line.substr(0, line.find(' ')) == wanted) return true;
  const std::string built_in =
      file_content("/lib/modules/" + kernel_identity().release + "/modules.builtin", 16 << 20)
          .value_or("");
  for (std::string_view line : base::lines_of(built_in)) {
    const std::string file(line.substr(line.rfind('/') + 1));
    if (with_underscores(file.substr(0, file.find(".ko"))) == wanted) return true;
  }
  return false;
}

// From /proc: umask(2) cannot be asked without being set.
std::uint32_t process_umask() {
  const std::string text = file_content("/proc/self/status", 1 << 20).value_or("");
  for (std::string_view line : base::lines_of(text))
    if (line.starts_with("Umask:"))
      return static_cast<std::uint32_t>(
          std::stoul(std::string(base::trim(line.substr(6))), nullptr, 8));
  const mode_t mask = umask(022);
  umask(mask);
  return mask;
}

TimeZone zone_at(double moment) {
  tzset();
  const auto time = static_cast<std::time_t>(std::floor(moment));
  std::tm local{};
  localtime_r(&time, &local);
  return {static_cast<int>(local.tm_gmtoff), local.tm_zone, tzname[0], tzname[1]};
}

KernelIdentity kernel_identity() {
  utsname raw{};
  if (uname(&raw) != 0) throw io_error("ask", "the kernel's name", errno);
  return {raw.sysname, raw.nodename, raw.release, raw.version, raw.machine};
}

std::vector<InterfaceAddress> interface_addresses() {
  ifaddrs* first = nullptr;
  if (getifaddrs(&first) != 0) throw io_error("list", "the interfaces' addresses", errno);
  struct Free {
    void operator()(ifaddrs* list) const { freeifaddrs(list); }
  };
  const std::unique_ptr<ifaddrs, Free> list(first);
  std::vector<InterfaceAddress> addresses;
  for (const ifaddrs* raw = first; raw != nullptr; raw = raw->ifa_next) {
    const bool is_address = raw->ifa_addr != nullptr && (raw->ifa_addr->sa_family == AF_INET ||
                                                         raw->ifa_addr->sa_family == AF_INET6);
    if (is_address) addresses.push_back(address_from(*raw));
  }
  return addresses;
}

std::string own_capabilities() {
  struct Free {
    void operator()(void* piece) const { ::cap_free(piece); }
  };
  const std::unique_ptr<_cap_struct, Free> own(::cap_get_proc());
  const std::unique_ptr<char, Free> text(own ? ::cap_to_text(own.get(), nullptr) : nullptr);
  if (!text) throw io_error("read", "the process's capabilities", errno);
  return text.get();
}

}  // namespace provisioner::host
