// What all parts of a load share: findings, files, levels, and names that are known before any host
// is.

#include "provisioner/language/playbook/loading.h"

#include <unistd.h>

#include <algorithm>

#include "provisioner/base/crypto/vault.h"
#include "provisioner/base/os/files.h"
#include "provisioner/base/value/json.h"
#include "provisioner/base/value/read_yaml.h"
#include "provisioner/language/playbook/keywords.h"

namespace provisioner::playbook {
namespace {

using value::Dict;
using value::List;
using value::Value;

Value parse(const std::string& path, base::SourceId source, base::Diagnostics& findings) {
  if (path.ends_with(".json")) {
    if (source.source().text.find_first_not_of(" \t\r\n") == std::string::npos) return {};
    try {
      return value::read_json(source);
    } catch (const base::Error&) {
      // JSON with YAML's liberties is YAML.
    }
  }
  return value::read_yaml(source, findings);
}

base::SourceId open_encrypted(const Loading& loading, const std::string& path,
                              const std::string& text) {
  const base::Pos pos{base::register_source(shown_path(path), text), 1, 1};
  if (!loading.library.open_vault)
    throw base::Error(base::Kind::input,
                      "'" + shown_path(path) + "' is encrypted and no vault password is given", pos)
        .set_hint("give --ask-vault-pass, --vault-id or --vault-password-file");
  return base::register_source({shown_path(path), loading.library.open_vault(text, pos), true});
}

Value read_file(Loading& loading, const std::string& path, base::Pos asked_at) {
  const std::optional<std::string> text = os::read_file(path);
  if (!text)
    throw base::Error(base::Kind::input, "there is no file '" + shown_path(path) + "'", asked_at);
  loading.files.push_back(path);
  const base::SourceId source = crypto::is_vault_text(*text)
                                    ? open_encrypted(loading, path, *text)
                                    : base::register_source(shown_path(path), *text);
  return parse(path, source, loading.findings);
}

// The variables a static name may use: nothing of any host.
class StaticScope : public jinja::Scope {
 public:
  StaticScope(const jinja::Templar& templar, StaticVars vars)
      : templar_(templar), vars_(std::move(vars)) {}

  std::optional<Value> variable(const std::string& name) override {
    for (const Dict* layer : vars_) {
      const Value* found = layer->find(name);
      if (found == nullptr) continue;
      if (!resolving_.insert(name).second)
        throw base::Error(base::Kind::input, "'" + name + "' is defined by itself", found->pos());
      Value resolved = templar_.resolve(*found, *this);
      resolving_.erase(name);
      return resolved;
    }
    return std::nullopt;
  }
  const Value* raw(const std::string& name) override {
    for (const Dict* layer : vars_)
      if (const Value* found = layer->find(name)) return found;
    return nullptr;
  }
  std::vector<std::string> names() override {
    std::vector<std::string> all;
    for (const Dict* layer : vars_)
      for (const auto& [key, unused] : *layer) all.push_back(Dict::key_text(key));
    return all;
  }
  std::optional<Value> host_variable(const std::string&, const std::string&) override {
    return std::nullopt;
  }
  std::vector<std::string> host_names() override { return {}; }
  std::vector<std::string> host_variable_names(const std::string&) override { return {}; }

