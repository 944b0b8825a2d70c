#pragma once

#include <string>
#include <vector>

#include "provisioner/machine/lab/machines/machine.h"

namespace provisioner::lab {

// The power of one virtual machine, and the device of its next boot. One at a time: a lock in the
// machine's directory is held over each change, whoever makes it.
class MachineChassis {
 public:
  MachineChassis(std::string directory, std::string bridge, Machine machine);

  bool is_on() const;
  void switch_on();   // from the device of the next boot, which is forgotten
  void switch_off();  // the plug
  void reset();
  void set_next_boot(BootDevice device);
  BootDevice next_boot() const;
  // It ends on its own, to boot again: it does, unless somebody wants it off.
  void boot_again();

 private:
  void start();
  void stop();
  std::string home() const;

  std::string directory_, bridge_;
  Machine machine_;
};

// What ipmi_sim asks of its chassis program: "get power", "set power 1", "set boot pxe" (OpenIPMI's
// ipmi_lan(5)). Answers its standard output; throws Error(usage) for what it does not know.
std::string answer_chassis_order(MachineChassis& chassis, const std::vector<std::string>& words);

}  // namespace provisioner::lab
