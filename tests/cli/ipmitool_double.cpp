#include "ipmitool_double.h"

#include <algorithm>
#include <cstdlib>

#include "provisioner/base/base/text.h"
#include "provisioner/base/os/files.h"

namespace provisioner::cli {
namespace {

constexpr const char* tool = R"sh(#!/bin/sh
shift 3; host=$1
echo "$*" >> DESK/asked
power=DESK/power-$host
[ -e $power ] || { echo "Error: Unable to establish IPMI v2 / RMCP+ session" >&2; exit 1; }
[ ! -e DESK/locked-$host ] || { echo "> RAKP 2 HMAC is invalid" >&2; exit 1; }
case "$*" in
  *"chassis power status"*) echo "Chassis Power is $(cat $power)" ;;
  *"chassis power on"*) echo on > $power ;;
  *"chassis power off"*) [ -e DESK/hangs ] && exec sleep 60
                         [ -e DESK/ignores ] || echo off > $power ;;
  *"chassis power soft"*) echo off > $power ;;
  *"mc info"*) echo "Firmware Revision : 2.65" ;;
  *"fru print 0"*) echo ' Product Name : R640'
                   [ -e DESK/tells-no-serial ] || echo " Product Serial : SN-$host" ;;
  *"sdr list"*) echo "Inlet,23,degrees C,ok" ;;
  *"sel list"*) echo "1,01/02/2026,10:00:00,Fan #0x01,Failure,Asserted" ;;
  *"sol activate"*) echo "console of $host, password $(cat /dev/fd/3)" ;;
esac
)sh";

}  // namespace

IpmitoolDouble::IpmitoolDouble(Desk& desk) : desk_(desk), path_(std::getenv("PATH")) {
  desk_.write("bin/ipmitool", base::replace_all(tool, "DESK", desk_.path()), 0755);
  ::setenv("PATH", (desk_.path() + "/bin:" + path_).c_str(), 1);
}

IpmitoolDouble::~IpmitoolDouble() { ::setenv("PATH", path_.c_str(), 1); }

void IpmitoolDouble::switch_to(const std::string& address, const std::string& power) {
  desk_.write("power-" + address, power + "\n");
}

std::string IpmitoolDouble::power_of(const std::string& address) const {
  return os::require_file(desk_.path() + "/power-" + address);
}

void IpmitoolDouble::remove(const std::string& address) {
  os::remove_file(desk_.path() + "/power-" + address);
}

int IpmitoolDouble::times_asked(const std::string& address) const {
  const std::string asked = os::read_file(desk_.path() + "/asked").value_or("");
  const auto lines = base::lines_of(asked);
  return static_cast<int>(std::ranges::count_if(
      lines, [&](std::string_view line) { return line.starts_with(address + " "); }));
}

}  // namespace provisioner::cli
