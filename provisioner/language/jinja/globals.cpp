// Functions and mappings that templates find without asking.

#include <algorithm>
#include <ctime>

#include "provisioner/language/jinja/filter_tables.h"
#include "provisioner/language/jinja/moments.h"

namespace provisioner::jinja {

using value::Value;

namespace {

// hostvars['web01']['ansible_host']
Object hostvars(const Call& call) {
  Scope* scope = &call.evaluator.scope();
  Evaluator* evaluator = &call.evaluator;
  const auto of_host = [scope, evaluator](const std::string& host) -> std::optional<Object> {
    if (!scope->host_variable(host, "inventory_hostname")) return std::nullopt;
    LazyMapping members{[scope, evaluator, host](const std::string& name) -> std::optional<Object> {
                          const auto value = scope->host_variable(host, name);
                          if (!value) return std::nullopt;
                          if (!value->is_trusted()) evaluator->taint();
                          return Object(*value);
                        },
                        [scope, host] { return scope->host_variable_names(host); },
                        "ansible.vars.hostvars.HostVarsVars"};
    return Object::lazy(std::move(members));
  };
  return Object::lazy({of_host, [scope] { return scope->host_names(); }, "hostvars"});
}

Object vars(const Call& call) {
  Evaluator* evaluator = &call.evaluator;
  return Object::lazy({[evaluator](const std::string& name) -> std::optional<Object> {
                         Object found = evaluator->resolve_name(name);
                         return found.is_undefined() ? std::nullopt : std::optional(found);
                       },
                       [evaluator] { return evaluator->scope().names(); }, "dict"});
}

Object range(const Call& call) {
  const std::int64_t first = call.integer_or(0, "start", 0);
  const bool has_end = call.arguments.size() > 1;
  const std::int64_t begin = has_end ? first : 0,
                     end = has_end ? call.integer_or(1, "stop", 0) : first;
  const std::int64_t step = call.integer_or(2, "step", 1);
  if (step == 0) type_error("range() arg 3 must not be zero");
  if (step > 0 ? begin >= end : begin <= end) return Object::list({});
  // Without a sign, the distance fits whatever the ends are.
  const auto distance = step > 0
                            ? static_cast<std::uint64_t>(end) - static_cast<std::uint64_t>(begin)
                            : static_cast<std::uint64_t>(begin) - static_cast<std::uint64_t>(end);
  const auto stride =
      step > 0 ? static_cast<std::uint64_t>(step) : 0 - static_cast<std::uint64_t>(step);
  const std::uint64_t count = (distance - 1) / stride + 1;
  require_list_size(count);
  std::vector<Object> items;
  items.reserve(count);
  for (std::uint64_t at = 0; at < count; ++at)
    items.emplace_back(begin + static_cast<std::int64_t>(at) * step);
  return Object::list(std::move(items));
}

Object make_dict(const Call& call) {
  Object dict = Object::dict();
  if (!call.arguments.empty()) {
    const Object& from = call.arguments[0];
    if (from.is_dict())
      for (const Value& key : from.dict_box().keys())
        dict.dict_box().set(key, *from.dict_box().find(key));
    else
      for (const Object& pair : items_of(from))
        dict.dict_box().set(call.evaluator.item(pair, Object(0)).to_value(),
                            call.evaluator.item(pair, Object(1)));
  }
  for (const auto& [name, object] : call.named) dict.dict_box().set(Value(name), object);
  return dict;
}

Object make_namespace(const Call& call) {
  Object space = make_dict(call);
  space.dict_box().is_namespace = true;
  return space;
}

Object cycler(const Call& call) {
  if (call.arguments.empty()) type_error("at least one item has to be provided");
  auto place = std::make_shared<std::size_t>(0);
  const Object items = Object::tuple(call.arguments);
  return Object::lazy({[place, items](const std::string& name) -> std::optional<Object> {
                         if (name == "current") return items.list_box().at(*place);
                         if (name == "next")
                           return Object::callable("next", [place, items](const Call&) {
                             const Object now = items.list_box().at(*place);
                             *place = (*place + 1) % items.list_box().size();
                             return now;
                           });
                         if (name == "reset")
                           return Object::callable("reset", [place](const Call&) {
                             *place = 0;
                             return Object();
                           });
                         return std::nullopt;
                       },
                       [] { return std::vector<std::string>(); }, "LoopContext"});
}

Object joiner(const Call& call) {
  auto was_used = std::make_shared<bool>(false);
  const std::string separator = call.text_or(0, "sep", ", ");
  return Object::callable("joiner", [was_used, separator](const Call&) {
    const bool is_first = !*was_used;
    *was_used = true;
    return Object(is_first ? "" : separator);
  });
}

Object now(const Call& call) {
  std::timespec moment{};
  ::clock_gettime(CLOCK_REALTIME, &moment);
  std::int64_t seconds = moment.tv_sec;
  if (!call.flag(0, "utc", false)) {
    std::tm parts{};
    ::localtime_r(&moment.tv_sec, &parts);
    seconds += parts.tm_gmtoff;
  }
  const std::int64_t microseconds = seconds * 1'000'000 + moment.tv_nsec / 1000;
  const std::string format = call.text_or(1, "fmt", "");
  return format.empty() ? moment_of(microseconds) : Object(written_time(format, microseconds));
}

Object undef(const Call& call) {
  return Object::undefined(call.text_or(0, "hint", "Mandatory variable has not been overridden"),
                           "undef");
}

// lookup('env', 'HOME'): texts joined by commas, or one value; wantlist or query gives the list.
Object run_lookup(const Call& call, bool wants_list) {
  if (call.arguments.empty()) type_error("lookup expects a plugin's name");
  const std::string name = text_of(call.arguments[0]);
  Call rest{call.evaluator, {call.arguments.begin() + 1, call.arguments.end()}, {}, call.pos};
  std::string errors = "strict";
  for (const auto& [key, object] : call.named) {
    if (key == "wantlist")
      wants_list = truth(object);
    else if (key == "errors")
      errors = text_of(object);
    else
      rest.named.emplace_back(key, object);
  }
  if (name == "first_found")
    rest.arguments = {call.arguments.begin() + 1, call.arguments.end()};
  else
    for (Object& argument : rest.arguments) argument.require_defined();
  Object found;
  try {
    found = call.evaluator.lookup(name, std::move(rest));
  } catch (const UndefinedError&) {
    throw;
  } catch (const base::Error&) {
    if (errors == "strict") throw;
    return wants_list ? Object::list({}) : Object("");
  }
  call.evaluator.taint();  // what comes from outside is never evaluated again
  if (wants_list) return found;
  const std::vector<Object> items = items_of(found);
  if (items.size() == 1) return items.front();
  const bool are_texts =
      !items.empty() &&
      std::all_of(items.begin(), items.end(), [](const Object& item) { return item.is_string(); });
  if (!are_texts) return found;
  std::string text;
  for (const Object& item : items)
    text += (&item == &items.front() ? "" : ",") + item.scalar().text();
  return Object(text);
}

}  // namespace

const FunctionTable& globals() {
  static const FunctionTable table = {
      {"hostvars", hostvars},
      {"vars", vars},
      {"range", range},
      {"dict", make_dict},
      {"namespace", make_namespace},
      {"cycler", cycler},
      {"joiner", joiner},
      {"now", now},
      {"undef", undef},
      {"lookup", [](const Call& c) { return run_lookup(c, false); }},
      {"query", [](const Call& c) { return run_lookup(c, true); }},
      {"q", [](const Call& c) { return run_lookup(c, true); }},
  };
  return table;
}

}  // namespace provisioner::jinja
