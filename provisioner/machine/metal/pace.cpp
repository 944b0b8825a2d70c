// Turns by flock(2) on a file that says when the last one ended.

#include "provisioner/machine/metal/pace.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>
#include <thread>
#include <utility>

#include "provisioner/base/base/error.h"

namespace provisioner::metal {
namespace {

using base::Error;
using base::Kind;
using std::chrono::milliseconds;

constexpr milliseconds between_looks{20};

// Of the monotonic clock, which all processes share; one of before a reboot lies ahead of now.
struct Ended {
  std::int64_t at = 0;
};

std::int64_t ticks_of(os::Instant instant) { return instant.time_since_epoch().count(); }

milliseconds left_of(const os::Descriptor& file, milliseconds between, os::Instant now) {
  Ended ended;
  if (::pread(file.number(), &ended, sizeof ended, 0) != sizeof ended) return milliseconds(0);
  const auto gone = os::Instant::duration(ticks_of(now) - ended.at);
  if (gone.count() < 0) return between;
  return std::max(milliseconds(0), std::chrono::ceil<milliseconds>(between - gone));
}

NotAsked too_early() {
  return NotAsked(Kind::unreachable, "the BMC may not be asked again before the deadline");
}

}  // namespace

const Pause& real_pause() {
  static const Pause pause = [](milliseconds time) { std::this_thread::sleep_for(time); };
  return pause;
}

Pause stoppable_pause(std::function<bool()> is_stopped) {
  if (!is_stopped) return real_pause();
  return [is_stopped = std::move(is_stopped)](milliseconds time) {
    constexpr milliseconds glance{100};
    for (; time.count() > 0; time -= glance) {
      // Whoever waits in a loop would else turn in it without a rest until his deadline.
      if (is_stopped()) throw Error(Kind::stopped, "stopped while it waited for the BMC");
      std::this_thread::sleep_for(std::min(glance, time));
    }
  };
}

Pace::Pace(std::string file, milliseconds between, const os::Clock& clock, Pause pause)
    : file_(std::move(file)), between_(between), clock_(clock), pause_(std::move(pause)) {}

Pace::Turn Pace::turn(milliseconds deadline) const {
  if (between_.count() == 0) return {os::Descriptor(), clock_};
  const os::Instant end = clock_.now() + deadline;
  os::Descriptor file(::open(file_.c_str(), O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600));
  if (!file.is_open() && (errno == EROFS || errno == EACCES || errno == ENOENT)) {
    // Whoever may write nothing may ask all the same; orders are held elsewhere (bmc_lock.h).
    const bool is_first = !std::exchange(has_asked_, true);
    if (!is_first && between_ >= deadline) throw too_early();
    if (!is_first) pause_(between_);
    return {os::Descriptor(), clock_};
  }
  if (!file.is_open())
    throw Error(Kind::failed,
                "cannot open '" + file_ + "': " + std::generic_category().message(errno));
  while (::flock(file.number(), LOCK_EX | LOCK_NB) != 0) {
    if (clock_.now() >= end)
      throw NotAsked(Kind::unreachable, "another command to the BMC does not end");
    pause_(between_looks);
  }
  const milliseconds left = left_of(file, between_, clock_.now());
  if (clock_.now() + left >= end) throw too_early();
  if (left.count() > 0) pause_(left);
  return {std::move(file), clock_};
}

Pace::Turn::~Turn() {
  if (!file_.is_open()) return;
  const Ended ended{ticks_of(clock_->now())};
  // Without the time the next command waits for less: no reason to fail this one.
  [[maybe_unused]] const ssize_t count = ::pwrite(file_.number(), &ended, sizeof ended, 0);
}

}  // namespace provisioner::metal
