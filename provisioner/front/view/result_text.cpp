// Results and differences as text.

#include "provisioner/front/view/result_text.h"

#include <algorithm>
#include <vector>

#include "provisioner/base/base/text.h"
#include "provisioner/base/value/json.h"
#include "provisioner/front/view/line_diff.h"

namespace provisioner::view {

using value::Dict;
using value::Value;

namespace {

Dict for_debug(const Dict& result) {
  static const std::vector<std::string> of_message = {"msg", "exception", "warnings",
                                                      "deprecations"};
  static const std::vector<std::string> of_variable = {
      "changed",  "failed",           "skipped",           "invocation", "failed_when_result",
      "attempts", "ansible_loop_var", "ansible_index_var", "item"};
  const bool has_message = result.has("msg");
  Dict kept;
  for (const auto& [key, value] : result) {
    const std::string name = Dict::key_text(key);
    const auto& list = has_message ? of_message : of_variable;
    const bool is_listed = std::find(list.begin(), list.end(), name) != list.end();
    if (is_listed == has_message) kept.set(name, value);
  }
  return kept;
}

}  // namespace

std::string result_text(const Value& result, const std::string& module, int verbosity,
                        bool is_pretty) {
  if (!result.is_dict()) return value::write_json(result);
  Dict kept = module == "debug" ? for_debug(result.dict()) : result.dict();
  if (verbosity < 3) {
    kept.erase("invocation");
    kept.erase("exception");
  }
  kept.erase("_ansible_verbose_always");
  kept.erase("diff");
  kept.erase("warnings");
  kept.erase("deprecations");
  value::JsonStyle style;
  style.sort_keys = true;
  style.ascii_only = false;
  if (is_pretty) style.indent = 4;
  return base::escape_for_terminal(value::write_json(Value(std::move(kept)), style));
}

std::string difference_text(const Value& difference) {
  const std::string before = value::text_or(difference, "before", "");
  const std::string after = value::text_or(difference, "after", "");
  if (before == after) return {};
  const std::string body = unified_diff(before, after, 3);
  const std::string left = value::text_or(difference, "before_header", "before");
  const std::string right = value::text_or(difference, "after_header", "after");
  return base::escape_for_terminal("--- before" + (left.empty() ? "" : ": " + left) +
                                   "\n+++ after" + (right.empty() ? "" : ": " + right) + "\n" +
                                   body);
}

std::string label_text(const Value& label) {
  if (label.is_string()) return base::escape_for_terminal(label.text());
  value::JsonStyle style;
  style.ascii_only = false;
  return base::escape_for_terminal(python_text(label));
}

}  // namespace provisioner::view
