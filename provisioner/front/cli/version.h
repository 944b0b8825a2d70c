#pragma once

#include <string>

namespace provisioner::cli {

std::string version_text();  // "provisioner 0.1.0 (language of ansible-core 2.14)"

}  // namespace provisioner::cli
