// What makes an image one node's own.
#include "provisioner/node/deploy/configure.h"

#include <fmt/format.h>
#include <sys/mount.h>

#include <cerrno>

#include "provisioner/base/base/error.h"
#include "provisioner/base/base/text.h"
#include "provisioner/base/crypto/digest.h"
#include "provisioner/base/os/process.h"
#include "provisioner/node/host/host_view.h"

namespace provisioner::deploy {
namespace {

using base::Error;
using base::Kind;

constexpr std::chrono::minutes key_deadline{5};  // RSA under software emulation is slow
const std::string key_directory = "/etc/ssh";
const std::string name_file = "/etc/hostname";

std::string key_file(const std::string& type) {
  return key_directory + "/ssh_host_" + type + "_key";
}

// The device nodes that programs of a system expect, lent to one that does not run.
class LentDevices {
 public:
  explicit LentDevices(const Tree& system) : target_(system.root() + "/dev") {
    if (os::link_target(target_) || !os::is_directory(target_))
      throw Error(Kind::failed, "the image has no directory '/dev'");
    if (::mount("/dev", target_.c_str(), nullptr, MS_BIND, nullptr) != 0)
      throw host::io_error("mount", target_, errno);
  }
  LentDevices(const LentDevices&) = delete;
  LentDevices& operator=(const LentDevices&) = delete;
  ~LentDevices() { ::umount2(target_.c_str(), MNT_DETACH); }

 private:
  std::string target_;
};

void remove_old_keys(const Tree& system) {
  for (const std::string& name : system.entries(key_directory))
    if (name.starts_with("ssh_host_")) system.remove_file(key_directory + "/" + name);
}

std::string make_key(const Tree& system, const std::string& type, const std::string& host_name) {
  os::run_checked({.argv = {"chroot", system.root(), "ssh-keygen", "-q", "-t", type, "-N", "",
                            "-C", "root@" + host_name, "-f", key_file(type)},
                   .deadline = key_deadline});
  const auto line = system.read_file(key_file(type) + ".pub");
  if (!line || base::trim(*line).empty())
    throw Error(Kind::failed, fmt::format("ssh-keygen made no '{}.pub'", key_file(type)));
  return std::string(base::trim(*line));
}

std::vector<std::string> make_keys(const Tree& system, const Order& order) {
  const LentDevices devices(system);
  std::vector<std::string> lines;
  for (const std::string& type : order.key_types)
    lines.push_back(make_key(system, type, order.host_name));
  return lines;
}

}  // namespace

Mounted::Mounted(const std::string& device, const std::string& target, Access access)
    : target_(target) {
  os::make_directories(target, 0700);
  const unsigned long flags = access == Access::read_only ? MS_RDONLY : 0;
  if (::mount(device.c_str(), target.c_str(), "ext4", flags, nullptr) != 0)
    throw host::io_error("mount", device, errno);
}

Mounted::~Mounted() {
  if (is_mounted_) ::umount2(target_.c_str(), MNT_DETACH);
}

void Mounted::unmount() {
  if (::umount2(target_.c_str(), 0) != 0) throw host::io_error("unmount", target_, errno);
  is_mounted_ = false;
}

std::vector<std::string> configure(const Tree& system, const Order& order) {
  system.write_file(name_file, 0644, order.host_name + "\n");
  // machine-id(5): not made of the firmware's UUID, which some vendors give to all their machines.
  system.write_file("/etc/machine-id", 0444, crypto::random_token() + "\n");
  remove_old_keys(system);
  const std::vector<std::string> lines = make_keys(system, order);
  for (const OrderedFile& file : order.files)
    system.write_file(file.path, file.mode, file.content);
  return lines;
}

void require_configured(const Tree& system, const Order& order) {
  if (system.read_file(name_file) != order.host_name + "\n")
    throw Error(Kind::failed, fmt::format("'{}' is not as it was written", name_file));
  for (const OrderedFile& file : order.files)
    if (system.read_file(file.path) != file.content)
      throw Error(Kind::failed, fmt::format("'{}' is not as it was written", file.path));
  for (const std::string& type : order.key_types)
    if (system.read_file(key_file(type)).value_or("").empty())
      throw Error(Kind::failed, fmt::format("'{}' is not as it was written", key_file(type)));
}

}  // namespace provisioner::deploy
