#pragma once

#include <functional>
#include <string>

namespace provisioner::image {

// Told what goes on, in words for a person.
using Progress = std::function<void(const std::string& text)>;

}  // namespace provisioner::image
