// Refused requests, told or counted.

#include "provisioner/machine/image/boot_refusals.h"

namespace provisioner::image {
namespace {

constexpr std::int64_t most_told = 10;
constexpr std::chrono::minutes window{1};
// Peers that are told apart; those of a network behind a router may have any address.
constexpr std::size_t most_peers = 1024;
constexpr const char* many_peers = "many peers";

}  // namespace

BootRefusals::BootRefusals(Tell tell, const os::Clock& clock)
    : tell_(std::move(tell)), clock_(clock) {}

void BootRefusals::add(const std::string& node, const std::string& peer, const std::string& what,
                       const std::string& because) {
  tell_past_minutes();
  Key key{node, peer};
  if (minutes_.size() >= most_peers && !minutes_.contains(key)) key = {"", many_peers};
  Minute& minute = minutes_[key];
  if (minute.told == 0) minute.end = clock_.now() + window;
  if (minute.told < most_told) {
    ++minute.told;
    tell_(key.first, "refused '" + what + "' from " + key.second + ": " + because);
    return;
  }
  ++minute.counted;
  minute.last = "'" + what + "': " + because;
}

void BootRefusals::tell_counted(const Key& key, const Minute& minute) {
  if (minute.counted == 0) return;
  tell_(key.first, "refused " + std::to_string(minute.counted) + " more within a minute from " +
                       key.second + ", the last " + minute.last);
}

void BootRefusals::tell_past_minutes() {
  const os::Instant now = clock_.now();
  for (auto place = minutes_.begin(); place != minutes_.end();) {
    if (place->second.end > now) {
      ++place;
      continue;
    }
    tell_counted(place->first, place->second);
    place = minutes_.erase(place);
  }
}

void BootRefusals::tell_all() {
  for (const auto& [key, minute] : minutes_) tell_counted(key, minute);
  minutes_.clear();
}

}  // namespace provisioner::image
