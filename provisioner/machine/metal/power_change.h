#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "provisioner/base/base/error.h"
#include "provisioner/base/os/clock.h"
#include "provisioner/machine/metal/bmc.h"
#include "provisioner/machine/metal/pause.h"

namespace provisioner::metal {

enum class PowerWish : std::uint8_t { on, off, cycle, soft };

// How long, and how often, a BMC is asked.
struct Patience {
  std::chrono::milliseconds whole{60'000};    // for a change read back; for each half of a cycle
  std::chrono::milliseconds answer{20'000};   // for one answer of the BMC
  std::chrono::milliseconds interval{2'000};  // between two readings
  std::chrono::milliseconds rest{5'000};      // of a machine that is off before it goes on again
  std::function<bool()> is_stopped = {};      // true ends it where it stands
};
std::chrono::milliseconds usual_patience(PowerWish wish);

// Where a change ended.
struct PowerOutcome {
  // What the BMC said last: after it was asked, and within the deadline. Unknown where it said
  // nothing since, whatever it had said before.
  Power power = Power::unknown;
  bool is_as_wished = false;
  std::optional<base::Error> because = {};  // why it is not; its hint calls the machine NODE
};

// Brings a machine's power to what is wished, and believes nothing but a reading that comes after
// the BMC has answered the wish. What is wished is always asked for: a BMC may say of yesterday
// that it is so, and asking for what is so does nothing. What was not heard for certain is said
// again; what was taken is not. A cycle is off, read back, and on, read back. Never throws for what
// a BMC does: that is in the outcome. So is where a change stood that was stopped.
class PowerChange {
 public:
  PowerChange(Bmc& bmc, const Patience& patience, const os::Clock& clock = os::system_clock(),
              Pause pause = {});  // {}: a real one, which whoever stops does not wait for

  PowerOutcome bring(PowerWish wish);
  PowerOutcome look();  // changes nothing; as wished is what is on or off

 private:
  PowerOutcome reach(PowerVerb verb, Power wanted);
  enum class Heard : std::uint8_t { taken, refused, unknown };
  Heard ask(PowerVerb verb);
  void read();
  bool is_stopped() const { return patience_.is_stopped && patience_.is_stopped(); }
  bool may_go_on() const { return clock_.now() < end_ && !is_final_ && !is_stopped(); }
  std::chrono::milliseconds for_an_answer() const;
  void wait();
  PowerOutcome outcome(bool is_as_wished, const std::string& otherwise) const;
  PowerOutcome stopped(std::optional<PowerVerb> asked, Heard heard) const;
  PowerOutcome go_on(PowerOutcome off);

  Bmc& bmc_;
  Patience patience_;
  const os::Clock& clock_;
  Pause pause_;
  os::Instant begin_, end_;
  std::optional<Power> said_;           // by the last reading, nullopt where that failed
  std::optional<base::Error> problem_;  // why the last call got no answer that counts
  std::optional<base::Error> refusal_;  // why the BMC does not do it
  bool is_final_ = false;               // to go on would lock us out, or come to the same
  bool was_asked_ = false;              // the verb has left us
};

}  // namespace provisioner::metal