 private:
  const jinja::Templar& templar_;
  StaticVars vars_;
  std::set<std::string> resolving_;
};

void add_role_vars(StaticVars& vars, const Role& role) {
  vars.push_back(&role.vars);
  vars.push_back(&role.dependency_vars);
  for (auto parent = role.parents.rbegin(); parent != role.parents.rend(); ++parent)
    vars.push_back(&(*parent)->vars);
}

void add_role_defaults(StaticVars& vars, const Role& role) {
  vars.push_back(&role.defaults);
  for (auto parent = role.parents.rbegin(); parent != role.parents.rend(); ++parent)
    vars.push_back(&(*parent)->defaults);
  vars.push_back(&role.dependency_defaults);
}

// In Ansible's order of precedence, for what exists without a host.
StaticVars visible_vars(const Loading& loading, const Place& place) {
  StaticVars vars = {&loading.library.extra_vars, &place.include_vars};
  if (place.role) vars.push_back(&place.role->parameters);
  for (auto level = place.parents.rbegin(); level != place.parents.rend(); ++level)
    vars.push_back(&(*level)->keywords.vars);
  if (place.role) add_role_vars(vars, *place.role);
  for (auto role = loading.play.roles.rbegin(); role != loading.play.roles.rend(); ++role)
    vars.push_back(&(*role)->vars);
  vars.push_back(&loading.play.vars);
  if (place.role) add_role_defaults(vars, *place.role);
  for (auto role = loading.play.roles.rbegin(); role != loading.play.roles.rend(); ++role)
    vars.push_back(&(*role)->defaults);
  return vars;
}

}  // namespace

void Loading::error(std::string message, base::Pos pos, std::string hint) {
  base::Error made(base::Kind::input, std::move(message), pos);
  if (!hint.empty()) made.set_hint(std::move(hint));
  findings.add(std::move(made));
}

void Loading::warn(std::string message, base::Pos pos, std::string hint) {
  base::Error made(base::Kind::input, std::move(message), pos);
  if (!hint.empty()) made.set_hint(std::move(hint));
  findings.warn(std::move(made));
}

// A role that is applied twice has its mistakes once.
void Loading::report(base::Diagnostics& to) const {
  std::set<std::pair<base::Pos, std::string>> seen;
  for (const base::Error& found : findings.errors())
    if (seen.emplace(found.pos(), found.message()).second) to.add(found);
  for (const base::Error& found : findings.warnings())
    if (seen.emplace(found.pos(), found.message()).second) to.warn(found);
}

const Keywords& Place::keywords(const Loading& loading) const {
  return parents.empty() ? loading.play.keywords : parents.back()->keywords;
}

const std::vector<std::string>& Place::collections(const Loading& loading) const {
  return parents.empty() ? loading.play.collections : parents.back()->collections;
}

Place Place::inside(std::shared_ptr<const Level> level) const {
  Place place = *this;
  place.parents.push_back(std::move(level));
  return place;
}

std::shared_ptr<Level> make_level(const Loading& loading, const Place& place, Level::Origin origin,
                                  const Keywords& keywords, base::Pos pos) {
  auto level = std::make_shared<Level>();
  level->origin = origin;
  level->keywords = inherit(place.keywords(loading), keywords);
  level->collections = place.collections(loading);
  level->pos = pos;
  if (place.parents.empty()) return level;
  const Level& outer = *place.parents.back();
  level->delegate_to = outer.delegate_to;
  level->delegate_facts = outer.delegate_facts;
  level->notify = outer.notify;
  return level;
}

std::string shown_path(const std::string& path) {
  const std::string here = os::absolute(".") + "/";
  return path.starts_with(here) ? path.substr(here.size()) : path;
}

Value read_data(Loading& loading, const std::string& path, base::Pos asked_at) {
  const auto known = loading.contents.find(path);
  if (known != loading.contents.end()) return known->second;
  Value read;
  try {
    read = read_file(loading, path, asked_at);
  } catch (base::Error& error) {
    loading.findings.add(error);
  }
  loading.contents.emplace(path, read);
  return read;
}

std::optional<std::string> static_text(Loading& loading, const Value& text, const Place& place,
                                       const std::string& what) {
  if (!is_template(text)) return Dict::key_text(text);
  try {
    const Dict paths = place.role ? Dict{{"role_path", Value(place.role->directory)},
                                         {"role_name", Value(place.role->name)},
                                         {"playbook_dir", Value(loading.play.playbook_directory)}}
                                  : Dict{{"playbook_dir", Value(loading.play.playbook_directory)}};
    StaticVars vars = visible_vars(loading, place);
    vars.insert(vars.begin(), &paths);
    StaticScope scope(loading.library.templar, std::move(vars));
    return Dict::key_text(loading.library.templar.resolve(text, scope));
  } catch (base::Error& error) {
    loading.findings.add(
        error.add_context("while finding " + what + " before any host is known", text.pos())
            .set_hint(
                "a static import sees extra vars, play vars and role vars; the include form sees "
                "a host's variables"));
    return std::nullopt;
  }
}

}  // namespace provisioner::playbook
