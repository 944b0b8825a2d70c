#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "provisioner/machine/reimage/guards.h"

namespace provisioner::reimage {

// What a member of an etcd cluster says of itself: the answer of `etcdctl endpoint health -w json`
// that ran on it, with or without --cluster. `own` are its names and addresses. Alive is one whose
// own endpoint is healthy; the others' endpoints only tell how many members there are. A list:
// [{"endpoint": URL, "health": bool, "took": "9.6ms", "error": text}]
// (etcd v3.5, etcdctl/ctlv3/command/ep_command.go).
Health etcd_health(std::string_view answer, const std::vector<std::string>& own);

// The same of `mmgetstate -Y` or `-aY`: lines of fields between colons, named by a HEADER line,
// each percent-encoded (IBM Storage Scale, mmgetstate command). Alive is a quorum node in state
// `active`.
Health gpfs_health(std::string_view answer, const std::vector<std::string>& own);

}  // namespace provisioner::reimage
