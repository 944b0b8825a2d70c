// The lists of what the package sources offer: how old they are, and how they are fetched.
#include "provisioner/node/modules/apt/package_lists.h"

#include <algorithm>

#include "provisioner/base/base/error.h"
#include "provisioner/base/base/text.h"
#include "provisioner/node/modules/program_steps.h"

namespace provisioner::modules::apt {
namespace {

constexpr const char* lists = "/var/lib/apt/lists";

// The lines of apt's complaint, without what it fetched.
std::string complaint(const host::CommandResult& answer) {
  std::vector<std::string> lines;
  for (const std::string_view line : base::lines_of(answer.err)) {
    if (line.starts_with("E: ") || line.starts_with("W: "))
      lines.push_back(std::string(line.substr(0, 2)) + std::string(line.substr(3)));
  }
  return lines.empty() ? "unknown reason" : base::join(lines, ", ");
}

bool is_locked(const host::CommandResult& answer) {
  return answer.err.find("Could not get lock") != std::string::npos;
}

// A wait that a cancel or a deadline ends, as any program.
void wait(host::Host& host, std::int64_t seconds) {
  host.perform(program_step({"sleep", std::to_string(seconds)}));
}

}  // namespace

std::int64_t lists_time(const host::HostView& view) {
  for (const char* path : {"/var/lib/apt/periodic/update-success-stamp", lists}) {
    if (const auto status = view.status(path, host::Follow::yes))
      return static_cast<std::int64_t>(status->modification_time);
  }
  return 0;
}

bool is_update_due(const host::HostView& view, const Arguments& arguments) {
  const bool has_age =
      arguments.has("cache_valid_time") && arguments.integer("cache_valid_time") > 0;
  const bool is_asked = arguments.optional_boolean("update_cache").value_or(has_age);
  if (!is_asked && !has_age) return false;
  return static_cast<double>(lists_time(view) + arguments.integer("cache_valid_time")) <
             view.now() ||
         !has_age;
}

std::string update_lists(host::Host& host, const Arguments& arguments) {
  wire::Step update = program_step({host.program("apt-get").value_or("/usr/bin/apt-get"), "-q",
                                    "-o", "APT::Update::Error-Mode=any", "update"});
  std::get<wire::RunProgram>(update).environment.emplace_back("DEBIAN_FRONTEND", "noninteractive");
  const std::int64_t retries = arguments.integer("update_cache_retries");
  const std::int64_t longest =
      std::max<std::int64_t>(1, arguments.integer("update_cache_retry_max_delay"));
  std::int64_t waited_for_lock = 0, attempt = 0;
  while (true) {
    const host::CommandResult answer = host.perform(update);
    if (answer.status == 0) {
      host.perform(
          wire::TouchFile{lists, {}, {}});  // lists that did not change are fresh all the same
      return "";
    }
    if (is_locked(answer)) {
      if (waited_for_lock >= arguments.integer("lock_timeout"))
        return "Failed to lock apt for exclusive operation: " + complaint(answer);
      wait(host, 1);
      ++waited_for_lock;
      continue;
    }
    if (++attempt >= retries) return "Failed to update apt cache: " + complaint(answer);
    wait(host, std::min(longest, std::int64_t{1} << std::min<std::int64_t>(attempt, 20)));
  }
}

}  // namespace provisioner::modules::apt
