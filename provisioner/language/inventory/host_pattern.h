#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "provisioner/base/base/error.h"

namespace provisioner::inventory {

// A host as an inventory line names it: "n[01:20].example:2222", "[2001:db8::1]:22".
struct HostAddress {
  std::string pattern;  // without the port
  std::optional<int> port;
};

// Ansible's rules: a port is only one where what stands before it is a host name or an address;
// otherwise the whole text is the name.
HostAddress split_port(std::string_view text, bool may_have_ranges);

// True for what is one host's name or address as it stands, with or without a port: "n01", "::1",
// "n[1:3]:22".
bool is_address(std::string_view text);

// "n[01:03]" -> n01 n02 n03; "[a:c]", "[0:10:5]"; several ranges multiply. A text without a range
// is itself. Throws Error(input), also for more than a million names, before any is made.
std::vector<std::string> expand_ranges(const std::string& pattern, base::Pos pos);

}  // namespace provisioner::inventory
