// One play: its keywords, roles, sections and handlers.

#include "provisioner/language/playbook/read_play.h"

#include <algorithm>

#include "provisioner/base/base/edit_distance.h"
#include "provisioner/base/os/files.h"
#include "provisioner/language/playbook/keywords.h"

namespace provisioner::playbook {
namespace {

using value::Dict;
using value::Value;

class PlayReader {
 public:
  PlayReader(Loading& loading, const Dict& given, base::Pos pos, const std::string& file,
             const PlayImport& import)
      : loading_(loading), given_(given), import_(import) {
    play_.pos = pos;
    play_.file = file;
    play_.directory = os::parent_of(file);
  }

  Play read() {
    check_keywords(given_, Thing::play, {}, loading_.findings);
    read_keywords_of_play();
    read_hosts();
    read_choices();
    read_vars_files();
    read_vars_prompt();
    start_parts();
    read_roles();
    read_handlers();
    play_.pre_tasks = read_section("pre_tasks");
    play_.tasks = read_section("tasks");
    play_.post_tasks = read_section("post_tasks");
    play_.roles = loading_.play.roles;
    gather_handlers();
    check_notified();
    return std::move(play_);
  }

 private:
  const Value* entry(std::string_view name) const {
    const Value* value = given_.find(name);
    return value == nullptr || value->is_none() ? nullptr : value;
  }
  base::Pos key_pos(std::string_view name) const {
    for (const auto& [key, unused] : given_)
      if (Dict::key_text(key) == name) return key.pos();
    return play_.pos;
  }
  std::optional<Value> optional(std::string_view name) const {
    const Value* value = entry(name);
    return value == nullptr ? std::nullopt : std::optional<Value>(*value);
  }

  void read_keywords_of_play() {
    play_.keywords = read_keywords(given_);
    play_.keywords.when = import_.keywords.when;
    for (const std::string& tag : import_.keywords.tags)
      if (std::find(play_.keywords.tags.begin(), play_.keywords.tags.end(), tag) ==
          play_.keywords.tags.end())
        play_.keywords.tags.push_back(tag);
    play_.vars = play_.keywords.vars;
    for (const auto& [name, value] : import_.keywords.vars) play_.vars.set(name, value);
    play_.keywords.vars = {};
    if (!play_.keywords.remote_user) play_.keywords.remote_user = optional("user");
    if (const Value* name = entry("name")) play_.name = Dict::key_text(*name);
    loading_.library.templar.check(Value(play_.vars), false, loading_.findings);
    play_.gather_facts = optional("gather_facts");
    play_.gather_subset = optional("gather_subset");
    play_.gather_timeout = optional("gather_timeout");
    play_.fact_path = optional("fact_path");
    play_.max_fail_percentage = optional("max_fail_percentage");
    play_.order = optional("order");
    play_.force_handlers = optional("force_handlers");
    play_.collections = as_texts(entry("collections"), false);
  }

  void read_hosts() {
    const Value* hosts = given_.find("hosts");
    if (hosts == nullptr) {
      loading_.error("a play needs 'hosts'", play_.pos);
      return;
    }
    const auto is_empty = [](const Value& one) {
      return one.is_none() || (one.is_string() && one.text().empty());
    };
    const auto is_name = [](const Value& one) { return one.is_string() || one.is_integer(); };
    const std::vector<Value> names = as_list(hosts);
    if (names.empty() || std::any_of(names.begin(), names.end(), is_empty))
      loading_.error("the 'hosts' of a play are empty", key_pos("hosts"));
    else if (!std::all_of(names.begin(), names.end(), is_name))
      loading_.error("'hosts' has to be a pattern or a list of patterns", hosts->pos());
    loading_.library.templar.check(*hosts, false, loading_.findings);
    play_.hosts = *hosts;
    const auto is_here = [](const Value& one) {
      return one.is_string() && (one.text() == "localhost" || one.text() == "127.0.0.1");
    };
    if (std::any_of(names.begin(), names.end(), is_here)) loading_.writes_on_controller = true;
    const std::optional<Value>& connection = play_.keywords.connection;
    if (connection && connection->is_string() && connection->text() == "local")
      loading_.writes_on_controller = true;
  }

