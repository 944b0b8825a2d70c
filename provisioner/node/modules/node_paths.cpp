// Expansion of paths with the node's own environment and accounts, as os.path does it.
#include "provisioner/node/modules/node_paths.h"

#include <cctype>

namespace provisioner::modules {
namespace {

bool is_name_character(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
}

std::string expand_variables(const std::string& path, const host::HostView& view) {
  std::string out;
  for (std::size_t i = 0; i < path.size();) {
    std::size_t begin = i + 1, end = begin;
    const bool braced = begin < path.size() && path[begin] == '{';
    if (path[i] == '$' && braced)
      end = path.find('}', ++begin);
    else if (path[i] == '$')
      while (end < path.size() && is_name_character(path[end])) ++end;
    if (path[i] != '$' || end == std::string::npos || end == begin) {
      out += path[i++];
      continue;
    }
    const std::size_t next = braced ? end + 1 : end;
    out += view.environment(path.substr(begin, end - begin)).value_or(path.substr(i, next - i));
    i = next;
  }
  return out;
}

std::string expand_home(const std::string& path, const host::HostView& view) {
  if (!path.starts_with('~')) return path;
  const std::size_t slash = std::min(path.find('/'), path.size());
  const std::string user = path.substr(1, slash - 1);
  std::optional<std::string> home;
  if (user.empty()) home = view.environment("HOME");
  if (!home)
    if (auto account = user.empty() ? view.account(view.effective_uid()) : view.account(user))
      home = account->home;
  if (!home) return path;
  while (home->ends_with('/')) home->pop_back();
  const std::string expanded = *home + path.substr(slash);
  return expanded.empty() ? "/" : expanded;
}

}  // namespace

std::string expand_path(const std::string& path, const host::HostView& view) {
  return expand_home(expand_variables(path, view), view);
}

value::Dict expand_paths(const Spec& spec, value::Dict values, const host::HostView& view) {
  for (const Parameter& parameter : spec.parameters) {
    const value::Value* given = values.find(parameter.name);
    if (parameter.type != Type::path || given == nullptr || !given->is_string()) continue;
    values.set(parameter.name, value::Value(expand_path(given->text(), view)).at(given->pos()));
  }
  return values;
}

}  // namespace provisioner::modules
