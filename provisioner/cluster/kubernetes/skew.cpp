// The version skew that Kubernetes supports.

#include "provisioner/cluster/kubernetes/skew.h"

namespace provisioner::kubernetes {
namespace {

constexpr int oldest_kubelet = 3;  // minors behind the API server

std::string next_minor(const Version& from) {
  return Version{from.major, from.minor + 1, 0}.minor_text();
}

bool is_of_older_minor(const Version& one, const Version& other) {
  return one.major < other.major || (one.major == other.major && one.minor < other.minor);
}

std::optional<Objection> step_objection(const Version& from, const Version& to) {
  if (to < from)
    return Objection{
        "the control plane is at " + from.text() + ": there is no way down to " + to.text(),
        "restore a snapshot of etcd that was taken before the upgrade"};
  if (to.major != from.major || to.minor > from.minor + 1)
    return Objection{"from " + from.text() + " to " + to.text() +
                         " is more than one minor, and a control plane goes up by one at a time",
                     "upgrade to a release of " + next_minor(from) + " first"};
  return std::nullopt;
}

std::optional<Objection> control_plane_objection(const NodeVersions& node, const Version& to) {
  if (!node.control_plane) return std::nullopt;
  const Version& has = *node.control_plane;
  if (has > to)
    return Objection{"'" + node.node + "' has a control plane of " + has.text() +
                         ", which is newer than " + to.text(),
                     "upgrade to " + has.text() + " or newer"};
  if (has.major != to.major || has.minor < to.minor - 1)
    return Objection{"'" + node.node + "' has a control plane of " + has.text() +
                         ", more than one minor behind " + to.text(),
                     "bring all control-plane nodes to a release of " + next_minor(has) + " first"};
  return std::nullopt;
}

}  // namespace

std::optional<Objection> kubelet_objection(const std::string& node, const Version& kubelet,
                                           const Version& api) {
  const std::string has = "'" + node + "' has a kubelet of " + kubelet.text();
  if (is_of_older_minor(api, kubelet))
    return Objection{has + ", newer than the API server's " + api.text(),
                     "upgrade the control plane first"};
  if (kubelet.major != api.major || kubelet.minor < api.minor - oldest_kubelet)
    return Objection{has + ", more than three minors behind an API server of " + api.text(),
                     "upgrade that node first"};
  return std::nullopt;
}

std::vector<Objection> upgrade_objections(const Version& from, const Version& to,
                                          const std::vector<NodeVersions>& nodes) {
  std::vector<Objection> objections;
  const auto add = [&](std::optional<Objection> objection) {
    if (objection) objections.push_back(*std::move(objection));
  };
  add(step_objection(from, to));
  if (!objections.empty()) return objections;
  for (const NodeVersions& node : nodes) {
    add(control_plane_objection(node, to));
    if (node.kubelet) add(kubelet_objection(node.node, *node.kubelet, to));
  }
  return objections;
}

}  // namespace provisioner::kubernetes
