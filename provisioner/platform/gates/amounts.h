#pragma once

#include <map>
#include <string>

namespace provisioner::gates {

inline constexpr double gib = 1073741824.0;  // bytes

// What pods ask for, and nodes give.
struct Amount {
  double cores = 0, bytes = 0;
  // Of all else, by its name in Kubernetes: ephemeral-storage and hugepages-* in bytes, what
  // devices give (nvidia.com/gpu) in pieces.
  std::map<std::string, double> others = {};

  // The same, by a resource's name: "cpu", "memory", or another one.
  double& of(const std::string& resource);
};

// "CPU MEMORY NAME=AMOUNT ...", of which the first two may be "-".
Amount amount_in(const std::string& text);

void add(Amount& sum, const Amount& more, double times = 1);
// Of each resource the greater of both.
Amount greater_of(const Amount& one, const Amount& other);
bool fits(const Amount& asked, const Amount& given);

// "1.6 cores and 2.0 GiB, 1 nvidia.com/gpu": of other resources those that `asked` has any of.
std::string text_of(const Amount& amount, const Amount& asked);

}  // namespace provisioner::gates
