// Tests: what may stand behind "is".

#include <sys/stat.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <set>

#include "provisioner/base/base/regex.h"
#include "provisioner/base/base/text.h"
#include "provisioner/base/os/files.h"
#include "provisioner/language/jinja/filter_tables.h"
#include "provisioner/language/jinja/object_set.h"
#include "provisioner/language/jinja/text_methods.h"
#include "provisioner/language/jinja/version_order.h"

namespace provisioner::jinja {

using value::Value;

namespace {

using TestTable = std::map<std::string, Test, std::less<>>;

// A registered result's flag, as Ansible's task tests read it.
bool has_flag(const Call& call, const char* name, bool otherwise = false) {
  const Object result = call.get(0, "result");
  result.require_defined();
  if (!result.is_dict()) type_error("The '" + std::string(name) + "' test expects a dictionary");
  const auto found = result.dict_box().find(Value(name));
  return found ? truth(*found) : otherwise;
}

bool is_changed(const Call& call) {
  if (has_flag(call, "changed")) return true;
  const auto results = call.get(0, "result").dict_box().find(Value("results"));
  if (!results || call.get(0, "result").dict_box().find(Value("changed"))) return false;
  const auto items = items_of(*results);
  return std::any_of(items.begin(), items.end(), [](const Object& item) {
    const auto changed = item.is_dict() ? item.dict_box().find(Value("changed")) : std::nullopt;
    return changed && truth(*changed);
  });
}

bool matches(const Call& call, bool is_anchored) {
  unsigned flags = base::Regex::none;
  if (call.flag(2, "ignorecase", false)) flags |= base::Regex::ignore_case;
  if (call.flag(3, "multiline", false)) flags |= base::Regex::multiline;
  const std::string text = call.text(0, "value");
  const base::Regex regex(call.text_or(1, "pattern", ""), flags);
  return is_anchored ? regex.match_start(text).has_value() : regex.search(text).has_value();
}

std::vector<Object> set_of(const Object& object) {
  std::vector<Object> items = items_of(object);
  for (const Object& item : items)
    if (item.is_dict() || (item.is_list() && !item.is_tuple()))
      type_error("unhashable type: '" + type_name(item) + "'");
  return items;
}

bool is_subset(const Object& small, const Object& large) {
  const ObjectSet known(set_of(large));
  const auto items = set_of(small);
  return std::all_of(items.begin(), items.end(),
                     [&](const Object& item) { return known.contains(item); });
}

// "no" and "off" are not true, though Python takes every text for true.
bool converted_truth(const Object& object) {
  if (!object.is_string()) return truth(object);
  const std::string word = lower_text(base::trim(object.scalar().text()));
  static const std::set<std::string, std::less<>> yes = {"y", "yes", "on", "1", "true", "t", "1.0"},
                                                  no = {"n", "no", "off", "0", "false", "f", "0.0"};
  return yes.contains(word) || (!no.contains(word) && truth(object));
}

bool version_test(const Call& call) {
  const std::string sign = call.text_or(2, "operator", "eq");
  if (!truth(call.get(0, "value"))) type_error("Input version value cannot be empty");
  const int order = compare_versions(
      call.text(0, "value"), call.text(1, "version"),
      call.text_or(4, "version_type", call.flag(3, "strict", false) ? "strict" : "loose"));
  if (sign == "==" || sign == "=" || sign == "eq") return order == 0;
  if (sign == "!=" || sign == "<>" || sign == "ne") return order != 0;
  if (sign == "<" || sign == "lt") return order < 0;
  if (sign == "<=" || sign == "le") return order <= 0;
  if (sign == ">" || sign == "gt") return order > 0;
  if (sign == ">=" || sign == "ge") return order >= 0;
  type_error("Invalid operator type (" + sign +
             "). Must be one of ==, =, eq, !=, <>, ne, <, lt, <=, le, >, gt, >=, ge");
}

std::optional<struct stat> status_of(const Call& call, bool follows) {
  struct stat status {};
  const std::string path = path_of(call.get(0, "path"));
  const int code = follows ? ::stat(path.c_str(), &status) : ::lstat(path.c_str(), &status);
  return code == 0 ? std::optional(status) : std::nullopt;
}

bool is_sequence(const Object& object) {
  return object.is_list() || object.is_string() || object.is_dict() || object.is_lazy();
}

TestTable type_tests() {
  const auto first = [](const Call& c) { return c.get(0, "value"); };
  return {
      {"defined", [=](const Call& c) { return !first(c).is_undefined(); }},
      {"undefined", [=](const Call& c) { return first(c).is_undefined(); }},
      {"none", [=](const Call& c) { return first(c).is_none(); }},
      {"string", [=](const Call& c) { return first(c).is_string(); }},
      {"number", [=](const Call& c) { return first(c).is_number(); }},
      {"integer", [=](const Call& c) { return first(c).is_integer(); }},
      {"float", [=](const Call& c) { return first(c).is_real(); }},
      {"boolean", [=](const Call& c) { return first(c).is_boolean(); }},
      {"mapping", [=](const Call& c) { return first(c).is_dict() || first(c).is_lazy(); }},
      {"sequence", [=](const Call& c) { return is_sequence(first(c)); }},
      {"iterable", [=](const Call& c) { return is_sequence(first(c)) || first(c).is_undefined(); }},
      {"callable", [=](const Call& c) { return first(c).is_callable(); }},
      {"true", [=](const Call& c) { return first(c).is_boolean() && truth(first(c)); }},
      {"false", [=](const Call& c) { return first(c).is_boolean() && !truth(first(c)); }},
      {"truthy",
       [=](const Call& c) {
         return c.flag(1, "convert_bool", false) ? converted_truth(first(c)) : truth(first(c));
       }},
      {"falsy",
       [=](const Call& c) {
         return !(c.flag(1, "convert_bool", false) ? converted_truth(first(c)) : truth(first(c)));
       }},
      {"sameas", [=](const Call& c) { return first(c).is_same(c.get(1, "other")); }},
      {"escaped", [](const Call&) { return false; }},
      {"filter", [](const Call& c) { return filters().contains(short_name(c.text(0, "value"))); }},
      {"test", [](const Call& c) { return tests().contains(short_name(c.text(0, "value"))); }},
      {"vault_encrypted",
       [](const Call& c) { return c.text(0, "value").starts_with("$ANSIBLE_VAULT;"); }},
  };
}

TestTable number_tests() {
  const auto has_remainder = [](const Call& c, const Object& by, int wanted) {
    const Object number = c.get(0, "value");
    number.require_defined();
    return are_equal(binary_operation("%", number, by), Object(wanted));
  };
  return {
      {"odd", [=](const Call& c) { return has_remainder(c, Object(2), 1); }},
      {"even", [=](const Call& c) { return has_remainder(c, Object(2), 0); }},
      {"divisibleby", [=](const Call& c) { return has_remainder(c, c.get(1, "num"), 0); }},
      {"nan",
       [](const Call& c) {
         return c.get(0, "x").is_real() && std::isnan(c.get(0, "x").scalar().real());
       }},
      {"eq", [](const Call& c) { return are_equal(c.get(0, "a"), c.get(1, "b")); }},
      {"ne", [](const Call& c) { return !are_equal(c.get(0, "a"), c.get(1, "b")); }},
      {"lt", [](const Call& c) { return is_less(c.get(0, "a"), c.get(1, "b")); }},
      {"gt", [](const Call& c) { return is_less(c.get(1, "b"), c.get(0, "a")); }},
      {"le", [](const Call& c) { return is_less_or_equal(c.get(0, "a"), c.get(1, "b")); }},
      {"ge", [](const Call& c) { return is_less_or_equal(c.get(1, "b"), c.get(0, "a")); }},
  };
}

TestTable content_tests() {
  return {
      {"in", [](const Call& c) { return jinja::contains(c.get(1, "seq"), c.get(0, "value")); }},
      {"contains",
       [](const Call& c) { return jinja::contains(c.get(0, "seq"), c.get(1, "value")); }},
      {"subset", [](const Call& c) { return is_subset(c.get(0, "a"), c.get(1, "b")); }},
      {"superset", [](const Call& c) { return is_subset(c.get(1, "b"), c.get(0, "a")); }},
      {"lower",
       [](const Call& c) {
         return lower_text(c.text(0, "value")) == c.text(0, "value") &&
                upper_text(c.text(0, "value")) != c.text(0, "value");
       }},
      {"upper",
       [](const Call& c) {
         return upper_text(c.text(0, "value")) == c.text(0, "value") &&
                lower_text(c.text(0, "value")) != c.text(0, "value");
       }},
      {"match", [](const Call& c) { return matches(c, true); }},
      {"search", [](const Call& c) { return matches(c, false); }},
      {"regex",
       [](const Call& c) { return matches(c, c.text_or(4, "match_type", "search") == "match"); }},
      {"any",
       [](const Call& c) {
         const auto items = items_of(c.get(0, "iterable"));
         return std::any_of(items.begin(), items.end(), truth);
       }},
      {"all",
       [](const Call& c) {
         const auto items = items_of(c.get(0, "iterable"));
         return std::all_of(items.begin(), items.end(), truth);
       }},
      {"version", version_test},
  };
}

TestTable result_tests() {
  const auto is_finished = [](const Call& c) {
    const Object result = c.get(0, "result");
    const auto finished =
        result.is_dict() ? result.dict_box().find(Value("finished")) : std::nullopt;
    return !finished || truth(*finished);
  };
  const auto failed = [](const Call& c) { return has_flag(c, "failed"); };
  return {
      {"failed", failed},
      {"succeeded", [=](const Call& c) { return !failed(c); }},
      {"changed", is_changed},
      {"skipped", [](const Call& c) { return has_flag(c, "skipped"); }},
      {"reachable", [](const Call& c) { return !has_flag(c, "unreachable"); }},
      {"unreachable", [](const Call& c) { return has_flag(c, "unreachable"); }},
      {"finished", is_finished},
      {"started", [](const Call& c) { return has_flag(c, "started", true); }},
  };
}

TestTable path_tests() {
  return {
      {"file",
       [](const Call& c) {
         const auto s = status_of(c, true);
         return s && S_ISREG(s->st_mode);
       }},
      {"directory",
       [](const Call& c) {
         const auto s = status_of(c, true);
         return s && S_ISDIR(s->st_mode);
       }},
      {"link",
       [](const Call& c) {
         const auto s = status_of(c, false);
         return s && S_ISLNK(s->st_mode);
       }},
      {"exists", [](const Call& c) { return status_of(c, true).has_value(); }},
      {"link_exists", [](const Call& c) { return status_of(c, false).has_value(); }},
      {"abs", [](const Call& c) { return path_of(c.get(0, "path")).starts_with('/'); }},
      {"same_file",
       [](const Call& c) {
         const auto a = status_of(c, true),
                    b = status_of(Call{c.evaluator, {c.get(1, "other")}, {}, {}}, true);
         return a && b && a->st_dev == b->st_dev && a->st_ino == b->st_ino;
       }},
      {"mount",
       [](const Call& c) {
         const auto here = status_of(c, true),
                    above = status_of(
                        Call{c.evaluator, {Object(path_of(c.get(0, "path")) + "/..")}, {}, {}},
                        true);
         return here && above && (here->st_dev != above->st_dev || here->st_ino == above->st_ino);
       }},
  };
}

}  // namespace

const TestTable& tests() {
  static const TestTable table = [] {
    TestTable all;
    for (TestTable part :
         {type_tests(), number_tests(), content_tests(), result_tests(), path_tests()})
      all.merge(part);
    for (const auto& [alias, name] : {std::pair("==", "eq"),
                                      std::pair("!=", "ne"),
                                      std::pair("<", "lt"),
                                      std::pair(">", "gt"),
                                      std::pair("<=", "le"),
                                      std::pair(">=", "ge"),
                                      std::pair("equalto", "eq"),
                                      std::pair("lessthan", "lt"),
                                      std::pair("greaterthan", "gt"),
                                      std::pair("success", "succeeded"),
                                      std::pair("successful", "succeeded"),
                                      std::pair("failure", "failed"),
                                      std::pair("change", "changed"),
                                      std::pair("skip", "skipped"),
                                      std::pair("issubset", "subset"),
                                      std::pair("issuperset", "superset"),
                                      std::pair("is_file", "file"),
                                      std::pair("is_dir", "directory"),
                                      std::pair("is_link", "link"),
                                      std::pair("is_abs", "abs"),
                                      std::pair("is_same_file", "same_file"),
                                      std::pair("is_mount", "mount"),
                                      std::pair("isnan", "nan"),
                                      std::pair("version_compare", "version")})
      all.emplace(alias, all.at(name));
    return all;
  }();
  return table;
}

}  // namespace provisioner::jinja
