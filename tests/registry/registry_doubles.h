#pragma once

#include <map>
#include <set>
#include <string>

#include "provisioner/base/value/value.h"
#include "provisioner/cluster/registry/registry_driver.h"

namespace provisioner::tests {

// Doubles: each stands for a registry of others, with as much of its API, by its documentation, as
// the drivers ask for. They keep what they are told and refuse what the real one would.
class RegistryDouble {
 public:
  virtual ~RegistryDouble() = default;
  http::Response answer(const http::Request& request);

  registry::DriverAccess access();
  bool is_well = true;
  std::set<std::string> projects, proxies;
  std::set<std::string> open;  // those that everybody may pull from
  // By login: where it may push.
  std::map<std::string, std::string> accounts;

 protected:
  virtual http::Response call(http::Method method, const std::string& path,
                              const value::Value& body) = 0;
  // Of whoever has no account.
  virtual http::Response nameless(http::Method method, const std::string& path);
};

// Stands for Harbor 2.
class HarborDouble : public RegistryDouble {
 protected:
  http::Response call(http::Method method, const std::string& path,
                      const value::Value& body) override;

 private:
  http::Response projects_call(http::Method method, const std::string& path,
                               const value::Value& body);
  http::Response robots_call(http::Method method, const std::string& path,
                             const value::Value& body);
  std::map<std::string, int> registries_, robot_ids_;
  int next_id_ = 1;
};

// Stands for Nexus Repository 3.
class NexusDouble : public RegistryDouble {
 public:
  bool has_anonymous = true, has_token_realm = true;

 protected:
  http::Response call(http::Method method, const std::string& path,
                      const value::Value& body) override;

 private:
  http::Response users_call(http::Method method, const std::string& path, const value::Value& body);
  std::map<std::string, std::string> roles_;  // what each may push to
  std::map<std::string, std::string> user_roles_;
};

// Stands for zot, whose set-up has no API.
class ZotDouble : public RegistryDouble {
 public:
  bool has_accounts = true;
  std::set<std::string> writable = {"incoming", "vetted", "mirror"};  // for the provisioner
  std::set<std::string> writable_by_all;

 protected:
  http::Response call(http::Method method, const std::string& path,
                      const value::Value& body) override;
  http::Response nameless(http::Method method, const std::string& path) override;
};

}  // namespace provisioner::tests
