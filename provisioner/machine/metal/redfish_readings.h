#pragma once

#include <vector>

#include "provisioner/base/value/value.h"
#include "provisioner/machine/metal/bmc.h"

namespace provisioner::metal {

// What single Redfish resources say; a reading that is null is one that is not there.
void add_thermal(const value::Value& thermal, std::vector<Sensor>& sensors);  // DSP0268 Thermal
void add_power(const value::Value& power, std::vector<Sensor>& sensors);      // DSP0268 Power
void add_sensor(const value::Value& sensor, std::vector<Sensor>& sensors);    // DSP0268 Sensor
LogEntry log_entry(const value::Value& entry);                                // LogEntry

}  // namespace provisioner::metal
