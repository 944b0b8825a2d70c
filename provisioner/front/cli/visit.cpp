// A boot of a machine that stands nowhere.

#include "provisioner/front/cli/visit.h"

#include <algorithm>
#include <bit>

#include "provisioner/base/base/error.h"
#include "provisioner/base/os/clock.h"
#include "provisioner/base/os/file_lock.h"
#include "provisioner/front/cli/booted_node.h"
#include "provisioner/front/cli/place.h"
#include "provisioner/front/cli/signal_watch.h"
#include "provisioner/language/inventory/addresses.h"
#include "provisioner/language/inventory/text_forms.h"
#include "provisioner/machine/image/boot_service.h"
#include "provisioner/machine/metal/pause.h"
#include "provisioner/machine/metal/stage_move.h"
#include "provisioner/machine/reimage/deploy_order.h"
#include "provisioner/machine/reimage/guard_lock.h"

namespace provisioner::cli {
namespace {

using base::Error;
using base::Kind;

constexpr std::chrono::minutes patience{20};  // somebody walks to a rack
constexpr std::chrono::milliseconds look_pause{500};

os::Descriptor hold(const std::string& mac) {
  os::make_directories(state_directory(), 0700);
  auto file = os::try_to_hold(os::join_path(state_directory(), "accept-" + mac + ".lock"));
  if (!file) throw Error(Kind::refused, "another process waits for " + mac + " already");
  return std::move(*file);
}

std::string bare(const std::string& address) { return address.substr(0, address.find('/')); }

// As much of a node as an order to boot needs.
inventory::Node stranger(const std::string& mac, const std::string& address) {
  inventory::Node node;
  node.name = mac;
  inventory::Interface interface;
  interface.name = "boot";
  interface.mac = mac;
  node.network.interfaces.push_back(interface);
  node.deploy.address = address;
  return node;
}

void require_free(const store::BootJobs& jobs, const std::string& mac,
                  const std::string& address) {
  for (const store::BootJob& job : jobs.open_jobs()) {
    const reimage::BootOrder order = reimage::order_of(job.order);
    const bool has_mac = std::ranges::find(order.macs, mac) != order.macs.end();
    if (!has_mac && bare(order.address) != bare(address)) continue;
    throw Error(Kind::refused, (has_mac ? mac : bare(address)) + " boots as '" + job.node +
                                   "' just now: it has a boot job")
        .set_hint("provisioner node log " + job.node);
  }
}

int prefix_of(const inventory::Address& netmask) {
  int bits = 0;
  for (const std::uint8_t byte : netmask.bytes) bits += std::popcount(byte);
  return bits;
}

// DHCP answers in the network of its own port alone.
void require_in_network(const image::BootPlace& place, const std::string& text) {
  const auto wanted = inventory::read_subnet(text);
  const auto netmask = inventory::read_address(place.netmask);
  const auto subnet = inventory::read_address(place.subnet);
  if (!wanted || !netmask || !subnet) throw Error(Kind::bug, "no network can be read");
  const inventory::Subnet network{*subnet, prefix_of(*netmask)};
  const std::string name = place.subnet + "/" + std::to_string(network.prefix);
  if (!network.holds(wanted->address) || wanted->prefix != network.prefix)
    throw Error(Kind::usage, "'" + text + "' is not of the boot network, which is " + name)
        .set_hint("give one that is free there, with its prefix");
  if (wanted->address == inventory::read_address(place.address))
    throw Error(Kind::usage, "'" + text + "' is the boot service's own address")
        .set_hint("give one that is free in " + name);
}

}  // namespace

Visit::Visit(const std::string& mac, const std::string& address, const std::string& images)
    : mac_(inventory::plain_mac(mac)),
      held_(hold(mac_)),
      records_(store::NodeRecords::open(state_directory())),
      jobs_(store::BootJobs::open(state_directory())) {
  leave();
  try {
    begin(address, images);
  } catch (...) {
    leave();
    throw;
  }
}

Visit::~Visit() {
  try {
    leave();
  } catch (...) {  // the next visit does it
  }
}

void Visit::leave() {
  if (const auto job = jobs_.open_job(mac_)) jobs_.end(job->id, "the visit is over");
  records_.forget(mac_);
}

// No other job begins between the look at all of them and this one.
void Visit::begin(const std::string& address, const std::string& images) {
  require_boot_service();
  if (const auto place = image::place_at_work(boot_directory()))
    require_in_network(*place, address);
  const image::BootFiles files = image::Store::open(images).require_boot_files();
  const value::Value order = to_value(reimage::look_order(stranger(mac_, address), files));
  const os::Descriptor alone =
      reimage::hold_guards(state_directory(), os::system_clock(), metal::real_pause(),
                           SignalWatch::has_come);
  require_free(jobs_, mac_, address);
  metal::move_node(records_, mac_, metal::Stage::armed, "somebody switches it on",
                   operator_name());
  jobs_.begin(mac_, "", order);
}

value::Value Visit::await_facts() {
  const os::Instant end = os::system_clock().now() + patience;
  while (true) {
    const bool is_open = jobs_.open_job(mac_).has_value();
    // The desk ends the job last: from then on it says no more of this machine.
    if (const auto hardware = records_.hardware(mac_); hardware && !is_open)
      return hardware->facts;
    if (SignalWatch::has_come())
      throw Error(Kind::stopped, "stopped: " + mac_ + " may no longer boot");
    const bool is_late = os::system_clock().now() > end;
    if (!is_open || is_late) {
      const auto state = records_.state(mac_);
      const std::string because = state && !is_late ? ": " + state->detail : "";
      throw Error(Kind::failed,
                  mac_ + " has not told its hardware, and may no longer boot" + because)
          .set_hint("provisioner node log " + mac_);
    }
    require_boot_service();
    metal::real_pause()(look_pause);
  }
}

}  // namespace provisioner::cli
