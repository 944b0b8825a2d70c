#pragma once

#include <iostream>

#include "provisioner/base/base/error.h"

namespace provisioner::cli {

inline void tell_warnings(const base::Diagnostics& found) {
  for (const base::Error& warning : found.warnings())
    std::cerr << warning.render("warning") << "\n\n";
}

}  // namespace provisioner::cli
