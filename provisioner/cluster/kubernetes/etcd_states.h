#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "provisioner/cluster/kubernetes/sight.h"
#include "provisioner/cluster/kubernetes/wish.h"

namespace provisioner::kubernetes {

// What is wrong with etcd, worst first.
enum class EtcdTrouble : std::uint8_t {
  silent,  // no member answers, and one should
  split,   // members of different clusters: one was restored or begun by itself
  no_quorum,
  corrupt,       // an alarm
  no_space,      // an alarm
  alarm_left,    // an alarm of a member that has left
  lists_differ,  // one cluster, two lists: a member is behind, or cut off
  lost_member,   // a voter that does not take part, of a node that may come back
  orphan,        // a member that nobody will bring back
  unstarted,     // added and never started, on a node that is there
  learner_left,  // started, and never made a voter
  removed,       // no member any more, and its node would start it still
  stranger,      // well, and of no control-plane node that is asked for
  too_few,       // fewer voters than control-plane nodes
  even_count,    // one voter too many for what the others bear
};
std::string_view name_of(EtcdTrouble trouble);

struct EtcdState {
  EtcdTrouble trouble{};
  std::string text, next;  // what is so; what to do about it

  bool operator==(const EtcdState&) const = default;
};

// Nothing where all is well, or no cluster was begun.
std::vector<EtcdState> etcd_states(const ClusterWish& wish, const ClusterSight& sight);

}  // namespace provisioner::kubernetes
