#pragma once

#include "provisioner/node/host/host_view.h"

namespace provisioner::host {

std::vector<Mount> mounted_file_systems();
std::optional<UnitState> systemd_unit(const std::string& name, std::string_view scope);
std::optional<std::string> kernel_setting(const std::string& name);
bool is_kernel_module_present(const std::string& name);
std::string short_file(
    const std::string& path);  // a line of /proc or /etc, trimmed; "" where missing
std::uint32_t process_umask();
TimeZone zone_at(double moment);
KernelIdentity kernel_identity();
std::vector<InterfaceAddress> interface_addresses();
std::optional<Route> route_to(const std::string& target);
std::optional<LinkIdentity> link_identity(const std::string& interface);
std::vector<std::string> next_lldp_frames(const std::vector<std::string>& interfaces,
                                          std::chrono::milliseconds patience);
std::string own_capabilities();

}  // namespace provisioner::host
