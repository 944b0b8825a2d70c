// What servers have answered.

#include "provisioner/platform/gates/answer.h"

#include "provisioner/base/base/one_line.h"

namespace provisioner::gates {
namespace {

constexpr std::size_t most_shown = 160;

}  // namespace

std::string Answer::header(const std::string& name) const {
  const auto found = headers.find(name);
  return found == headers.end() ? "" : found->second;
}

std::string Answer::text() const {
  if (status == 0) return failure;
  const std::string said = base::one_line(body.substr(0, most_shown));
  return "status " + std::to_string(status) + (said.empty() ? "" : ": " + said);
}

}  // namespace provisioner::gates
