// The node keys of a host: layers made one, templates evaluated.

#include "provisioner/language/inventory/node_values.h"

#include "provisioner/base/base/regex.h"
#include "provisioner/base/base/text.h"
#include "provisioner/language/inventory/explain.h"
#include "provisioner/language/inventory/host_scope.h"
#include "provisioner/language/inventory/schema.h"

namespace provisioner::inventory {
namespace {

using value::Dict;
using value::List;
using value::Value;

Value merged(const Value& weaker, const Value& stronger, const Member& member);

Value merged_entries(const Value& weaker, const Value& stronger, const Member& member) {
  Dict entries = weaker.dict();
  for (const auto& [key, value] : stronger.dict()) {
    const std::string name = Dict::key_text(key);
    const Member* known = find_member(member.members, name);
    const Value* before = entries.find(name);
    const bool has_both = known != nullptr && before != nullptr;
    entries.set(key, has_both ? merged(*before, value, *known) : value);
  }
  return Value(std::move(entries)).at(stronger.pos());
}

// Where in a list the entry of that identity stands.
std::optional<std::size_t> place_of(const List& items, const Value& item,
                                    const std::string& identity) {
  const Value* name = item.find(identity);
  if (name == nullptr) return std::nullopt;
  for (std::size_t at = 0; at < items.size(); ++at)
    if (const Value* other = items[at].find(identity); other != nullptr && *other == *name)
      return at;
  return std::nullopt;
}

Value merged_list(const Value& weaker, const Value& stronger, const Member& member) {
  List items = weaker.list();
  for (const Value& item : stronger.list()) {
    if (const auto at = place_of(items, item, member.identity))
      items[*at] = merged(items[*at], item, member.items.front());
    else
      items.push_back(item);
  }
  return Value(std::move(items)).at(stronger.pos());
}

Value merged(const Value& weaker, const Value& stronger, const Member& member) {
  const bool are_dicts = weaker.is_dict() && stronger.is_dict();
  if (member.form == Form::entries && are_dicts) return merged_entries(weaker, stronger, member);
  const bool are_lists = weaker.is_list() && stronger.is_list();
  if (!member.identity.empty() && are_lists) return merged_list(weaker, stronger, member);
  return stronger;
}

// A text that stands for one member, as that member.
Value spelled_out(const Value& written, const Member& key) {
  if (key.text_means.empty() || !written.is_string()) return written;
  return Value(Dict{{key.text_means.c_str(), written}}).at(written.pos());
}

// The path in "{{ asset.disk_serials[0] }}" and the like, as steps of explain.h; empty where the
// template is more than a path.
std::vector<std::string> single_path(std::string_view text) {
  static const base::Regex path(
      R"(^\{\{\s*([A-Za-z_]\w*(?:\.[A-Za-z_]\w*|\[\d+\]|\['[^'\]]+'\])*)\s*\}\}$)");
  static const base::Regex step(R"([A-Za-z_]\w*|\d+)");
  const auto match = path.match_start(text);
  if (!match) return {};
  const std::string inner = *base::group_text(*match, text, 1);
  std::vector<std::string> steps;
  for (const base::Regex::Match& found : step.find_all(inner))
    steps.push_back(inner.substr(found.begin(), found.end() - found.begin()));
  return steps;
}

}  // namespace

struct NodeTemplates::Parts {
  Parts(const Inventory& inventory, const jinja::Templar& evaluator, std::string host)
      : templar(evaluator), scope(inventory, evaluator, std::move(host)) {}

  // Where the value stands that a template hands through; the template's own place otherwise.
  base::Pos origin(const Value& written) {
    const std::vector<std::string> steps = single_path(written.text());
    if (steps.empty()) return written.pos();
    const Value* variable = scope.raw(steps.front());
    if (variable == nullptr) return written.pos();
    const Value* found = member_at(*variable, {steps.begin() + 1, steps.end()});
    return found != nullptr && found->pos().is_known() ? found->pos() : written.pos();
  }

  Value resolve(const Value& value, bool is_all) {
    if (!value.is_trusted()) return value;
    if (value.is_dict()) {
      Dict entries;
      for (const auto& [key, member] : value.dict()) entries.set(key, resolve(member, is_all));
      return Value(std::move(entries)).at(value.pos());
    }
    if (value.is_list()) {
      List items;
      for (const Value& item : value.list()) items.push_back(resolve(item, is_all));
      return Value(std::move(items)).at(value.pos());
    }
    const bool is_template = value.is_string() && jinja::Templar::has_template(value.text());
    if (!is_template && !value.is_sealed()) return value;
    return evaluated(value, is_all);
  }

  Value evaluated(const Value& value, bool is_all) {
    try {
      const Value result = templar.resolve(value, scope);
      if (value.is_sealed() || result.is_list() || result.is_dict()) return result;
      return result.at(origin(value));
    } catch (const base::Error&) {
      if (is_all) throw;
      return value;
    }
  }

  const jinja::Templar& templar;
  HostScope scope;
};

NodeTemplates::NodeTemplates(const Inventory& inventory, const jinja::Templar& templar,
                             std::string host)
    : parts_(std::make_unique<Parts>(inventory, templar, std::move(host))) {}
NodeTemplates::~NodeTemplates() = default;

Value NodeTemplates::resolve(const Value& value) { return parts_->resolve(value, false); }
Value NodeTemplates::resolve_all(const Value& value) { return parts_->resolve(value, true); }

Dict merged_node_keys(const Inventory& inventory, const std::string& host,
                      const std::function<Value(const Value&)>& resolve) {
  Dict keys;
  for (const Layer& layer : inventory.layers(host)) {
    for (const Member& key : node_schema()) {
      const Value* written = layer.variables.find(key.name);
      if (written == nullptr) continue;
      const Value value = spelled_out(resolve(*written), key);
      const Value* weaker = keys.find(key.name);
      keys.set(key.name, weaker == nullptr ? value : merged(*weaker, value, key));
    }
  }
  return keys;
}

}  // namespace provisioner::inventory
