#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "provisioner/cluster/kubernetes/etcd_member.h"
#include "provisioner/cluster/kubernetes/objection.h"

namespace provisioner::kubernetes {

// The votes of etcd. Learners have none.
struct Votes {
  std::size_t voters = 0, healthy = 0;

  std::size_t needed() const { return voters / 2 + 1; }
  bool have_quorum() const { return voters > 0 && healthy >= needed(); }
};

Votes votes_of(const std::vector<EtcdMember>& members);

// Pure rules, each: why not, with what to do about it in the instance. Nothing of ours may leave
// fewer healthy voters than a quorum of those that are listed then; a change of the list needs a
// quorum of those that are listed now.

// etcd decides nothing.
std::optional<Objection> quorum_objection(const std::vector<EtcdMember>& members);

// Voters, by name, that stop for a while and stay in the list.
std::optional<Objection> away_objection(const std::vector<EtcdMember>& members,
                                        const std::vector<std::string>& leaving,
                                        const std::string& instance);

// A member that leaves the list for good.
std::optional<Objection> removal_objection(const std::vector<EtcdMember>& members, MemberId id,
                                           const std::string& instance);

// One more member: a learner first, that becomes a voter. All must be well: a list that grows while
// somebody is missing needs more votes than it has won.
std::optional<Objection> addition_objection(const std::vector<EtcdMember>& members);

// Alarms: until they are disarmed etcd refuses what is written to it.
std::optional<Objection> alarm_objection(const std::vector<EtcdMember>& members);

// Whose data is corrupt. Of one the others tell what is right.
std::vector<const EtcdMember*> corrupt_members(const std::vector<EtcdMember>& members);

}  // namespace provisioner::kubernetes
