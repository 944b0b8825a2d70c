// What every Host shares: performing a plan, and the words of a failed system call.
#include <fmt/format.h>

#include <cctype>
#include <cstring>

#include "provisioner/node/host/host_view.h"

namespace provisioner::host {

base::Error io_error(std::string_view doing, const std::string& path, int number) {
  std::string reason = std::strerror(number);
  if (reason.size() > 1 && std::islower(static_cast<unsigned char>(reason[1])))
    reason[0] = static_cast<char>(std::tolower(static_cast<unsigned char>(reason[0])));
  return base::Error(base::Kind::failed, fmt::format("cannot {} '{}': {}", doing, path, reason));
}

std::vector<CommandResult> perform_all(Host& host, const std::vector<wire::Step>& steps) {
  std::vector<CommandResult> answers;
  for (const wire::Step& step : steps) {
    answers.push_back(host.perform(step));
    if (std::holds_alternative<wire::WriteFile>(step) && answers.back().status != 0)
      throw base::Error(base::Kind::failed, fmt::format("failed to validate: rc:{} error:{}",
                                                        answers.back().status, answers.back().err));
  }
  return answers;
}

}  // namespace provisioner::host
