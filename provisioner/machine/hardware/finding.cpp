// Differences of a node, a part at a time.

#include "provisioner/machine/hardware/finding.h"

#include <algorithm>

namespace provisioner::hardware {

std::string_view name_of(Because because) {
  switch (because) {
    case Because::spec:
      return "spec";
    case Because::inventory:
      return "inventory";
    case Because::cabling:
      return "cabling";
    case Because::burnin:
      return "burnin";
    case Because::peers:
      return "peers";
  }
  return "";
}

std::vector<std::string> Finding::nodes() const {
  std::vector<std::string> all = {node};
  all.insert(all.end(), others.begin(), others.end());
  return all;
}

bool Finding::is_about(const std::string& name) const {
  return node == name || std::ranges::find(others, name) != others.end();
}

void Differences::add(const std::string& part, std::string is, std::string should,
                      Because because) {
  const auto known = std::ranges::find(parts_, part, &Finding::part);
  if (known == parts_.end()) {
    parts_.push_back({.node = {}, .part = part, .is = std::move(is),
                      .should = std::move(should), .because = because});
    return;
  }
  known->is += ", " + is;
  known->should += ", " + should;
  known->because = std::min(known->because, because);
}

bool Differences::has(const std::string& part) const {
  return std::ranges::find(parts_, part, &Finding::part) != parts_.end();
}

std::vector<Finding> Differences::of_node(const std::string& node) const {
  std::vector<Finding> findings = parts_;
  for (Finding& finding : findings) finding.node = node;
  return findings;
}

}  // namespace provisioner::hardware
