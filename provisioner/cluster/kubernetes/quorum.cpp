// What may happen to the votes of etcd.

#include "provisioner/cluster/kubernetes/quorum.h"

#include <fmt/format.h>

#include <algorithm>

#include "provisioner/base/base/text.h"

namespace provisioner::kubernetes {
namespace {

std::string labels_of(const std::vector<const EtcdMember*>& members) {
  std::vector<std::string> labels;
  for (const EtcdMember* member : members) labels.push_back(member->label());
  return base::join(labels, ", ");
}

std::vector<const EtcdMember*> ill_voters(const std::vector<EtcdMember>& members) {
  std::vector<const EtcdMember*> ill;
  for (const EtcdMember& member : members)
    if (member.is_voter() && !member.is_healthy) ill.push_back(&member);
  return ill;
}

std::string standing(const Votes& votes) {
  return fmt::format("{} of {} etcd members {} healthy", votes.healthy, votes.voters,
                     votes.voters == 1 ? "is" : "are");
}

std::string bring_back(const std::string& instance) {
  return "bring back those that are missing first: provisioner cluster status " + instance;
}

}  // namespace

Votes votes_of(const std::vector<EtcdMember>& members) {
  Votes votes;
  for (const EtcdMember& member : members) {
    votes.voters += member.is_voter() ? 1 : 0;
    votes.healthy += member.is_voter() && member.is_healthy ? 1 : 0;
  }
  return votes;
}

std::optional<Objection> quorum_objection(const std::vector<EtcdMember>& members) {
  const Votes votes = votes_of(members);
  if (votes.have_quorum()) return std::nullopt;
  if (votes.voters == 0) return Objection{"no member of etcd answers"};
  return Objection{fmt::format("etcd has no quorum: {}, and {} are needed ({} missing)",
                               standing(votes), votes.needed(), labels_of(ill_voters(members))),
                   "bring those back; where they are lost for good: provisioner cluster etcd "
                   "restore"};
}

std::optional<Objection> away_objection(const std::vector<EtcdMember>& members,
                                        const std::vector<std::string>& leaving,
                                        const std::string& instance) {
  Votes after = votes_of(members);
  std::vector<const EtcdMember*> lost;
  for (const EtcdMember& member : members)
    if (member.is_voter() && std::ranges::find(leaving, member.name) != leaving.end() &&
        member.is_started())
      lost.push_back(&member);
  if (lost.empty()) return std::nullopt;
  const Votes before = after;
  for (const EtcdMember* member : lost) after.healthy -= member->is_healthy ? 1 : 0;
  if (after.have_quorum()) return std::nullopt;
  return Objection{fmt::format("{}; without {} it would be {}, and {} {} needed", standing(before),
                               labels_of(lost), after.healthy, after.needed(),
                               after.needed() == 1 ? "is" : "are"),
                   before.voters < 3
                       ? "one or two members cannot do without one: see how many there should be"
                       : bring_back(instance)};
}

std::optional<Objection> removal_objection(const std::vector<EtcdMember>& members, MemberId id,
                                           const std::string& instance) {
  if (auto objection = quorum_objection(members)) return objection;
  const EtcdMember* leaving = find_member(members, id);
  if (leaving == nullptr) return Objection{"etcd has no member " + text_of(id)};
  if (leaving->is_learner) return std::nullopt;
  Votes after = votes_of(members);
  --after.voters;
  after.healthy -= leaving->is_healthy ? 1 : 0;
  if (after.voters == 0) return Objection{leaving->label() + " is the last member of etcd"};
  if (after.have_quorum()) return std::nullopt;
  return Objection{fmt::format("{}; removing {} would leave {} of {}, and {} are needed",
                               standing(votes_of(members)), leaving->label(), after.healthy,
                               after.voters, after.needed()),
                   bring_back(instance)};
}

std::optional<Objection> addition_objection(const std::vector<EtcdMember>& members) {
  if (auto objection = quorum_objection(members)) return objection;
  if (const auto ill = ill_voters(members); !ill.empty())
    return Objection{fmt::format("{}, and no member may join before {} is back or removed",
                                 standing(votes_of(members)), labels_of(ill)),
                     "provisioner cluster rejoin NODE, or remove NODE where it is lost"};
  for (const EtcdMember& member : members)
    if (member.is_learner)
      return Objection{"another member is joining: " + member.label() + " is a learner still"};
  return std::nullopt;
}

std::vector<const EtcdMember*> corrupt_members(const std::vector<EtcdMember>& members) {
  std::vector<const EtcdMember*> corrupt;
  for (const EtcdMember& member : members)
    if (member.is_corrupt) corrupt.push_back(&member);
  return corrupt;
}

std::optional<Objection> alarm_objection(const std::vector<EtcdMember>& members) {
  const auto corrupt = corrupt_members(members);
  if (corrupt.size() == 1)
    return Objection{"the database of " + corrupt.front()->label() +
                         " is corrupt: etcd has an alarm, and refuses what is written to it",
                     "take that node out and in again: provisioner cluster rejoin " +
                         (corrupt.front()->is_started() ? corrupt.front()->name : "NODE"),
                     true};
  if (!corrupt.empty())
    return Objection{"the databases of " + labels_of(corrupt) +
                         " are corrupt: etcd has alarms, and refuses what is written to it",
                     "take all members back to one snapshot: provisioner cluster etcd restore",
                     true};
  for (const EtcdMember& member : members)
    if (member.is_without_space)
      return Objection{"the database of " + member.label() +
                           " has no space left: etcd refuses what is written to it",
                       "provisioner cluster etcd defragment INSTANCE", true};
  return std::nullopt;
}

}  // namespace provisioner::kubernetes
