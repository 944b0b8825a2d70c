// dpkg's own record of what is on the node.
#include "provisioner/node/modules/apt/dpkg_status.h"

#include <set>

#include "provisioner/base/base/text.h"

namespace provisioner::modules::apt {
namespace {

std::vector<std::string> provided(std::string_view list) {
  std::vector<std::string> names;
  for (const std::string& item : base::split(list, ',')) {
    const std::string_view name = base::trim(item);
    names.emplace_back(name.substr(0, name.find_first_of(" (")));
  }
  return names;
}

}  // namespace

DpkgStatus::DpkgStatus(const host::HostView& view) {
  const std::string text = view.read_file("/var/lib/dpkg/status").value_or("");
  std::size_t begin = 0;
  while (begin < text.size()) {
    std::size_t end = text.find("\n\n", begin);
    if (end == std::string::npos) end = text.size();
    add(std::string_view(text).substr(begin, end - begin));
    begin = end + 2;
  }
}

void DpkgStatus::add(std::string_view stanza) {
  Package package;
  for (const std::string_view line : base::lines_of(stanza)) {
    if (line.starts_with(' ')) continue;
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos) continue;
    const std::string_view key = line.substr(0, colon), text = base::trim(line.substr(colon + 1));
    if (key == "Package") package.name = text;
    if (key == "Architecture") package.architecture = text;
    if (key == "Version") package.version = text;
    if (key == "Status") package.state = text.substr(text.rfind(' ') + 1);
    if (key == "Provides") package.provides = provided(text);
  }
  if (package.name.empty()) return;
  const std::string name = package.name;
  packages_.emplace(name, std::move(package));
}

const Package* DpkgStatus::find(const std::string& name) const {
  const std::size_t colon = name.find(':');
  const std::string plain = name.substr(0, colon);
  const std::string architecture = colon == std::string::npos ? "" : name.substr(colon + 1);
  const Package* best = nullptr;
  for (auto [it, end] = packages_.equal_range(plain); it != end; ++it) {
    const Package& package = it->second;
    const bool fits = architecture.empty() || architecture == "any" ||
                      architecture == package.architecture || package.architecture == "all";
    if (fits && (!best || (package.is_installed() && !best->is_installed()))) best = &package;
  }
  return best;
}

bool DpkgStatus::is_provided(const std::string& name) const {
  for (const auto& [key, package] : packages_) {
    if (!package.is_installed()) continue;
    for (const std::string& virtual_name : package.provides) {
      if (virtual_name == name) return true;
    }
  }
  return false;
}

std::vector<std::string> DpkgStatus::installed_names() const {
  std::set<std::string> names;
  for (const auto& [name, package] : packages_) {
    if (package.is_installed()) names.insert(name);
  }
  return {names.begin(), names.end()};
}

std::vector<std::string> DpkgStatus::unfinished() const {
  static const std::set<std::string> states = {"half-installed", "unpacked", "half-configured"};
  std::vector<std::string> found;
  for (const auto& [name, package] : packages_) {
    if (states.contains(package.state)) found.push_back(name + " (" + package.state + ")");
  }
  return found;
}

}  // namespace provisioner::modules::apt
