// A BMC by ipmi_sim of OpenIPMI: real IPMI over LAN, its chassis switched by a program of ours.

#include <fmt/format.h>

#include "provisioner/machine/lab/machines/machine.h"

namespace provisioner::lab {

std::string ipmi_lan(const Machine& machine, const std::string& password,
                     const std::string& chassis) {
  return fmt::format(
      "name \"{}\"\n"
      "set_working_mc 0x20\n"
      "startlan 1\n"
      "  addr 127.0.0.1 {}\n"
      "  priv_limit admin\n"
      "  allowed_auths_callback none md2 md5 straight\n"
      "  allowed_auths_user none md2 md5 straight\n"
      "  allowed_auths_operator none md2 md5 straight\n"
      "  allowed_auths_admin none md2 md5 straight\n"
      "  guid a123456789abcdefa123456789abcdef\n"
      "  lan_config_program \"noop\"\n"
      "endlan\n"
      "sol \"tcp:127.0.0.1:{}\" 115200\n"
      "chassis_control \"{}\"\n"
      "user 1 true \"\" \"\" user 10 none md2 md5 straight\n"
      "user 2 true \"provisioner\" \"{}\" admin 10 none md2 md5 straight\n",
      machine.name, machine.bmc_port, machine.bmc_port, chassis, password);
}

std::string ipmi_emulation() {
  return "mc_setbmc 0x20\n"
         "mc_add 0x20 0 no-device-sdrs 0x23 9 8 0x9f 0x1291 0xf02 persist_sdr\n"
         "sel_enable 0x20 1000 0x0a\n"
         "mc_enable 0x20\n";
}

}  // namespace provisioner::lab
