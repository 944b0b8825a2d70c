#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "provisioner/base/base/secret.h"

namespace provisioner::metal {

// What a BMC says of its machine; `unknown` is its own word (on the way, paused), never a guess.
enum class Power : std::uint8_t { on, off, unknown };
std::string_view name_of(Power power);

// What can be asked for. `soft` has the operating system shut down; none of them does anything to a
// machine that is so already.
enum class PowerVerb : std::uint8_t { on, off, soft };
std::string_view name_of(PowerVerb verb);

enum class BootDevice : std::uint8_t { pxe, disk, bios };
std::string_view name_of(BootDevice device);

// Empty where the BMC does not say.
struct Identity {
  std::string manufacturer, model, serial;
  std::string firmware;  // of the BMC itself
};

struct Sensor {
  std::string name, reading, unit, state;
};

struct LogEntry {
  std::string time, severity, text;
};

// A program that attaches our terminal; it reads its password from descriptor 3 where there is one.
struct ConsoleCommand {
  std::vector<std::string> argv;
  base::Secret password;
};

// A program that says on its standard output what the console says, once a line began with
// `is_there`; what it says before that is its own. It reads its password from the first line of its
// standard input, where there is one, and ends when `farewell` comes there.
struct ConsoleFeed {
  std::vector<std::string> argv;
  base::Secret password = {};
  std::string is_there, farewell;
  // How a complaint begins that may come after all; one that nothing follows means that it is not.
  std::string lament = {};
  // Frees the session of a feed that was killed; empty: nothing is left of one.
  std::vector<std::string> release = {};
  // After such words it must not be tried again: it would lock us out.
  std::vector<std::string> last_words = {};
  std::chrono::milliseconds rest{1'000};  // between two tries, at least
};

// The controller in a machine that switches it. One thread. Each call takes at most `deadline` and
// throws Error(unreachable) where no whole answer came or the BMC is busy: whether it heard us is
// then not known; Error(failed) where it says no, or cannot; Error(refused) where it does not take
// our credentials, or is not who it should be: to try again would only lock us out.
class Bmc {
 public:
  using Deadline = std::chrono::milliseconds;

  virtual ~Bmc() = default;
  virtual Power power(Deadline deadline) = 0;
  // That it returns says that the BMC took it, not that it is so: power_change.h.
  virtual void ask(PowerVerb verb, Deadline deadline) = 0;
  virtual std::optional<BootDevice> next_boot(Deadline deadline) = 0;  // nullopt: the machine's own
  // For the next boot alone where the BMC can. Many forget it after 60 seconds without a power
  // command (IPMI 2.0, 28.13).
  virtual void ask_next_boot(BootDevice device, Deadline deadline) = 0;
  virtual Identity identity(Deadline deadline) = 0;
  virtual std::vector<Sensor> sensors(Deadline deadline) = 0;
  virtual std::vector<LogEntry> event_log(Deadline deadline) = 0;  // oldest first
  virtual ConsoleCommand console() = 0;  // throws Error(failed) where there is none
  virtual std::optional<ConsoleFeed> console_feed() { return std::nullopt; }  // it has none
};

// Throws Error(refused) where the BMC says that its machine has another serial number: then it is
// another machine's. One that does not say, or cannot, is taken: then the answer is the sentence
// that tells what nobody has checked.
std::optional<std::string> require_serial(Bmc& bmc, const std::string& serial,
                                          Bmc::Deadline deadline);

}  // namespace provisioner::metal
