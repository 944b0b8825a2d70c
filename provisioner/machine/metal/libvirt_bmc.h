#pragma once

#include <functional>
#include <memory>
#include <string>

#include "provisioner/machine/metal/bmc.h"

namespace provisioner::metal {

// A virtual machine, switched by libvirt. A call that libvirt does not end within its deadline is
// left to itself, with what it holds: the library cannot be interrupted.
class LibvirtBmc : public Bmc {
 public:
  // `is_stopped` has calls left to themselves, too: Error(stopped).
  LibvirtBmc(std::string uri, std::string domain, std::function<bool()> is_stopped = {});
  ~LibvirtBmc() override;

  Power power(Deadline deadline) override;
  void ask(PowerVerb verb, Deadline deadline) override;
  std::optional<BootDevice> next_boot(Deadline deadline) override;
  // For all boots from now on: libvirt knows no single one, and no setup.
  void ask_next_boot(BootDevice device, Deadline deadline) override;
  Identity identity(Deadline deadline) override;
  std::vector<Sensor> sensors(Deadline deadline) override;
  std::vector<LogEntry> event_log(Deadline deadline) override;
  ConsoleCommand console() override;
  std::optional<ConsoleFeed> console_feed() override;

 private:
  struct Parts;
  std::shared_ptr<Parts> parts_;  // shared with a call that does not end
};

}  // namespace provisioner::metal
