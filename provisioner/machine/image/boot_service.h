#pragma once

#include <functional>
#include <optional>
#include <string>

#include "provisioner/machine/image/boot_desk.h"
#include "provisioner/machine/image/boot_dhcp.h"

namespace provisioner::image {

// Where a boot service on this interface stands: its address and network, as the kernel has
// them. Throws Error(usage) for an interface that is not there or has no IPv4 address.
BootPlace boot_place(const std::string& interface, const std::string& directory);

// Whether a boot service is at work in a directory.
bool is_at_work(const std::string& directory);

// Where it stands, but for its HTTP port; nullopt where none is at work. Throws Error(failed) where
// it does not say so, as one of an older program.
std::optional<BootPlace> place_at_work(const std::string& directory);

// HTTP of the boot service: boot scripts and reports to the desk, public files by digest.
// Everything else is 404.
http::Answer answer_call(BootDesk& desk, const http::Call& call);

// DHCP, TFTP and HTTP, until `is_over` says so; asks the desk every half second which nodes are
// armed. Ends dnsmasq with it, also where this program is killed. Throws Error(failed) where
// dnsmasq ends or an address cannot be had, Error(refused) where another boot service is at work in
// `place.directory`. `ready` is called once all of it listens.
void serve_boot(const BootPlace& place, BootDesk& desk, const std::function<void()>& ready,
                const std::function<bool()>& is_over);

}  // namespace provisioner::image
