#pragma once

#include <optional>
#include <string_view>

namespace provisioner::kubernetes {

// The value of a quantity as Kubernetes writes them (apimachinery, resource.Quantity): "100m",
// "1.5", "64Gi", "12e6"; nullopt for what is none, or less than nothing.
std::optional<double> quantity_of(std::string_view text);

}  // namespace provisioner::kubernetes
