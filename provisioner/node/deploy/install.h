#pragma once

#include <string>
#include <vector>

#include "provisioner/base/chunk/manifest.h"
#include "provisioner/node/deploy/order.h"
#include "provisioner/node/deploy/report.h"
#include "provisioner/node/fetch/http_client.h"

namespace provisioner::fetch {
class RackShare;
}

namespace provisioner::deploy {

// Where the RAM disk keeps what an installation needs.
struct Workplace {
  std::string devices = "/dev";
  std::string arrays = "/dev/md";  // what the names of md's arrays begin with
  std::string scratch = "/run/provisioner";         // in memory
  std::string manifest_keys = "/etc/provisioner/image-keys";  // public ones, a line of hex each
  fetch::RackShare* rack = nullptr;  // whom chunks come from first, where there is one
};

// The manifest that an order names: of its digest, signed by one of the RAM disk's keys. Throws
// Error(refused) where it is not, Error(failed) where the server does not have it.
chunk::Manifest fetch_manifest(const Order& order, fetch::HttpClient& client,
                               const Workplace& workplace);

// Makes of this machine what the order says; `disks` are the facts. `client` fetches beside the
// reports, so it is not the one that they go through. Answers the lines of its public
// host keys. Nothing can be booted from the disk before all of it is written and read back. Throws
// Error: then the disk is untouched, or unfinished and said to be so.
std::vector<std::string> install(const Order& order, const value::List& disks,
                                 fetch::HttpClient& client, Progress& progress,
                                 const Workplace& workplace);

}  // namespace provisioner::deploy
