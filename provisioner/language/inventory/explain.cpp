// Which layer gave a host its value.

#include "provisioner/language/inventory/explain.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "provisioner/base/base/edit_distance.h"
#include "provisioner/base/base/secret.h"
#include "provisioner/base/base/text.h"
#include "provisioner/base/value/json.h"
#include "provisioner/language/inventory/check_shape.h"
#include "provisioner/language/inventory/host_scope.h"

namespace provisioner::inventory {
namespace {

using base::Error;
using base::Kind;
using value::Value;

constexpr std::size_t longest_value = 100;

struct Path {
  std::string variable;
  std::vector<std::string> members;
};

// A variable may have dots in its name: the longest one that some layer sets is meant.
Path path_of(const std::vector<Layer>& layers, const std::string& key) {
  for (std::size_t end = key.size(); end != std::string::npos && end > 0;
       end = key.rfind('.', end - 1)) {
    const std::string name = key.substr(0, end);
    const bool is_set = std::any_of(layers.begin(), layers.end(),
                                    [&](const Layer& layer) { return layer.variables.has(name); });
    if (is_set)
      return {name, end == key.size() ? std::vector<std::string>()
                                      : base::split(key.substr(end + 1), '.')};
    if (end == 0) break;
  }
  return {key.substr(0, key.find('.')), {}};
}

Error unknown_host(const Inventory& inventory, const std::string& host) {
  Error error(Kind::usage, "there is no host '" + host + "'");
  error.set_hint(base::suggestion(host, inventory.host_names()));
  return error;
}

Error unknown_variable(const std::vector<Layer>& layers, const std::string& host,
                       const std::string& name) {
  std::vector<std::string> known;
  for (const Layer& layer : layers)
    for (const auto& [key, value] : layer.variables) known.push_back(value::Dict::key_text(key));
  Error error(Kind::usage, host + ": no layer of the inventory sets '" + name + "'");
  error.set_hint(base::suggestion(name, known));
  return error;
}

const Value* item_named(const Value& list, const std::string& name) {
  for (const Value& item : list.list())
    for (const char* identity : {"name", "path", "to"})
      if (const Value* value = item.find(identity);
          value != nullptr && value->is_string() && value->text() == name)
        return &item;
  return nullptr;
}

const Value* step(const Value& value, const std::string& name) {
  if (value.is_dict()) {
    for (const auto& [key, member] : value.dict())
      if (value::Dict::key_text(key) == name) return &member;
    return nullptr;
  }
  if (!value.is_list()) return nullptr;
  std::size_t index = 0;
  const auto [end, code] = std::from_chars(name.data(), name.data() + name.size(), index);
  if (code == std::errc() && end == name.data() + name.size())
    return index < value.list().size() ? &value.list()[index] : nullptr;
  return item_named(value, name);
}

// Without what only a vault or a lookup knows.
Value masked(const Value& value) {
  if (value.is_list()) {
    value::List items;
    for (const Value& item : value.list()) items.push_back(masked(item));
    return items;
  }
  if (value.is_dict()) {
    value::Dict entries;
    for (const auto& [key, member] : value.dict()) entries.set(key, masked(member));
    return entries;
  }
  const base::SourceId source = value.pos().source;
  const bool is_hidden = value.is_sealed() || (value.is_string() && !value.is_trusted()) ||
                         source.source().is_secret;
  return is_hidden ? Value("***") : value;
}

std::string shown(const Value& value) {
  if (value.is_sealed()) return "(under a vault)";
  std::string text = value::write_json(masked(value), {.ascii_only = false});
  text = base::redact(std::move(text));
  if (text.size() <= longest_value) return base::escape_for_terminal(text);
  std::size_t end = longest_value;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
  return base::escape_for_terminal(text.substr(0, end)) + " ...";
}

// "group_vars/web.yml:3:1", "hosts.yml:4:16 (group web)".
std::string place_of(const LayerValue& layer) {
  const std::string place = layer.pos.text(), file = layer.pos.source.source().name;
  if (place.empty()) return layer.layer;
  if (layer.layer == file) return place;
  const std::string behind = " in " + file;
  const bool names_file = layer.layer.ends_with(behind);
  return place + " (" +
         layer.layer.substr(0, layer.layer.size() - (names_file ? behind.size() : 0)) + ")";
}

// The last value on the way to a member that is not there, where that is a template.
const Value* template_on_the_way(const Value& variable, const std::vector<std::string>& members) {
  const Value* at = &variable;
  for (const std::string& name : members) {
    if (is_unknown(*at)) return at;
    at = step(*at, name);
    if (at == nullptr) return nullptr;
  }
  return nullptr;
}

// A file that stands beside inventory and playbook is a layer twice; the stronger one counts.
void forget_weaker_twins(std::vector<LayerValue>& layers) {
  std::vector<LayerValue> kept;
  for (const LayerValue& layer : layers) {
    std::erase_if(kept, [&](const LayerValue& weaker) {
      return layer.pos.is_known() && weaker.pos == layer.pos;
    });
    kept.push_back(layer);
  }
  layers = std::move(kept);
}

}  // namespace

const Value* member_at(const Value& value, const std::vector<std::string>& steps) {
  const Value* at = &value;
  for (const std::string& name : steps) {
    at = step(*at, name);
    if (at == nullptr) return nullptr;
  }
  return at;
}

Explanation explain(const Inventory& inventory, const std::string& host, const std::string& key) {
  if (inventory.host(host) == nullptr) throw unknown_host(inventory, host);
  const std::vector<Layer> layers = inventory.layers(host);
  const Path path = path_of(layers, key);
  Explanation explanation{.host = host, .key = key, .layers = {}};
  bool has_member = false;
  for (const Layer& layer : layers) {
    const Value* variable = layer.variables.find(path.variable);
    if (variable == nullptr) continue;
    LayerValue found{.layer = layer.name, .pos = variable->pos(), .value = std::nullopt};
    const Value* member = member_at(*variable, path.members);
    if (member == nullptr) member = template_on_the_way(*variable, path.members);
    if (member != nullptr) {
      found.value = *member;
      if (member->pos().is_known()) found.pos = member->pos();
      has_member = true;
    }
    explanation.layers.push_back(std::move(found));
  }
  forget_weaker_twins(explanation.layers);
  if (explanation.layers.empty()) throw unknown_variable(layers, host, path.variable);
  if (!has_member)
    throw Error(
        Kind::usage,
        host + ": '" + path.variable + "' has no member '" + base::join(path.members, ".") + "'",
        explanation.layers.back().pos);
  explanation.layers.back().is_winner = true;
  return explanation;
}

std::optional<Value> explained_result(const Inventory& inventory, const jinja::Templar& templar,
                                      const std::string& host, const std::string& key) {
  const Path path = path_of(inventory.layers(host), key);
  HostScope scope(inventory, templar, host);
  const std::optional<Value> variable = scope.variable(path.variable);
  const Value* member = variable ? member_at(*variable, path.members) : nullptr;
  return member == nullptr ? std::nullopt : std::optional(*member);
}

std::string explanation_text(const Explanation& explanation, const std::optional<Value>& result) {
  std::size_t width = 0;
  for (const LayerValue& layer : explanation.layers)
    width = std::max(width, place_of(layer).size());
  std::string text = explanation.host + ": " + explanation.key + "\n";
  for (const LayerValue& layer : explanation.layers) {
    const std::string place = place_of(layer);
    text += (layer.is_winner ? "* " : "  ") + place + std::string(width - place.size() + 2, ' ');
    text += layer.value ? shown(*layer.value) : "(not set: this layer replaces the variable)";
    text += '\n';
  }
  if (result) text += "= " + shown(*result) + "\n";
  return text;
}

}  // namespace provisioner::inventory
