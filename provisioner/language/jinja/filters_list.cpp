// Filters on lists.

#include <algorithm>
#include <numeric>
#include <random>

#include "provisioner/language/jinja/filter_tables.h"
#include "provisioner/language/jinja/object_set.h"
#include "provisioner/language/jinja/python_random.h"
#include "provisioner/language/jinja/text_methods.h"

namespace provisioner::jinja {

using value::Value;

namespace {

std::vector<Object> once_each(const std::vector<Object>& items) {
  ObjectSet seen;
  std::vector<Object> unique;
  for (const Object& item : items)
    if (seen.insert(item)) unique.push_back(item);
  return unique;
}

Object as_list(std::vector<Object> items) { return Object::list(std::move(items)); }

// Python's a + b: two lists, two tuples or two texts.
void require_addable(const Object& a, const Object& b) {
  const bool are_lists = a.is_list() && b.is_list() && a.is_tuple() == b.is_tuple();
  if (!are_lists && !(a.is_string() && b.is_string()))
    type_error("unsupported operand type(s) for +: '" + type_name(a) + "' and '" + type_name(b) +
               "'");
}

void flatten_into(std::vector<Object>& flat, const std::vector<Object>& items, std::int64_t levels,
                  bool skips_nulls) {
  spend_on_items(items.size());
  for (const Object& item : items) {
    const bool is_null =
        item.is_none() ||
        (item.is_string() && (item.scalar().text() == "None" || item.scalar().text() == "null"));
    if (skips_nulls && is_null) continue;
    if (item.is_list() && levels != 0)
      flatten_into(flat, items_of(item), levels - 1, skips_nulls);
    else
      flat.push_back(item);
  }
}

Object flatten(const Call& call) {
  std::vector<Object> flat;
  const Object levels = call.get(1, "levels");
  flatten_into(flat, items_of(call.get(0, "mylist")),
               levels.is_undefined() || levels.is_none() ? -1 : call.integer_or(1, "levels", -1),
               call.flag(2, "skip_nulls", true));
  return as_list(std::move(flat));
}

// The sets' order is the first list's; Python's sets have none that a playbook could rely on.
Object set_operation(const Call& call, bool in_second, bool all_of_second) {
  if (all_of_second) require_addable(call.get(0, "a"), call.get(1, "b"));
  const std::vector<Object> first = items_of(call.get(0, "a")), second = items_of(call.get(1, "b"));
  const ObjectSet known(second);
  std::vector<Object> result;
  for (const Object& item : first)
    if (all_of_second || known.contains(item) == in_second) result.push_back(item);
  if (all_of_second) result.insert(result.end(), second.begin(), second.end());
  return as_list(once_each(result));
}

Object symmetric_difference(const Call& call) {
  require_addable(call.get(0, "a"), call.get(1, "b"));
  const std::vector<Object> first = items_of(call.get(0, "a")), second = items_of(call.get(1, "b"));
  const ObjectSet in_first(first), in_second(second);
  std::vector<Object> result;
  for (const Object& item : first)
    if (!in_second.contains(item)) result.push_back(item);
  for (const Object& item : second)
    if (!in_first.contains(item)) result.push_back(item);
  return as_list(once_each(result));
}

Object batch(const Call& call) {
  const auto width =
      static_cast<std::size_t>(std::max<std::int64_t>(1, call.integer_or(1, "linecount", 1)));
  const Object filler = call.get(2, "fill_with");
  std::vector<Object> rows, row;
  for (const Object& item : items_of(call.get(0, "value"))) {
    row.push_back(item);
    if (row.size() < width) continue;
    rows.push_back(as_list(std::move(row)));
    row.clear();
  }
  if (!row.empty()) {
    while (!filler.is_undefined() && !filler.is_none() && row.size() < width) row.push_back(filler);
    rows.push_back(as_list(std::move(row)));
  }
  return as_list(std::move(rows));
}

Object slice(const Call& call) {
  const std::vector<Object> items = items_of(call.get(0, "value"));
  const auto count =
      static_cast<std::size_t>(std::max<std::int64_t>(1, call.integer_or(1, "slices", 1)));
  const Object filler = call.get(2, "fill_with");
  const std::size_t each = items.size() / count, more = items.size() % count;
  std::vector<Object> columns;
  std::size_t at = 0;
  for (std::size_t column = 0; column < count; ++column) {
    const std::size_t size = each + (column < more ? 1 : 0);
    std::vector<Object> part(items.begin() + static_cast<std::ptrdiff_t>(at),
                             items.begin() + static_cast<std::ptrdiff_t>(at + size));
    at += size;
    if (!filler.is_undefined() && !filler.is_none() && column >= more) part.push_back(filler);
    columns.push_back(as_list(std::move(part)));
  }
  return as_list(std::move(columns));
}

Object zip(const Call& call, bool to_longest) {
  std::vector<std::vector<Object>> lists;
  for (const Object& argument : call.arguments) lists.push_back(items_of(argument));
  std::size_t length = to_longest ? 0 : SIZE_MAX;
  for (const auto& list : lists)
    length = to_longest ? std::max(length, list.size()) : std::min(length, list.size());
  const Object filler = call.get(1'000'000, "fillvalue");
  std::vector<Object> rows;
  for (std::size_t at = 0; at < length && !lists.empty(); ++at) {
    std::vector<Object> row;
    for (const auto& list : lists)
      row.push_back(at < list.size() ? list[at] : filler.is_undefined() ? Object() : filler);
    rows.push_back(Object::tuple(std::move(row)));
  }
  return as_list(std::move(rows));
}

// Picks one item of each list, the last list's the fastest.
Object product(const Call& call) {
  std::vector<std::vector<Object>> lists;
  for (const Object& argument : call.arguments) lists.push_back(items_of(argument));
  const std::int64_t repeat = call.integer_or(1'000'000, "repeat", 1);
  if (repeat < 0) type_error("repeat argument cannot be negative");
  require_list_size(lists.size() *
                    static_cast<std::size_t>(std::min(repeat, std::int64_t{INT32_MAX})));
  const std::size_t width = lists.size() * static_cast<std::size_t>(repeat);
  const auto list_at = [&](std::size_t column) -> const std::vector<Object>& {
    return lists[column % lists.size()];
  };
  for (std::size_t column = 0; column < width; ++column)
    if (list_at(column).empty()) return as_list({});
  std::vector<std::size_t> places(width, 0);
  std::vector<Object> all;
  while (true) {
    std::vector<Object> row;
    for (std::size_t column = 0; column < width; ++column)
      row.push_back(list_at(column)[places[column]]);
    all.push_back(Object::tuple(std::move(row)));
    std::size_t column = width;
    while (column > 0 && ++places[column - 1] == list_at(column - 1).size()) places[--column] = 0;
    if (column == 0) return as_list(std::move(all));
  }
}

// As many items as rows are wide; a negative number is refused.
std::size_t row_width(const Call& call, std::int64_t otherwise) {
  const std::int64_t width = call.integer_or(1, "set_size", otherwise);
  if (width < 0) type_error("r must be non-negative");
  return static_cast<std::size_t>(width);
}

Object row_of(const std::vector<Object>& items, const std::vector<std::size_t>& places,
              std::size_t width) {
  std::vector<Object> row;
  for (std::size_t at = 0; at < width; ++at) row.push_back(items[places[at]]);
  return Object::tuple(std::move(row));
}

// By the places of the items, as itertools has them.
Object combinations(const Call& call) {
  const std::vector<Object> items = items_of(call.get(0, "list"));
  const std::size_t width = row_width(call, 2), count = items.size();
  if (width > count) return as_list({});
  std::vector<std::size_t> places(width);
  std::iota(places.begin(), places.end(), std::size_t{0});
  std::vector<Object> all;
  while (true) {
    all.push_back(row_of(items, places, width));
    std::size_t at = width;
    while (at > 0 && places[at - 1] == at - 1 + count - width) --at;
    if (at == 0) return as_list(std::move(all));
    ++places[at - 1];
    for (; at < width; ++at) places[at] = places[at - 1] + 1;
  }
}

PythonRandom generator(const Call& call, std::size_t index) {
  const Object seed = call.get(index, "seed");
  if (seed.is_undefined() || seed.is_none()) {
    std::random_device device;
    return PythonRandom::from_integer(device());
  }
  return seed.is_integer() ? PythonRandom::from_integer(
                                 static_cast<std::uint64_t>(std::llabs(seed.scalar().integer())))
                           : PythonRandom::from_text(text_of(seed));
}

// itertools': what is chosen stands in front of `places`, and `turns` says how often the rest was
// turned for each.
Object permutations(const Call& call) {
  const std::vector<Object> items = items_of(call.get(0, "list"));
  const std::size_t count = items.size(), width = row_width(call, static_cast<std::int64_t>(count));
  if (width > count) return as_list({});
  std::vector<std::size_t> places(count), turns(width);
  std::iota(places.begin(), places.end(), std::size_t{0});
  for (std::size_t at = 0; at < width; ++at) turns[at] = count - at;
  std::vector<Object> all = {row_of(items, places, width)};
  for (std::size_t at = width; at > 0;) {
    const auto rest = places.begin() + static_cast<std::ptrdiff_t>(at - 1);
    if (--turns[at - 1] == 0) {
      spend_on_items(count - at);
      std::rotate(rest, rest + 1, places.end());
      turns[at - 1] = count - at + 1;
      --at;
    } else {
      std::swap(*rest, places[count - turns[at - 1]]);
      all.push_back(row_of(items, places, width));
      at = width;
    }
  }
  return as_list(std::move(all));
}

Object random(const Call& call) {
  const Object end = call.get(0, "end");
  PythonRandom numbers = generator(call, 3);
  if (end.is_number()) {
    const std::int64_t start = call.integer_or(1, "start", 0), step = call.integer_or(2, "step", 1);
    const std::int64_t width = call.integer_or(0, "end", 0) - start;
    const std::int64_t count = step > 0 ? (width + step - 1) / step : 0;
    if (count <= 0) type_error("empty range for randrange()");
    return Object(
        start + step * static_cast<std::int64_t>(numbers.below(static_cast<std::uint64_t>(count))));
  }
  if (end.is_dict()) type_error("random wants a sequence or a number, not a dict");
  const std::vector<Object> items = items_of(end);
  if (items.empty()) type_error("Cannot choose from an empty sequence");
  return items[numbers.below(items.size())];
}

Object shuffle(const Call& call) {
  const Object given = call.get(0, "mylist");
  if (given.is_scalar() && !given.is_string())
    return given;  // Ansible gives back what it cannot mix
  std::vector<Object> items = items_of(given);
  PythonRandom numbers = generator(call, 1);
  for (std::size_t at = items.size(); at-- > 1;) std::swap(items[at], items[numbers.below(at + 1)]);
  return as_list(std::move(items));
}

Object join(const Call& call) {
  const std::string separator = call.text_or(1, "d", "");
  const Object attribute = call.get(2, "attribute");
  std::string text;
  bool is_first = true;
  for (const Object& item : items_of(call.get(0, "value"))) {
    const Object part = attribute.is_undefined() || attribute.is_none()
                            ? item
                            : attribute_path(call.evaluator, item, attribute);
    if (!is_first) add_text(text, separator);
    add_text(text, text_of(part));
    is_first = false;
  }
  return Object(text);
}

Object length(const Call& call) {
  const Object object = call.get(0, "obj");
  object.require_defined();
  if (object.is_list()) return Object(static_cast<std::int64_t>(object.list_box().size()));
  if (object.is_dict()) return Object(static_cast<std::int64_t>(object.dict_box().size()));
  if (object.is_lazy())
    return Object(static_cast<std::int64_t>(object.lazy_mapping().keys().size()));
  if (object.is_string())
    return Object(static_cast<std::int64_t>(character_count(object.scalar().text())));
  type_error("object of type '" + type_name(object) + "' has no len()");
}

Object reverse(const Call& call) {
  const Object object = call.get(0, "value");
  if (object.is_string()) {
    const std::string& text = object.scalar().text();
    std::string reversed(text.size(), '\0');
    std::size_t end = text.size();
    for (const std::string_view character : Characters(text))
      reversed.replace(end -= character.size(), character.size(), character);
    return Object(std::move(reversed));
  }
  std::vector<Object> items = items_of(object);
  std::reverse(items.begin(), items.end());
  return as_list(std::move(items));
}

// The first or the last item, without a look at those between.
std::optional<Object> item_at_end(const Object& object, bool is_first) {
  if (object.is_list()) {
    const std::size_t size = object.list_box().size();
    return size == 0 ? std::nullopt : std::optional(object.list_box().at(is_first ? 0 : size - 1));
  }
  if (object.is_string()) {
    std::string_view last;
    for (const std::string_view character : Characters(object.scalar().text())) {
      last = character;
      if (is_first) break;
    }
    return last.empty() ? std::nullopt : std::optional(Object(std::string(last)));
  }
  const auto items = items_of(object);
  if (items.empty()) return std::nullopt;
  return is_first ? items.front() : items.back();
}

Object subelements(const Call& call) {
  const Object object = call.get(0, "obj");
  std::vector<Object> elements;
  if (object.is_dict())
    for (const Value& key : object.dict_box().keys())
      elements.push_back(*object.dict_box().find(key));
  else
    elements = items_of(object);
  const Object path = call.get(1, "subelements");
  std::vector<Object> rows;
  for (const Object& element : elements) {
    Object list = element;
    for (const Object& part : path.is_list() ? items_of(path) : std::vector<Object>{})
      list = call.evaluator.item(list, part);
    if (!path.is_list()) list = attribute_path(call.evaluator, element, path);
    if (list.is_undefined()) {
      if (call.flag(2, "skip_missing", false)) continue;
      type_error("could not find '" + text_of(path) + "' key in iterated item " + repr_of(element));
    }
    if (!list.is_list())
      type_error("the key " + text_of(path) + " should point to a list, got " + repr_of(list));
    for (const Object& item : items_of(list)) rows.push_back(Object::tuple({element, item}));
  }
  return as_list(std::move(rows));
}

Object sum(const Call& call) {
  const Object attribute = call.get(1, "attribute");
  Object total = call.get(2, "start");
  if (total.is_undefined()) total = Object(0);
  for (const Object& item : items_of(call.get(0, "iterable")))
    total = binary_operation("+", total,
                             attribute.is_undefined() || attribute.is_none()
                                 ? item
                                 : attribute_path(call.evaluator, item, attribute));
  return total;
}

}  // namespace

FunctionTable list_filters() {
  return {
      {"list", [](const Call& c) { return as_list(items_of(c.get(0, "value"))); }},
      {"first",
       [](const Call& c) {
         const auto found = item_at_end(c.get(0, "seq"), true);
         return found.value_or(Object::undefined("No first item, sequence was empty."));
       }},
      {"last",
       [](const Call& c) {
         const auto found = item_at_end(c.get(0, "seq"), false);
         return found.value_or(Object::undefined("No last item, sequence was empty."));
       }},
      {"length", length},
      {"join", join},
      {"reverse", reverse},
      {"flatten", flatten},
      {"intersect", [](const Call& c) { return set_operation(c, true, false); }},
      {"difference", [](const Call& c) { return set_operation(c, false, false); }},
      {"union", [](const Call& c) { return set_operation(c, false, true); }},
      {"symmetric_difference", symmetric_difference},
      {"batch", batch},
      {"slice", slice},
      {"zip", [](const Call& c) { return zip(c, false); }},
      {"zip_longest", [](const Call& c) { return zip(c, true); }},
      {"product", product},
      {"combinations", combinations},
      {"permutations", permutations},
      {"random", random},
      {"shuffle", shuffle},
      {"subelements", subelements},
      {"sum", sum},
  };
}

}  // namespace provisioner::jinja
