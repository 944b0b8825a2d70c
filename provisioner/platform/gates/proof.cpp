// What a record of gates is good for.

#include "provisioner/platform/gates/proof.h"

#include <algorithm>

#include "provisioner/base/base/counted.h"
#include "provisioner/base/base/error.h"
#include "provisioner/base/base/text.h"
#include "provisioner/base/base/utc_time.h"
#include "provisioner/platform/gates/gate.h"

namespace provisioner::gates {
namespace {

using base::Error;
using base::Kind;
using value::Value;

constexpr std::chrono::minutes clock_difference{10};

[[noreturn]] void refuse(const std::string& what, const Value& place) {
  throw Error(Kind::input, "this is no record of gates: " + what, place.pos())
      .set_hint("make it anew: provisioner gates run");
}

std::string age_text(std::chrono::seconds age) {
  const auto hours = std::chrono::floor<std::chrono::hours>(age).count();
  return base::counted(static_cast<std::size_t>(hours), "hour");
}

// A promise that has ended is none, though it held as the gates ran.
std::optional<std::string> ended_waiver(const Value& said, std::chrono::sys_seconds now) {
  const Value* waivers = said.find("waivers");
  if (waivers == nullptr || !waivers->is_list()) return std::nullopt;
  for (const Value& waiver : waivers->list()) {
    const std::string until = value::text_or(waiver, "until", "");
    const auto last = base::utc_time(until);
    if (!last || *last + std::chrono::days(1) <= now)
      return "the waiver of " + value::text_or(waiver, "gate", "?") + " by " +
             value::text_or(waiver, "name", "?") + " ended on " + until;
  }
  return std::nullopt;
}

// Gates that every instance has, or those of one platform, of which the record says nothing: it is
// of an older program, or somebody has shortened it.
std::vector<std::string> untried_of(const Proof& proof,
                                    const std::optional<profile::Platform>& platform) {
  std::vector<std::string> untried;
  for (const Gate& gate : gates_of(platform.value_or(profile::Platform::plain), proof.moment))
    if (std::ranges::find(proof.tried, gate.id) == proof.tried.end()) untried.emplace_back(gate.id);
  return untried;
}

}  // namespace

Proof read_proof(const Value& record) {
  if (!record.is_dict()) refuse("expected keys with values", record);
  const Value* passed = record.find("passed");
  if (passed == nullptr || !passed->is_boolean()) refuse("'passed' is true or false", record);
  const auto finished = base::utc_time(value::text_or(record, "finished", ""));
  if (!finished) refuse("'finished' is no time", record);
  const Value* gates = record.find("gates");
  if (gates == nullptr || !gates->is_list()) refuse("'gates' is a list", record);
  Proof proof{
      .said = record,
      .instance = value::text_or(record, "instance", ""),
      .finished = *finished,
      .has_passed = passed->boolean(),
      .is_whole = value::boolean_or(record, "whole", false),
      .moment = value::boolean_or(record, "deployed", false) ? Moment::deployed : Moment::hand_over,
      .lock = value::text_or(record, "lock", "")};
  for (const Value& gate : gates->list()) {
    const std::string result = value::text_or(gate, "result", "without a result");
    proof.tried.push_back(value::text_or(gate, "id", "?"));
    if (value::boolean_or(gate, "blocks", result != "passed"))
      proof.blocking.push_back(value::text_or(gate, "id", "?") + " " + result);
  }
  return proof;
}

std::optional<std::string> objection_to(const std::optional<Proof>& proof,
                                        const ProofWanted& wanted) {
  const std::string of = "the gates of '" + wanted.instance + "'";
  if (!proof) return "nobody has tried " + of;
  if (proof->instance != wanted.instance)
    return "the record is of '" + proof->instance + "', and not of '" + wanted.instance + "'";
  if (!proof->has_passed || !proof->blocking.empty())
    return of + " did not pass" +
           (proof->blocking.empty() ? "" : ": " + base::join(proof->blocking, ", "));
  if (!proof->is_whole) return "only some of " + of + " were run";
  if (const auto untried = untried_of(*proof, wanted.platform); !untried.empty())
    return of + " were run without " + base::join(untried, ", ");
  if (proof->finished > wanted.now + clock_difference)
    return of + " passed in the future: a clock is wrong";
  if (const auto age = wanted.now - proof->finished; age > wanted.longest_age)
    return of + " passed " + age_text(age) + " ago, longer than the " +
           age_text(wanted.longest_age) + " that this counts";
  if (wanted.changed && proof->finished < *wanted.changed)
    return of + " passed before it was changed: they say nothing of what it is now";
  if (wanted.lock && proof->lock != *wanted.lock)
    return "the lock of '" + wanted.instance + "' is another one than its gates passed with";
  return ended_waiver(proof->said, wanted.now);
}

}  // namespace provisioner::gates
