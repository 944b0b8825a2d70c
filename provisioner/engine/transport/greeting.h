#pragma once

#include <chrono>
#include <string>
#include <vector>

namespace provisioner::transport {

// Which SSH servers at port 22 of these IPv4 addresses greet us, asked all at once, within
// `patience`. Nothing is said to them.
std::vector<bool> answer_ssh(const std::vector<std::string>& addresses,
                             std::chrono::milliseconds patience);

}  // namespace provisioner::transport
