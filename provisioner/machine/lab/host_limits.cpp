// The one setting of the host that many nodes need otherwise.

#include "provisioner/machine/lab/host_limits.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <system_error>

#include "provisioner/base/base/error.h"
#include "provisioner/base/os/files.h"
#include "provisioner/machine/lab/directory_lock.h"

namespace provisioner::lab {
namespace {

constexpr int wanted_instances = 4096;
constexpr const char* found_name = "found";  // what the limit was before the first claim
constexpr std::chrono::seconds patience{10};

os::Descriptor lock_claims(const std::string& claims) {
  os::Descriptor lock = lock_directory(claims, patience);
  if (!lock.is_open())
    throw base::Error(base::Kind::failed, "'" + claims + "' is locked by another lab for " +
                                              std::to_string(patience.count()) + " s");
  return lock;
}

// Nobody writes here without the lock, so what is unfinished is of one that was killed.
void remove_unfinished(const std::string& claims) {
  for (const std::string& name : os::entries(claims))
    if (name.ends_with(".tmp")) os::remove_file(os::join_path(claims, name));
}

}  // namespace

int HostLimits::current() const { return std::atoi(os::require_file(instances_).c_str()); }

// Not by a rename: the kernel's file takes a number in one write.
void HostLimits::set(int number) const {
  const os::Descriptor file(::open(instances_.c_str(), O_WRONLY | O_TRUNC | O_CLOEXEC));
  const std::string text = std::to_string(number) + "\n";
  if (!file.is_open() || ::write(file.number(), text.data(), text.size()) < 0)
    throw base::Error(base::Kind::failed,
                      "cannot set '" + instances_ + "': " + std::generic_category().message(errno));
}

void HostLimits::claim(const std::string& lab) const {
  const os::Descriptor lock = lock_claims(claims_);
  const std::string found = os::join_path(claims_, found_name);
  if (!os::is_file(found)) os::write_file(found, std::to_string(current()) + "\n");
  os::write_file(os::join_path(claims_, lab), "");
  if (current() < wanted_instances) set(wanted_instances);
}

void HostLimits::release(const std::string& lab) const {
  if (!os::is_directory(claims_)) return;
  const os::Descriptor lock = lock_claims(claims_);
  os::remove_file(os::join_path(claims_, lab));
  remove_unfinished(claims_);
  for (const std::string& name : os::entries(claims_))
    if (name != found_name) return;
  // Somebody who set another number meanwhile means it.
  if (const auto found = os::read_file(os::join_path(claims_, found_name)))
    if (const int number = std::atoi(found->c_str()); number > 0 && current() == wanted_instances)
      set(number);
  os::remove_tree(claims_);
}

}  // namespace provisioner::lab
