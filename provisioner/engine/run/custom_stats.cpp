// Figures of tasks, summed up.

#include "provisioner/engine/run/custom_stats.h"

namespace provisioner::run {
namespace {

using value::Dict;
using value::List;
using value::Value;

// What stands on the right wins, and dicts are merged all the way down.
Dict merged(Dict left, const Dict& right) {
  for (const auto& [key, value] : right) {
    const Value* before = left.find(key);
    left.set(key, before != nullptr && before->is_dict() && value.is_dict()
                      ? Value(merged(before->dict(), value.dict()))
                      : value);
  }
  return left;
}

bool is_whole(const Value& value) { return value.is_integer() || value.is_boolean(); }
std::int64_t whole(const Value& value) {
  return value.is_boolean() ? std::int64_t{value.boolean()} : value.integer();
}

// Python's sum; a boolean is a number there, but a number is no boolean.
Value sum(const Value& before, const Value& more) {
  if (before.is_dict() && more.is_dict()) return Value(merged(before.dict(), more.dict()));
  if (before.is_string() && more.is_string()) return Value(before.text() + more.text());
  if (before.is_real() && more.is_real()) return Value(before.real() + more.real());
  if (before.is_list() && more.is_list()) {
    List all = before.list();
    all.insert(all.end(), more.list().begin(), more.list().end());
    return Value(std::move(all));
  }
  std::int64_t total = 0;
  const bool is_number = is_whole(more) && (before.is_integer() || before.kind() == more.kind());
  if (is_number && is_whole(before) && !__builtin_add_overflow(whole(before), whole(more), &total))
    return Value(total);
  return before;
}

}  // namespace

void CustomStats::add(const std::string& host, const Dict& figures, bool is_aggregate) {
  const Value* known = host.empty() ? nullptr : hosts_.find(host);
  Dict all = host.empty() ? run_ : known != nullptr ? known->dict() : Dict();
  for (const auto& [name, figure] : figures) {
    const Value* before = is_aggregate ? all.find(name) : nullptr;
    all.set(name, before != nullptr ? sum(*before, figure) : figure);
  }
  if (host.empty())
    run_ = std::move(all);
  else if (!all.is_empty())
    hosts_.set(host, Value(std::move(all)));
}

Dict CustomStats::shown() const {
  return Dict{{"hosts", Value(hosts_)}, {"run", Value(run_)}};
}

}  // namespace provisioner::run
