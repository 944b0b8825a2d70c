#pragma once

#include <string>

#include "provisioner/base/store/node_records.h"

namespace provisioner::cli {

std::string seen_text(const store::HardwareRecord& hardware);  // "2026-11-28T10:02:03Z by ssh"

}  // namespace provisioner::cli
