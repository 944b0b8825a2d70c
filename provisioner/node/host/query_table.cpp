// The programs a check may ask. A line more here is a promise that this program, called so, changes
// nothing.
#include "provisioner/node/host/query_table.h"

#include <algorithm>
#include <string_view>

namespace provisioner::host {
namespace {

// A program, and the words of which its arguments must hold one; no words: any arguments are
// harmless.
struct Query {
  std::string_view program;
  std::vector<std::string_view> one_of = {};
};

const std::vector<Query>& table() {
  static const std::vector<Query> queries{
      {"apt-cache"},
      {"apt-get", {"-s", "--simulate", "--just-print", "--dry-run", "--print-uris"}},
      {"apt-mark", {"showhold", "showauto", "showmanual"}},
      {"blkid"},
      {"dmidecode"},
      {"dpkg",
       {"--print-architecture", "--print-foreign-architectures", "--compare-versions", "-l", "-s",
        "--audit"}},
      {"dpkg-deb", {"-I", "--info", "-f", "--field", "--show", "-W"}},
      {"dpkg-query"},
      {"ethtool", {"-i", "-k", "-T"}},
      {"file"},
      {"findmnt"},
      {"getent"},
      {"getcap"},
      {"getfacl"},
      {"hostnamectl", {"status", "hostname", "--static", "--pretty"}},
      {"id"},
      {"ip", {"show", "get", "list"}},
      {"lldpctl", {"-f"}},
      {"localectl", {"status", "list-locales"}},
      {"lsattr"},
      {"lsb_release"},
      {"lsblk"},
      {"lscpu"},
      {"lsmod"},
      {"lspci"},
      {"lvs"},
      {"modinfo"},
      {"modprobe", {"-n", "--dry-run", "--show-depends", "-c", "--showconfig"}},
      {"pvs"},
      {"sfdisk", {"--json", "--dump"}},
      {"ssh-keygen", {"-l", "-lf"}},
      {"sshd", {"-t", "-T"}},
      {"swapon", {"--show", "-s"}},
      {"sysctl", {"-n", "-e", "-a"}},
      {"systemctl",
       {"show", "is-enabled", "is-active", "is-failed", "is-system-running", "list-units",
        "list-unit-files", "cat", "status", "show-environment", "--version"}},
      {"systemd-analyze", {"cat-config", "verify", "calendar"}},
      {"systemd-detect-virt"},
      {"timedatectl", {"status", "show", "list-timezones"}},
      {"udevadm", {"info"}},
      {"uname"},
      {"vgs"},
      {"visudo", {"-c", "-cf"}},
      {"wipefs", {"--no-act"}},
  };
  return queries;
}

std::string_view base_name(std::string_view path) {
  return path.substr(path.rfind('/') == path.npos ? 0 : path.rfind('/') + 1);
}

}  // namespace

bool is_known_query(const std::vector<std::string>& argv) {
  if (argv.empty()) return false;
  return std::ranges::any_of(table(), [&](const Query& query) {
    if (query.program != base_name(argv[0])) return false;
    return query.one_of.empty() || std::ranges::any_of(argv, [&](const std::string& word) {
             return std::ranges::find(query.one_of, word) != query.one_of.end();
           });
  });
}

}  // namespace provisioner::host
