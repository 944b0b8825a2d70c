#pragma once

#include <string>

#include "provisioner/base/store/run_store.h"

namespace provisioner::cli {

// A run by its number, or by the word "last". Throws Error(usage).
store::RunSummary named_run(const store::RunStore& store, const std::string& name);

}  // namespace provisioner::cli