  void check_choice(std::string_view keyword, const std::vector<std::string>& choices) {
    const Value* value = entry(keyword);
    if (value == nullptr || !value->is_string() || is_template(*value)) return;
    if (std::find(choices.begin(), choices.end(), value->text()) != choices.end()) return;
    std::string hint = base::suggestion(value->text(), choices);
    loading_.error("there is no " + std::string(keyword) + " '" + value->text() + "'", value->pos(),
                   hint);
  }

  void read_choices() {
    static const std::vector<std::string> strategies = {"linear",
                                                        "free",
                                                        "host_pinned",
                                                        "ansible.builtin.linear",
                                                        "ansible.builtin.free",
                                                        "ansible.builtin.host_pinned"};
    check_choice("strategy", strategies);
    check_choice("order", {"default", "inventory", "sorted", "reverse_sorted", "reverse_inventory",
                           "shuffle"});
    if (const Value* strategy = entry("strategy")) {
      play_.strategy = Dict::key_text(*strategy);
      if (play_.strategy.starts_with("ansible.builtin.")) play_.strategy.erase(0, 16);
    }
    for (const Value& size : as_list(entry("serial"))) {
      play_.serial.push_back(size);
      const std::string text = Dict::key_text(size);
      const auto digits = text.find_first_not_of("0123456789.");
      const bool is_count = !text.empty() && (digits == text.npos ||
                                              (text[digits] == '%' && digits + 1 == text.size()));
      if (!is_template(size) && !is_count)
        loading_.error("'serial' has to be a number or a percentage, not '" + text + "'",
                       size.pos());
    }
  }

  void read_vars_files() {
    for (const Value& files : as_list(entry("vars_files"))) {
      play_.vars_files.push_back(files);
      const std::vector<Value> choices = as_list(&files);
      const bool is_known = std::none_of(choices.begin(), choices.end(), [](const Value& one) {
        return !one.is_string() || is_template(one);
      });
      if (is_known) read_vars_file(choices, files.pos());
    }
  }

  void read_vars_file(const std::vector<Value>& choices, base::Pos pos) {
    for (const Value& name : choices) {
      const std::string path = find_vars_file(name.text());
      if (!os::exists(path)) continue;
      const Value content = read_data(loading_, path, name.pos());
      if (!content.is_none() && !content.is_dict())
        loading_.error("'" + shown_path(path) + "' has to hold a dict of variables", content.pos());
      if (content.is_dict())
        for (const auto& [key, value] : content.dict()) from_files_.set(key, value);
      return;
    }
    if (!choices.empty())
      loading_.error("there is no vars file '" + choices.front().text() + "'", pos);
  }

  // Beside the play's file, in vars/ there too.
  std::string find_vars_file(const std::string& name) const {
    const std::string in_vars =
        os::absolute(os::join_path(os::join_path(play_.directory, "vars"), name));
    return os::exists(in_vars) ? in_vars : os::absolute(os::join_path(play_.directory, name));
  }

  void read_vars_prompt() {
    static const std::vector<std::string> known = {"name",      "prompt",  "private",
                                                   "confirm",   "default", "encrypt",
                                                   "salt_size", "salt",    "unsafe"};
    const Value* prompts = entry("vars_prompt");
    if (prompts == nullptr || !prompts->is_list()) return;
    play_.vars_prompt = *prompts;
    for (const Value& prompt : prompts->list()) {
      if (!prompt.is_dict() || prompt.find("name") == nullptr) {
        loading_.error("a prompt has to be a dict with a 'name'", prompt.pos());
        continue;
      }
      for (const auto& [key, unused] : prompt.dict())
        if (std::find(known.begin(), known.end(), Dict::key_text(key)) == known.end())
          loading_.error("a prompt has no key '" + Dict::key_text(key) + "'", key.pos(),
                         base::suggestion(Dict::key_text(key), known));
    }
  }

