// Results and differences as text.

#include "provisioner/front/view/result_text.h"

#include <algorithm>
#include <vector>

#include "provisioner/base/base/error.h"
#include "provisioner/base/base/text.h"
#include "provisioner/base/value/json.h"
#include "provisioner/base/value/python_text.h"
#include "provisioner/front/view/line_diff.h"

namespace provisioner::view {

using value::Dict;
using value::Value;

namespace {

// From here on a result is shown with how its module was called.
constexpr int verbosity_of_calls = 3;

bool is_any_of(const std::string& name, const std::vector<std::string>& names) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

bool is_for_debug(const std::string& name, bool has_message) {
  static const std::vector<std::string> of_message = {"msg", "exception", "warnings",
                                                      "deprecations"};
  static const std::vector<std::string> not_of_variable = {"changed", "failed", "skipped",
                                                           "invocation", "skip_reason"};
  return has_message ? is_any_of(name, of_message) : !is_any_of(name, not_of_variable);
}

bool is_shown(const std::string& name, int verbosity) {
  static const std::vector<std::string> told_elsewhere = {"exception", "warnings", "deprecations"};
  static const std::vector<std::string> of_calls = {"invocation", "diff"};
  if (name.starts_with("_ansible_") || is_any_of(name, told_elsewhere)) return false;
  return verbosity >= verbosity_of_calls || !is_any_of(name, of_calls);
}

// A state is told as Ansible tells it: its members by name, each on a line.
std::string side_of(const Value& difference, const char* key) {
  std::string text = value::text_or(difference, key, "");
  if (text.empty() || !value::boolean_or(difference, "is_state", false)) return text;
  value::JsonStyle style;
  style.sort_keys = true;
  style.indent = 4;
  try {
    return value::write_json(value::read_json(text), style) + "\n";
  } catch (const base::Error&) {
    return text;  // no JSON: told as it is
  }
}

}  // namespace

std::string result_text(const Value& result, const std::string& module, int verbosity) {
  if (!result.is_dict()) return base::escape_for_terminal(value::write_json(result));
  const bool has_message = result.dict().has("msg");
  Dict kept;
  for (const auto& [key, member] : result.dict()) {
    const std::string name = Dict::key_text(key);
    const bool is_kept = module != "debug" || is_for_debug(name, has_message);
    if (is_kept && is_shown(name, verbosity)) kept.set(key, member);
  }
  value::JsonStyle style;
  style.sort_keys = true;
  style.ascii_only = false;
  if (verbosity >= verbosity_of_calls ||
      value::boolean_or(result, "_ansible_verbose_always", false))
    style.indent = 4;
  return base::escape_for_terminal(value::write_json(Value(std::move(kept)), style));
}

std::string stats_text(const Value& figures) {
  value::JsonStyle style;
  style.sort_keys = true;
  style.ascii_only = false;
  style.indent = 1;
  return base::escape_for_terminal(base::replace_all(value::write_json(figures, style), "\n", ""));
}

std::string difference_text(const Value& difference) {
  const std::string before = side_of(difference, "before");
  const std::string after = side_of(difference, "after");
  if (before == after) return {};
  const std::string body = unified_diff(before, after, 3);
  const std::string left = value::text_or(difference, "before_header", "");
  const std::string right = value::text_or(difference, "after_header", "");
  return base::escape_for_terminal("--- before" + (left.empty() ? "" : ": " + left) +
                                   "\n+++ after" + (right.empty() ? "" : ": " + right) + "\n" +
                                   body);
}

std::string label_text(const Value& label) {
  return base::escape_for_terminal(value::python_text(label));
}

}  // namespace provisioner::view
