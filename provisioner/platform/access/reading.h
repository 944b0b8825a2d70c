#pragma once

#include <string>
#include <vector>

#include "provisioner/base/base/error.h"
#include "provisioner/base/value/value.h"

namespace provisioner::access {

// What is read, and what is wrong with it.
class Reading {
 public:
  explicit Reading(base::Diagnostics& diagnostics) : diagnostics_(diagnostics) {}

  void add(const std::string& message, const value::Value& place, const std::string& hint = {});
  void warn(const std::string& message, const value::Value& place, const std::string& hint);
  // `what` is "there is no namespace 'x'"; the nearest of those that there are, or all of them.
  void add_unknown(const std::string& what, const std::string& word, const value::Value& place,
                   const std::vector<std::string>& known);
  bool check_keys(const value::Value& dict, const std::vector<std::string>& known);

  // The texts of a list; what is none is a mistake. `what` begins the sentence: "'groups'".
  std::vector<value::Value> texts(const value::Value* list, const std::string& what);

 private:
  base::Diagnostics& diagnostics_;
};

// A name that Kubernetes takes for a namespace (RFC 1123, a label): up to 63 of a-z, 0-9 and "-".
bool is_label(std::string_view name);

}  // namespace provisioner::access
