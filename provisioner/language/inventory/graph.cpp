// Groups, hosts and who belongs to whom, under Ansible's rules.

#include "provisioner/language/inventory/graph.h"

#include <algorithm>
#include <charconv>
#include <functional>
#include <tuple>

namespace provisioner::inventory {
namespace {

using base::Error;
using base::Kind;

std::uint64_t member_key(Graph::Index group, Graph::Index host) {
  return static_cast<std::uint64_t>(group) << 32 | host;
}

int priority_of(const value::Value& value) {
  if (value.is_integer()) return static_cast<int>(value.integer());
  if (value.is_boolean()) return value.boolean() ? 1 : 0;
  if (value.is_real()) return static_cast<int>(value.real());
  int number = 0;
  if (value.is_string()) {
    const std::string& text = value.text();
    const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (code == std::errc() && end == text.data() + text.size()) return number;
  }
  throw Error(Kind::input, "ansible_group_priority must be a whole number", value.pos());
}

}  // namespace

Graph::Graph() {
  add_group("all", {});
  add_group("ungrouped", {});
  link(0, 1);
}

std::optional<Graph::Index> Graph::group_at(std::string_view name) const {
  const auto found = group_index_.find(std::string(name));
  return found == group_index_.end() ? std::nullopt : std::optional(found->second);
}

std::optional<Graph::Index> Graph::host_at(std::string_view name) const {
  const auto found = host_index_.find(std::string(name));
  return found == host_index_.end() ? std::nullopt : std::optional(found->second);
}

void Graph::add_group(const std::string& name, base::Pos pos) {
  if (name.empty()) throw Error(Kind::input, "a group's name is empty", pos);
  const auto [place, is_new] = group_index_.try_emplace(name, groups_.size());
  if (is_new) {
    GroupNode group;
    group.name = name;
    group.pos = pos;
    groups_.push_back(std::move(group));
  }
}

void Graph::add_host(const std::string& name, const std::string& group, std::optional<int> port,
                     base::Pos pos) {
  if (name.empty()) throw Error(Kind::input, "a host's name is empty", pos);
  const auto [place, is_new] = host_index_.try_emplace(name, hosts_.size());
  if (is_new) {
    HostNode host;
    host.name = name;
    host.origin = origin_;
    host.pos = pos;
    hosts_.push_back(std::move(host));
    if (port && *port != 0)
      set_in(hosts_.back().assigned, "host " + name, value::Value("ansible_port"),
             value::Value(*port).at(pos));
  }
  if (group.empty()) return;
  note_origin(group_index_.at(group));
  add_member(group_index_.at(group), place->second);
}

void Graph::note_origin(Index group) {
  std::vector<std::string>& origins = groups_[group].origins;
  if (!origin_.empty() && std::ranges::find(origins, origin_) == origins.end())
    origins.push_back(origin_);
}

void Graph::add_member(Index group, Index host) {
  if (!members_.insert(member_key(group, host)).second) return;
  groups_[group].hosts.push_back(host);
  hosts_[host].groups.push_back(group);
}

void Graph::remove_member(Index group, Index host) {
  if (members_.erase(member_key(group, host)) == 0) return;
  std::erase(groups_[group].hosts, host);
  std::erase(hosts_[host].groups, group);
}

void Graph::link(Index parent, Index child) {
  std::vector<Index>& children = groups_[parent].children;
  if (std::find(children.begin(), children.end(), child) != children.end()) return;
  children.push_back(child);
  groups_[child].parents.push_back(parent);
}

std::vector<Graph::Index> Graph::ancestors(Index group) const {
  std::vector<Index> found;
  std::vector<Index> open = groups_[group].parents;
  std::unordered_set<Index> seen;
  while (!open.empty()) {
    const Index at = open.back();
    open.pop_back();
    if (!seen.insert(at).second) continue;
    found.push_back(at);
    open.insert(open.end(), groups_[at].parents.begin(), groups_[at].parents.end());
  }
  return found;
}

// The way from a group up to one of its ancestors; empty where there is none.
std::vector<Graph::Index> Graph::path_up(Index from, Index to) const {
  if (from == to) return {from};
  for (const Index parent : groups_[from].parents) {
    std::vector<Index> way = path_up(parent, to);
    if (way.empty()) continue;
    way.insert(way.begin(), from);
    return way;
  }
  return {};
}

void Graph::add_child(const std::string& parent, const std::string& child, base::Pos pos) {
  const Index above = group_index_.at(parent);
  note_origin(above);
  const auto below = group_at(child);
  if (!below) {
    const auto host = host_at(child);
    if (!host) throw Error(Kind::input, "'" + child + "' is no group and no host", pos);
    return add_member(above, *host);
  }
  const std::vector<Index> way = path_up(above, *below);
  if (!way.empty()) {
    std::string names = child;
    for (auto at = way.rbegin(); at != way.rend(); ++at)
      if (at != way.rbegin()) names += " > " + groups_[*at].name;
    Error error(Kind::input, "group '" + child + "' would hold itself: " + names + " > " + child,
                pos);
    error.set_hint("take '" + child + "' out of the children of '" + parent + "'");
    throw error;
  }
  link(above, *below);
}

void Graph::set_in(std::vector<Assigned>& assigned, const std::string& entity,
                   const value::Value& key, const value::Value& value) {
  const std::string layer = source_.empty() ? entity : entity + " in " + source_;
  if (assigned.empty() || assigned.back().layer != layer) assigned.push_back({layer, {}});
  assigned.back().variables.set(key, value);
}

void Graph::set_variable(const std::string& entity, const value::Value& key,
                         const value::Value& value) {
  if (const auto group = group_at(entity)) {
    if (key.is_string() && key.text() == "ansible_group_priority") {
      if (!value.is_none()) groups_[*group].priority = priority_of(value);
      return;
    }
    return set_in(groups_[*group].assigned, "group " + entity, key, value);
  }
  set_host_variable(entity, key, value);
}

void Graph::set_host_variable(const std::string& name, const value::Value& key,
                              const value::Value& value) {
  const auto host = host_at(name);
  if (!host) throw Error(Kind::input, "'" + name + "' is no group and no host", key.pos());
  set_in(hosts_[*host].assigned, "host " + name, key, value);
}

void Graph::settle() {
  for (Index group = 1; group < groups_.size(); ++group)
    if (groups_[group].parents.empty()) link(0, group);
  for (Index host = 0; host < hosts_.size(); ++host) {
    const std::vector<Index>& groups = hosts_[host].groups;
    const bool has_own =
        std::any_of(groups.begin(), groups.end(), [](Index group) { return group > 1; });
    if (has_own)
      remove_member(1, host);
    else if (std::find(groups.begin(), groups.end(), 1) == groups.end())
      add_member(1, host);
  }
  settle_depths();
}

// The longest way from "all".
void Graph::settle_depths() {
  std::vector<bool> is_known(groups_.size(), false);
  const std::function<int(Index)> depth_of = [&](Index group) {
    if (is_known[group]) return groups_[group].depth;
    int depth = 0;
    for (const Index parent : groups_[group].parents) depth = std::max(depth, depth_of(parent) + 1);
    is_known[group] = true;
    return groups_[group].depth = depth;
  };
  for (Index group = 0; group < groups_.size(); ++group) depth_of(group);
}

std::vector<Graph::Index> Graph::groups_of(Index host) const {
  std::vector<Index> found;
  std::unordered_set<Index> seen{0};
  std::vector<Index> open = hosts_[host].groups;
  while (!open.empty()) {
    const Index at = open.back();
    open.pop_back();
    if (!seen.insert(at).second) continue;
    found.push_back(at);
    open.insert(open.end(), groups_[at].parents.begin(), groups_[at].parents.end());
  }
  std::sort(found.begin(), found.end(), [this](Index a, Index b) {
    const GroupNode &left = groups_[a], &right = groups_[b];
    return std::tie(left.depth, left.priority, left.name) <
           std::tie(right.depth, right.priority, right.name);
  });
  return found;
}

std::vector<Graph::Index> Graph::hosts_under(Index group) const {
  std::vector<Index> hosts, level{group};
  std::unordered_set<Index> seen_groups{group}, seen_hosts;
  while (!level.empty()) {
    std::vector<Index> next;
    for (const Index at : level) {
      for (const Index host : groups_[at].hosts)
        if (seen_hosts.insert(host).second) hosts.push_back(host);
      for (const Index child : groups_[at].children)
        if (seen_groups.insert(child).second) next.push_back(child);
    }
    level = std::move(next);
  }
  return hosts;
}

}  // namespace provisioner::inventory
