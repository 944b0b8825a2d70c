// A BMC by Redfish.

#include "provisioner/machine/metal/redfish_bmc.h"

#include <algorithm>

#include "provisioner/base/base/error.h"
#include "provisioner/base/base/text.h"
#include "provisioner/machine/metal/redfish_readings.h"

namespace provisioner::metal {
namespace {

using base::Error;
using base::Kind;
using value::Dict;
using value::Value;

constexpr const char* systems_path = "/redfish/v1/Systems";
constexpr std::size_t most_members = 256;  // of a collection that are looked at, one request each

// The names that services have for a verb, the best first.
std::vector<std::string> reset_types(PowerVerb verb) {
  switch (verb) {
    case PowerVerb::on:
      return {"On", "ForceOn"};
    case PowerVerb::off:
      return {"ForceOff"};
    case PowerVerb::soft:
      return {"GracefulShutdown"};  // a button that is pushed may switch on
  }
  return {};
}

// The best that this machine allows; where it does not say, the best.
std::string reset_type(const Value& action, PowerVerb verb) {
  const Value* allowed = action.find("ResetType@Redfish.AllowableValues");
  const std::vector<std::string> types = reset_types(verb);
  if (allowed == nullptr || !allowed->is_list()) return types.front();
  for (const std::string& type : types)
    if (std::ranges::find(allowed->list(), Value(type)) != allowed->list().end()) return type;
  throw Error(Kind::failed, "the BMC has no " + std::string(name_of(verb)));
}

const char* target_of(BootDevice device) {
  switch (device) {
    case BootDevice::pxe:
      return "Pxe";
    case BootDevice::disk:
      return "Hdd";
    case BootDevice::bios:
      return "BiosSetup";
  }
  return "";
}

}  // namespace

RedfishBmc::RedfishBmc(RedfishSession::Settings settings, std::string system, Pace pace)
    : session_(std::move(settings)), system_(std::move(system)), pace_(std::move(pace)) {}

RedfishBmc::Visit RedfishBmc::visit(Deadline deadline) const {
  const os::Instant end = os::system_clock().now() + deadline;
  return {end, pace_.turn(deadline)};
}

RedfishSession::Resource RedfishBmc::system(const Visit& visit) {
  if (!system_.empty()) return session_.get(system_, visit.end);
  const Value systems = session_.get(systems_path, visit.end).value;
  const Value* all = systems.find("Members");
  if (all == nullptr || !all->is_list() || all->list().empty())
    throw Error(Kind::failed, "the BMC has no machine");
  if (all->list().size() > 1)
    throw Error(Kind::failed,
                "the BMC has " + std::to_string(all->list().size()) + " machines, not one")
        .set_hint("name it in bmc.address: redfish://HOST" + path_of(all->list().front()));
  system_ = path_of(all->list().front());
  return session_.get(system_, visit.end);
}

std::vector<Value> RedfishBmc::members(const Value& resource, std::string_view name,
                                       const Visit& visit) {
  const Value* found = resource.find(name);
  if (found == nullptr) return {};
  Value links = *found;
  if (found->is_dict()) {
    const Value collection = session_.get(path_of(*found), visit.end).value;
    if (const Value* all = collection.find("Members")) links = *all;
  }
  std::vector<Value> all;
  if (!links.is_list()) return all;
  for (const Value& link : links.list()) {
    if (all.size() == most_members) break;
    const bool is_whole = link.is_dict() && link.dict().size() > 1;
    all.push_back(is_whole ? link : session_.get(path_of(link), visit.end).value);
  }
  return all;
}

Power RedfishBmc::power(Deadline deadline) {
  const std::string state =
      value::text_or(system(visit(deadline)).value, "PowerState", "");
  if (state == "On") return Power::on;
  return state == "Off" ? Power::off : Power::unknown;
}

void RedfishBmc::ask(PowerVerb verb, Deadline deadline) {
  const Visit visit = this->visit(deadline);
  const Value machine = system(visit).value;
  const Value* actions = machine.find("Actions");
  const Value* reset = actions == nullptr ? nullptr : actions->find("#ComputerSystem.Reset");
  const Value action = reset == nullptr ? Value(Dict{}) : *reset;
  const std::string target =
      value::text_or(action, "target", system_ + "/Actions/ComputerSystem.Reset");
  session_.post(path_of(Value(Dict{{"@odata.id", target}})),
                Value(Dict{{"ResetType", reset_type(action, verb)}}), visit.end);
}

std::optional<BootDevice> RedfishBmc::next_boot(Deadline deadline) {
  const Value machine = system(visit(deadline)).value;
  const Value* boot = machine.find("Boot");
  if (boot == nullptr || value::text_or(*boot, "BootSourceOverrideEnabled", "") == "Disabled")
    return std::nullopt;
  const std::string target = value::text_or(*boot, "BootSourceOverrideTarget", "");
  for (const BootDevice device : {BootDevice::pxe, BootDevice::disk, BootDevice::bios})
    if (target == target_of(device)) return device;
  return std::nullopt;
}

void RedfishBmc::ask_next_boot(BootDevice device, Deadline deadline) {
  const Visit visit = this->visit(deadline);
  const std::string etag = system(visit).etag;
  const Value boot(Dict{{"BootSourceOverrideEnabled", "Once"},
                        {"BootSourceOverrideTarget", target_of(device)}});
  session_.patch(system_, Value(Dict{{"Boot", boot}}), etag, visit.end);
}

Identity RedfishBmc::identity(Deadline deadline) {
  const Visit visit = this->visit(deadline);
  const Value machine = system(visit).value;
  Identity identity{.manufacturer = value::text_or(machine, "Manufacturer", ""),
                    .model = value::text_or(machine, "Model", ""),
                    .serial = value::text_or(machine, "SerialNumber", ""),
                    .firmware = {}};
  const Value* links = machine.find("Links");
  if (links == nullptr) return identity;
  for (const Value& manager : members(*links, "ManagedBy", visit))
    if (identity.firmware.empty())
      identity.firmware = value::text_or(manager, "FirmwareVersion", "");
  return identity;
}

std::vector<Sensor> RedfishBmc::sensors(Deadline deadline) {
  const Visit visit = this->visit(deadline);
  const Value machine = system(visit).value;
  const Value* links = machine.find("Links");
  std::vector<Sensor> sensors;
  if (links == nullptr) return sensors;
  for (const Value& chassis : members(*links, "Chassis", visit)) {
    const auto thermal = link_of(chassis, "Thermal"), power = link_of(chassis, "Power");
    if (thermal) add_thermal(session_.get(*thermal, visit.end).value, sensors);
    if (power) add_power(session_.get(*power, visit.end).value, sensors);
    if (thermal || power) continue;
    for (const Value& sensor : members(chassis, "Sensors", visit)) add_sensor(sensor, sensors);
  }
  return sensors;
}

std::vector<LogEntry> RedfishBmc::event_log(Deadline deadline) {
  const Visit visit = this->visit(deadline);
  const Value machine = system(visit).value;
  std::vector<Value> owners = {machine};
  if (const Value* links = machine.find("Links"))
    for (Value& manager : members(*links, "ManagedBy", visit)) owners.push_back(std::move(manager));
  std::vector<LogEntry> entries;
  for (const Value& owner : owners)
    for (const Value& service : members(owner, "LogServices", visit))
      for (const Value& entry : members(service, "Entries", visit))
        entries.push_back(log_entry(entry));
  std::ranges::stable_sort(entries, {}, &LogEntry::time);
  return entries;
}

ConsoleCommand RedfishBmc::console() {
  throw Error(Kind::failed, "Redfish has no console of its own")
      .set_hint(
          "where the BMC speaks IPMI too, name it as ipmi://HOST; its web page may have one");
}

}  // namespace provisioner::metal
