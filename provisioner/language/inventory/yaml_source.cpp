// YAML (and JSON) inventories.

#include "provisioner/base/base/edit_distance.h"
#include "provisioner/base/base/text.h"
#include "provisioner/language/inventory/host_pattern.h"
#include "provisioner/language/inventory/sources.h"

namespace provisioner::inventory {
namespace {

using base::Error;
using base::Kind;
using value::Value;

const std::vector<std::string> sections{"vars", "children", "hosts"};

std::string group_name(const Value& key) {
  if (!key.is_string()) {
    Error error(Kind::input,
                "a group's name must be a string, this is " + std::string(name_of(key.kind())),
                key.pos());
    throw error.set_hint("quote it: \"" + value::Dict::key_text(key) + "\"");
  }
  return key.text();
}

class YamlReader {
 public:
  explicit YamlReader(Reading& reading) : reading_(reading) {}

  void read_group(const Value& key, const Value& data) {
    const std::string name = group_name(key);
    if (!data.is_dict() && !data.is_none()) return refuse_group(name, key, data);
    reading_.graph.add_group(name, key.pos());
    if (data.is_none()) return;
    for (const auto& [section, content] : data.dict())
      collect([&] { read_section(name, section, content); });
  }

 private:
  template <class Body>
  void collect(const Body& body) {
    try {
      body();
    } catch (const Error& error) {
      reading_.diagnostics.add(error);
    }
  }

  // Ansible skips such a group with a warning; what it holds would be lost silently.
  void refuse_group(const std::string& name, const Value& key, const Value& data) {
    Error warning(Kind::input,
                  "group '" + name +
                      "' is left out: it must be a dict with hosts, vars or children, this is " +
                      std::string(name_of(data.kind())),
                  key.pos());
    reading_.diagnostics.warn(std::move(warning));
  }

  void read_section(const std::string& group, const Value& section, const Value& content) {
    const std::string kind = value::Dict::key_text(section);
    const bool is_known = kind == "vars" || kind == "children" || kind == "hosts";
    if (!is_known) return warn_unknown(group, kind, section, content);
    if (content.is_none()) return;
    value::Dict entries;
    if (content.is_string())
      entries.set(content, Value());
    else if (content.is_dict())
      entries = content.dict();
    else
      throw wrong_kind(group, kind, content);
    for (const auto& [key, value] : entries) collect([&] { read_entry(group, kind, key, value); });
  }

  void warn_unknown(const std::string& group, const std::string& kind, const Value& section,
                    const Value& content) {
    if (!content.is_dict()) {
      Error warning(Kind::input,
                    "'" + kind + "' of group '" + group +
                        "' is left out: variables of a group stand below 'vars'",
                    section.pos());
      return reading_.diagnostics.warn(std::move(warning));
    }
    Error warning(
        Kind::input,
        "'" + kind + "' of group '" + group + "' is left out: a group has vars, children and hosts",
        section.pos());
    const std::string near = base::suggestion(kind, sections);
    warning.set_hint(near.empty() ? "a group below another one stands below 'children'" : near);
    reading_.diagnostics.warn(std::move(warning));
  }

  static Error wrong_kind(const std::string& group, const std::string& kind, const Value& content) {
    Error error(Kind::input,
                "'" + kind + "' of group '" + group + "' must be a dict, this is " +
                    std::string(name_of(content.kind())),
                content.pos());
    if (kind == "hosts" && content.is_list()) error.set_hint("write 'n01:' instead of '- n01'");
    if (kind == "children" && content.is_list()) error.set_hint("write 'web:' instead of '- web'");
    return error;
  }

  void read_entry(const std::string& group, const std::string& kind, const Value& key,
                  const Value& value) {
    if (kind == "vars") return reading_.graph.set_variable(group, key, value);
    if (kind == "children") {
      read_group(key, value);
      const std::string child = group_name(key);
      if (reading_.graph.has_group(child)) reading_.graph.add_child(group, child, key.pos());
      return;
    }
    if (!key.is_string()) {
      Error error(Kind::input,
                  "a host's name must be a string, this is " + std::string(name_of(key.kind())),
                  key.pos());
      throw error.set_hint("quote it: \"" + value::Dict::key_text(key) + "\"");
    }
    add_hosts(reading_, key.text(), value, group, key.pos());
  }

  Reading& reading_;
};

bool is_nothing(const Value& value) {
  switch (value.kind()) {
    case value::Kind::none:
      return true;
    case value::Kind::boolean:
      return !value.boolean();
    case value::Kind::integer:
      return value.integer() == 0;
    case value::Kind::string:
      return value.text().empty();
    case value::Kind::list:
      return value.list().empty();
    default:
      return false;
  }
}

}  // namespace

void add_hosts(Reading& reading, const std::string& pattern, const Value& variables,
               const std::string& group, base::Pos pos) {
  const HostAddress address = split_port(pattern, true);
  const bool has_variables = !is_nothing(variables);
  if (has_variables && !variables.is_dict()) {
    Error error(Kind::input,
                "the variables of host '" + pattern + "' must be a dict, this is " +
                    std::string(name_of(variables.kind())),
                variables.pos().is_known() ? variables.pos() : pos);
    throw error.set_hint("write 'name: value' below the host");
  }
  for (const std::string& host : expand_ranges(address.pattern, pos)) {
    reading.graph.add_host(host, group, address.port, pos);
    if (!has_variables) continue;
    for (const auto& [key, value] : variables.dict()) reading.graph.set_variable(host, key, value);
  }
}

void read_yaml_source(Reading& reading, const Value& data) {
  if (data.is_none()) return;
  if (!data.is_dict())
    throw Error(
        Kind::input,
        "an inventory must be a dict of groups, this is " + std::string(name_of(data.kind())),
        data.pos());
  if (const Value* plugin = data.find("plugin"); plugin != nullptr && !plugin->is_none()) {
    Error error(Kind::input,
                "inventory plugins are not run here, this file is for '" +
                    value::Dict::key_text(*plugin) + "'",
                plugin->pos());
    throw error.set_hint("write its answer to a file: ansible-inventory -i " +
                         data.pos().source.source().name + " --list --export -y > hosts.yml");
  }
  YamlReader reader(reading);
  for (const auto& [key, group] : data.dict()) {
    try {
      reader.read_group(key, group);
    } catch (const Error& error) {
      reading.diagnostics.add(error);
    }
  }
}

}  // namespace provisioner::inventory
