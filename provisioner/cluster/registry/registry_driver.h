#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "provisioner/base/base/secret.h"
#include "provisioner/base/http/client.h"

namespace provisioner::registry {

// A registry of others, that images come from: "docker.io" at "https://registry-1.docker.io".
struct Upstream {
  std::string name, url;
};

// Who may pull from a place without an account: vetted images go to nodes, which have none; what
// came in goes to nobody.
enum class Readers : std::uint8_t { everybody, named };

// A registry that a site has already and others look after: what we ask of it besides images, by
// its own API. Whatever is there already stays as it is. Throws as http::Client, Error(refused)
// where our account may not, Error(failed) for what it will not have, with its own words.
class RegistryDriver {
 public:
  struct Robot {
    std::string login;  // as it logs in, which is not always as it was named
    base::Secret password;
  };

  virtual ~RegistryDriver() = default;
  virtual std::vector<std::string> troubles() = 0;  // none: it is as it should be
  // A place for images below NAME/; true where it was made now.
  virtual bool have_project(const std::string& name, Readers readers) = 0;
  // A place below NAME/ that gets its images from the upstream as they are asked for.
  virtual bool have_proxy(const Upstream& upstream) = 0;
  virtual std::vector<std::string> robots() = 0;
  // May push below `project` and nowhere else.
  virtual Robot add_robot(const std::string& name, const std::string& project) = 0;
  virtual bool remove_robot(const std::string& name) = 0;  // false where there is none
};

// How a driver asks: http::Client, or in tests a double.
using Ask = std::function<http::Response(const http::Request&)>;

struct DriverAccess {
  std::string url;  // "https://harbor.example.org", without a slash at its end
  http::Credentials account;
  Ask ask;
};

const std::vector<std::string>& driver_kinds();  // harbor, nexus, zot
// Throws Error(input) for a kind that we do not know.
std::unique_ptr<RegistryDriver> open_driver(const std::string& kind, DriverAccess access);

std::unique_ptr<RegistryDriver> harbor_driver(DriverAccess access);
std::unique_ptr<RegistryDriver> nexus_driver(DriverAccess access);
std::unique_ptr<RegistryDriver> zot_driver(DriverAccess access);

}  // namespace provisioner::registry
