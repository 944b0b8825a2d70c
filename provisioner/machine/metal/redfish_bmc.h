#pragma once

#include "provisioner/machine/metal/bmc.h"
#include "provisioner/machine/metal/pace.h"
#include "provisioner/machine/metal/redfish_session.h"

namespace provisioner::metal {

// A BMC by Redfish: the ComputerSystem schema (DSP0268), Thermal and Power or Sensors, LogServices.
class RedfishBmc : public Bmc {
 public:
  // `system`: the path of the machine; empty: the only one that the service has.
  RedfishBmc(RedfishSession::Settings settings, std::string system, Pace pace);

  Power power(Deadline deadline) override;
  void ask(PowerVerb verb, Deadline deadline) override;
  std::optional<BootDevice> next_boot(Deadline deadline) override;
  void ask_next_boot(BootDevice device, Deadline deadline) override;
  Identity identity(Deadline deadline) override;
  std::vector<Sensor> sensors(Deadline deadline) override;
  std::vector<LogEntry> event_log(Deadline deadline) override;
  ConsoleCommand console() override;

 private:
  // One call of a user: its turn, and until when.
  struct Visit {
    os::Instant end;
    Pace::Turn turn;
  };
  Visit visit(Deadline deadline) const;
  RedfishSession::Resource system(const Visit& visit);
  // The resources that a link's collection, or a list of links, names.
  std::vector<value::Value> members(const value::Value& resource, std::string_view name,
                                    const Visit& visit);

  RedfishSession session_;
  std::string system_;
  Pace pace_;
};

}  // namespace provisioner::metal
