#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <utility>

#include "provisioner/base/os/clock.h"

namespace provisioner::image {

// Requests that were refused, for the flight recorder: each is accounted for, and a flood of them
// neither fills the disk nor keeps nodes waiting. Of one peer and node the first ten in a minute
// are told one by one, those after them as one line with their number. One thread at a time.
class BootRefusals {
 public:
  // `node` is "" where nobody knows of whom a request was.
  using Tell = std::function<void(const std::string& node, const std::string& text)>;

  explicit BootRefusals(Tell tell, const os::Clock& clock = os::system_clock());

  // `what` was asked for, and why it was refused: "boot", "the token is unknown". Nothing in them
  // may come from the peer.
  void add(const std::string& node, const std::string& peer, const std::string& what,
           const std::string& because);
  void tell_past_minutes();
  void tell_all();

 private:
  struct Minute {
    os::Instant end;
    std::int64_t told = 0, counted = 0;
    std::string last;  // "'boot': the token is unknown"
  };
  using Key = std::pair<std::string, std::string>;  // node and peer

  void tell_counted(const Key& key, const Minute& minute);

  Tell tell_;
  const os::Clock& clock_;
  std::map<Key, Minute> minutes_;
};

}  // namespace provisioner::image
