#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "provisioner/base/value/value.h"
#include "provisioner/node/fetch/http_client.h"

namespace provisioner::fetch {
class RackShare;
}

namespace provisioner::deploy {

enum class Action : std::uint8_t { write, wait, go_on, serve, reboot, power_off };

struct Answer {
  Action action = Action::reboot;
  value::Value body;  // the whole answer, with the order where there is one
};

// What is told to the boot service, stage by stage, each with the one token that the answer before
// gave (docs/bare-metal.md). A token is forgotten before it is sent: whatever becomes of the
// answer, it is not used twice.
class Reporter {
 public:
  // `rack`, where there is one, hears the answers and adds to what is reported.
  Reporter(fetch::HttpClient& client, base::Secret first_token, fetch::RackShare* rack = nullptr);

  // Throws Error(refused) where the server does not take the token or gives no order, and
  // Error(unreachable) where no answer came that can be read. After either there is no token left:
  // the way on is a reboot.
  Answer report(const std::string& stage, const value::Dict& said);
  bool can_report() const { return !token_.is_empty(); }

 private:
  fetch::HttpClient& client_;
  base::Secret token_;
  fetch::RackShare* rack_;
};

// Tells how far the work is: at once where the step is another, and at its end; else at most every
// two seconds. Beginnings and ends are said on the console, too.
class Progress {
 public:
  using Say = std::function<void(const std::string&)>;

  Progress(Reporter& reporter, const os::Clock& clock, Say say)
      : reporter_(reporter), clock_(clock), say_(std::move(say)) {}
  // Throws what `report` throws, and Error(refused) where the answer is not to go on.
  void tell(const std::string& step, std::uint64_t done, std::uint64_t of);

 private:
  Reporter& reporter_;
  const os::Clock& clock_;
  Say say_;
  std::string step_;
  os::Instant told_ = {};
};

}  // namespace provisioner::deploy
