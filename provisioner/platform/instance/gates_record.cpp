// What was proved of an instance.

#include "provisioner/platform/instance/gates_record.h"

#include "provisioner/base/base/counted.h"
#include "provisioner/base/base/error.h"
#include "provisioner/base/base/regex.h"
#include "provisioner/base/base/text.h"

namespace provisioner::instance {
namespace {

using base::Error;
using base::Kind;
using value::Value;

constexpr std::chrono::minutes clock_difference{10};

[[noreturn]] void refuse(const std::string& what, const Value& place) {
  throw Error(Kind::input, "this is no record of gates: " + what, place.pos());
}

// "2026-11-29T17:00:00Z", or with a fraction of a second (RFC 3339, in UTC).
std::chrono::sys_seconds time_in(const Value& record) {
  static const base::Regex form(R"((\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(\.\d+)?(Z|\+00:00))");
  const std::string text = value::text_or(record, "finished", "");
  const auto found = form.match_start(text);
  if (!found || found->end() != text.size()) refuse("'finished' is no time", record);
  const auto number = [&](std::size_t group) {
    return std::stoi(*base::group_text(*found, text, group));
  };
  const std::chrono::year_month_day day(std::chrono::year(number(1)),
                                        std::chrono::month(static_cast<unsigned>(number(2))),
                                        std::chrono::day(static_cast<unsigned>(number(3))));
  if (!day.ok()) refuse("'finished' is no time", record);
  return std::chrono::sys_days(day) + std::chrono::hours(number(4)) +
         std::chrono::minutes(number(5)) + std::chrono::seconds(number(6));
}

std::string age_text(std::chrono::seconds age) {
  const auto hours = std::chrono::floor<std::chrono::hours>(age).count();
  return base::counted(static_cast<std::size_t>(hours), "hour");
}

}  // namespace

GatesRecord read_gates_record(const Value& record) {
  if (!record.is_dict()) refuse("expected keys with values", record);
  const Value* passed = record.find("passed");
  if (passed == nullptr || !passed->is_boolean()) refuse("'passed' is true or false", record);
  GatesRecord read{.instance = value::text_or(record, "instance", ""),
                   .finished = time_in(record),
                   .has_passed = passed->boolean(),
                   .is_whole = value::boolean_or(record, "whole", true),
                   .lock = value::text_or(record, "lock", "")};
  const Value* gates = record.find("gates");
  if (gates == nullptr || !gates->is_list()) refuse("'gates' is a list", record);
  for (const Value& gate : gates->list()) {
    const std::string result = value::text_or(gate, "result", "without a result");
    if (!value::boolean_or(gate, "blocks", result != "passed")) continue;
    read.failed.push_back(value::text_or(gate, "id", "?") + " " + result);
  }
  return read;
}

std::optional<std::string> objection_to(const std::optional<GatesRecord>& record,
                                        const ProofWanted& wanted) {
  const std::string name = "'" + wanted.instance + "'";
  if (!record) return "nobody has tried the gates of " + name;
  if (record->instance != wanted.instance)
    return "the record is of '" + record->instance + "', and not of " + name;
  if (!record->has_passed)
    return "the gates of " + name + " did not pass" +
           (record->failed.empty() ? "" : ": " + base::join(record->failed, ", "));
  if (!record->is_whole) return "only some of the gates of " + name + " were tried";
  if (record->finished > wanted.now + clock_difference)
    return "the gates of " + name + " passed in the future: a clock is wrong";
  if (const auto age = wanted.now - record->finished; age > wanted.longest_age)
    return "the gates of " + name + " passed " + age_text(age) + " ago, longer than the " +
           age_text(wanted.longest_age) + " that this counts";
  if (record->lock != wanted.lock)
    return "the lock of " + name + " is another one than its gates passed with";
  return std::nullopt;
}

}  // namespace provisioner::instance
