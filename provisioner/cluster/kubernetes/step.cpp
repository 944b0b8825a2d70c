// What is done next, in words.

#include "provisioner/cluster/kubernetes/step.h"

#include "provisioner/base/base/error.h"
#include "provisioner/base/base/text.h"

namespace provisioner::kubernetes {

std::string_view name_of(Act act) {
  using enum Act;
  switch (act) {
    case prepare:
      return "prepare";
    case init:
      return "init";
    case continue_init:
      return "continue init";
    case join_control:
      return "join control plane";
    case finish_join:
      return "finish join";
    case join_workers:
      return "join workers";
    case undo_half_join:
      return "undo half join";
    case remove_member:
      return "remove etcd member";
    case pod_network:
      return "pod network";
    case label:
      return "label";
    case wait_ready:
      return "wait until ready";
    case upgrade_apply:
      return "upgrade first control plane";
    case upgrade_control:
      return "upgrade control plane";
    case drain:
      return "drain";
    case cordon:
      return "cordon";
    case upgrade_kubelet:
      return "upgrade kubelet";
    case bring_back:
      return "bring back";
    case stop_control:
      return "stop control planes";
    case place_snapshot:
      return "place snapshot";
    case start_control:
      return "start control planes";
    case end_restore:
      return "end restore";
    case renew_certificates:
      return "renew certificates";
    case reset:
      return "reset";
    case delete_node:
      return "delete node";
    case disarm_alarms:
      return "disarm alarms";
  }
  throw base::Error(base::Kind::bug, "an act without a name");
}

std::string Step::text() const {
  std::string told(name_of(act));
  if (!nodes.empty()) told += ": " + base::join(nodes, ", ");
  if (member) told += " (member " + text_of(*member) + ")";
  return because.empty() ? told : told + ": " + because;
}

}  // namespace provisioner::kubernetes
