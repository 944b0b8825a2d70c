// SSH keys of a lab, by ssh-keygen.

#include "provisioner/machine/lab/lab_keys.h"

#include "provisioner/base/base/text.h"
#include "provisioner/base/os/files.h"
#include "provisioner/base/os/process.h"

namespace provisioner::lab {
namespace {

void ensure_key(const std::string& path, const std::string& comment) {
  if (os::is_file(path) && os::is_file(path + ".pub")) return;
  os::remove_file(path);
  os::run_checked(
      {.argv = {"ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", comment, "-f", path},
       .input = {},
       .directory = {},
       .environment = {}});
}

}  // namespace

void ensure_keys(const Record& record) {
  ensure_key(key_file(record.directory), "lab operator");
  std::string known_hosts;
  for (const Node& node : record.nodes) {
    os::make_directories(node_directory(record.directory, node.name));
    const std::string key = host_key_file(record.directory, node.name);
    ensure_key(key, node.name);
    known_hosts += node.name + "," + node.address + " " +
                   std::string(base::trim(os::require_file(key + ".pub"))) + "\n";
  }
  os::write_file(known_hosts_file(record.directory), known_hosts);
}

}  // namespace provisioner::lab
