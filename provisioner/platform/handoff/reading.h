#pragma once

#include <string>
#include <vector>

#include "provisioner/base/base/error.h"
#include "provisioner/base/value/value.h"

namespace provisioner::handoff {

// Reads one dict of the inventory, strictly: what is wrong goes to `diagnostics` with its place.
class Reading {
 public:
  // `where` is how people call it: "gen3.postgres". nullptr stands for an empty dict of `above`.
  Reading(const value::Value* said, std::string where, const value::Value& above,
          base::Diagnostics& diagnostics);

  // No other keys than these. One that sounds like a secret is told that secrets are references.
  void know(const std::vector<std::string>& keys);
  std::string text(std::string_view key, const std::string& otherwise = {});
  // As `text`, and a mistake where it is missing; `example` is how it could be written.
  std::string required(std::string_view key, const std::string& example);
  std::string url(std::string_view key, const std::string& example);     // required, http(s)://
  std::string name(std::string_view key, const std::string& otherwise);  // of DNS, up to 63 bytes
  int port(std::string_view key, int otherwise);
  std::vector<std::string> texts(std::string_view key, std::vector<std::string> otherwise = {});
  Reading below(std::string_view key);

  const value::Value* find(std::string_view key) const { return said_.find(key); }
  void add(const std::string& message, std::string_view key, const std::string& hint);

 private:
  value::Value said_;
  std::string where_;
  base::Diagnostics& diagnostics_;
};

}  // namespace provisioner::handoff
