// When certificates end, and who makes them anew.

#include "provisioner/cluster/kubernetes/certificates.h"

#include <algorithm>
#include <array>
#include <utility>

#include "provisioner/base/base/counted.h"
#include "provisioner/base/base/error.h"
#include "provisioner/base/base/one_line.h"
#include "provisioner/base/base/text.h"
#include "provisioner/cluster/kubernetes/authority.h"
#include "provisioner/cluster/kubernetes/away.h"
#include "provisioner/cluster/kubernetes/next_step.h"
#include "provisioner/cluster/kubernetes/quorum.h"

namespace provisioner::kubernetes {
namespace {

using base::Error;
using base::Kind;

constexpr std::array<std::pair<std::string_view, Renewer>, 5> renewers = {
    {{"kubeadm", Renewer::kubeadm},
     {"kubelet", Renewer::kubelet},
     {"site", Renewer::site},
     {"given", Renewer::given},
     {"nobody", Renewer::nobody}}};

std::optional<std::chrono::sys_seconds> time_in(const std::string& text) {
  const auto seconds = base::integer_in(text);
  if (!seconds) return std::nullopt;
  return std::chrono::sys_seconds(std::chrono::seconds(*seconds));
}

Certificate read_line(const std::string& node, std::string_view line) {
  const std::vector<std::string> cells = base::split(line, '\t');
  const auto refuse = [&]() -> Error {
    return Error(Kind::input, "'" + node + "' told of a certificate what nobody can read: '" +
                                  base::one_line(line.substr(0, 120)) + "'");
  };
  if (cells.size() != 5) throw refuse();
  const auto begins = time_in(cells[1]), ends = time_in(cells[2]);
  const auto renewer =
      std::ranges::find(renewers, cells[4], &std::pair<std::string_view, Renewer>::first);
  if (renewer == renewers.end()) throw refuse();
  if (cells[1].empty() && cells[2].empty() && cells[3].empty())
    return {.node = node,
            .path = cells[0],
            .subject = {},
            .renewer = renewer->second,
            .is_damaged = true};
  if (!begins || !ends) throw refuse();
  return {node, cells[0], cells[3], *begins, *ends, renewer->second};
}

// A kubelet renews its client's certificate by itself; the one that it has signed itself it makes
// once.
bool is_renewed_by_us(const Certificate& certificate) {
  return certificate.renewer == Renewer::kubeadm ||
         (certificate.renewer == Renewer::kubelet && certificate.path.ends_with("/kubelet.crt"));
}

std::string renewed_by(const Certificate& certificate, const std::string& instance) {
  if (is_renewed_by_us(certificate)) return "provisioner cluster certs " + instance + " --renew";
  switch (certificate.renewer) {
    case Renewer::site:
      return "provisioner cluster up " + instance + " makes it anew";
    case Renewer::given:
      return "put another one where 'cert_manager_issuers' says, then provisioner cluster up " +
             instance;
    case Renewer::nobody:
      return "it is an authority, and nobody makes it anew";
    default:
      return "its kubelet should have renewed it: look at the kubelet's log";
  }
}

bool is_renewed_by_us_and_ends_before(const Certificate& certificate, const std::string& node,
                                      std::chrono::sys_seconds until) {
  return certificate.node == node && is_renewed_by_us(certificate) && certificate.ends < until;
}

// Those that etcd and the API know each other by; kubectl, the scheduler and the controllers come
// in by others, and etcd decides without them.
bool is_between_servers(const Certificate& certificate) {
  return certificate.renewer == Renewer::kubeadm &&
         (certificate.path.find("/pki/etcd/") != std::string::npos ||
          certificate.path.find("/pki/apiserver") != std::string::npos);
}

bool has_ended(const std::string& node, const std::vector<Certificate>& certificates,
               std::chrono::sys_seconds now) {
  return std::ranges::any_of(certificates, [&](const Certificate& certificate) {
    return is_between_servers(certificate) &&
           is_renewed_by_us_and_ends_before(certificate, node, now);
  });
}

bool needs_renewal(const std::string& node, const ClusterSight& sight,
                   const std::vector<Certificate>& certificates, const Renewal& renewal) {
  if (sight.node(node).is_renewing || std::ranges::find(renewal.nodes, node) != renewal.nodes.end())
    return true;
  return std::ranges::any_of(certificates, [&](const Certificate& certificate) {
    return is_renewed_by_us_and_ends_before(certificate, node, renewal.until);
  });
}

// Those of the control plane that etcd cannot decide without, and that decide nothing as they are;
// also where a renewal of them was cut off.
std::vector<std::string> ended_together(const ClusterWish& wish, const ClusterSight& sight,
                                        const std::vector<Certificate>& certificates,
                                        const Renewal& renewal) {
  std::vector<std::string> names;
  if (!quorum_objection(sight.members())) return names;
  for (const WishedNode& node : wish.control)
    if (const NodeSight& seen = sight.node(node.name);
        seen.answers && (seen.is_renewing || has_ended(node.name, certificates, renewal.now)))
      names.push_back(node.name);
  return names;
}

// Until it has new ones, no other control plane may be away.
bool waits_for_renewal(const WishedNode& node, const ClusterSight& sight,
                       const std::vector<Certificate>& certificates, const Renewal& renewal) {
  if (has_ended(node.name, certificates, renewal.now)) return true;
  const EtcdMember* member = member_of(node, sight);
  return sight.node(node.name).is_renewing && member != nullptr && !member->is_healthy;
}

}  // namespace

std::string_view name_of(Renewer renewer) {
  for (const auto& [name, its] : renewers)
    if (its == renewer) return name;
  throw Error(Kind::bug, "a renewer without a name");
}

std::vector<Certificate> read_certificates(const std::string& node, std::string_view said) {
  std::vector<Certificate> certificates;
  for (const std::string_view line : base::lines_of(said))
    if (!base::trim(line).empty()) certificates.push_back(read_line(node, line));
  return certificates;
}

std::vector<std::string> certificate_remarks(const std::vector<Certificate>& certificates,
                                             std::chrono::sys_seconds now,
                                             const std::string& instance) {
  std::vector<std::string> remarks;
  for (const Certificate& one : ending(certificates, now + soon)) {
    const auto left = std::chrono::floor<std::chrono::days>(one.ends - now).count();
    const std::string when = one.is_damaged    ? "cannot be read"
                             : one.ends <= now ? "has ended"
                             : left == 0       ? "ends today"
                                               : "ends in " + base::counted(left, "day");
    remarks.push_back("the certificate " + one.path + " of '" + one.node + "' " + when + ": " +
                      renewed_by(one, instance));
  }
  return remarks;
}

std::vector<Certificate> ending(std::vector<Certificate> certificates,
                                std::chrono::sys_seconds until) {
  std::erase_if(certificates, [&](const Certificate& one) { return one.ends >= until; });
  std::ranges::stable_sort(certificates, {}, &Certificate::ends);
  return certificates;
}

Next next_renewal_step(const ClusterWish& wish, const ClusterSight& sight,
                       const std::vector<Certificate>& certificates, const Renewal& renewal) {
  Next next;
  std::vector<const WishedNode*> due;
  for (const WishedNode* node : wish.nodes()) {
    if (!sight.node(node->name).answers)
      next.remarks.push_back("'" + node->name + "' does not answer" +
                             sight.node(node->name).because() + ": its certificates stay");
    else if (needs_renewal(node->name, sight, certificates, renewal))
      due.push_back(node);
  }
  if (due.empty()) return next;
  if (auto objection = authority_objection(wish, sight)) {
    next.objections.push_back(*std::move(objection));
    return next;
  }
  if (auto together = ended_together(wish, sight, certificates, renewal); together.size() > 1) {
    next.step = Step{Act::renew_certificates,
                     std::move(together),
                     {},
                     "theirs have ended, so etcd has no quorum"};
    return next;
  }
  std::ranges::stable_partition(due, [&](const WishedNode* node) {
    return waits_for_renewal(*node, sight, certificates, renewal);
  });
  // Certificates that have ended are why nothing answers: then there is nothing to be lost.
  const bool is_up = health_objections(wish, sight).empty();
  const WishedNode& node = *due.front();
  const bool is_one_of_many = wish.control_node(node.name) != nullptr && wish.control.size() > 1;
  if (is_one_of_many && !quorum_objection(sight.members()))
    if (auto objection = is_up ? away_objection(wish, sight, {node.name})
                               : away_objection(sight.members(), {node.name}, wish.instance)) {
      next.objections.push_back(*std::move(objection));
      return next;
    }
  next.step = Step{Act::renew_certificates,
                   {node.name},
                   {},
                   sight.node(node.name).is_renewing ? "it was begun and has not ended" : ""};
  return next;
}

}  // namespace provisioner::kubernetes
