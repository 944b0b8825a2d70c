// The answers of ansible-inventory.

#include "provisioner/language/inventory/listing.h"

#include <algorithm>
#include <array>
#include <functional>
#include <set>

#include "provisioner/base/base/edit_distance.h"
#include "provisioner/base/value/json.h"
#include "provisioner/base/value/write_yaml.h"
#include "provisioner/language/inventory/parts.h"
#include "provisioner/language/jinja/object.h"

namespace provisioner::inventory {
namespace {

using base::Error;
using base::Kind;
using value::Dict;
using value::List;
using value::Value;

// Names that Ansible keeps for itself and does not list.
constexpr std::array<std::string_view, 18> internal = {"ansible_diff_mode",
                                                       "ansible_config_file",
                                                       "ansible_facts",
                                                       "ansible_forks",
                                                       "ansible_inventory_sources",
                                                       "ansible_limit",
                                                       "ansible_run_tags",
                                                       "ansible_skip_tags",
                                                       "ansible_verbosity",
                                                       "ansible_version",
                                                       "inventory_dir",
                                                       "inventory_file",
                                                       "inventory_hostname",
                                                       "inventory_hostname_short",
                                                       "groups",
                                                       "group_names",
                                                       "omit",
                                                       "playbook_dir"};

Dict shown(const Dict& variables) {
  Dict all;
  for (const auto& [key, value] : variables)
    if (!key.is_string() ||
        std::find(internal.begin(), internal.end(), key.text()) == internal.end())
      all.set(key, value);
  return all;
}

Dict host_variables(const Inventory& inventory, const std::string& host,
                    const ListingStyle& style) {
  return shown(style.is_export ? inventory.own_variables(host) : inventory.variables(host));
}

Dict group_variables(const Inventory& inventory, const Group& group) {
  Dict variables = inventory.group_variables(group.name);
  if (group.priority != 1) variables.set("ansible_group_priority", Value(group.priority));
  return shown(variables);
}

List texts(const std::vector<std::string>& names) { return {names.begin(), names.end()}; }

std::vector<const Group*> children_of(const Inventory& inventory, const Group& group) {
  std::vector<const Group*> children;
  for (const std::string& name : group.children) children.push_back(inventory.group(name));
  return children;
}

void list_group(const Inventory& inventory, const Group& group, const ListingStyle& style,
                std::set<std::string>& seen, Dict& all) {
  Dict entry;
  if (group.name != "all" && !group.hosts.empty()) entry.set("hosts", texts(group.hosts));
  List names;
  for (const Group* child : children_of(inventory, group)) names.emplace_back(child->name);
  if (!names.empty()) entry.set("children", names);
  if (style.is_export)
    if (Dict variables = group_variables(inventory, group); !variables.is_empty())
      entry.set("vars", std::move(variables));
  if (!entry.is_empty()) all.set(group.name, std::move(entry));
  for (const Group* child : children_of(inventory, group))
    if (seen.insert(child->name).second) list_group(inventory, *child, style, seen, all);
}

using VariablesOf = std::function<Dict(const std::string& host)>;

Dict tree_of(const Inventory& inventory, const Group& group, bool is_export,
             const VariablesOf& variables_of, std::set<std::string>& seen) {
  Dict entry, children, hosts;
  for (const Group* child : children_of(inventory, group))
    children.set(child->name, tree_of(inventory, *child, is_export, variables_of, seen));
  if (group.name != "all")
    for (const std::string& host : group.hosts)
      hosts.set(host, seen.insert(host).second ? variables_of(host) : Dict());
  if (!children.is_empty()) entry.set("children", std::move(children));
  if (!hosts.is_empty()) entry.set("hosts", std::move(hosts));
  if (is_export)
    if (Dict variables = group_variables(inventory, group); !variables.is_empty())
      entry.set("vars", std::move(variables));
  return entry;
}

// A host's own variables, and those that the groups alone would not give it.
Dict exported_variables(const Inventory& inventory, const std::string& host) {
  Dict of_groups = inventory.group_variables("all");
  for (const std::string& group : inventory.host(host)->groups)
    for (const auto& [key, value] : inventory.group_variables(group)) of_groups.set(key, value);
  Dict exported = shown(inventory.own_variables(host));
  for (const auto& [key, value] : shown(inventory.variables(host))) {
    const Value* given = of_groups.find(key);
    if (given == nullptr || listing_json(*given) != listing_json(value)) exported.set(key, value);
  }
  return exported;
}

const Group& require_group(const Inventory& inventory, const std::string& name) {
  if (const Group* group = inventory.group(name)) return *group;
  Error error(Kind::usage, "there is no group '" + name + "'");
  throw error.set_hint(base::suggestion(name, inventory.group_names()));
}

class GraphText {
 public:
  GraphText(const Inventory& inventory, bool has_variables)
      : inventory_(inventory), has_variables_(has_variables) {}

