// Asks for a boot device until the BMC says that it has it.

#include "provisioner/machine/metal/boot_change.h"

#include <algorithm>

#include "provisioner/base/base/error.h"
#include "provisioner/machine/metal/pace.h"

namespace provisioner::metal {

using base::Error;
using base::Kind;
using std::chrono::milliseconds;

void change_next_boot(Bmc& bmc, BootDevice device, const Patience& patience,
                      const os::Clock& clock, const Pause& pause) {
  const os::Instant end = clock.now() + patience.whole;
  const auto left = [&] { return std::chrono::ceil<milliseconds>(end - clock.now()); };
  const auto for_an_answer = [&] {
    return std::max(milliseconds(1), std::min(patience.answer, left()));
  };
  std::optional<Error> problem;
  while (left().count() > 0) {
    try {
      bmc.ask_next_boot(device, for_an_answer());
      const auto said = bmc.next_boot(for_an_answer());
      if (said == device) return;
      problem = Error(Kind::failed, "next boot from " + std::string(name_of(device)) +
                                        " accepted, the BMC has " +
                                        (said ? std::string(name_of(*said)) : "no device of ours"));
    } catch (const NotAsked& error) {
      if (!problem) problem = error;
    } catch (const Error& error) {
      if (error.kind() == Kind::refused) throw;
      problem = error;
    }
    pause(std::max(milliseconds(1), std::min(patience.interval, left())));
  }
  throw problem.value_or(Error(Kind::unreachable, "the BMC was given no time"));
}

}  // namespace provisioner::metal
