// A BMC by ipmi_sim of OpenIPMI: real IPMI over LAN, its chassis switched by a program of ours.

#include <fmt/format.h>

#include <algorithm>

#include "provisioner/machine/lab/machines/machine.h"

namespace provisioner::lab {
namespace {

// So that all bytes together are 0 modulo 256.
char checksum_of(const std::string& bytes) {
  unsigned sum = 0;
  for (const char byte : bytes) sum += static_cast<unsigned char>(byte);
  return static_cast<char>(-sum);
}

// A length of 1 with this type would mean the end: such a text gets a blank.
std::string product_field(std::string text) {
  constexpr std::size_t most = 63;
  constexpr char eight_bit_text = '\xc0';
  text.resize(text.size() == 1 ? 2 : std::min(text.size(), most), ' ');
  return static_cast<char>(eight_bit_text | static_cast<char>(text.size())) + text;
}

// The record that `ipmitool fru print 0` reads: a header, and a product area of maker, name, part,
// version and serial number (IPMI Platform Management FRU Information Storage Definition 1.0,
// sections 8 and 12).
std::string product_record(const Machine& machine) {
  constexpr std::size_t block = 8;
  constexpr char format = 1, english = 25, end = '\xc1';
  std::string area = {format, 0, english};
  for (const std::string& text : {machine.vendor, machine.model, std::string(), std::string(),
                                  machine.serial})
    area += product_field(text);
  area += end;
  area.resize((area.size() + block) / block * block - 1, '\0');
  area[1] = static_cast<char>((area.size() + 1) / block);
  std::string header = {format, 0, 0, 0, 1, 0, 0};
  header += checksum_of(header);
  area += checksum_of(area);
  return header + area;
}

}  // namespace

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

std::string ipmi_emulation(const Machine& machine) {
  const std::string record = product_record(machine);
  std::string bytes;
  for (const char byte : record)
    bytes += fmt::format(" {:#04x}", static_cast<unsigned char>(byte));
  return fmt::format(
      "mc_setbmc 0x20\n"
      "mc_add 0x20 0 no-device-sdrs 0x2b 9 8 0x9f 0x1291 0xf02 persist_sdr\n"
      "sel_enable 0x20 1000 0x0a\n"
      "mc_add_fru_data 0x20 0 {} data{}\n"
      "mc_enable 0x20\n",
      record.size(), bytes);
}

}  // namespace provisioner::lab
