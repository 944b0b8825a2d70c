#pragma once

#include <map>
#include <string>

#include "provisioner/base/store/boot_jobs.h"
#include "provisioner/base/store/node_records.h"

namespace provisioner::reimage {

// Nodes that cannot stand in for others, by name, each with what it is: "is 'armed'". Those with an
// open boot job, those between a boot from the network and service, and those in maintenance.
std::map<std::string, std::string> away_nodes(const store::NodeRecords& records,
                                              const store::BootJobs& jobs);

}  // namespace provisioner::reimage
