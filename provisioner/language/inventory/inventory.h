#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "provisioner/base/base/error.h"
#include "provisioner/base/value/value.h"

namespace provisioner::inventory {

// Where one value of a variable came from: the layer's name as a person would say it
// ("group_vars/web", "host line in hosts.ini"), and how strong it is against the others.
struct Layer {
  std::string name;
  int precedence =
      0;  // Ansible's order within the inventory; later in a list wins at equal precedence
  value::Dict variables;   // every value knows its file:line:column
  std::string group = {};  // whose variables they are; empty: the host's own
};

struct Group {
  std::string name;
  std::vector<std::string> children, parents;  // in the order written
  std::vector<std::string> hosts;              // direct members
  int depth = 0;
  int priority = 1;  // ansible_group_priority
  base::Pos pos;
  // Who put hosts or groups into it, in the order of reading: as `Host::source`. Who only says
  // variables of it is not among them.
  std::vector<std::string> sources = {};
};

struct Host {
  std::string name;
  std::vector<std::string> groups;  // all, in merge order: weakest first, without "all"
  base::Pos pos;
  // The source that named it first, as `inventory_file`: an absolute path, or the text of a host
  // list; empty for add_host and the implicit localhost.
  std::string source = {};
  bool is_implicit = false;  // the implicit localhost
};

// What to read. Relative names are the caller's; group_vars/host_vars of the playbook's folder are
// added where `playbook_directory` is given.
struct Sources {
  std::vector<std::string> inputs;  // paths, "a,b," host lists; later ones add to earlier ones
  std::optional<std::string> playbook_directory;
};

// A file or folder of group_vars or host_vars that is not read.
struct UnusedVariables {
  std::string path;  // "group_vars/wbe.yml"
  std::string name;  // "wbe"
  bool is_of_group = false;
  std::string hidden_by = {};  // what is read instead; empty: nobody has that name
};

// Reads a vault-encrypted file's text; given by the caller who has the passwords. Throws Error.
using OpenVault = std::function<std::string(std::string_view vault_text, base::Pos pos)>;

// Hosts, groups and variable layers with ansible-core 2.14's meaning. Immutable once loaded; any
// thread. add_host and group_by make a changed copy.
class Inventory {
 public:
  // Throws Error(input) only for what cannot be read at all; all other findings are in
  // `diagnostics`.
  static Inventory load(const Sources& sources, const OpenVault& open_vault,
                        base::Diagnostics& diagnostics);

  const std::vector<std::string>& host_names() const;   // in Ansible's order
  const std::vector<std::string>& group_names() const;  // "all" and "ungrouped" included
  const Host* host(
      std::string_view name) const;  // "localhost", "127.0.0.1", "::1" are always there
  const Group* group(std::string_view name) const;
  std::vector<std::string> hosts_of(std::string_view group) const;  // with those of child groups

  // Hosts that match a pattern of -l or `hosts:` ("web:&prod:!n07", "n[0:3]", "~re", "@file"), in
  // inventory order. Throws Error(input) for a pattern that cannot be read; unknown names go to
  // `diagnostics` as warnings.
  std::vector<std::string> select(std::string_view pattern, base::Diagnostics& diagnostics) const;

  // The layers that hold for a host, weakest first; with `playbook` group_vars/host_vars in their
  // places. The magic variables are not in them (they belong to the run).
  std::vector<Layer> layers(std::string_view host) const;

  // All layers merged, unresolved; computed once per host.
  const value::Dict& variables(std::string_view host) const;
  const value::Dict& group_variables(
      std::string_view group) const;  // as `ansible-inventory --graph --vars`
  value::Dict own_variables(
      std::string_view host) const;  // of the host's own layers, without those of groups

  std::vector<UnusedVariables> unused_variables() const;

  // `inventory_dir` of a host: the folder of its source; nullopt where that is no file.
  std::optional<std::string> directory_of(std::string_view host) const;

  // For add_host and group_by: this inventory with one more host, group, membership.
  Inventory with_host(const std::string& host, const std::vector<std::string>& groups,
                      const value::Dict& variables) const;
  Inventory with_group_member(const std::string& group, const std::string& host,
                              const std::vector<std::string>& parents) const;

  Inventory(const Inventory&);
  Inventory(Inventory&&) noexcept;
  Inventory& operator=(const Inventory&);
  Inventory& operator=(Inventory&&) noexcept;
  ~Inventory();

 private:
  struct Parts;  // parts.h
  explicit Inventory(std::shared_ptr<const Parts> parts);
  std::shared_ptr<const Parts> parts_;
};

}  // namespace provisioner::inventory
