// Facts of the distribution: its name, version and release, and the package and service managers
// that come with it.
#include <map>

#include "provisioner/base/base/error.h"
#include "provisioner/base/base/regex.h"
#include "provisioner/base/base/text.h"
#include "provisioner/node/modules/facts/gatherer.h"

namespace provisioner::modules::facts {
namespace {

using Pairs = std::vector<std::pair<std::string, std::string>>;

const std::map<std::string, std::vector<std::string_view>>& families() {
  static const std::map<std::string, std::vector<std::string_view>> table = {
      {"RedHat", {"RedHat",     "RHEL",        "Fedora",    "CentOS",
                  "Scientific", "SLC",         "Ascendos",  "CloudLinux",
                  "PSBM",       "OracleLinux", "OVS",       "OEL",
                  "Amazon",     "Amzn",        "Virtuozzo", "XenServer",
                  "Alibaba",    "EulerOS",     "openEuler", "AlmaLinux",
                  "Rocky",      "TencentOS",   "EuroLinux", "Kylin Linux Advanced Server",
                  "MIRACLE"}},
      {"Debian",
       {"Debian", "Ubuntu", "Raspbian", "Neon", "KDE neon", "Linux Mint", "SteamOS", "Devuan",
        "Kali", "Cumulus Linux", "Pop!_OS", "Parrot", "Pardus GNU/Linux", "Uos", "Deepin", "OSMC",
        "Linux"}},
      {"Suse",
       {"SuSE", "SLES", "SLED", "openSUSE", "openSUSE Tumbleweed", "SLES_SAP", "SUSE_LINUX",
        "openSUSE Leap", "ALP-Dolomite", "SL-Micro"}},
      {"Archlinux", {"Archlinux", "Antergos", "Manjaro"}},
      {"Alpine", {"Alpine"}},
      {"Gentoo", {"Gentoo", "Funtoo"}},
      {"Flatcar", {"Flatcar"}},
      {"CoreOS", {"CoreOS"}},
      {"ClearLinux", {"Clear Linux OS", "Clear Linux Mix"}},
  };
  return table;
}

std::string value_of(const Pairs& pairs, std::string_view key) {
  for (const auto& [name, text] : pairs) {
    if (name == key) return text;
  }
  return {};
}

struct Release {
  std::string distribution, version, release = "NA", path, variety, minor;
};

// Names as Ansible spells them, by os-release's ID.
std::string spelled(const std::string& id, const std::string& name) {
  static const std::map<std::string, std::string> names = {
      {"debian", "Debian"},
      {"ubuntu", "Ubuntu"},
      {"raspbian", "Debian"},
      {"kali", "Kali"},
      {"devuan", "Devuan"},
      {"rhel", "RedHat"},
      {"centos", "CentOS"},
      {"rocky", "Rocky"},
      {"almalinux", "AlmaLinux"},
      {"fedora", "Fedora"},
      {"ol", "OracleLinux"},
      {"amzn", "Amazon"},
      {"sles", "SLES"},
      {"sles_sap", "SLES_SAP"},
      {"opensuse-leap", "openSUSE Leap"},
      {"opensuse-tumbleweed", "openSUSE Tumbleweed"},
      {"alpine", "Alpine"},
      {"arch", "Archlinux"},
      {"flatcar", "Flatcar"},
      {"linuxmint", "Linux Mint"},
      {"pop", "Pop!_OS"}};
  const auto known = names.find(id);
  return known != names.end() ? known->second : name;
}

void complete_debian(const host::HostView& view, const Pairs& pairs, Release& release) {
  release.variety = "Debian";
  release.release = value_of(pairs, "VERSION_CODENAME");
  if (release.release.empty()) {
    static const base::Regex codename(R"(PRETTY_NAME=[^(]+\(?([^)]+?)\))");
    const std::string line = "PRETTY_NAME=" + value_of(pairs, "PRETTY_NAME");
    if (const auto match = codename.search(line))
      release.release = *base::group_text(*match, line, 1);
  }
  if (release.release.empty()) release.release = "NA";
  if (release.distribution != "Debian") return;
  const std::string text = first_line(view, "/etc/debian_version").value_or("");
  static const base::Regex with_minor(R"((\d+)\.(\d+))");
  if (const auto match = with_minor.search(text)) {
    release.minor = *base::group_text(*match, text, 2);
    release.version = *base::group_text(*match, text, 0);
  }
}

void complete_red_hat(const host::HostView& view, Release& release) {
  const auto text = first_line(view, "/etc/redhat-release");
  release.variety = "RedHat";
  if (!text) return;
  release.path = "/etc/redhat-release";
  static const base::Regex version(R"((\d+(?:\.\d+)*))"), codename(R"(\(([^)]*)\))");
  if (const auto match = version.search(*text))
    release.version = *base::group_text(*match, *text, 1);
  if (const auto match = codename.search(*text))
    release.release = *base::group_text(*match, *text, 1);
}

}  // namespace

std::string family_of(const std::string& distribution) {
  for (const auto& [family, members] : families()) {
    for (const std::string_view member : members) {
      if (member == distribution) return family;
    }
  }
  return distribution;
}

Pairs os_release(const host::HostView& view) {
  auto text = readable(view, "/etc/os-release");
  if (!text) text = readable(view, "/usr/lib/os-release");
  Pairs pairs;
  const std::string whole = text.value_or("");
  for (const std::string_view line : base::lines_of(whole)) {
    const std::size_t equals = line.find('=');
    if (line.starts_with('#') || equals == std::string_view::npos) continue;
    std::string_view value = base::trim(line.substr(equals + 1));
    const bool is_quoted = value.size() > 1 && (value.front() == '"' || value.front() == '\'') &&
                           value.back() == value.front();
    if (is_quoted) value = value.substr(1, value.size() - 2);
    pairs.emplace_back(base::trim(line.substr(0, equals)), value);
  }
  return pairs;
}

Findings distribution(const host::HostView& view, const Request&) {
  const Pairs pairs = os_release(view);
  Release release;
  release.distribution = spelled(value_of(pairs, "ID"), value_of(pairs, "NAME"));
  release.version = value_of(pairs, "VERSION_ID");
  release.path = "/etc/os-release";
  const std::string family = family_of(release.distribution);
  if (family == "Debian") complete_debian(view, pairs, release);
  if (family == "RedHat") complete_red_hat(view, release);
  if (family == "Suse") release.variety = "SUSE";
  if (release.distribution == "Alpine") release.variety = "Alpine";
  if (release.variety.empty()) release.variety = release.distribution;
  if (release.distribution.empty()) release.distribution = view.kernel().system;
  if (release.version.empty()) release.version = "NA";
  value::Dict facts = {
      {"distribution", release.distribution},
      {"distribution_version", release.version},
      {"distribution_release", release.release},
      {"distribution_major_version", base::split(release.version, '.').front()},
      {"os_family", family_of(release.distribution)},
  };
  if (!pairs.empty()) {
    facts.set("distribution_file_path", release.path);
    facts.set("distribution_file_variety", release.variety);
    facts.set("distribution_file_parsed", true);
  }
  if (!release.minor.empty()) facts.set("distribution_minor_version", release.minor);
  return {std::move(facts), {}};
}

Findings lsb(const host::HostView& view, const Request&) {
  static const std::map<std::string, std::string> keys = {
      {"LSB Version", "release"},      {"Distributor ID", "id"},
      {"Description", "description"},  {"Release", "release"},
      {"Codename", "codename"},        {"DISTRIB_ID", "id"},
      {"DISTRIB_RELEASE", "release"},  {"DISTRIB_DESCRIPTION", "description"},
      {"DISTRIB_CODENAME", "codename"}};
  std::string text;
  char separator = ':';
  if (view.program("lsb_release")) {
    const host::CommandResult answer = view.query({"lsb_release", "-a"});
    if (answer.status == 0) text = answer.out;
  }
  if (text.empty()) {
    text = readable(view, "/etc/lsb-release").value_or("");
    separator = '=';
  }
  value::Dict found;
  for (const std::string_view line : base::lines_of(text)) {
    const std::size_t at = line.find(separator);
    if (at == std::string_view::npos) continue;
    const auto key = keys.find(std::string(base::trim(line.substr(0, at))));
    if (key == keys.end()) continue;
    std::string_view content = base::trim(line.substr(at + 1));
    while (!content.empty() &&
           std::string_view("\"'\\").find(content.front()) != std::string_view::npos)
      content.remove_prefix(1);
    while (!content.empty() &&
           std::string_view("\"'\\").find(content.back()) != std::string_view::npos)
      content.remove_suffix(1);
    found.set(key->second, content);
  }
  if (const value::Value* release = found.find("release")) {
    found.set("major_release", base::split(release->text(), '.').front());
  }
  return {{{"lsb", found}}, {}};
}

Findings package_manager(const host::HostView& view, const Request& request) {
  const value::Dict facts = distribution(view, request).facts;
  const std::string family = facts.find("os_family")->text();
  const auto has = [&](const char* path) {
    return view.status(path, host::Follow::yes).has_value();
  };
  std::string name = "unknown";
  if (family == "Debian") {
    name = has("/usr/bin/apt-get") ? "apt" : "unknown";
  } else if (family == "RedHat") {
    const int major = std::atoi(facts.find("distribution_major_version")->text().c_str());
    const bool is_fedora = facts.find("distribution")->text() == "Fedora";
    if (has("/run/ostree-booted")) {
      name = "atomic_container";
    } else {
      name = (is_fedora ? major >= 23 : major >= 8) ? "dnf" : "yum";
    }
  } else if (family == "Suse") {
    name = has("/usr/bin/zypper") ? "zypper" : "unknown";
  } else if (family == "Archlinux") {
    name = has("/usr/bin/pacman") ? "pacman" : "unknown";
  } else if (family == "Alpine") {
    name = has("/sbin/apk") ? "apk" : "unknown";
  } else if (family == "Gentoo") {
    name = "portage";
  }
  return {{{"pkg_mgr", name}}, {}};
}

Findings service_manager(const host::HostView& view, const Request&) {
  const auto has = [&](const char* path) {
    return view.status(path, host::Follow::yes).has_value();
  };
  std::string first = first_line(view, "/proc/1/comm").value_or("");
  if (first == "runit-init") first = "runit";
  if (first == "svscan") first = "svc";
  if (first == "openrc-init") first = "openrc";
  const bool tells_nothing =
      first.empty() || first == "init" || first.ends_with("sh") || first == "COMMAND";
  if (!tells_nothing) return {{{"service_mgr", first}}, {}};
  const auto init = view.link_target("/sbin/init");
  const bool has_systemctl = view.program("systemctl").has_value();
  std::string name = "service";
  if (has_systemctl &&
      (has("/run/systemd/system/") || has("/dev/.run/systemd/") || has("/dev/.systemd/"))) {
    name = "systemd";
  } else if (view.program("initctl") && has("/etc/init/")) {
    name = "upstart";
  } else if (has("/sbin/openrc")) {
    name = "openrc";
  } else if (has_systemctl && init && init->ends_with("systemd")) {
    name = "systemd";
  } else if (has("/etc/init.d/")) {
    name = "sysvinit";
  }
  return {{{"service_mgr", name}}, {}};
}

}  // namespace provisioner::modules::facts
