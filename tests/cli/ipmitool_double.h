#pragma once

#include <string>

#include "spoken.h"

namespace provisioner::cli {

// Stands for ipmitool, first in the PATH as long as this lives: one machine an address, with its
// power in a file of the desk, and the serial number "SN-ADDRESS". The file `ignores` makes BMCs
// forget what they take, `hangs` leaves the order to switch off without an answer,
// `tells-no-serial` lets them tell none, `locked-ADDRESS` makes that one take no password; `asked`
// has a line of words for each question.
class IpmitoolDouble {
 public:
  explicit IpmitoolDouble(Desk& desk);
  IpmitoolDouble(const IpmitoolDouble&) = delete;
  IpmitoolDouble& operator=(const IpmitoolDouble&) = delete;
  ~IpmitoolDouble();

  void switch_to(const std::string& address, const std::string& power);
  std::string power_of(const std::string& address) const;
  void remove(const std::string& address);  // its BMC answers no more
  int times_asked(const std::string& address) const;

 private:
  Desk& desk_;
  const std::string path_;
};

}  // namespace provisioner::cli
