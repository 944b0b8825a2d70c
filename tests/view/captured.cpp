// Output caught, environments set back.

#include "captured.h"

#include <sys/mman.h>
#include <unistd.h>

#include <cstdlib>

namespace provisioner::view {

Captured::Captured() : descriptor_(memfd_create("output", 0)) {}

Captured::~Captured() { ::close(descriptor_); }

std::string Captured::text() const {
  std::string text(static_cast<std::size_t>(::lseek(descriptor_, 0, SEEK_END)), '\0');
  const ssize_t count = ::pread(descriptor_, text.data(), text.size(), 0);
  text.resize(count < 0 ? 0 : static_cast<std::size_t>(count));
  return text;
}

Environment::Environment(const char* name, const char* value) : name_(name) {
  const char* before = std::getenv(name);
  was_set_ = before != nullptr;
  if (was_set_) before_ = before;
  if (value == nullptr)
    ::unsetenv(name);
  else
    ::setenv(name, value, 1);
}

Environment::~Environment() {
  if (was_set_)
    ::setenv(name_, before_.c_str(), 1);
  else
    ::unsetenv(name_);
}

}  // namespace provisioner::view