  void start_parts() {
    PlayParts parts;
    parts.keywords = play_.keywords;
    parts.vars = play_.vars;
    for (const auto& [key, value] : from_files_) parts.vars.set(key, value);
    parts.collections = play_.collections;
    parts.directory = play_.directory;
    parts.playbook_directory = loading_.play.playbook_directory;
    loading_.play = std::move(parts);
  }

  Place top(bool is_handlers) const {
    Place place;
    place.file = play_.file;
    place.is_handlers = is_handlers;
    return place;
  }

  void read_roles() {
    const Value* roles = entry("roles");
    if (roles == nullptr || !roles->is_list()) return;
    for (const Value& role : roles->list()) {
      const Place place = top(false);
      const std::optional<RoleRequest> request = read_role_entry(loading_, role, place);
      if (!request) continue;
      std::optional<RoleBody> body = read_role(loading_, *request, place);
      if (!body) continue;
      PlayParts& parts = loading_.play;
      share_identities(*body);
      play_.role_tasks.insert(play_.role_tasks.end(), body->blocks.begin(), body->blocks.end());
      parts.role_handlers.insert(parts.role_handlers.end(), body->handlers.begin(),
                                 body->handlers.end());
      parts.roles.insert(parts.roles.end(), body->roles.begin(), body->roles.end());
    }
  }

  void share_identities(const RoleBody& body) {
    for (const auto& role : body.roles)
      loading_.play.roles_by_identity.emplace(role->identity, role);
  }

  void read_handlers() {
    const Value* handlers = entry("handlers");
    if (handlers == nullptr || !handlers->is_list()) return;
    for (const Node& node : read_tasks(loading_, *handlers, top(true), "handlers"))
      if (const auto* handler = std::get_if<std::shared_ptr<const Task>>(&node))
        own_handlers_.push_back(*handler);
  }

  std::vector<Node> read_section(std::string_view name) {
    const Value* list = entry(name);
    if (list == nullptr || !list->is_list()) return {};
    return read_tasks(loading_, *list, top(false), name);
  }

  // Numbers the lists: a handler of a later list hides one of the same name in an earlier list.
  void gather_handlers() {
    int number = 0;
    const std::shared_ptr<const Role> none;
    const std::shared_ptr<const Role>* of = &none;
    for (const auto* handlers :
         {&loading_.play.role_handlers, &own_handlers_, &loading_.play.imported_handlers}) {
      ++number;
      for (const std::shared_ptr<const Task>& handler : *handlers) {
        if (handler->role != *of) ++number;
        of = &handler->role;
        auto numbered = std::make_shared<Task>(*handler);
        numbered->handler_list = number;
        play_.handlers.push_back(std::move(numbered));
      }
    }
  }

  // A handler that only a dynamic include would bring cannot be missed here.
  void check_notified() {
    if (loading_.play.has_dynamic_handlers) return;
    std::vector<std::string> known;
    for (const std::shared_ptr<const Task>& handler : play_.handlers) {
      if (jinja::Templar::has_template(handler->name)) return;
      known.push_back(handler->name);
      if (handler->role) known.push_back(handler->role->name + " : " + handler->name);
      for (const Value& topic : handler->listen) {
        if (is_template(topic)) return;
        known.push_back(Dict::key_text(topic));
      }
    }
    for (const auto& [name, error] : loading_.play.notified) {
      if (std::find(known.begin(), known.end(), name.text()) != known.end()) continue;
      base::Error found = error;
      const std::string hint = base::suggestion(name.text(), known);
      if (!hint.empty()) found.set_hint(hint);
      loading_.findings.add(std::move(found));
    }
  }

  Loading& loading_;
  const Dict& given_;
  const PlayImport& import_;
  Play play_;
  Dict from_files_;
  std::vector<std::shared_ptr<const Task>> own_handlers_;
};

}  // namespace

Play read_play(Loading& loading, const Dict& given, base::Pos pos, const std::string& file,
               const PlayImport& import) {
  return PlayReader(loading, given, pos, file, import).read();
}

}  // namespace provisioner::playbook
