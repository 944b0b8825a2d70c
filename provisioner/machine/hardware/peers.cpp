// What most nodes of a kind have in common, and who is different.

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <map>

#include "provisioner/base/base/text.h"
#include "provisioner/machine/hardware/looked.h"
#include "provisioner/machine/hardware/units.h"

namespace provisioner::hardware {
namespace {

constexpr std::int64_t mib_of_gib = 1024;

bool is_majority(std::size_t count, std::size_t of) {
  return of >= fewest_peers && count * 3 >= of * 2;
}

// What one node says of one aspect of a part. `kind` narrows who is compared: the firmware of a
// disk says nothing about disks of another model.
struct Word {
  std::string part, aspect, kind, text;
};

void add_word(std::vector<Word>& words, std::string part, std::string aspect, std::string text,
              std::string kind = {}) {
  if (!text.empty())
    words.push_back({std::move(part), std::move(aspect), std::move(kind), std::move(text)});
}

std::string labelled(const std::string& label, const std::string& text) {
  return text.empty() ? "" : label + " " + text;
}

std::string speeds_text(const std::vector<Dimm>& dimms) {
  std::set<std::int64_t> speeds;
  for (const Dimm& dimm : dimms)
    if (dimm.speed > 0) speeds.insert(dimm.speed);
  std::vector<std::string> texts;
  for (const std::int64_t speed : speeds) texts.push_back(fmt::format("{} MT/s", speed));
  return base::join(texts, " and ");
}

void add_links(const Looked& looked, std::vector<Word>& words) {
  for (const LinkPlace& place : looked.links) {
    if (place.found == nullptr) continue;
    const FoundLink& link = *place.found;
    add_word(words, place.part, "carrier", link.has_carrier ? "up" : "down");
    if (link.has_carrier && link.speed > 0)
      add_word(words, place.part, "speed", speed_text(link.speed));
    add_word(words, place.part, "firmware", labelled("firmware", link.firmware));
  }
}

void add_disks(const Looked& looked, std::vector<Word>& words) {
  std::int64_t count = 0;
  for (const DiskPlace& place : looked.disks) {
    if (place.found == nullptr) continue;
    ++count;
    add_word(words, place.part, "model", place.found->model);
    add_word(words, place.part, "firmware", labelled("firmware", place.found->firmware),
             place.found->model);
  }
  if (looked.machine.knows_disks) add_word(words, "disks", "count", counted(count, "disk"));
}

std::vector<Word> words_of(const Looked& looked) {
  const Machine& machine = looked.machine;
  std::vector<Word> words;
  if (machine.sockets > 0 && machine.cores > 0) {
    add_word(words, "processors", "count",
             counted(machine.sockets, "socket") + " with " + counted(machine.cores, "core"));
    add_word(words, "processors", "threads",
             counted(machine.threads / machine.cores, "thread") + " a core");
  }
  add_word(words, "processors", "model", machine.processor);
  add_word(words, "memory", "modules", modules_text(machine.dimms));
  add_word(words, "memory", "speed", speeds_text(machine.dimms));
  add_word(words, "firmware", "bios", labelled("BIOS", machine.bios_version));
  add_word(words, "firmware", "boot", labelled("boots by", machine.boot));
  add_word(words, "machine", "model", machine.product);
  add_links(looked, words);
  add_disks(looked, words);
  return words;
}

using Key = std::tuple<std::string, std::string, std::string>;  // part, aspect, kind

// Who says what: by the text, the nodes.
using Votes = std::map<std::string, std::vector<std::size_t>>;

void tell_others(std::vector<Looked>& all, const Key& key, const Votes& votes) {
  std::size_t total = 0;
  for (const auto& [text, nodes] : votes) total += nodes.size();
  const auto most = std::ranges::max_element(
      votes, {}, [](const auto& vote) { return vote.second.size(); });
  if (!is_majority(most->second.size(), total)) return;
  const auto& [part, aspect, kind] = key;
  for (const auto& [text, nodes] : votes) {
    if (text == most->first) continue;
    for (const std::size_t at : nodes) {
      Differences& differences = all[at].differences;
      if (!differences.judge(part, aspect)) continue;
      std::string is = text;
      if (aspect == "modules" && !all[at].empty_slots.empty())
        is += " (none in " + base::join(all[at].empty_slots, ", ") + ")";
      differences.add(part, is,
                      fmt::format("{} ({} of {})", most->first, most->second.size(), total),
                      Because::peers);
    }
  }
}

// Kernels keep a little more or less for themselves: only what is far from the middle counts, and
// only where no module explains it.
void compare_visible(std::vector<Looked>& all, const Peers& peers) {
  std::vector<std::int64_t> told;
  for (const std::size_t at : peers)
    if (all[at].machine.visible_mib > 0) told.push_back(all[at].machine.visible_mib);
  if (told.size() < fewest_peers) return;
  std::ranges::sort(told);
  const std::int64_t middle = told[told.size() / 2];
  const std::int64_t spare = std::max(middle / 50, mib_of_gib / 2);
  for (const std::size_t at : peers) {
    const std::int64_t visible = all[at].machine.visible_mib;
    Differences& differences = all[at].differences;
    if (visible == 0 || std::abs(visible - middle) <= spare || differences.has("memory") ||
        !differences.judge("memory", "visible"))
      continue;
    differences.add("memory", "the kernel sees " + gib_text(visible << 20),
                    "about " + gib_text(middle << 20), Because::peers);
  }
}

}  // namespace

void find_empty_slots(std::vector<Looked>& all, const Peers& peers) {
  std::map<std::string, std::size_t> filled;
  std::size_t told = 0;
  for (const std::size_t at : peers) {
    told += all[at].machine.dimms.empty() ? 0 : 1;
    std::set<std::string> slots;  // some boards call several by one name
    for (const Dimm& dimm : all[at].machine.dimms) slots.insert(dimm.slot);
    for (const std::string& slot : slots) ++filled[slot];
  }
  for (const std::size_t at : peers) {
    Looked& looked = all[at];
    if (looked.machine.dimms.empty()) continue;
    for (const auto& [slot, count] : filled)
      if (is_majority(count, told) &&
          std::ranges::find(looked.machine.dimms, slot, &Dimm::slot) == looked.machine.dimms.end())
        looked.empty_slots.push_back(slot);
  }
}

void compare_peers(std::vector<Looked>& all, const Peers& peers) {
  std::map<Key, Votes> words;
  for (const std::size_t at : peers)
    for (Word& word : words_of(all[at]))
      words[{word.part, word.aspect, word.kind}][word.text].push_back(at);
  for (const auto& [key, votes] : words) tell_others(all, key, votes);
  compare_visible(all, peers);
}

}  // namespace provisioner::hardware
