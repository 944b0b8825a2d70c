// What this machine tells of itself, gathered as the agent gathers it.
#include "provisioner/node/deploy/machine_facts.h"

#include "provisioner/base/base/error.h"
#include "provisioner/node/modules/facts/gatherer.h"

namespace provisioner::deploy {
namespace {

constexpr std::chrono::milliseconds glance{500};
constexpr int quiet_glances = 6, most_glances = 60;  // 3 s, 30 s

}  // namespace

void wait_for_disks(const host::HostView& view,
                    const std::function<void(std::chrono::milliseconds)>& pause) {
  std::vector<std::string> known;
  int quiet = 0;
  for (int i = 0; i < most_glances && (known.empty() || quiet < quiet_glances); ++i) {
    std::vector<std::string> present = modules::facts::names_in(view, "/sys/block");
    quiet = present == known ? quiet + 1 : 0;
    known = std::move(present);
    pause(glance);
  }
}

value::Dict machine_facts(const host::HostView& view, Listening listening,
                          const std::function<void(const std::string&)>& say) {
  std::vector<decltype(&modules::facts::disks)> gatherers = {modules::facts::disks,
                                                             modules::facts::parts};
  if (listening == Listening::yes) gatherers.push_back(modules::facts::lldp);
  value::Dict facts;
  for (const auto gather : gatherers) {
    try {
      const modules::facts::Findings findings = gather(view, {});
      for (const auto& [key, content] : findings.facts) facts.set(key, content);
      for (const std::string& warning : findings.warnings) say(warning);
    } catch (const base::Error& error) {
      say("cannot gather facts: " + error.message());
    }
  }
  return facts;
}

}  // namespace provisioner::deploy
