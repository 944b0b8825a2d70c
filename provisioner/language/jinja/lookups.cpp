// Lookups: what a template asks of the controller. Each gives a list.

#include <algorithm>

#include "provisioner/base/base/regex.h"
#include "provisioner/base/base/text.h"
#include "provisioner/base/crypto/digest.h"
#include "provisioner/base/os/files.h"
#include "provisioner/base/value/json.h"
#include "provisioner/language/jinja/filter_tables.h"
#include "provisioner/language/jinja/lookup_tables.h"
#include "provisioner/language/jinja/text_methods.h"

namespace provisioner::jinja {

using value::Value;

namespace {

void add_flat(std::vector<Object>& all, const Object& object, bool is_deep) {
  spend();
  if (!object.is_list()) {
    all.push_back(object);
    return;
  }
  for (const Object& item : items_of(object)) {
    if (is_deep)
      add_flat(all, item, true);
    else
      all.push_back(item);
  }
}

Object items(const Call& call, bool is_deep) {
  std::vector<Object> all;
  for (const Object& term : call.arguments) add_flat(all, term, is_deep);
  return Object::list(std::move(all));
}

Object lookup_dict(const Call& call) {
  std::vector<Object> all;
  for (const Object& term : call.arguments) {
    for (const Object& one : term.is_list() ? items_of(term) : std::vector<Object>{term}) {
      if (!one.is_dict() && !one.is_lazy()) type_error("with_dict expects a dict");
      for (const Object& key : items_of(one)) {
        Object entry = Object::dict();
        entry.dict_box().set(Value("key"), key);
        entry.dict_box().set(Value("value"), call.evaluator.item(one, key));
        all.push_back(std::move(entry));
      }
    }
  }
  return Object::list(std::move(all));
}

std::vector<std::vector<Object>> lists_of(const Call& call) {
  std::vector<std::vector<Object>> lists;
  for (const Object& term : call.arguments) {
    lists.emplace_back();
    add_flat(lists.back(), term, false);
  }
  return lists;
}

Object nested(const Call& call) {
  std::vector<std::vector<Object>> rows = {{}};
  const auto lists = lists_of(call);
  if (lists.empty()) type_error("with_nested requires at least one element in the nested list");
  for (const auto& list : lists) {
    std::vector<std::vector<Object>> longer;
    for (const auto& row : rows)
      for (const Object& item : list) {
        longer.push_back(row);
        add_flat(longer.back(), item, true);
      }
    rows = std::move(longer);
  }
  std::vector<Object> all;
  for (auto& row : rows) all.push_back(Object::list(std::move(row)));
  return Object::list(std::move(all));
}

Object together(const Call& call) {
  const auto lists = lists_of(call);
  if (lists.empty()) type_error("with_together requires at least one element in each list");
  std::size_t longest = 0;
  for (const auto& list : lists) longest = std::max(longest, list.size());
  std::vector<Object> all;
  for (std::size_t at = 0; at < longest; ++at) {
    std::vector<Object> row;
    for (const auto& list : lists) row.push_back(at < list.size() ? list[at] : Object());
    all.push_back(Object::list(std::move(row)));
  }
  return Object::list(std::move(all));
}

// A dict without the list that its pairs are made of.
Object without_key(const Object& element, const std::vector<Object>& path) {
  if (path.size() != 1 || !element.is_dict()) return element;
  Object rest = Object::dict();
  for (const Value& key : element.dict_box().keys())
    if (!(key == path[0].scalar())) rest.dict_box().set(key, *element.dict_box().find(key));
  return rest;
}

Object subelements(const Call& call) {
  if (call.arguments.size() < 2)
    type_error("subelements lookup expects a list of two or three items");
  std::vector<Object> path;
  for (const std::string& part : split_text(text_of(call.arguments[1]), ".", -1))
    path.emplace_back(part);
  bool skips_missing = false;
  if (call.arguments.size() > 2 && call.arguments[2].is_dict())
    if (const auto skip = call.arguments[2].dict_box().find(Value("skip_missing")))
      skips_missing = boolean_of(*skip);
  const Call made{
      call.evaluator, {call.arguments[0], Object::list(path), Object(skips_missing)}, {}, {}};
  std::vector<Object> rows;
  for (const Object& pair : items_of(call.evaluator.apply_filter("subelements", made))) {
    const Object element = call.evaluator.item(pair, Object(0));
    const bool is_skipped = element.is_dict() && element.dict_box().find(Value("skipped")) &&
                            truth(*element.dict_box().find(Value("skipped")));
    if (is_skipped) continue;
    rows.push_back(
        Object::tuple({without_key(element, path), call.evaluator.item(pair, Object(1))}));
  }
  return Object::list(std::move(rows));
}

Object indexed_items(const Call& call) {
  std::vector<Object> all, flat;
  for (const Object& term : call.arguments) add_flat(flat, term, false);
  for (std::size_t at = 0; at < flat.size(); ++at)
    all.push_back(Object::tuple({Object(static_cast<std::int64_t>(at)), flat[at]}));
  return Object::list(std::move(all));
}

struct Sequence {
  std::int64_t start = 1, stride = 1;
  std::optional<std::int64_t> end, count;
  std::string format = "%d";

