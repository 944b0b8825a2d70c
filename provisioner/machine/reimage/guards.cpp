// Groups that must not fall below what they need while nodes of them are re-imaged.

#include "provisioner/machine/reimage/guards.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <tuple>

#include "provisioner/base/base/edit_distance.h"
#include "provisioner/base/base/error.h"
#include "provisioner/base/base/text.h"

namespace provisioner::reimage {
namespace {

using base::Error;
using base::Kind;
using value::Value;

constexpr std::int64_t largest_minimum = 100'000;
constexpr std::size_t most_told = 5;  // members, in a sentence

constexpr std::array<std::pair<std::string_view, Guard::Alive>, 4> ways = {{
    {"ssh", Guard::Alive::ssh},
    {"command", Guard::Alive::command},
    {"etcd", Guard::Alive::etcd},
    {"gpfs", Guard::Alive::gpfs},
}};

const std::vector<std::string> members_of_a_guard = {"minimum", "alive", "command", "protected"};

// `endpoint health` commits a proposal: a member that answers it is in the quorum. With --cluster
// it tells how many members there are.
constexpr const char* ask_etcd = "ETCDCTL_API=3 etcdctl endpoint health --cluster -w json";
constexpr const char* ask_gpfs = "/usr/lpp/mmfs/bin/mmgetstate -aY";

bool holds(const std::vector<std::string>& names, const std::string& name) {
  return std::ranges::find(names, name) != names.end();
}

[[noreturn]] void wrong_guard(const std::string& group, const Value& at, const std::string& what) {
  throw Error(Kind::input, "group '" + group + "': its 'reimage_guard' " + what, at.pos());
}

Guard::Alive way_named(const std::string& group, const Value& word) {
  std::vector<std::string> known;
  for (const auto& [name, way] : ways) {
    if (word.is_string() && word.text() == name) return way;
    known.emplace_back(name);
  }
  const std::string said = word.is_string() ? word.text() : "";
  throw Error(Kind::input,
              "group '" + group + "': 'alive' of its 'reimage_guard' is ssh, command, etcd or gpfs",
              word.pos())
      .set_hint(base::suggestion(said, known));
}

void read_member(Guard& guard, const std::string& key, const Value& content) {
  if (key == "protected") {
    if (!content.is_boolean())
      wrong_guard(guard.group, content, "has a 'protected' that is neither true nor false");
    guard.is_protected = content.boolean();
    return;
  }
  guard.is_counted = true;
  if (key == "minimum") {
    const bool is_good = content.is_integer() && content.integer() >= 1 &&
                         content.integer() <= largest_minimum;
    if (!is_good) wrong_guard(guard.group, content, "has a 'minimum' that is no number above 0");
    guard.minimum = content.integer();
  } else if (key == "alive") {
    guard.alive = way_named(guard.group, content);
  } else if (key == "command") {
    if (!content.is_string() || content.text().empty())
      wrong_guard(guard.group, content, "has a 'command' that is no text");
    guard.command = content.text();
  } else {
    throw Error(Kind::input,
                "group '" + guard.group + "': its 'reimage_guard' has an unknown member '" + key +
                    "'",
                content.pos())
        .set_hint(base::suggestion(key, members_of_a_guard));
  }
}

void complete(Guard& guard, const Value& variable) {
  using enum Guard::Alive;
  if (!guard.is_counted && !guard.is_protected)
    wrong_guard(guard.group, variable, "says nothing");
  if (guard.alive == ssh && !guard.command.empty())
    wrong_guard(guard.group, variable, "has a 'command', which needs 'alive: command'");
  if (guard.alive == command && guard.command.empty())
    wrong_guard(guard.group, variable, "lacks the 'command' that 'alive: command' runs");
  if (guard.alive == etcd && guard.command.empty()) guard.command = ask_etcd;
  if (guard.alive == gpfs && guard.command.empty()) guard.command = ask_gpfs;
  const auto size = static_cast<std::int64_t>(guard.members.size());
  if (guard.minimum && *guard.minimum > size)
    wrong_guard(guard.group, variable,
                fmt::format("asks for {} of {} members", *guard.minimum, size));
}

std::string told(const std::vector<std::string>& all, const char* separator) {
  const std::vector<std::string> first(
      all.begin(),
      all.begin() + static_cast<std::ptrdiff_t>(std::min(all.size(), most_told)));
  std::string text = base::join(first, separator);
  if (all.size() > most_told) text += fmt::format("{}{} more", separator, all.size() - most_told);
  return text;
}

// How a group stands once nodes have left it.
struct Standing {
  std::vector<std::string> alive;
  std::vector<std::string> missing;  // "n01 does not answer: ..."
  std::int64_t needed = 0;
};

std::vector<std::string> those_in(const Guard& guard, const std::vector<std::string>& names) {
  std::vector<std::string> members;
  std::ranges::copy_if(guard.members, std::back_inserter(members),
                       [&](const std::string& member) { return holds(names, member); });
  return members;
}

std::vector<Question> questions_of(const std::vector<Guard>& guards,
                                   const std::vector<std::string>& leaving,
                                   const std::map<std::string, std::string>& away,
                                   bool asks_leaving) {
  std::vector<Question> questions;
  for (const Guard& guard : guards) {
    if (!guard.is_counted || those_in(guard, leaving).empty()) continue;
    Question question{.guard = &guard, .members = {}};
    for (const std::string& member : guard.members)
      if ((asks_leaving || !holds(leaving, member)) && !away.contains(member))
        question.members.push_back(member);
    if (!question.members.empty()) questions.push_back(std::move(question));
  }
  return questions;
}

Standing standing(const Guard& guard, const std::vector<std::string>& leaving,
                  const std::map<std::string, std::string>& away, const Answers& answers) {
  Standing found{.alive = {}, .missing = {}, .needed = guard.needed()};
  const auto of_group = answers.find(guard.group);
  for (const std::string& member : guard.members) {
    if (holds(leaving, member)) continue;
    if (const auto one = away.find(member); one != away.end()) {
      found.missing.push_back(member + " " + one->second);
      continue;
    }
    if (of_group == answers.end() || !of_group->second.contains(member)) {
      found.missing.push_back(member + " gave no answer");
      continue;
    }
    const Health& health = of_group->second.at(member);
    found.needed = std::max(found.needed, health.quorum);
    if (health.is_alive)
      found.alive.push_back(member);
    else
      found.missing.push_back(member + " " + health.because);
  }
  return found;
}

std::string shortfall(const Guard& guard, const Standing& standing) {
  const std::string who = standing.alive.empty() ? "none" : "only " + told(standing.alive, ", ");
  const std::string why =
      standing.missing.empty() ? "" : " (" + told(standing.missing, "; ") + ")";
  return fmt::format("'{}' needs {} of {} alive, and {} would be{}", guard.group, standing.needed,
                     guard.members.size(), who, why);
}

// Those whose leaving takes something from the group: what comes back with its disks and is dead
// now cannot be missed.
std::vector<std::string> missed(const Guard& guard, const std::vector<std::string>& lost,
                                const Answers& answers) {
  std::vector<std::string> alive;
  const auto of_group = answers.find(guard.group);
  for (const std::string& member : lost)
    if (of_group != answers.end() && of_group->second.contains(member) &&
        of_group->second.at(member).is_alive)
      alive.push_back(member);
  return alive;
}

}  // namespace

std::int64_t Guard::needed() const {
  const std::int64_t majority = static_cast<std::int64_t>(members.size()) / 2 + 1;
  const bool has_quorum = alive == Alive::etcd || alive == Alive::gpfs;
  return has_quorum ? std::max(majority, minimum.value_or(0)) : minimum.value_or(majority);
}

Guard read_guard(const std::string& group, const Value& variable,
                 std::vector<std::string> members) {
  if (!variable.is_dict()) wrong_guard(group, variable, "is no dict of minimum, alive, protected");
  Guard guard{.group = group, .members = std::move(members), .minimum = {}, .command = {}};
  for (const auto& [key, content] : variable.dict())
    read_member(guard, value::Dict::key_text(key), content);
  complete(guard, variable);
  return guard;
}

void object(Verdict& verdict, const std::vector<std::string>& nodes, const std::string& sentence,
            bool is_agreed, const std::string& option) {
  if (is_agreed) {
    verdict.agreed.push_back(sentence + ": agreed by " + option);
    return;
  }
  for (const std::string& node : nodes)
    verdict.objections[node].push_back(sentence + ": " + option + " agrees to that");
}

Verdict ask_guards(const std::vector<Guard>& guards, const std::vector<std::string>& leaving,
                   const std::map<std::string, std::string>& away, const Allowed& allowed,
                   GroupProbe& probe) {
  Verdict verdict;
  const std::vector<Question> questions = questions_of(guards, leaving, away, allowed.keeps_disks);
  const Answers answers = questions.empty() ? Answers() : probe.ask(questions);
  for (const Guard& guard : guards) {
    const std::vector<std::string> lost = those_in(guard, leaving);
    if (lost.empty()) continue;
    if (guard.is_protected && !allowed.keeps_disks)
      object(verdict, lost, "'" + guard.group + "' is protected",
             holds(allowed.protection, guard.group), "--allow-protected " + guard.group);
    if (!guard.is_counted) continue;
    if (allowed.keeps_disks && missed(guard, lost, answers).empty()) continue;
    const Standing after = standing(guard, leaving, away, answers);
    if (static_cast<std::int64_t>(after.alive.size()) >= after.needed) continue;
    object(verdict, lost, shortfall(guard, after), holds(allowed.below, guard.group),
           "--allow-below " + guard.group);
  }
  return verdict;
}

void require_guarded(const Allowed& allowed, const std::vector<Guard>& guards,
                     const std::vector<std::string>& others) {
  std::vector<std::string> guarded;
  for (const Guard& guard : guards) guarded.push_back(guard.group);
  std::vector<std::string> clusters = guarded;
  clusters.insert(clusters.end(), others.begin(), others.end());
  for (const auto& [option, names, groups] :
       {std::tuple("--allow-below", &allowed.below, &clusters),
        {"--allow-protected", &allowed.protection, &guarded}})
    for (const std::string& name : *names)
      if (!holds(*groups, name))
        throw Error(Kind::usage, std::string(option) + ": no group '" + name +
                                     "' has a 'reimage_guard' in this inventory")
            .set_hint(base::suggestion(name, *groups));
}

std::size_t nodes_at_ease(std::size_t machines) {
  constexpr std::size_t always = 20, share = 10;
  return std::max(always, machines / share);
}

}  // namespace provisioner::reimage
