// Burn-ins as types.

#include "provisioner/machine/hardware/burnin.h"

#include <algorithm>

#include "provisioner/base/base/text.h"
#include "provisioner/machine/hardware/fact_members.h"

namespace provisioner::hardware {
namespace {

using value::Dict;
using value::List;
using value::Value;

constexpr const char* fact = "burnin";

std::string day_of(const Value& part) { return value::text_or(part, "time", "").substr(0, 10); }

std::int64_t number(const Value& dict, std::string_view name) {
  return value::integer_or(dict, name, 0);
}

std::string numbers_text(const List& numbers) {
  std::vector<std::string> texts;
  for (const Value& one : numbers)
    if (one.is_integer()) texts.push_back(std::to_string(one.integer()));
  return base::join(texts, ", ");
}

Burnin::Disk disk_of(const Value& told, const std::string& day) {
  return {.day = day,
          .name = value::text_or(told, "name", ""),
          .wwn = value::text_or(told, "wwn", ""),
          .serial = value::text_or(told, "serial", ""),
          .problem = value::text_or(told, "problem", ""),
          .speed = number(told, "mib_s"),
          .reads = number(told, "reads_s"),
          .worst_ms = number(told, "worst_ms"),
          .errors = number(told, "errors"),
          .is_stuck = value::boolean_or(told, "is_stuck", false)};
}

std::string serial_of(const Value& facts) {
  return std::string(base::trim(value::text_or(member(facts, "firmware"), "serial", "")));
}

}  // namespace

std::int64_t Burnin::best_sent() const {
  std::int64_t best = 0;
  for (const Line& line : lines) best = std::max(best, line.sent);
  return best;
}

std::int64_t Burnin::best_received() const {
  std::int64_t best = 0;
  for (const Line& line : lines) best = std::max(best, line.received);
  return best;
}

Burnin read_burnin(const Value& facts) {
  const Value& all = member(facts, fact);
  Burnin burnin;
  if (const Value& memory = member(all, "memory"); memory.is_dict())
    burnin.memory = {.day = day_of(memory),
                     .mib = number(memory, "mib"),
                     .speed = number(memory, "mib_s"),
                     .errors = number(memory, "errors"),
                     .wrong_bits = number(memory, "wrong_bits")};
  if (const Value& cpu = member(all, "cpu"); cpu.is_dict())
    burnin.processors = {.day = day_of(cpu),
                         .wrong_cores = numbers_text(rows(cpu, "wrong_cores")),
                         .rate = number(cpu, "rate"),
                         .slowest = number(cpu, "slowest"),
                         .slowest_core = number(cpu, "slowest_core"),
                         .errors = number(cpu, "errors")};
  const Value& disk = member(all, "disk");
  for (const Value& told : rows(disk, "disks"))
    burnin.disks.push_back(disk_of(told, day_of(disk)));
  const Value& network = member(all, "network");
  for (const Value& told : rows(network, "lines"))
    burnin.lines.push_back({.day = day_of(network),
                            .with = value::text_or(told, "with", ""),
                            .sent = number(told, "sent_mib_s"),
                            .received = number(told, "received_mib_s"),
                            .retransmits = number(told, "retransmits")});
  return burnin;
}

bool is_same_machine(const Value& facts, const Value& former) {
  const std::string serial = serial_of(facts), before = serial_of(former);
  return serial.empty() || before.empty() || serial == before;
}

Value with_former_burnin(const Value& facts, const Value& former) {
  const Value& before = member(former, fact);
  if (!facts.is_dict() || !before.is_dict() || !is_same_machine(facts, former)) return facts;
  const Value& now = member(facts, fact);
  Dict parts = now.is_dict() ? now.dict() : Dict();
  for (const auto& [key, part] : before.dict())
    if (key.is_string() && !parts.has(key.text())) parts.set(key.text(), part);
  Dict merged = facts.dict();
  merged.set(fact, std::move(parts));
  return Value(std::move(merged)).untrusted();
}

}  // namespace provisioner::hardware
