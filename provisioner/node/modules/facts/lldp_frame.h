#pragma once

#include <string_view>

#include "provisioner/base/value/value.h"

namespace provisioner::modules::facts {

// What an LLDP data unit says of who sent it (IEEE 802.1AB-2016, 8): switch, switch_mac, port,
// port_description; what it does not say is not there. Empty for a unit that is cut, whose
// mandatory parts (chassis, port, time to live) are missing, twice or out of order, or that says
// good-bye.
value::Dict neighbour_in(std::string_view unit);

}  // namespace provisioner::modules::facts
