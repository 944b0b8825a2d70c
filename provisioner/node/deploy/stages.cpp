// The stages of a deployment, as the boot service leads through them.
#include "provisioner/node/deploy/stages.h"

#include <fmt/format.h>

#include <algorithm>

#include "provisioner/base/base/sentence.h"
#include "provisioner/base/base/text.h"

namespace provisioner::deploy {
namespace {

using base::Error;
using base::Kind;
using base::sentence_of;

// Long enough to be read on a console, and for a server to come back.
constexpr std::chrono::seconds pause_after_failure{30};
constexpr std::int64_t shortest_wait = 1, longest_wait = 3600;
constexpr std::int64_t longest_serving = 300;  // seconds

// Waits for as long as the boot service says so.
Answer first_order(Reporter& reporter, const Machine& machine) {
  machine.say("telling the boot service what this machine is");
  Answer answer = reporter.report("booted", {{"facts", machine.facts()}});
  while (answer.action == Action::wait) {
    const std::int64_t seconds = value::integer_or(answer.body, "seconds", longest_wait);
    machine.say(fmt::format("waiting for {} s", seconds));
    machine.pause(std::chrono::seconds(std::clamp(seconds, shortest_wait, longest_wait)));
    answer = reporter.report("waiting", {});
  }
  return answer;
}

End end_of(const Answer& answer) {
  return answer.action == Action::power_off ? End::power_off : End::reboot;
}

// The job has ended: whatever happens here, the new system is on the disk.
void serve_rack(const Answer& answer, const Machine& machine) {
  const std::int64_t seconds =
      std::clamp<std::int64_t>(value::integer_or(answer.body, "seconds", 0), 0, longest_serving);
  machine.say(fmt::format("giving chunks to the rack, for {} s at most", seconds));
  machine.serve(std::chrono::seconds(seconds));
}

const value::List& disks_in(const value::Dict& facts) {
  const value::Value* disks = facts.find("disks");
  if (disks == nullptr || !disks->is_list())
    throw Error(Kind::failed, "this machine's disks could not be looked at");
  return disks->list();
}

End obey(const Answer& answer, Reporter& reporter, const Machine& machine, const os::Clock& clock) {
  if (answer.action != Action::write) return end_of(answer);
  const value::Value* body = answer.body.find("order");
  const Order order = read_order(body != nullptr ? *body : value::Value());
  machine.say("installing '" + order.host_name + "'");
  Progress progress(reporter, clock, machine.say);
  // Looked at anew: what was told may be an hour old.
  const value::Dict facts = machine.facts();
  value::List keys;
  for (const std::string& line : machine.install(order, disks_in(facts), progress))
    keys.emplace_back(line);
  machine.say("installed '" + order.host_name + "'");
  const Answer last = reporter.report("installed", {{"host_keys", keys}});
  if (last.action == Action::serve) serve_rack(last, machine);
  return end_of(last);
}

// Says what failed, where somebody still listens; a refusal is what another try would not change.
End confess(const std::string& sentence, bool is_refused, Reporter& reporter,
            const Machine& machine) {
  machine.say("failed: " + sentence);
  End end = End::reboot;
  if (reporter.can_report()) {
    try {
      end = end_of(
          reporter.report("failed", {{"because", sentence}, {"is_refused", is_refused}}));
    } catch (const Error& error) {
      machine.say("failed: " + sentence_of(error));
    }
  }
  machine.pause(pause_after_failure);
  return end;
}

}  // namespace

End walk_stages(Reporter& reporter, const Machine& machine, const os::Clock& clock) {
  try {
    return obey(first_order(reporter, machine), reporter, machine, clock);
  } catch (const Error& error) {
    return confess(sentence_of(error), error.kind() == Kind::refused, reporter, machine);
  } catch (const std::exception& error) {
    return confess(error.what(), false, reporter, machine);
  }
}

}  // namespace provisioner::deploy
