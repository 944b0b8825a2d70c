#pragma once

#include "provisioner/base/base/error.h"

namespace provisioner::cli {

// For whoever goes on after an Error of one of several: `if (ends_all(error)) throw;`. A signal is
// meant for the whole command, and a bug of ours is nothing that one of them lacks.
inline bool ends_all(const base::Error& error) {
  return error.kind() == base::Kind::stopped || error.kind() == base::Kind::bug;
}

}  // namespace provisioner::cli
