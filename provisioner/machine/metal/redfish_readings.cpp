// Readings of Redfish resources.

#include "provisioner/machine/metal/redfish_readings.h"

#include "provisioner/base/value/json.h"

namespace provisioner::metal {
namespace {

using value::Value;

std::string state_of(const Value& item) {
  const Value* status = item.find("Status");
  if (status == nullptr) return "";
  const std::string health = value::text_or(*status, "Health", "");
  return health.empty() ? value::text_or(*status, "State", "") : health;
}

void add_each(const Value& resource, const char* list, const char* reading, const std::string& unit,
              std::vector<Sensor>& sensors) {
  const Value* items = resource.find(list);
  if (items == nullptr || !items->is_list()) return;
  for (const Value& item : items->list()) {
    const Value* number = item.find(reading);
    const bool has_number = number != nullptr && (number->is_integer() || number->is_real());
    sensors.push_back({value::text_or(item, "Name", value::text_or(item, "FanName", "")),
                       has_number ? value::write_json(*number) : "",
                       value::text_or(item, "ReadingUnits", unit), state_of(item)});
  }
}

}  // namespace

void add_thermal(const Value& thermal, std::vector<Sensor>& sensors) {
  add_each(thermal, "Temperatures", "ReadingCelsius", "Cel", sensors);
  add_each(thermal, "Fans", "Reading", "", sensors);
}

void add_power(const Value& power, std::vector<Sensor>& sensors) {
  add_each(power, "PowerControl", "PowerConsumedWatts", "W", sensors);
  add_each(power, "Voltages", "ReadingVolts", "V", sensors);
  add_each(power, "PowerSupplies", "LastPowerOutputWatts", "W", sensors);
}

void add_sensor(const Value& sensor, std::vector<Sensor>& sensors) {
  add_each(Value(value::Dict{{"Members", value::List{sensor}}}), "Members", "Reading", "", sensors);
}

LogEntry log_entry(const Value& entry) {
  return {value::text_or(entry, "Created", ""), value::text_or(entry, "Severity", ""),
          value::text_or(entry, "Message", "")};
}

}  // namespace provisioner::metal
