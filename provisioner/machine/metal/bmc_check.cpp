// Whether a BMC is as the inventory says.

#include "provisioner/machine/metal/bmc_check.h"

#include "provisioner/base/base/error.h"
#include "provisioner/base/http/client.h"
#include "provisioner/language/inventory/bmc_address.h"

namespace provisioner::metal {
namespace {

using base::Error;
using base::Kind;
using inventory::BmcAddress;

std::string told(const Error& error) {
  return error.message() + (error.hint().empty() ? "" : " (" + error.hint() + ")");
}

// Nothing is trusted by it: a person compares it with what the BMC's own page shows.
std::string key_words(const BmcAddress& address, Bmc::Deadline deadline) {
  try {
    return "it shows " +
           http::Client::shown_key("https://" + address.authority() + "/", deadline) +
           ", for bmc.pinned_key";
  } catch (const Error& error) {
    return error.message();
  }
}

void check_proof(const BmcAddress& address, const Access& access, Bmc::Deadline deadline,
                 BmcReport& report) {
  if (address.driver != BmcAddress::Driver::redfish) return;
  if (!address.has_tls)
    report.findings.emplace_back("the password travels in clear: redfish+http is for labs");
  else if (!access.verify_certificate && access.pinned_key.empty())
    report.findings.push_back("nothing proves that it is this BMC: " +
                              key_words(address, deadline));
}

}  // namespace

BmcReport check_bmc(const Access& access, const std::string& serial, Bmc::Deadline deadline) {
  BmcReport report;
  const BmcAddress address = inventory::read_bmc_address(access.address);
  check_proof(address, access, deadline, report);
  const auto bmc = open_bmc(access);
  try {
    report.power = bmc->power(deadline);
    report.identity = bmc->identity(deadline);
  } catch (const Error& error) {
    report.findings.push_back(told(error));
    const bool is_unproved = error.kind() == Kind::refused && address.has_tls &&
                             address.driver == BmcAddress::Driver::redfish &&
                             access.pinned_key.empty() && access.verify_certificate;
    if (is_unproved) report.findings.push_back(key_words(address, deadline));
    return report;
  }
  if (report.power == Power::unknown)
    report.findings.emplace_back("it says neither on nor off");
  const std::string& shown = report.identity.serial;
  if (!serial.empty() && shown.empty())
    report.findings.push_back("it tells no serial number, the inventory says '" + serial + "'");
  else if (!serial.empty() && shown != serial)
    report.findings.push_back("its serial number is '" + shown + "', the inventory says '" +
                              serial + "'");
  return report;
}

}  // namespace provisioner::metal
