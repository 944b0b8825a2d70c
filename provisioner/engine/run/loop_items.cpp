// The smaller questions of a task: its items, its arguments, its numbers.

#include "provisioner/engine/run/loop_items.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "provisioner/base/base/text.h"
#include "provisioner/base/value/json.h"
#include "provisioner/engine/run/connection_settings.h"

namespace provisioner::run {
namespace {

using value::Dict;
using value::List;
using value::Value;

bool is_omitted(const Value& value) {
  return value.is_string() && value.text() == jinja::Templar::omit_marker();
}

Value extended_loop(const LoopNames& names, const List& items, std::size_t index) {
  const auto count = static_cast<std::int64_t>(items.size());
  const auto place = static_cast<std::int64_t>(index);
  Dict loop{{"index", place + 1},
            {"index0", place},
            {"first", index == 0},
            {"last", index + 1 == items.size()},
            {"length", count},
            {"revindex", count - place},
            {"revindex0", count - place - 1}};
  if (names.has_all_items) loop.set("allitems", items);
  if (index > 0) loop.set("previtem", items[index - 1]);
  if (index + 1 < items.size()) loop.set("nextitem", items[index + 1]);
  return Value(std::move(loop));
}

void merge_defaults(const playbook::Task& task, TaskScope& scope, const modules::Spec& spec,
                    Dict& merged) {
  for (const Value& written : task.keywords.module_defaults) {
    const Value all = scope.world().templar->resolve(written, scope);
    if (!all.is_dict()) continue;
    for (const auto& [name, options] : all.dict()) {
      const std::string text = Dict::key_text(name);
      const std::string last = text.substr(text.rfind('.') + 1);
      if (last != spec.name || !options.is_dict()) continue;
      merged = {};  // a nearer level replaces a module's defaults whole
      for (const auto& [key, value] : options.dict()) merged.set(key, value);
    }
  }
}

}  // namespace

List loop_items(const playbook::Task& task, TaskScope& scope) {
  const jinja::Templar& templar = *scope.world().templar;
  const Value terms = templar.resolve(*task.loop, scope);
  if (!task.loop_lookup.empty()) {
    const Value items = templar.lookup(task.loop_lookup, terms, {}, scope);
    if (items.is_list()) return items.list();
    return {items};
  }
  if (!terms.is_list())
    throw base::Error(base::Kind::input,
                      "Invalid data passed to 'loop', it requires a list, got this instead: " +
                          (terms.is_string() ? terms.text() : value::write_json(terms)) +
                          ". Hint: If you passed a list/dict of just one element, try adding "
                          "wantlist=True to your "
                          "lookup invocation or use q/query instead of lookup.",
                      task.loop->pos());
  return terms.list();
}

LoopNames loop_names(const playbook::Task& task, TaskScope& scope) {
  const auto& control = task.loop_control;
  const auto name = [&](const std::string& written) {
    if (!jinja::Templar::has_template(written)) return written;
    return scope.world().templar->resolve(Value(written).at(task.pos), scope).text();
  };
  return {name(control.loop_var), name(control.index_var),
          keyword_flag(scope, control.extended, false),
          keyword_flag(scope, control.extended_allitems, true)};
}

Dict loop_variables(const LoopNames& names, const List& items, std::size_t index) {
  Dict variables;
  variables.set(names.item, items[index]);
  variables.set("ansible_loop_var", names.item);
  if (!names.index.empty()) {
    variables.set(names.index, static_cast<std::int64_t>(index));
    variables.set("ansible_index_var", names.index);
  }
  if (names.is_extended) variables.set("ansible_loop", extended_loop(names, items, index));
  return variables;
}

TaskResult joined_items(TaskResult whole, std::vector<TaskResult> items) {
  List results;
  bool changed = false, failed = false, skipped = true, is_lost = false;
  for (TaskResult& item : items) {
    changed |= value::boolean_or(Value(item.result), "changed", false);
    failed |= item.status == Status::failed;
    skipped &= item.status == Status::skipped;
    is_lost |= item.status == Status::unreachable;
    whole.ignores_errors = item.ignores_errors;
    whole.ignores_unreachable = item.ignores_unreachable;
    whole.is_no_log |= item.is_no_log;
    if (!item.delegate.empty()) {
      whole.delegate = item.delegate;
      whole.delegate_address = item.delegate_address;
    }
    if (whole.error.empty()) whole.error = item.error;
    const auto append = [](auto& to, auto& from) { to.insert(to.end(), from.begin(), from.end()); };
    append(whole.effects, item.effects);
    append(whole.notify, item.notify);
    append(whole.includes, item.includes);
    append(whole.differences, item.differences);
    results.emplace_back(std::move(item.result));
  }
  whole.result.set("results", std::move(results));
  whole.result.set("skipped", skipped);
  if (failed) whole.result.set("failed", true);
  whole.result.set("msg", failed    ? "One or more items failed"
                          : skipped ? "All items skipped"
                                    : "All items completed");
  whole.result.set("changed", changed);
  whole.status = failed    ? Status::failed
                 : is_lost ? Status::unreachable
                 : skipped ? Status::skipped
                 : changed ? Status::changed
                           : Status::ok;
  return whole;
}

Dict given_arguments(const playbook::Task& task, TaskScope& scope, const modules::Spec& spec) {
  const jinja::Templar& templar = *scope.world().templar;
  Dict merged;
  merge_defaults(task, scope, spec, merged);
  if (task.args) {
    const Value more = templar.resolve(*task.args, scope);
    if (more.is_dict())
      for (const auto& [key, value] : more.dict()) merged.set(key, value);
  }
  for (const auto& [key, written] : task.arguments)
    merged.set(key, templar.resolve(written, scope));

  Dict given;
  for (const auto& [key, value] : merged)
    if (!is_omitted(value)) given.set(key, value);
  return given;
}

void complete_result(Dict& result) {
  if (!result.has("failed")) {
    const Value* rc = result.find("rc");
    result.set("failed", rc != nullptr && !(*rc == Value(0) || *rc == Value("0")));
  }
  if (!result.has("changed")) result.set("changed", false);
}

Status status_of(const Dict& result) {
  const Value whole(result);
  if (value::boolean_or(whole, "failed", false)) return Status::failed;
  if (value::boolean_or(whole, "skipped", false)) return Status::skipped;
  return value::boolean_or(whole, "changed", false) ? Status::changed : Status::ok;
}

std::int64_t to_integer(const Value& value, base::Pos pos, std::string_view what) {
  if (value.is_integer()) return value.integer();
  if (value.is_real()) return static_cast<std::int64_t>(value.real());
  if (value.is_string())
    if (const auto number = base::integer_in(base::trim(value.text()))) return *number;
  throw base::Error(base::Kind::input, "'" + std::string(what) + "' must be a whole number", pos);
}

double to_percentage(const Value& value, base::Pos pos, std::string_view what) {
  if (value.is_real()) return value.real();
  if (!value.is_string()) return static_cast<double>(to_integer(value, pos, what));
  std::string_view text = base::trim(value.text());
  if (text.ends_with('%')) text.remove_suffix(1);
  double number = 0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (code == std::errc() && end == text.data() + text.size()) return number;
  throw base::Error(base::Kind::input, "'" + std::string(what) + "' must be a number", pos);
}

std::chrono::milliseconds to_duration(const Value& seconds, base::Pos pos, std::string_view what) {
  double number = 0;
  if (seconds.is_real())
    number = seconds.real();
  else if (seconds.is_string() && seconds.text().find('.') != std::string::npos)
    number = std::strtod(seconds.text().c_str(), nullptr);
  else
    number = static_cast<double>(to_integer(seconds, pos, what));
  return std::chrono::milliseconds(std::llround(std::max(0.0, number) * 1000));
}

std::chrono::milliseconds retry_delay(const playbook::Task& task, TaskScope& scope) {
  if (!task.delay) return std::chrono::seconds(5);
  return to_duration(scope.world().templar->resolve(*task.delay, scope), task.delay->pos(),
                     "delay");
}

std::chrono::milliseconds task_deadline(const playbook::Task& task, TaskScope& scope) {
  std::chrono::milliseconds deadline{0};
  for (const auto* written : {&task.keywords.timeout, &task.async_seconds}) {
    if (!*written) continue;
    const auto wanted =
        to_duration(scope.world().templar->resolve(**written, scope), (*written)->pos(), "timeout");
    if (wanted.count() > 0 && (deadline.count() == 0 || wanted < deadline)) deadline = wanted;
  }
  return deadline;
}

}  // namespace provisioner::run
