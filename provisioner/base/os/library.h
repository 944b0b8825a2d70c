#pragma once

#include <memory>
#include <string>

namespace provisioner::os {

// A shared library that is loaded when something of it is first needed: most commands need none of
// those that bring dozens of others along, and end before all of them would be there. Any thread.
class Library {
 public:
  // By its name for the loader: "libvirt.so.0". Throws Error(failed) where it is not there;
  // `package` is the distribution's that has it.
  Library(const std::string& name, const std::string& package);

  // Function is its type as the header declares it. Throws Error(failed) for a library without it.
  template <class Function>
  Function* function(const char* name) const {
    return reinterpret_cast<Function*>(symbol(name));
  }

 private:
  struct Close {
    void operator()(void* handle) const;
  };
  void* symbol(const char* name) const;

  std::string name_;
  std::unique_ptr<void, Close> handle_;
};

}  // namespace provisioner::os
