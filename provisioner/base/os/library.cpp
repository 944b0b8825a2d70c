// Shared libraries that are loaded late.

#include "provisioner/base/os/library.h"

#include <dlfcn.h>

#include "provisioner/base/base/error.h"

namespace provisioner::os {

using base::Error;
using base::Kind;

// Never unloaded: threads and handlers of the library may outlive whoever asked for it.
void Library::Close::operator()(void*) const {}

Library::Library(const std::string& name, const std::string& package)
    : name_(name), handle_(::dlopen(name.c_str(), RTLD_NOW | RTLD_LOCAL)) {
  if (!handle_)
    throw Error(Kind::failed, "the library '" + name + "' is not on this machine")
        .set_hint("apt-get install " + package);
}

void* Library::symbol(const char* name) const {
  void* found = ::dlsym(handle_.get(), name);
  if (found == nullptr)
    throw Error(Kind::failed, "the library '" + name_ + "' has no '" + std::string(name) + "'");
  return found;
}

}  // namespace provisioner::os
