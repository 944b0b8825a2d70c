// Gates that somebody answers for.

#include "provisioner/platform/gates/waivers.h"

#include <algorithm>
#include <array>

#include "provisioner/base/base/edit_distance.h"
#include "provisioner/base/base/text.h"
#include "provisioner/base/base/utc_time.h"
#include "provisioner/base/value/strict_dict.h"
#include "provisioner/platform/gates/gate.h"

namespace provisioner::gates {
namespace {

using base::Diagnostics;
using base::Error;
using base::Kind;
using value::Dict;
using value::Value;

constexpr std::array<const char*, 4> needed = {"gate", "name", "reason", "until"};
constexpr std::array<const char*, 5> keys = {"gate", "name", "reason", "until", "covers"};
constexpr const char* shape = "a waiver is {gate: C-4, name: who, reason: why, until: 2026-12-31}";

void add(Diagnostics& diagnostics, const std::string& message, const base::Pos& pos) {
  value::add_once(diagnostics, Error(Kind::input, message, pos).set_hint(shape));
}

std::string text_of(const Value& item, const char* key) {
  const Value* found = item.find(key);
  return found == nullptr || found->is_none() || found->is_list() || found->is_dict()
             ? ""
             : std::string(base::trim(Dict::key_text(*found)));
}

bool has_known_keys(const Value& item, Diagnostics& diagnostics) {
  bool is_so = true;
  for (const auto& [key, unused] : item.dict()) {
    const std::string word = Dict::key_text(key);
    if (std::ranges::find(keys, word) != keys.end()) continue;
    const std::string near =
        base::suggestion(word, std::vector<std::string>(keys.begin(), keys.end()));
    value::add_once(diagnostics, Error(Kind::input, "a waiver has no key '" + word + "'", key.pos())
                                     .set_hint(near.empty() ? shape : near));
    is_so = false;
  }
  return is_so;
}

const Gate* gate_in(const Value& item, Diagnostics& diagnostics) {
  const std::string word = text_of(item, "gate");
  const Gate* gate = find_gate(word);
  if (gate == nullptr)
    value::add_once(diagnostics, Error(Kind::input, "there is no gate '" + word + "'", item.pos())
                                     .set_hint("provisioner gates list"));
  return gate;
}

}  // namespace

std::vector<Waiver> read_waivers(const Value* said, Diagnostics& diagnostics) {
  std::vector<Waiver> waivers;
  if (said == nullptr || said->is_none()) return waivers;
  if (!said->is_list()) {
    add(diagnostics, "'gate_waivers' is a list, not " + std::string(name_of(said->kind())),
        said->pos());
    return waivers;
  }
  for (const Value& item : said->list()) {
    if (!item.is_dict()) {
      add(diagnostics, "a waiver is a dict, not " + std::string(name_of(item.kind())), item.pos());
      continue;
    }
    if (!has_known_keys(item, diagnostics)) continue;
    const auto missing =
        std::ranges::find_if(needed, [&](const char* key) { return text_of(item, key).empty(); });
    if (missing != needed.end()) {
      add(diagnostics, "a waiver lacks '" + std::string(*missing) + "'", item.pos());
      continue;
    }
    const Gate* gate = gate_in(item, diagnostics);
    if (gate == nullptr) continue;
    const std::string covers = text_of(item, "covers");
    if (!covers.empty() && covers != "failed" && covers != "not run")
      add(diagnostics, "'covers' is 'not run' or 'failed', not '" + covers + "'", item.pos());
    else if (!base::is_day(text_of(item, "until")))
      add(diagnostics, "'until' is a day, not '" + text_of(item, "until") + "'", item.pos());
    else if (waiver_of(waivers, gate->id) != nullptr)
      add(diagnostics, "gate '" + std::string(gate->id) + "' is waived twice", item.pos());
    else
      waivers.push_back({.gate = gate->id,
                         .name = text_of(item, "name"),
                         .reason = text_of(item, "reason"),
                         .until = text_of(item, "until"),
                         .covers_failure = covers == "failed",
                         .pos = item.pos()});
  }
  return waivers;
}

const Waiver* waiver_of(const std::vector<Waiver>& waivers, const std::string& gate) {
  const auto found = std::ranges::find(waivers, gate, &Waiver::gate);
  return found == waivers.end() ? nullptr : &*found;
}

}  // namespace provisioner::gates
