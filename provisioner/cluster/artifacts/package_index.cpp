// Indexes of packages, read by apt with a state of its own.

#include "provisioner/cluster/artifacts/package_index.h"

#include <algorithm>
#include <chrono>

#include "provisioner/base/base/text.h"
#include "provisioner/base/crypto/digest.h"
#include "provisioner/base/os/files.h"
#include "provisioner/base/os/process.h"

namespace provisioner::artifacts {
namespace {

constexpr std::chrono::minutes patience{2};

// Above this machine's own: its proxies count, its hooks and sources do not.
constexpr const char* apt_settings = R"(Dir::Etc::sourceparts "/dev/null";
Dir::Etc::preferencesparts "/dev/null";
Acquire::AllowInsecureRepositories "true";
Acquire::IndexTargets::deb::DEP-11::DefaultEnabled "false";
Acquire::Languages "none";
Acquire::Retries "1";
Acquire::http::Timeout "10";
Acquire::https::Timeout "10";
APT::Update::Error-Mode "any";
APT::Sandbox::User "root";
#clear APT::Update::Post-Invoke;
#clear APT::Update::Post-Invoke-Success;
)";

// What stands between brackets is about architectures, and keys that lie on nodes.
std::string without_options(const std::string& source) {
  const std::size_t open = source.find('['), close = source.find(']');
  if (open == source.npos || close == source.npos || close < open) return source;
  return source.substr(0, open) + source.substr(close + 1);
}

// The file that apt is told by, in a place that is of these sources alone.
std::string write_settings(const std::vector<std::string>& sources, const std::string& directory) {
  std::string lines;
  for (const std::string& source : sources)
    if (source.starts_with("deb ")) lines += without_options(source) + "\n";
  const std::string place = os::join_path(os::absolute(directory), crypto::sha256(lines));
  os::make_directories(place + "/lists/partial", 0755);
  os::make_directories(place + "/cache/archives/partial", 0755);
  os::write_file(place + "/sources.list", lines);
  os::write_file(place + "/status", "");
  os::write_file(place + "/apt.conf",
                 "Dir::State::lists \"" + place + "/lists\";\n" + "Dir::State::status \"" + place +
                     "/status\";\n" + "Dir::Cache \"" + place + "/cache\";\n" +
                     "Dir::Etc::sourcelist \"" + place + "/sources.list\";\n" + apt_settings);
  return place + "/apt.conf";
}

os::CommandResult run_apt(const char* program, const std::string& settings, const char* verb) {
  return os::run({.argv = {program, "--quiet", "--config-file=" + settings, verb},
                  .environment = {{"LC_ALL", "C.UTF-8"}},
                  .deadline = patience});
}

// apt's first line that says what is wrong.
std::string fault_of(const os::CommandResult& ended) {
  if (ended.is_timed_out) return "no answer within two minutes";
  for (const std::string_view line : base::lines_of(ended.err))
    if (line.starts_with("E: ")) return std::string(base::trim(line.substr(3)));
  return "apt-get ended with " + std::to_string(ended.status);
}

}  // namespace

PackageAnswer ask_for_packages(const std::vector<std::string>& sources,
                               const std::vector<std::string>& names,
                               const std::string& directory) {
  if (!os::find_program("apt-get")) return {{}, "this machine has no apt"};
  const std::string settings = write_settings(sources, directory);
  const os::CommandResult updated = run_apt("apt-get", settings, "update");
  if (updated.status != 0) return {{}, fault_of(updated)};
  const os::CommandResult listed = run_apt("apt-cache", settings, "pkgnames");
  if (listed.status != 0) return {{}, fault_of(listed)};
  std::vector<std::string> there;
  for (const std::string_view line : base::lines_of(listed.out))
    there.emplace_back(base::trim(line));
  std::ranges::sort(there);
  PackageAnswer answer;
  for (const std::string& name : names)
    if (!std::ranges::binary_search(there, name)) answer.lacking.push_back(name);
  return answer;
}

bool can_be_asked(const std::string& source) {
  const std::vector<std::string> words = base::split(without_options(source), ' ');
  const auto place = std::ranges::find_if(
      words, [](const std::string& word) { return !word.empty() && word != "deb"; });
  return place != words.end() && (place->starts_with("http://") || place->starts_with("https://"));
}

}  // namespace provisioner::artifacts
