#pragma once

#include <map>
#include <string>
#include <utility>

#include "provisioner/language/inventory/node_facts.h"
#include "provisioner/language/inventory/node_findings.h"

namespace provisioner::inventory {

// What only one thing in an inventory may have: MAC and IP addresses, serial numbers, WWNs, asset
// tags, host names. Nodes are given one after the other.
class Claims {
 public:
  explicit Claims(NodeFindings& findings) : findings_(findings) {}

  void add(const CheckedNode& node);

 private:
  struct Owner {
    std::string host;
    base::Pos pos;
  };
  void claim(const CheckedNode& node, const std::string& kind, const std::string& plain,
             const KnownText& written);
  void claim_address(const CheckedNode& node, const std::string& text, const KnownText& written);
  void claim_links(const CheckedNode& node);

  NodeFindings& findings_;
  std::map<std::pair<std::string, std::string>, Owner> owners_;
};

}  // namespace provisioner::inventory
