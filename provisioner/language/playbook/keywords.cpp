// The table of keywords, their shapes and how they are inherited.

#include "provisioner/language/playbook/keywords.h"

#include <algorithm>
#include <map>

#include "provisioner/base/base/edit_distance.h"
#include "provisioner/base/base/text.h"
#include "provisioner/language/jinja/templar.h"

namespace provisioner::playbook {
namespace {

using value::Dict;
using value::Value;

constexpr unsigned bit(Thing thing) { return 1U << static_cast<unsigned>(thing); }
constexpr unsigned play = bit(Thing::play), import_playbook = bit(Thing::import_playbook),
                   role = bit(Thing::role), block = bit(Thing::block), task = bit(Thing::task),
                   handler = bit(Thing::handler), include = bit(Thing::include),
                   loop_control = bit(Thing::loop_control);
constexpr unsigned tasks = task | handler;
constexpr unsigned inherited = play | import_playbook | role | block | tasks;

constexpr Keyword keywords[] = {
    {"name", Shape::text, inherited | include},
    {"become", Shape::boolean, inherited},
    {"become_user", Shape::text, inherited},
    {"become_method", Shape::text, inherited},
    {"become_flags", Shape::text, inherited},
    {"become_exe", Shape::text, inherited},
    {"connection", Shape::text, inherited},
    {"port", Shape::integer, inherited},
    {"remote_user", Shape::text, inherited},
    {"check_mode", Shape::boolean, inherited},
    {"diff", Shape::boolean, inherited},
    {"no_log", Shape::boolean, inherited | include},
    {"ignore_errors", Shape::boolean, inherited | include},
    {"ignore_unreachable", Shape::boolean, inherited},
    {"any_errors_fatal", Shape::boolean, inherited},
    {"run_once", Shape::boolean, inherited | include},
    {"throttle", Shape::integer, inherited},
    {"timeout", Shape::integer, inherited | include},
    {"debugger", Shape::text, inherited | include},
    {"environment", Shape::environment, inherited},
    {"module_defaults", Shape::environment, inherited},
    {"vars", Shape::vars, inherited | include},
    {"tags", Shape::tags, inherited | include},
    {"collections", Shape::texts, play | role | block | tasks | include},
    {"when", Shape::condition, import_playbook | role | block | tasks | include},

    {"hosts", Shape::any, play},
    {"user", Shape::text, play},
    {"gather_facts", Shape::boolean, play},
    {"gather_subset", Shape::texts, play},
    {"gather_timeout", Shape::integer, play},
    {"fact_path", Shape::text, play},
    {"vars_files", Shape::any, play},
    {"vars_prompt", Shape::list, play},
    {"roles", Shape::list, play},
    {"pre_tasks", Shape::tasks, play},
    {"tasks", Shape::tasks, play},
    {"post_tasks", Shape::tasks, play},
    {"handlers", Shape::tasks, play},
    {"force_handlers", Shape::boolean, play},
    {"max_fail_percentage", Shape::number, play},
    {"serial", Shape::any, play},
    {"strategy", Shape::text, play},
    {"order", Shape::text, play},

    {"import_playbook", Shape::text, import_playbook},
    {"ansible.builtin.import_playbook", Shape::text, import_playbook},

    {"role", Shape::text, role},
    {"delegate_to", Shape::text, role | block | tasks},
    {"delegate_facts", Shape::boolean, role | block | tasks},

    {"block", Shape::tasks, block},
    {"rescue", Shape::tasks, block},
    {"always", Shape::tasks, block},
    {"notify", Shape::texts, block | tasks},

    {"action", Shape::any, tasks | include},
    {"local_action", Shape::any, tasks},
    {"args", Shape::any, tasks | include},
    {"async", Shape::integer, tasks},
    {"poll", Shape::integer, tasks},
    {"changed_when", Shape::condition, tasks},
    {"failed_when", Shape::condition, tasks},
    {"until", Shape::condition, tasks},
    {"retries", Shape::integer, tasks},
    {"delay", Shape::number, tasks},
    {"loop", Shape::any, tasks | include},
    {"loop_control", Shape::dict, tasks | include},
    {"register", Shape::text, tasks | include},
    {"listen", Shape::texts, handler},

    {"loop_var", Shape::text, loop_control},
    {"index_var", Shape::text, loop_control},
    {"label", Shape::any, loop_control},
    {"pause", Shape::number, loop_control},
    {"extended", Shape::boolean, loop_control},
    {"extended_allitems", Shape::boolean, loop_control},
};

bool is_boolean_word(std::string_view text) {
  static constexpr std::string_view words[] = {"y", "yes", "on",  "1", "true",  "t", "1.0",
                                               "n", "no",  "off", "0", "false", "f", "0.0"};
  const std::string lower = base::lower_case(base::trim(text));
  return std::find(std::begin(words), std::end(words), lower) != std::end(words);
}

bool is_number_word(std::string_view text, bool is_fraction_allowed) {
  text = base::trim(text);
  if (!text.empty() && (text.front() == '-' || text.front() == '+')) text.remove_prefix(1);
  if (is_fraction_allowed && !text.empty() && text.back() == '%') text.remove_suffix(1);
  return !text.empty() &&
         text.find_first_not_of(is_fraction_allowed ? "0123456789." : "0123456789") == text.npos;
}

bool is_scalar(const Value& value) { return !value.is_list() && !value.is_dict(); }

bool is_list_of(const Value& value, bool (*fits)(const Value&)) {
  return value.is_list() && std::all_of(value.list().begin(), value.list().end(), fits);
}

bool is_plain(const Value& value, Shape shape) {
  switch (shape) {
    case Shape::text:
      return is_scalar(value);
    case Shape::boolean:
      return value.is_boolean() ||
             (value.is_integer() && (value.integer() == 0 || value.integer() == 1)) ||
             (value.is_string() && is_boolean_word(value.text()));
    case Shape::integer:
      return value.is_integer() || value.is_boolean() ||
             (value.is_string() && is_number_word(value.text(), false));
    default:
      return value.is_integer() || value.is_real() ||
             (value.is_string() && is_number_word(value.text(), true));
  }
}

bool fits(const Value& value, Shape shape) {
  if (value.is_none() || value.is_sealed() || (is_template(value) && shape != Shape::tasks))
    return true;
  switch (shape) {
    case Shape::any:
      return true;
    case Shape::text:
    case Shape::boolean:
    case Shape::integer:
    case Shape::number:
      return is_plain(value, shape);
    case Shape::texts:
    case Shape::tags:
    case Shape::condition:
      return is_scalar(value) || is_list_of(value, is_scalar);
    case Shape::dict:
      return value.is_dict();
    case Shape::list:
    case Shape::tasks:
      return value.is_list();
    case Shape::vars:
    case Shape::environment:
      return value.is_dict() ||
             is_list_of(value, [](const Value& one) { return one.is_dict() || is_template(one); });
  }
  return true;
}

std::string_view wanted(Shape shape) {
  switch (shape) {
    case Shape::any:
      return "a value";
    case Shape::text:
      return "a text";
    case Shape::boolean:
      return "yes or no";
    case Shape::integer:
      return "a whole number";
    case Shape::number:
      return "a number";
    case Shape::texts:
    case Shape::tags:
      return "a text or a list of texts";
    case Shape::condition:
      return "a condition or a list of conditions";
    case Shape::dict:
      return "a dict";
    case Shape::list:
      return "a list";
    case Shape::tasks:
      return "a list of tasks";
    case Shape::vars:
    case Shape::environment:
      return "a dict of variables";
  }
  return "";
}

std::string found_text(const Value& value) {
  if (value.is_string()) return "'" + value.text() + "'";
  return std::string(name_of(value.kind()));
}

base::Pos place_of(const Value& value, const Value& key) {
  return value.pos().is_known() ? value.pos() : key.pos();
}

using Member = std::optional<Value> Keywords::*;

const std::map<std::string_view, Member>& members() {
  static const std::map<std::string_view, Member> table = {
      {"become", &Keywords::become},
      {"become_user", &Keywords::become_user},
      {"become_method", &Keywords::become_method},
      {"become_flags", &Keywords::become_flags},
      {"become_exe", &Keywords::become_exe},
      {"connection", &Keywords::connection},
      {"port", &Keywords::port},
      {"remote_user", &Keywords::remote_user},
      {"check_mode", &Keywords::check_mode},
      {"diff", &Keywords::diff},
      {"no_log", &Keywords::no_log},
      {"ignore_errors", &Keywords::ignore_errors},
      {"ignore_unreachable", &Keywords::ignore_unreachable},
      {"any_errors_fatal", &Keywords::any_errors_fatal},
      {"run_once", &Keywords::run_once},
      {"throttle", &Keywords::throttle},
      {"timeout", &Keywords::timeout},
  };
  return table;
}

// A dict, or (deprecated, and still met) a list of dicts, later ones winning.
Dict read_vars(const Value* given) {
  Dict vars;
  for (const Value& part : as_list(given)) {
    if (!part.is_dict()) continue;
    for (const auto& [key, value] : part.dict()) vars.set(key, value);
  }
  return vars;
}

template <class Item>
void append(std::vector<Item>& to, const std::vector<Item>& from) {
  to.insert(to.end(), from.begin(), from.end());
}

}  // namespace

std::string_view name_of(Thing thing) {
  switch (thing) {
    case Thing::play:
      return "play";
    case Thing::import_playbook:
      return "import_playbook";
    case Thing::role:
      return "role";
    case Thing::block:
      return "block";
    case Thing::task:
      return "task";
    case Thing::handler:
      return "handler";
    case Thing::include:
      return "dynamic include";
    case Thing::loop_control:
      return "loop_control";
  }
  return "";
}

const Keyword* find_keyword(Thing thing, std::string_view name) {
  for (const Keyword& keyword : keywords)
    if (keyword.name == name && (keyword.things & bit(thing)) != 0) return &keyword;
  return nullptr;
}

std::vector<std::string> keyword_names(Thing thing) {
  std::vector<std::string> names;
  for (const Keyword& keyword : keywords)
    if ((keyword.things & bit(thing)) != 0) names.emplace_back(keyword.name);
  return names;
}

void check_keywords(const Dict& given, Thing thing, const std::vector<std::string>& also_known,
                    base::Diagnostics& diagnostics) {
  warn_of_idle_keywords(given, thing, diagnostics);
  for (const auto& [key, value] : given) {
    const std::string name = Dict::key_text(key);
    if (std::find(also_known.begin(), also_known.end(), name) != also_known.end()) continue;
    const Keyword* keyword = find_keyword(thing, name);
    if (keyword == nullptr) {
      base::Error error(base::Kind::input,
                        "a " + std::string(name_of(thing)) + " has no keyword '" + name + "'",
                        key.pos());
      const std::string hint = base::suggestion(name, keyword_names(thing));
      if (!hint.empty()) error.set_hint(hint);
      diagnostics.add(std::move(error));
    } else if (!fits(value, keyword->shape)) {
      diagnostics.add(base::Error(base::Kind::input,
                                  "'" + name + "' has to be " +
                                      std::string(wanted(keyword->shape)) + ", not " +
                                      found_text(value),
                                  place_of(value, key)));
    }
  }
}

Keywords read_keywords(const Dict& given) {
  Keywords read;
  for (const auto& [name, member] : members()) {
    const Value* value = given.find(name);
    if (value == nullptr || value->is_none()) continue;
    if (fits(*value, find_keyword(Thing::task, name)->shape)) read.*member = *value;
  }
  read.environment = as_list(given.find("environment"));
  read.module_defaults = as_list(given.find("module_defaults"));
  read.when = as_list(given.find("when"));
  read.tags = as_texts(given.find("tags"), true);
  read.vars = read_vars(given.find("vars"));
  return read;
}

Keywords inherit(const Keywords& outer, const Keywords& inner) {
  Keywords merged = inner;
  for (const auto& [name, member] : members())
    if (!(merged.*member)) merged.*member = outer.*member;
  merged.environment = outer.environment;
  append(merged.environment, inner.environment);
  merged.module_defaults = outer.module_defaults;
  append(merged.module_defaults, inner.module_defaults);
  merged.when = outer.when;
  append(merged.when, inner.when);
  for (const std::string& tag : outer.tags)
    if (std::find(merged.tags.begin(), merged.tags.end(), tag) == merged.tags.end())
      merged.tags.push_back(tag);
  return merged;
}

std::vector<Value> as_list(const Value* given) {
  if (given == nullptr || given->is_none()) return {};
  if (given->is_list()) return given->list();
  return {*given};
}

std::vector<std::string> as_texts(const Value* given, bool split_at_commas) {
  std::vector<std::string> texts;
  for (const Value& one : as_list(given)) {
    if (one.is_list() || one.is_dict() || one.is_none()) continue;
    const std::string text = Dict::key_text(one);
    if (!split_at_commas || is_template(one)) {
      texts.push_back(text);
      continue;
    }
    for (const std::string& part : base::split(text, ',')) texts.emplace_back(base::trim(part));
  }
  return texts;
}

bool is_template(const Value& value) {
  return value.is_string() && value.is_trusted() && jinja::Templar::has_template(value.text());
}

}  // namespace provisioner::playbook
