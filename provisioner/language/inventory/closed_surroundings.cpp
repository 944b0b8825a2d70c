// Lookups that are refused.

#include "provisioner/language/inventory/closed_surroundings.h"

namespace provisioner::inventory {
namespace {

[[noreturn]] void refuse(const std::string& what) {
  throw base::Error(base::Kind::refused, what + " is not asked for while an inventory is loaded");
}

}  // namespace

std::optional<std::string> ClosedSurroundings::environment(const std::string& name) const {
  refuse("the environment variable '" + name + "'");
}

std::optional<std::string> ClosedSurroundings::find_file(const std::string& name,
                                                         std::string_view) const {
  refuse("the file '" + name + "'");
}

std::vector<std::string> ClosedSurroundings::search_paths(std::string_view) const {
  refuse("the search path");
}

base::Source ClosedSurroundings::read_file(const std::string& path) const {
  refuse("the file '" + path + "'");
}

std::vector<std::string> ClosedSurroundings::glob(const std::string& pattern) const {
  refuse("'" + pattern + "'");
}

std::string ClosedSurroundings::run_pipe(const std::string&) const { refuse("a command"); }

value::Value ClosedSurroundings::unseal(const value::Value&) const { refuse("a vault"); }

std::vector<std::string> ClosedSurroundings::hosts_matching(const std::string& pattern) const {
  refuse("'" + pattern + "'");
}

}  // namespace provisioner::inventory
