// From an inventory's words to a driver.

#include "provisioner/machine/metal/open_bmc.h"

#include <sys/stat.h>

#include "provisioner/base/base/error.h"
#include "provisioner/base/base/text.h"
#include "provisioner/base/os/regular_file.h"
#include "provisioner/language/inventory/bmc_address.h"
#include "provisioner/machine/metal/bmc_lock.h"
#include "provisioner/machine/metal/ipmi_bmc.h"
#include "provisioner/machine/metal/libvirt_bmc.h"
#include "provisioner/machine/metal/pace.h"
#include "provisioner/machine/metal/redfish_bmc.h"

namespace provisioner::metal {
namespace {

using base::Error;
using base::Kind;
using inventory::BmcAddress;

base::Secret bmc_password(const inventory::Node& node) {
  const std::string& path = node.bmc->password_file;
  const std::string file_text = node.name + ": the BMC's password file '" + path + "'";
  const std::string hint = "put the password of '" + node.bmc->user +
                           "' in it, for you alone (mode 600), or name another file as "
                           "bmc.password_file";
  const auto file = os::read_regular_file(path, 4096);
  if (!file) throw Error(Kind::input, file_text + " is not there", node.pos).set_hint(hint);
  if ((file->mode & (S_IRWXG | S_IRWXO)) != 0)
    throw Error(Kind::refused, file_text + " can be read by others", node.pos)
        .set_hint("make it yours alone: chmod 600 " + base::shell_quote(path));
  const std::string_view password = base::trim(file->bytes);
  if (password.empty()) throw Error(Kind::input, file_text + " is empty", node.pos).set_hint(hint);
  return base::Secret(std::string(password));
}

// "" where the state may not be written: a look at a BMC does without.
std::string pace_file(const Access& access, const BmcAddress& address) {
  try {
    return bmc_file(access.state_directory, address.key(), "pace");
  } catch (const Error&) {
    return "";
  }
}

std::unique_ptr<Bmc> open_redfish(const BmcAddress& address, const Access& access, Pace pace) {
  http::Trust trust{.verifies = access.verify_certificate};
  if (!access.pinned_key.empty()) trust.pinned_key = access.pinned_key;
  const std::string scheme = address.has_tls ? "https://" : "http://";
  return std::make_unique<RedfishBmc>(RedfishSession::Settings{scheme + address.authority(),
                                                               {access.user, access.password},
                                                               std::move(trust),
                                                               access.is_stopped},
                                      address.path == "/" ? "" : address.path, std::move(pace));
}

}  // namespace

std::unique_ptr<Bmc> open_bmc(const Access& access) {
  const BmcAddress address = inventory::read_bmc_address(access.address);
  if (address.driver == BmcAddress::Driver::libvirt)
    return std::make_unique<LibvirtBmc>(address.uri, address.host, access.is_stopped);
  Pace pace(pace_file(access, address), address.pause, os::system_clock(),
            stoppable_pause(access.is_stopped));
  if (address.driver == BmcAddress::Driver::redfish)
    return open_redfish(address, access, std::move(pace));
  return std::make_unique<IpmiBmc>(address, IpmiBmc::Login{access.user, access.password},
                                   access.boots_uefi, std::move(pace), access.is_stopped);
}

Access access_of(const inventory::Node& node, const std::string& state_directory) {
  if (!node.bmc)
    throw Error(Kind::input, node.name + ": the inventory names no BMC", node.pos)
        .set_hint("give its address as bmc.address: docs/manual-machines.md");
  const inventory::Bmc& bmc = *node.bmc;
  Access access{.address = bmc.address,
                .user = bmc.user,
                .password = bmc.password,
                .verify_certificate = bmc.verify_certificate,
                .pinned_key = bmc.pinned_key,
                .boots_uefi = node.hardware.firmware == inventory::Hardware::Firmware::uefi,
                .state_directory = state_directory};
  if (access.password.is_empty() && !bmc.password_file.empty())
    access.password = bmc_password(node);
  return access;
}

}  // namespace provisioner::metal
