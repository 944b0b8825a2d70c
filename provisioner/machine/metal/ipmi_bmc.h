#pragma once

#include <functional>

#include "provisioner/base/base/error.h"
#include "provisioner/language/inventory/bmc_address.h"
#include "provisioner/machine/metal/bmc.h"
#include "provisioner/machine/metal/pace.h"

namespace provisioner::metal {

// IPMI 2.0 over LAN (RMCP+), by ipmitool: the password goes through a pipe, never by argv,
// environment or disk. A protocol of passwords in the memory of a BMC: for machines that have
// nothing better.
class IpmiBmc : public Bmc {
 public:
  struct Login {
    std::string user;
    base::Secret password;  // at most 20 bytes, as the protocol has it; else Error(input)
  };
  // `boots_uefi`: next boots are asked for as UEFI, or many machines take them for legacy ones.
  // `is_stopped` breaks off what is asked: Error(stopped), and whether it was heard is not known.
  IpmiBmc(inventory::BmcAddress address, Login login, bool boots_uefi, Pace pace,
          std::function<bool()> is_stopped = {});

  Power power(Deadline deadline) override;
  void ask(PowerVerb verb, Deadline deadline) override;
  std::optional<BootDevice> next_boot(Deadline deadline) override;
  void ask_next_boot(BootDevice device, Deadline deadline) override;
  Identity identity(Deadline deadline) override;
  std::vector<Sensor> sensors(Deadline deadline) override;
  std::vector<LogEntry> event_log(Deadline deadline) override;
  ConsoleCommand console() override;
  std::optional<ConsoleFeed> console_feed() override;

 private:
  std::vector<std::string> argv(const std::string& password_file) const;
  std::string say(const std::vector<std::string>& words, Deadline deadline) const;
  base::Error failure(const std::vector<std::string>& words, const std::string& said) const;

  inventory::BmcAddress address_;
  Login login_;
  bool boots_uefi_;
  Pace pace_;
  std::function<bool()> is_stopped_;
};

}  // namespace provisioner::metal