  std::string write(const Group& group) {
    add_group(group, 0);
    return std::move(text_);
  }

 private:
  void add_line(const std::string& text, int depth) {
    for (int at = 0; at < depth; ++at) text_ += "  |";
    text_ += (depth > 0 ? "--" : "") + text + "\n";
  }

  void add_group(const Group& group, int depth) {
    add_line("@" + group.name + ":", depth);
    for (const Group* child : children_of(inventory_, group)) add_group(*child, depth + 1);
    if (group.name != "all")
      for (const std::string& host : group.hosts) {
        add_line(host, depth + 1);
        add_variables(host_variables(inventory_, host, {}), depth + 2);
      }
    add_variables(group_variables(inventory_, group), depth + 1);
  }

  void add_variables(const Dict& variables, int depth) {
    if (!has_variables_) return;
    std::vector<std::pair<std::string, std::string>> lines;
    for (const auto& [key, value] : variables)
      lines.emplace_back(Dict::key_text(key), jinja::text_of(jinja::Object(value)));
    std::sort(lines.begin(), lines.end());
    for (const auto& [name, text] : lines) add_line("{" + name + " = " + text + "}", depth);
  }

  const Inventory& inventory_;
  bool has_variables_;
  std::string text_;
};

// Text that may not be templated is marked so, as Ansible's writer does.
Value marked(const Value& value) {
  if (value.is_string() && !value.is_trusted()) return Dict{{"__ansible_unsafe", value}};
  if (value.is_list()) {
    List items;
    for (const Value& item : value.list()) items.push_back(marked(item));
    return Value(std::move(items));
  }
  if (!value.is_dict()) return value;
  Dict entries;
  for (const auto& [key, entry] : value.dict()) entries.set(key, marked(entry));
  return Value(std::move(entries));
}

}  // namespace

Value listing(const Inventory& inventory, const ListingStyle& style) {
  Dict all, host_values;
  for (const std::string& host : inventory.host_names())
    if (Dict variables = host_variables(inventory, host, style); !variables.is_empty())
      host_values.set(host, std::move(variables));
  all.set("_meta", Dict{{"hostvars", Value(std::move(host_values))}});
  std::set<std::string> seen{"all"};
  list_group(inventory, require_group(inventory, "all"), style, seen, all);
  return Value(std::move(all));
}

Value tree_listing(const Inventory& inventory, const ListingStyle& style) {
  std::set<std::string> seen;
  const auto variables_of = [&](const std::string& host) {
    return host_variables(inventory, host, style);
  };
  return Dict{{"all", tree_of(inventory, require_group(inventory, "all"), style.is_export,
                              variables_of, seen)}};
}

Value export_listing(const Inventory& inventory) {
  std::set<std::string> seen;
  const auto variables_of = [&](const std::string& host) {
    return exported_variables(inventory, host);
  };
  return Dict{
      {"all", tree_of(inventory, require_group(inventory, "all"), true, variables_of, seen)}};
}

Value host_listing(const Inventory& inventory, const std::string& host, const ListingStyle& style) {
  if (inventory.host(host) == nullptr) {
    Error error(Kind::usage, "there is no host '" + host + "'");
    throw error.set_hint(base::suggestion(host, inventory.host_names()));
  }
  return host_variables(inventory, host, style);
}

std::string graph_listing(const Inventory& inventory, const std::string& group,
                          bool has_variables) {
  return GraphText(inventory, has_variables).write(require_group(inventory, group));
}

std::string listing_yaml(const Value& tree, bool is_exact) {
  return value::write_yaml(tree,
                           {.is_block = true, .sort_keys = !is_exact, .marks_unsafe = is_exact});
}

std::string listing_json(const Value& value) {
  return value::write_json(marked(value), {.indent = 4, .sort_keys = true, .ascii_only = false});
}

}  // namespace provisioner::inventory
