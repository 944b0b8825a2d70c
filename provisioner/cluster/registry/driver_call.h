#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "provisioner/base/value/value.h"
#include "provisioner/cluster/registry/registry_driver.h"

namespace provisioner::registry {

// Calls of a JSON API, as the drivers make them.
class DriverCalls {
 public:
  DriverCalls(DriverAccess access, std::string what)
      : access_(std::move(access)), what_(std::move(what)) {}

  // Any answer of these statuses; others throw, with the API's own words.
  http::Response send(http::Method method, const std::string& path, const value::Value& body,
                      const std::vector<int>& fine);
  value::Value get(const std::string& path);
  bool is_there(const std::string& path);  // 200, or 404
  // What comes of it, whatever that is; without an account as whoever reaches it.
  enum class As : std::uint8_t { ourselves, nobody };
  int try_out(http::Method method, const std::string& path, As as);
  const std::string& user() const { return access_.account.user; }

 private:
  DriverAccess access_;
  std::string what_;  // "Harbor": for messages
};

}  // namespace provisioner::registry
