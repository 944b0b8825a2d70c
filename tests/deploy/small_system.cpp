#include "tests/deploy/small_system.h"

#include "provisioner/base/base/text.h"
#include "provisioner/base/os/files.h"
#include "provisioner/base/os/process.h"

namespace provisioner::deploy {

void make_small_system(const std::string& root) {
  os::make_directories(root + "/usr/bin");
  os::make_directories(root + "/etc/ssh");
  os::make_directories(root + "/dev");
  const std::string program = os::find_program("ssh-keygen").value();
  const std::string listed = os::run_checked({.argv = {"ldd", program}});
  std::vector<std::string> paths{program};
  for (const std::string_view line : base::lines_of(listed)) {
    const std::size_t begin = line.find('/');
    if (begin != line.npos) paths.emplace_back(line.substr(begin, line.find(' ', begin) - begin));
  }
  for (const std::string& path : paths) {
    os::make_directories(root + os::parent_of(path));
    os::run_checked({.argv = {"cp", "-L", path, root + path}});
  }
  os::write_file(root + "/etc/passwd", "root:x:0:0:root:/root:/bin/sh\n");
  os::write_file(root + "/etc/ssh/ssh_host_dsa_key", "of the image");
  os::write_file(root + "/etc/ssh/ssh_host_ed25519_key.pub", "of the image");
}

}  // namespace provisioner::deploy
