// What apt knows of packages that may not be installed.
#include "provisioner/node/modules/apt/candidates.h"

#include <fnmatch.h>

#include <algorithm>

#include "provisioner/base/base/text.h"
#include "provisioner/node/modules/apt/version.h"

namespace provisioner::modules::apt {
namespace {

// The version of a line of the version table: " *** 1.2 100", "     1.2 500". Deeper lines name
// where it is from.
std::string version_in(std::string_view line) {
  const bool is_installed = line.starts_with(" *** ");
  if (!is_installed && (!line.starts_with("     ") || line.starts_with("      "))) return "";
  line = line.substr(5);
  return std::string(line.substr(0, line.find(' ')));
}

}  // namespace

std::map<std::string, Candidates> candidates_of(const host::HostView& view,
                                                const std::vector<std::string>& names,
                                                const std::string& release) {
  std::map<std::string, Candidates> found;
  if (names.empty()) return found;
  std::vector<std::string> argv = {"apt-cache", "policy"};
  if (!release.empty()) argv.insert(argv.end(), {"-o", "APT::Default-Release=" + release});
  argv.insert(argv.end(), names.begin(), names.end());
  const host::CommandResult answer = view.query(argv);
  Candidates* current = nullptr;
  for (const std::string_view line : base::lines_of(answer.out)) {
    if (!line.starts_with(' ') && line.ends_with(':')) {
      current = &found[std::string(line.substr(0, line.size() - 1))];
      continue;
    }
    if (!current) continue;
    if (line.starts_with("  Candidate: ")) {
      const std::string_view text = base::trim(line.substr(13));
      if (text != "(none)") current->candidate = text;
    }
    if (std::string version = version_in(line); !version.empty())
      current->versions.push_back(std::move(version));
  }
  for (auto& [name, candidates] : found) {
    std::ranges::sort(candidates.versions, [](const std::string& a, const std::string& b) {
      return compare_versions(a, b) > 0;
    });
  }
  return found;
}

std::vector<std::string> names_like(const host::HostView& view, const std::string& pattern) {
  std::vector<std::string> names;
  const host::CommandResult answer = view.query({"apt-cache", "pkgnames"});
  for (const std::string_view line : base::lines_of(answer.out)) {
    if (fnmatch(pattern.c_str(), std::string(line).c_str(), FNM_NOESCAPE) == 0)
      names.emplace_back(line);
  }
  std::ranges::sort(names);
  return names;
}

std::vector<std::string> providers_of(const host::HostView& view, const std::string& name) {
  std::vector<std::string> names;
  bool is_list = false;
  const host::CommandResult answer = view.query({"apt-cache", "showpkg", name});
  for (const std::string_view line : base::lines_of(answer.out)) {
    if (is_list && !base::trim(line).empty()) names.emplace_back(line.substr(0, line.find(' ')));
    if (line.starts_with("Reverse Provides:")) is_list = true;
  }
  std::ranges::sort(names);
  const auto repeated = std::ranges::unique(names);
  names.erase(repeated.begin(), repeated.end());
  return names;
}

}  // namespace provisioner::modules::apt
