#pragma once

#include <string_view>
#include <vector>

#include "provisioner/cluster/kubernetes/etcd_member.h"

namespace provisioner::kubernetes {

// What etcdctl 3.4 to 3.6 tells, read strictly: any other shape is Error(input) that names the
// command. An exit status other than 0 is no reason not to read: it only says that some endpoint
// did not answer.

// `etcdctl member list -w json`, asked of the etcd on `node`. With 3.6 and newer also
// `--consistency=s`: else a member without quorum does not tell.
EtcdView read_member_list(const std::string& node, std::string_view answer);

// `etcdctl endpoint status --cluster -w json`: learners and sizes, the leader, alarms, and at whose
// address somebody else answers: that goes before the health, which is anybody's.
void add_endpoint_status(std::string_view answer, std::vector<EtcdMember>& members);

// The same answer: whose alarms it tells of that are none of these members, each once. 0: nobody's.
std::vector<MemberId> alarms_of_others(std::string_view answer,
                                       const std::vector<EtcdMember>& members);

// `etcdctl endpoint health --cluster -w json`: who takes part in decisions. One that only has an
// alarm does, whatever etcdctl says; a learner is never asked.
void add_endpoint_health(std::string_view answer, std::vector<EtcdMember>& members);

// `etcdctl alarm list`, plain or with -w json.
void add_alarms(std::string_view answer, std::vector<EtcdMember>& members);

// The members of the cluster that most views are of (of equally many, that of the first), without
// what the endpoints say.
EtcdSight etcd_sight(std::vector<EtcdView> views);

}  // namespace provisioner::kubernetes
