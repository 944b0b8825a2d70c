#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "provisioner/base/base/error.h"
#include "provisioner/language/inventory/inventory.h"

namespace provisioner::inventory {

// What one source says about a host or a group.
struct Assigned {
  std::string layer;  // "host n01 in hosts.yml"
  value::Dict variables;
};

// Groups and hosts while sources are read: Ansible's rules for adding to them. A value; not for
// threads.
class Graph {
 public:
  using Index = std::size_t;

  struct GroupNode {
    std::string name;
    base::Pos pos;
    std::vector<Index> children, parents, hosts;
    std::vector<std::string> origins;  // of who gave it hosts or groups, each once
    int priority = 1;
    int depth = 0;  // right after settle()
    std::vector<Assigned> assigned;
  };
  struct HostNode {
    std::string name;
    std::string origin = {};
    base::Pos pos;
    std::vector<Index> groups;  // direct ones
    std::vector<Assigned> assigned;
  };

  Graph();

  // The name under which the following assignments are shown, and what new hosts have as their
  // source: an absolute path or a host list.
  void begin_source(std::string name, std::string origin = {}) {
    source_ = std::move(name);
    origin_ = std::move(origin);
  }

  void add_group(const std::string& name, base::Pos pos);
  void add_host(const std::string& name, const std::string& group, std::optional<int> port,
                base::Pos pos);
  // `child` is a group or a host that is there. Throws Error(input) for a group that would hold
  // itself.
  void add_child(const std::string& parent, const std::string& child, base::Pos pos);
  // To the group of that name, else to the host of that name.
  void set_variable(const std::string& entity, const value::Value& key, const value::Value& value);

  void set_host_variable(const std::string& host, const value::Value& key,
                         const value::Value& value);

  // Gives every group a way from "all", every lonely host to "ungrouped", and computes depths.
  void settle();

  bool has_group(const std::string& name) const { return group_index_.contains(name); }
  bool has_host(const std::string& name) const { return host_index_.contains(name); }
  std::optional<Index> group_at(std::string_view name) const;
  std::optional<Index> host_at(std::string_view name) const;
  const std::vector<GroupNode>& groups() const { return groups_; }
  const std::vector<HostNode>& hosts() const { return hosts_; }

  std::vector<Index> ancestors(Index group) const;    // without itself
  std::vector<Index> groups_of(Index host) const;     // all but "all", in merge order
  std::vector<Index> hosts_under(Index group) const;  // with those of descendants, breadth first

 private:
  void note_origin(Index group);
  void add_member(Index group, Index host);
  void remove_member(Index group, Index host);
  void link(Index parent, Index child);
  std::vector<Index> path_up(Index from, Index to) const;
  void settle_depths();
  void set_in(std::vector<Assigned>& assigned, const std::string& layer, const value::Value& key,
              const value::Value& value);

  std::vector<GroupNode> groups_;
  std::vector<HostNode> hosts_;
  std::unordered_map<std::string, Index> group_index_, host_index_;
  std::unordered_set<std::uint64_t> members_;  // group << 32 | host
  std::string source_, origin_;
};

}  // namespace provisioner::inventory
