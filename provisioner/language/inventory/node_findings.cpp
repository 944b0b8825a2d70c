// Collecting mistakes of many hosts into few messages.

#include "provisioner/language/inventory/node_findings.h"

#include <algorithm>

namespace provisioner::inventory {
namespace {

constexpr std::size_t most_names = 4;

// "n02, n03 and 16 more nodes"
std::string others(const std::vector<std::string>& hosts) {
  std::string text;
  const std::size_t end = std::min(hosts.size(), 1 + most_names);
  for (std::size_t at = 1; at < end; ++at) text += (at == 1 ? "" : ", ") + hosts[at];
  if (end < hosts.size()) text += " and " + std::to_string(hosts.size() - end) + " more";
  return text;
}

}  // namespace

void NodeFindings::begin_host(std::string name, base::Pos pos) {
  host_ = std::move(name);
  host_pos_ = pos;
}

void NodeFindings::add(Finding finding) {
  if (!finding.pos.is_known()) {  // as all values of JSON are: what tells two apart is the text
    finding.pos = host_pos_;
    finding.rule += finding.message;
  }
  const auto key = std::pair(finding.pos, finding.rule);
  const auto [kept, is_new] = kept_.try_emplace(key, Kept{std::move(finding), {}, host_pos_});
  std::vector<std::string>& hosts = kept->second.hosts;
  const bool is_of_hosts = is_new || !hosts.empty();
  if (!host_.empty() && is_of_hosts && (hosts.empty() || hosts.back() != host_))
    hosts.push_back(host_);
}

base::Error NodeFindings::error_of(const Kept& kept) {
  const Finding& finding = kept.finding;
  const std::string prefix = kept.hosts.empty() ? "" : kept.hosts.front() + ": ";
  base::Error error(base::Kind::input, prefix + finding.message, finding.pos);
  for (const base::Error::Line& line : finding.context) error.add_context(line.text, line.pos);
  const bool is_elsewhere = kept.host_pos.is_known() && kept.host_pos != finding.pos;
  if (kept.hosts.size() == 1 && is_elsewhere)
    error.add_context("this is where " + kept.hosts.front() + " stands", kept.host_pos);
  if (kept.hosts.size() > 1) error.add_context("it is the same with " + others(kept.hosts));
  error.set_hint(finding.hint);
  if (finding.is_secret) error.hide_excerpt();
  return error;
}

void NodeFindings::report(base::Diagnostics& diagnostics) const {
  for (const auto& [key, kept] : kept_) diagnostics.add(error_of(kept));
}

}  // namespace provisioner::inventory
