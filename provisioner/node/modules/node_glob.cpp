// Shell patterns over a HostView.
#include "provisioner/node/modules/node_glob.h"

#include <fnmatch.h>

#include <algorithm>

#include "provisioner/base/base/text.h"

namespace provisioner::modules {
namespace {

bool is_pattern(std::string_view name) { return name.find_first_of("*?[") != name.npos; }

std::vector<std::string> matches_in(const host::HostView& view, const std::string& directory,
                                    const std::string& pattern) {
  std::vector<std::string> names;
  for (const std::string& name :
       view.entries(directory.empty() ? "." : directory).value_or(std::vector<std::string>{}))
    if (name.starts_with('.') == pattern.starts_with('.') &&
        fnmatch(pattern.c_str(), name.c_str(), 0) == 0)
      names.push_back(name);
  return names;
}

}  // namespace

std::vector<std::string> node_glob(const host::HostView& view, const std::string& pattern) {
  std::vector<std::string> found{pattern.starts_with('/') ? "/" : ""};
  for (const std::string& component : base::split(pattern, '/')) {
    if (component.empty()) continue;
    std::vector<std::string> next;
    for (const std::string& directory : found) {
      const std::string prefix =
          directory.empty() || directory.ends_with('/') ? directory : directory + "/";
      if (!is_pattern(component)) {
        next.push_back(prefix + component);
        continue;
      }
      const auto status = view.status(directory.empty() ? "." : directory, host::Follow::yes);
      if (!status || status->type != host::FileType::directory) continue;
      for (const std::string& name : matches_in(view, directory, component))
        next.push_back(prefix + name);
    }
    found = std::move(next);
  }
  std::erase_if(found, [&](const std::string& path) {
    return !view.status(path, host::Follow::no).has_value();
  });
  return found;
}

}  // namespace provisioner::modules
