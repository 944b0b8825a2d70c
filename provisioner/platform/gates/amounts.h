#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace provisioner::gates {

// What pods ask for, and nodes give.
struct Amount {
  double cores = 0, bytes = 0;
};

// A quantity as Kubernetes writes it (k8s.io/apimachinery, resource.Quantity): "250m", "4Gi", "2".
std::optional<double> quantity(std::string_view text);

// "CPU MEMORY", either of which may be "-".
Amount amount_in(const std::string& text);

}  // namespace provisioner::gates
