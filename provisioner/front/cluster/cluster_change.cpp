// When a cluster was made another one.

#include "provisioner/front/cluster/cluster_change.h"

#include <algorithm>
#include <charconv>

#include "provisioner/base/base/text.h"
#include "provisioner/base/os/clock.h"
#include "provisioner/base/os/files.h"

namespace provisioner::cluster {
namespace {

std::string under_way(const std::string& directory) { return os::join_path(directory, "changing"); }
std::string done(const std::string& directory) { return os::join_path(directory, "changed"); }

// Seconds since 1970.
void write_now(const std::string& path) {
  const auto now = std::chrono::floor<std::chrono::seconds>(os::system_clock().wall());
  os::write_file(path, std::to_string(now.time_since_epoch().count()) + "\n", 0600);
}

std::optional<std::chrono::sys_seconds> time_in(const std::string& path) {
  const auto text = os::read_file(path);
  if (!text) return std::nullopt;
  const std::string_view digits = base::trim(*text);
  std::int64_t seconds = 0;
  const auto end = std::from_chars(digits.data(), digits.data() + digits.size(), seconds);
  // Whatever stands there, somebody has changed something at some time.
  if (digits.empty() || end.ec != std::errc() || end.ptr != digits.data() + digits.size())
    return std::chrono::floor<std::chrono::seconds>(os::system_clock().wall());
  return std::chrono::sys_seconds(std::chrono::seconds(seconds));
}

}  // namespace

void begin_change(const std::string& directory) { write_now(under_way(directory)); }

void end_change(const std::string& directory, bool has_changed) {
  if (has_changed) write_now(done(directory));
  os::remove_file(under_way(directory));
}

std::optional<std::chrono::sys_seconds> last_change(const std::string& directory) {
  const auto ended = time_in(done(directory)), begun = time_in(under_way(directory));
  return std::max(ended, begun);  // nullopt is less than any
}

}  // namespace provisioner::cluster
