// A libvirtd of the lab's own.

#include "provisioner/machine/lab/machines/libvirt_service.h"

#include <thread>

#include "provisioner/base/base/error.h"
#include "provisioner/base/base/text.h"
#include "provisioner/base/os/clock.h"

namespace provisioner::lab {
namespace {

using base::Error;
using base::Kind;

constexpr std::chrono::seconds start_deadline{60}, call_deadline{60};

std::string home_of(const std::string& directory) { return directory + "/libvirt"; }
std::string socket_of(const std::string& directory) {
  return home_of(directory) + "/run/libvirt-sock";
}

// Our folder, and what libvirt has compiled in.
constexpr std::pair<const char*, const char*> places[] = {{"/etc", "/etc/libvirt"},
                                                          {"/run", "/run/libvirt"},
                                                          {"/lib", "/var/lib/libvirt"},
                                                          {"/log", "/var/log/libvirt"},
                                                          {"/cache", "/var/cache/libvirt"}};

void write_configuration(const std::string& home) {
  os::write_file(home + "/etc/libvirtd.conf",
                 "unix_sock_dir = \"" + home + "/run\"\n"
                 "auth_unix_rw = \"none\"\n"
                 "log_outputs = \"3:file:" + home + "/libvirtd.log\"\n");
  // No cgroups, no namespaces, no other user: the lab's own group ends what libvirt starts.
  os::write_file(home + "/etc/qemu.conf",
                 "user = \"root\"\n"
                 "group = \"root\"\n"
                 "dynamic_ownership = 0\n"
                 "remember_owner = 0\n"
                 "security_driver = \"none\"\n"
                 "cgroup_controllers = [ ]\n"
                 "namespaces = [ ]\n"
                 "stdio_handler = \"file\"\n");
}

}  // namespace

std::string libvirt_uri(const std::string& directory) {
  return "qemu+unix:///system?socket=" + socket_of(directory);
}

os::CommandResult virsh(const std::string& directory, std::vector<std::string> words) {
  words.insert(words.begin(), {"virsh", "--quiet", "--connect", libvirt_uri(directory)});
  return os::run({.argv = std::move(words), .deadline = call_deadline});
}

std::string run_virsh(const std::string& directory, std::vector<std::string> words) {
  words.insert(words.begin(), {"virsh", "--quiet", "--connect", libvirt_uri(directory)});
  return os::run_checked({.argv = std::move(words), .deadline = call_deadline});
}

bool is_running(const std::string& directory, const std::string& machine) {
  const std::string state(base::trim(run_virsh(directory, {"domstate", machine})));
  return state == "running" || state == "in shutdown" || state == "paused";
}

os::Child start_libvirt(const std::string& directory) {
  const std::string home = home_of(directory);
  for (const auto& [ours, theirs] : places) {
    os::make_directories(home + ours);
    os::make_directories(theirs);
  }
  write_configuration(home);
  for (const auto& [ours, theirs] : places)
    os::run_checked({.argv = {"mount", "--bind", home + ours, theirs}});
  os::remove_file(socket_of(directory));
  os::Child service =
      os::spawn({.argv = {"setpriv", "--pdeathsig", "KILL", "libvirtd", "--config",
                          home + "/etc/libvirtd.conf", "--pid-file", home + "/libvirtd.pid"},
                 .inherit_output = true});
  const os::Instant end = os::system_clock().now() + start_deadline;
  while (virsh(directory, {"uri"}).status != 0) {
    if (service.wait(std::chrono::milliseconds(200)))
      throw Error(Kind::failed, "libvirtd ended at once: see '" + home + "/libvirtd.log'");
    if (os::system_clock().now() > end)
      throw Error(Kind::failed, "libvirtd does not answer: see '" + home + "/libvirtd.log'");
  }
  return service;
}

}  // namespace provisioner::lab
