#pragma once

#include <string_view>

#include "provisioner/base/value/value.h"

namespace provisioner::modules::facts {

// The memory modules that an SMBIOS table names (structures of type 17, DSP0134 3.6, 7.18), without
// the empty slots: slot, size in bytes, speed in MT/s, part_number, serial, manufacturer. A table
// that is cut or lies about lengths gives what stands before the fault.
value::List dimms_in(std::string_view table);

}  // namespace provisioner::modules::facts
