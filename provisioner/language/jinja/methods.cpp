// Methods of texts, lists and dicts.

#include <algorithm>
#include <map>

#include "provisioner/base/base/text.h"
#include "provisioner/language/jinja/evaluator.h"
#include "provisioner/language/jinja/moments.h"
#include "provisioner/language/jinja/text_methods.h"

namespace provisioner::jinja {

using value::Value;

namespace {

using Method = std::function<Object(const Object& self, const Call& call)>;
using Methods = std::map<std::string, Method, std::less<>>;

std::size_t index_in(const Object& list, const Object& wanted) {
  const std::vector<Object> items = items_of(list);
  for (std::size_t index = 0; index < items.size(); ++index)
    if (are_equal(items[index], wanted)) return index;
  type_error(repr_of(wanted) + " is not in list");
}

Value key_of(const Object& object) {
  object.require_defined();
  if (!object.is_scalar()) type_error("unhashable type: '" + type_name(object) + "'");
  return object.scalar();
}

Object pairs_of(const Object& dict) {
  std::vector<Object> pairs;
  for (const Value& key : dict.dict_box().keys())
    pairs.push_back(Object::tuple({Object(key), *dict.dict_box().find(key)}));
  return Object::list(std::move(pairs));
}

void update(const Object& dict, const Object& more) {
  if (more.is_dict()) {
    for (const Value& key : more.dict_box().keys())
      dict.dict_box().set(key, *more.dict_box().find(key));
    return;
  }
  for (const Object& pair : items_of(more)) {
    const std::vector<Object> parts = items_of(pair);
    if (parts.size() != 2)
      type_error("dictionary update sequence element has a length other than 2");
    dict.dict_box().set(key_of(parts[0]), parts[1]);
  }
}

const Methods& dict_methods() {
  static const Methods methods = {
      {"items", [](const Object& self, const Call&) { return pairs_of(self); }},
      {"keys", [](const Object& self, const Call&) { return Object::list(items_of(self)); }},
      {"values",
       [](const Object& self, const Call&) {
         std::vector<Object> values;
         for (const Value& key : self.dict_box().keys())
           values.push_back(*self.dict_box().find(key));
         return Object::list(std::move(values));
       }},
      {"get",
       [](const Object& self, const Call& call) {
         if (const auto found = self.dict_box().find(key_of(call.get(0, "key")))) return *found;
         const Object otherwise = call.get(1, "default");
         return call.arguments.size() > 1 ? otherwise : Object();
       }},
      {"pop",
       [](const Object& self, const Call& call) {
         const Value key = key_of(call.get(0, "key"));
         const auto found = self.dict_box().find(key);
         if (found) {
           self.dict_box().erase(key);
           return *found;
         }
         if (call.arguments.size() > 1) return call.arguments[1];
         type_error("KeyError: " + repr_of(Object(key)));
       }},
      {"update",
       [](const Object& self, const Call& call) {
         for (const Object& more : call.arguments) update(self, more);
         for (const auto& [key, object] : call.named) self.dict_box().set(Value(key), object);
         return Object();
       }},
      {"setdefault",
       [](const Object& self, const Call& call) {
         const Value key = key_of(call.get(0, "key"));
         if (const auto found = self.dict_box().find(key)) return *found;
         const Object otherwise = call.arguments.size() > 1 ? call.arguments[1] : Object();
         self.dict_box().set(key, otherwise);
         return otherwise;
       }},
      {"__setitem__",
       [](const Object& self, const Call& call) {
         self.dict_box().set(key_of(call.get(0, "key")), call.get(1, "value"));
         return Object();
       }},
      {"__getitem__",
       [](const Object& self, const Call& call) {
         const Value key = key_of(call.get(0, "key"));
         if (const auto found = self.dict_box().find(key)) return *found;
         type_error("KeyError: " + repr_of(Object(key)));
       }},
      {"__contains__",
       [](const Object& self, const Call& call) {
         return Object(self.dict_box().find(key_of(call.get(0, "key"))).has_value());
       }},
      {"__len__",
       [](const Object& self, const Call&) {
         return Object(static_cast<std::int64_t>(self.dict_box().size()));
       }},
      {"clear",
       [](const Object& self, const Call&) {
         self.dict_box().clear();
         return Object();
       }},
      {"copy",
       [](const Object& self, const Call&) {
         Object copy = Object::dict();
         update(copy, self);
         return copy;
       }},
  };
  return methods;
}

const Methods& list_methods() {
  static const Methods methods = {
      {"append",
       [](const Object& self, const Call& call) {
         require_list_size(self.list_box().size() + 1);
         self.list_box().live().push_back(call.get(0, "object"));
         return Object();
       }},
      {"extend",
       [](const Object& self, const Call& call) {
         std::vector<Object> more = items_of(call.get(0, "iterable"));
         require_list_size(self.list_box().size() + more.size());
         auto& items = self.list_box().live();
         items.insert(items.end(), more.begin(), more.end());
         return Object();
       }},
      {"insert",
       [](const Object& self, const Call& call) {
         require_list_size(self.list_box().size() + 1);
         spend_on(self);
         auto& items = self.list_box().live();
         const auto count = static_cast<std::int64_t>(items.size());
         std::int64_t place = call.integer_or(0, "index", 0);
         place = std::clamp<std::int64_t>(place < 0 ? place + count : place, 0, count);
         items.insert(items.begin() + place, call.get(1, "object"));
         return Object();
       }},
      {"pop",
       [](const Object& self, const Call& call) {
         auto& items = self.list_box().live();
         const auto count = static_cast<std::int64_t>(items.size());
         std::int64_t place = call.integer_or(0, "index", -1);
         if (place < 0) place += count;
         if (place < 0 || place >= count)
           type_error(count == 0 ? "pop from empty list" : "pop index out of range");
         const Object taken = items[static_cast<std::size_t>(place)];
         items.erase(items.begin() + place);
         return taken;
       }},
      {"remove",
       [](const Object& self, const Call& call) {
         auto& items = self.list_box().live();
         const auto place = static_cast<std::ptrdiff_t>(index_in(self, call.get(0, "value")));
         items.erase(items.begin() + place);
         return Object();
       }},
      {"index",
       [](const Object& self, const Call& call) {
         return Object(static_cast<std::int64_t>(index_in(self, call.get(0, "value"))));
       }},
      {"count",
       [](const Object& self, const Call& call) {
         const std::vector<Object> items = items_of(self);
         const Object wanted = call.get(0, "value");
         return Object(static_cast<std::int64_t>(
             std::count_if(items.begin(), items.end(),
                           [&](const Object& item) { return are_equal(item, wanted); })));
       }},
      {"reverse",
       [](const Object& self, const Call&) {
         auto& items = self.list_box().live();
         std::reverse(items.begin(), items.end());
         return Object();
       }},
      {"sort",
       [](const Object& self, const Call& call) {
         auto& items = self.list_box().live();
         spend_on_sorting(items.size());
         std::stable_sort(items.begin(), items.end(), is_less);
         if (call.flag(9, "reverse", false)) std::reverse(items.begin(), items.end());
         return Object();
       }},
      {"clear",
       [](const Object& self, const Call&) {
         self.list_box().live().clear();
         return Object();
       }},
      {"copy", [](const Object& self, const Call&) { return Object::list(items_of(self)); }},
  };
  return methods;
}

}  // namespace

std::optional<Object> method(const Object& object, const std::string& name) {
  if (object.is_string()) return text_method(object, name);
  if (object.is_scalar()) return moment_member(object, name);
  const Methods* methods = nullptr;
  if (object.is_dict() && !object.dict_box().is_namespace) methods = &dict_methods();
  if (object.is_list()) methods = &list_methods();
  if (object.is_lazy() &&
      (name == "keys" || name == "items" || name == "values" || name == "get") &&
      object.lazy_mapping().type_name != "LoopContext" && object.lazy_mapping().text.empty() &&
      object.lazy_mapping().type_name != "TemplateModule") {
    return Object::callable(name, [object, name](const Call& call) -> Object {
      if (name == "get") {
        if (const auto found = object.lazy_mapping().member(text_of(call.get(0, "key"))))
          return *found;
        return call.arguments.size() > 1 ? call.arguments[1] : Object();
      }
      std::vector<Object> all;
      for (const std::string& key : object.lazy_mapping().keys()) {
        if (name == "keys") {
          all.emplace_back(key);
          continue;
        }
        const auto member = object.lazy_mapping().member(key);
        if (!member) continue;
        all.push_back(name == "values" ? *member : Object::tuple({Object(key), *member}));
      }
      return Object::list(std::move(all));
    });
  }
  if (methods == nullptr) return std::nullopt;
  const auto found = methods->find(name);
  if (found == methods->end()) return std::nullopt;
  if (object.is_tuple() && name != "index" && name != "count") return std::nullopt;
  return Object::callable(
      name, [object, body = &found->second](const Call& call) { return (*body)(object, call); });
}

}  // namespace provisioner::jinja
