// What is kept of what was shown.

#include "provisioner/front/platform/keep_results.h"

#include "provisioner/base/base/error.h"
#include "provisioner/front/cli/say.h"

namespace provisioner::platform {

void keep_results(const std::vector<std::function<void()>>& writes, const std::string& hint) {
  std::vector<base::Error> problems;
  for (const auto& write : writes) {
    try {
      write();
    } catch (const base::Error& error) {
      problems.push_back(error);
    }
  }
  if (problems.empty()) return;
  for (std::size_t at = 0; at + 1 < problems.size(); ++at) cli::say(problems[at].render());
  throw base::Error(problems.back()).set_hint(hint);
}

}  // namespace provisioner::platform
