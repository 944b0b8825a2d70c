#pragma once

#include <functional>
#include <memory>
#include <string>

#include "provisioner/base/os/process.h"
#include "provisioner/cluster/registry/registry_client.h"

namespace provisioner::tests {

// The distribution's registry on a port of its own, with one account; ends with it.
class RegistryServer {
 public:
  RegistryServer();
  registry::Access access() const;
  std::string address() const;                   // "127.0.0.1:41234"
  std::string docker_authentication() const;     // for skopeo: containers-auth.json(5)
  void damage(const std::string& sha256) const;  // of a blob: one byte is another
  std::string storage() const;                   // the folder of its file system driver
  // Away while this is done, and back at the same place; its own garbage collection is done then.
  void collect_garbage(const std::function<void()>& before);

 private:
  std::string config() const { return directory_.path() + "/config.yml"; }
  void start();
  os::TemporaryDirectory directory_;
  std::uint16_t port_ = 0;
  std::unique_ptr<os::Child> server_;
};

}  // namespace provisioner::tests
