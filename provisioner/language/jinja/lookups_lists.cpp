// Lookups that only rearrange what they are given: those behind with_items, with_dict and their
// kin.

#include <algorithm>

#include "provisioner/base/base/regex.h"
#include "provisioner/base/base/text.h"
#include "provisioner/language/jinja/filter_tables.h"
#include "provisioner/language/jinja/text_methods.h"

namespace provisioner::jinja {

using value::Value;

namespace {

void add_flat(std::vector<Object>& all, const Object& object, bool is_deep) {
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

Object subelements(const Call& call) {
  if (call.arguments.size() < 2)
    type_error("subelements lookup expects a list of two or three items");
  Call made{call.evaluator, {call.arguments[0], call.arguments[1]}, {}, {}};
  if (call.arguments.size() > 2 && call.arguments[2].is_dict())
    if (const auto skip = call.arguments[2].dict_box().find(Value("skip_missing")))
      made.arguments.emplace_back(boolean_of(*skip));
  return call.evaluator.apply_filter("subelements", std::move(made));
}

Object indexed_items(const Call& call) {
  std::vector<Object> all, flat;
  for (const Object& term : call.arguments) add_flat(flat, term, false);
  for (std::size_t at = 0; at < flat.size(); ++at)
    all.push_back(Object::tuple({Object(static_cast<std::int64_t>(at)), flat[at]}));
  return Object::list(std::move(all));
}

// "start=1 end=5 stride=2 format=n%02d", "5", "2-10/2:host%02d"
Object sequence(const Call& call) {
  std::vector<Object> all;
  const auto number = [](const std::string& text) {
    return static_cast<std::int64_t>(std::stoll(text, nullptr, 0));
  };
  static const base::Regex shortcut(
      "^((\\d+|0x[0-9a-fA-F]+)-)?(\\d+|0x[0-9a-fA-F]+)(/(\\d+))?(:(.+))?$");
  for (const Object& term : call.arguments) {
    std::int64_t start = 1, stride = 1;
    std::optional<std::int64_t> end, count;
    std::string format = "%d";
    const std::string text = text_of(term);
    const auto set = [&](const std::string& key, const std::string& value) {
      if (key == "start")
        start = number(value);
      else if (key == "end")
        end = number(value);
      else if (key == "count")
        count = number(value);
      else if (key == "stride")
        stride = number(value);
      else if (key == "format")
        format = value;
      else
        type_error("unrecognized arguments to with_sequence: " + key);
    };
    if (const auto match = shortcut.match_start(text)) {
      if (const auto first = base::group_text(*match, text, 2)) start = number(*first);
      end = number(*base::group_text(*match, text, 3));
      if (const auto step = base::group_text(*match, text, 5)) stride = number(*step);
      if (const auto how = base::group_text(*match, text, 7)) format = *how;
    } else {
      for (const std::string& word : base::shell_split(text))
        if (const std::size_t equals = word.find('='); equals != std::string::npos)
          set(word.substr(0, equals), word.substr(equals + 1));
    }
    for (const auto& [key, object] : call.named) set(key, text_of(object));
    if (count) end = *count == 0 ? start - stride : start + *count * stride - stride;
    if (!end) type_error("must specify count or end in with_sequence");
    if (stride == 0) type_error("to count by 0 is no sequence");
    for (std::int64_t at = start; stride > 0 ? at <= *end : at >= *end; at += stride)
      all.emplace_back(percent_format(format, Object::tuple({Object(at)})));
  }
  return Object::list(std::move(all));
}

}  // namespace

FunctionTable list_lookups() {
  return {
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
  };
}

}  // namespace provisioner::jinja
