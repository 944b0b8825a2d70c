#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "provisioner/machine/metal/bmc.h"
#include "tests/metal/fake_clock.h"

namespace provisioner::metal {

// A machine and its BMC in memory. Each call takes `answers_in`; what goes wrong is set before.
class FakeBmc : public Bmc {
 public:
  explicit FakeBmc(FakeClock& clock) : clock_(clock) {}

  Power power(Deadline deadline) override;
  void ask(PowerVerb verb, Deadline deadline) override;
  std::optional<BootDevice> next_boot(Deadline deadline) override;
  void ask_next_boot(BootDevice device, Deadline deadline) override;
  Identity identity(Deadline deadline) override;
  std::vector<Sensor> sensors(Deadline) override { return {}; }
  std::vector<LogEntry> event_log(Deadline) override { return {}; }
  ConsoleCommand console() override { return {}; }

  // Somebody pulls the plug, at this moment.
  void lose_power() { changes_.push_back({clock_.now(), Power::off}); }

  // What is so, and what goes wrong.
  Power real = Power::off;
  std::chrono::milliseconds answers_in{100};
  std::chrono::milliseconds takes{0};     // from a verb to what it does
  std::chrono::milliseconds is_stale{0};  // what it says of its power is that old
  int silent = 0;                         // so many calls get no answer, for all of their deadline
  int deaf = 0;                           // so many verbs are taken and forgotten
  int stubborn = 0;                       // so many verbs are refused
  int too_early = 0;                      // so many calls, after the silent ones, have no turn
  bool takes_password = true;
  bool has_wrong_address = false;
  bool does_before_silence = false;  // a verb that gets no answer is done all the same
  std::optional<BootDevice> boot = {};
  std::string serial = "SN-1";

  std::vector<PowerVerb> asked = {};  // that arrived
  std::vector<Power> said = {};

 private:
  struct Change {
    os::Instant at;
    Power power;
  };
  void answer(Deadline deadline);
  void do_it(PowerVerb verb);
  Power power_at(os::Instant when) const;

  FakeClock& clock_;
  std::vector<Change> changes_;
};

}  // namespace provisioner::metal