  void set(const std::string& key, const std::string& text) {
    if (key == "format") {
      format = text;
      return;
    }
    std::int64_t* const number = key == "start"    ? &start
                                 : key == "stride" ? &stride
                                 : key == "end"    ? &end.emplace()
                                 : key == "count"  ? &count.emplace()
                                                   : nullptr;
    if (number == nullptr) type_error("unrecognized arguments to with_sequence: ['" + key + "']");
    try {
      *number = std::stoll(text, nullptr, 0);
    } catch (const std::exception&) {
      type_error("can't parse " + key + "=" + text + " as integer");
    }
  }
};

// "start=1 end=5 stride=2 format=n%02d", "5", "2-10/2:host%02d"
Sequence sequence_of(const std::string& text) {
  static const base::Regex shortcut(
      "^((\\d+|0x[0-9a-fA-F]+)-)?(\\d+|0x[0-9a-fA-F]+)(/(\\d+|0x[0-9a-fA-F]+))?(:(.+))?$",
      base::Regex::ignore_case);
  Sequence sequence;
  if (const auto match = shortcut.match_start(text)) {
    const auto take = [&](const char* key, std::size_t group) {
      if (const auto part = base::group_text(*match, text, group)) sequence.set(key, *part);
    };
    take("start", 2);
    take("end", 3);
    take("stride", 5);
    take("format", 7);
    return sequence;
  }
  for (const std::string& word : base::shell_split(text)) {
    const std::size_t equals = word.find('=');
    if (equals == std::string::npos)
      type_error("unrecognized arguments to with_sequence: ['_raw_params']");
    sequence.set(word.substr(0, equals), word.substr(equals + 1));
  }
  return sequence;
}

Object sequence(const Call& call) {
  std::vector<Object> all;
  for (const Object& term : call.arguments) {
    Sequence wanted = sequence_of(text_of(term));
    const std::int64_t stride = wanted.stride;
    if (!wanted.end && !wanted.count) type_error("must specify count or end in with_sequence");
    if (wanted.end && wanted.count) type_error("can't specify both count and end in with_sequence");
    if (wanted.count && *wanted.count == 0) continue;
    if (wanted.count) wanted.end = wanted.start + *wanted.count * stride - stride;
    if (stride > 0 && *wanted.end < wanted.start)
      type_error("to count backwards make stride negative");
    if (stride < 0 && *wanted.end > wanted.start)
      type_error("to count forward don't make stride negative");
    if (stride == 0) continue;
    for (std::int64_t at = wanted.start; stride > 0 ? at <= *wanted.end : at >= *wanted.end;
         at += stride) {
      all.emplace_back(percent_format(wanted.format, Object::tuple({Object(at)})));
      require_list_size(all.size());
    }
  }
  return Object::list(std::move(all));
}

Object lookup_vars(const Call& call) {
  const Object fallback = call.get(1'000'000, "default");
  return each_term(call, [&](const Object& term) {
    Object found = call.evaluator.resolve_name(text_of(term));
    if (!found.is_undefined()) return found;
    if (!fallback.is_undefined()) return fallback;
    throw UndefinedError(base::Kind::input, "No variable found with this name: " + text_of(term));
  });
}

Object varnames(const Call& call) {
  std::vector<Object> all;
  for (const Object& term : call.arguments) {
    const base::Regex pattern(text_of(term));
    for (const std::string& name : call.evaluator.scope().names())
      if (pattern.search(name)) all.emplace_back(name);
  }
  return Object::list(std::move(all));
}

}  // namespace

const Surroundings& world_of(const Call& call) { return call.evaluator.world().surroundings; }

std::string found_file(const Call& call, const std::string& name, std::string_view kind,
                       const char* lookup) {
  const auto path = world_of(call).find_file(name, kind);
  if (!path)
    throw base::Error(base::Kind::input,
                      "could not locate file in lookup '" + std::string(lookup) + "': " + name);
  return *path;
}

Object each_term(const Call& call, const std::function<Object(const Object&)>& body) {
  std::vector<Object> all;
  for (const Object& term : call.arguments) all.push_back(body(term));
  return Object::list(std::move(all));
}

TermOptions options_in(const Object& term) {
  static const base::Regex option("(?:^|\\s)(\\w+)=(\"[^\"]*\"|'[^']*'|\\S+)");
  const std::string text = text_of(term);
  TermOptions result;
  std::size_t at = 0;
  for (const auto& match : option.find_all(text)) {
    result.name += text.substr(at, match.begin() - at);
    at = match.end();
    std::string written = base::group_text(match, text, 2).value_or("");
    if (written.size() > 1 && (written[0] == '"' || written[0] == '\''))
      written = written.substr(1, written.size() - 2);
    result.options[base::group_text(match, text, 1).value_or("")] = written;
  }
  result.name = stripped(result.name + text.substr(at), "", Side::both);
  return result;
}

std::string TermOptions::text(const Call& call, std::string_view key,
                              std::string_view otherwise) const {
  const auto found = options.find(key);
  return found != options.end() ? found->second : call.text_or(1'000'000, key, otherwise);
}

const FunctionTable& lookups() {
  static const FunctionTable table = [] {
    FunctionTable all = {
        {"env",
         [](const Call& c) {
           return each_term(c, [&](const Object& term) {
             if (const auto value = world_of(c).environment(text_of(term))) return Object(*value);
             return c.has(1'000'000, "default") ? c.get(1'000'000, "default") : Object("");
           });
         }},
        {"items", [](const Call& c) { return items(c, false); }},
        {"list", [](const Call& c) { return Object::list(c.arguments); }},
        {"flattened", [](const Call& c) { return items(c, true); }},
        {"dict", lookup_dict},
        {"nested", nested},
        {"cartesian", nested},
        {"together", together},
        {"subelements", subelements},
        {"indexed_items", indexed_items},
        {"sequence", sequence},
        {"vars", lookup_vars},
        {"varnames", varnames},
        {"random_choice",
         [](const Call& c) {
           if (c.arguments.empty()) return Object::list({});
           return Object::list({c.evaluator.apply_filter(
               "random", Call{c.evaluator, {Object::list(c.arguments)}, {}, {}})});
         }},
        {"inventory_hostnames",
         [](const Call& c) {
           std::vector<std::string> patterns;
           for (const Object& term : c.arguments) patterns.push_back(text_of(term));
           const auto hosts = world_of(c).hosts_matching(base::join(patterns, ","));
           return Object::list({hosts.begin(), hosts.end()});
         }},
    };
    all.merge(file_lookups());
    return all;
  }();
  return table;
}

}  // namespace provisioner::jinja
