#pragma once

#include <string>
#include <vector>

#include "provisioner/base/base/error.h"
#include "provisioner/base/value/value.h"

namespace provisioner::instance {

inline constexpr int standard_api_port = 6443;  // of an API that says none

// An address that one of the inventory's machines has. Some are of a cluster or a registry, where
// the port of an API may be taken; on others a site may have a load balancer.
struct MachineAddress {
  std::string machine, address;
  bool is_of_cluster = false;
};

// Where another instance's API is reached.
struct OtherApi {
  std::string instance, address;
  int port = 0;
  bool is_moving = false;  // between machines: keepalived, kube-vip
};

// The port of a `kubernetes_endpoint`, also where a template has made a text of it; 0 for what is
// no port.
int api_port(const value::Value& endpoint);

// What an inventory has around one instance.
struct Around {
  std::vector<std::string> control;           // its control-plane nodes
  std::vector<MachineAddress> members = {};   // of the cluster, as its nodes reach each other
  std::vector<MachineAddress> machines = {};  // all
  std::vector<OtherApi> apis = {};
};

// Whether the addresses of an instance are its own, by the variables of its first control-plane
// node: that of the API (`kubernetes_endpoint`) no machine's and no other API's, `pod_subnet` and
// `service_subnet` apart from each other, from the site's `networks` and from nodes. What is no
// address and no network is told elsewhere. An address of the API that moves between nodes and is
// in no network of the site is a warning.
void check_site_networks(const value::Dict& of_first, const Around& around,
                         base::Diagnostics& diagnostics);

}  // namespace provisioner::instance
