// The playbooks of a burn-in.

#include "provisioner/front/cli/burnin_play.h"

#include "provisioner/base/crypto/digest.h"
#include "provisioner/machine/hardware/pairs.h"

namespace provisioner::cli {
namespace {

using value::Dict;
using value::List;
using value::Value;

constexpr std::chrono::seconds to_begin_and_end{45};  // beside what is measured
constexpr const char* own_disks =
    "{{ ansible_facts.disks | default([]) | rejectattr('transport', 'in', ['usb', 'iscsi', 'fc'])"
    " | map(attribute='name') | list }}";

Dict task(const std::string& name, const std::string& module, Dict arguments,
          const BurninWish& wish) {
  Dict written{{"name", name},
               {"ignore_errors", true},
               {"timeout", static_cast<std::int64_t>(task_bound(wish).count())}};
  written.set(module, std::move(arguments));
  return written;
}

Dict play(Value hosts, List tasks) {
  return {{"hosts", std::move(hosts)},
          {"gather_facts", false},
          {"become", true},
          {"tasks", std::move(tasks)}};
}

enum class Side : bool { calls, listens };

Dict end_of(Side side, const MeetingEnd& own, const MeetingEnd& peer, const std::string& word,
            std::uint16_t port) {
  return {{"listens", side == Side::listens},
          {"address", own.address},
          {"peer", peer.address},
          {"port", static_cast<std::int64_t>(port)},
          {"word", word}};
}

}  // namespace

std::chrono::seconds task_bound(const BurninWish& wish) { return wish.time + to_begin_and_end; }

Value burnin_play(const BurninWish& wish) {
  const auto seconds = static_cast<std::int64_t>(wish.time.count());
  List tasks{task("look", "setup", {{"gather_subset", List{"!all", "!min", "disks", "parts"}}},
                  wish)};
  if (wish.parts.contains("memory"))
    tasks.emplace_back(
        task("memory", "burnin",
             {{"part", "memory"}, {"seconds", seconds}, {"percent", wish.memory_percent}}, wish));
  if (wish.parts.contains("cpu"))
    tasks.emplace_back(task("cpu", "burnin", {{"part", "cpu"}, {"seconds", seconds}}, wish));
  if (wish.parts.contains("disk"))
    tasks.emplace_back(task("disk", "burnin",
                            {{"part", "disk"}, {"seconds", seconds}, {"disks", own_disks}}, wish));
  return List{play("all", std::move(tasks))};
}

std::vector<std::vector<Meeting>> meetings_of(const std::vector<MeetingEnd>& nodes,
                                              std::size_t rounds, std::size_t at_once) {
  std::vector<std::vector<Meeting>> all;
  if (at_once == 0) return all;
  for (const hardware::Pairs& pairs : hardware::rounds_of_pairs(nodes.size(), rounds)) {
    std::size_t held = at_once;
    for (const auto& [first, second] : pairs) {
      if (held++ == at_once) {
        all.emplace_back();
        held = 1;
      }
      all.back().push_back({nodes[first], nodes[second]});
    }
  }
  return all;
}

Value meeting_plays(const BurninWish& wish, const std::vector<std::vector<Meeting>>& meetings) {
  List plays;
  for (std::size_t number = 0; number < meetings.size(); ++number) {
    Dict ends;
    List hosts;
    for (const auto& [listening, calling] : meetings[number]) {
      const std::string word = crypto::random_token();
      ends.set(listening.node, end_of(Side::listens, listening, calling, word, wish.port));
      ends.set(calling.node, end_of(Side::calls, calling, listening, word, wish.port));
      for (const MeetingEnd& end : {listening, calling}) hosts.emplace_back(end.node);
    }
    Dict arguments{{"part", "network"},
                   {"seconds", static_cast<std::int64_t>(wish.time.count())},
                   {"line", "{{ burnin_ends[inventory_hostname] }}"}};
    Dict one = play(std::move(hosts),
                    {task(std::to_string(number), "burnin", std::move(arguments), wish)});
    one.set("vars", Dict{{"burnin_ends", std::move(ends)}});
    plays.emplace_back(std::move(one));
  }
  return plays;
}

}  // namespace provisioner::cli
