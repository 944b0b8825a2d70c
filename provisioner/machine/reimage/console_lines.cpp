// Lines of a console, as many of them as somebody will want to read.

#include "provisioner/machine/reimage/console_lines.h"

#include <algorithm>

#include "provisioner/machine/reimage/likely_cause.h"

namespace provisioner::reimage {
namespace {

constexpr std::chrono::seconds between{1};
constexpr std::size_t last_told = 80, most_trouble = 20;  // of a second
constexpr std::int64_t most_kept = 2'000;
constexpr const char* console = "console";

// Those that tell of trouble and the last ones, in their order; in their place a line that says
// how many others there were.
std::vector<store::NodeLine> worth_telling(std::vector<store::NodeLine> lines) {
  if (lines.size() <= last_told) return lines;
  std::vector<store::NodeLine> told;
  const std::size_t last_ones = lines.size() - last_told;
  for (std::size_t at = 0; at < lines.size(); ++at)
    if (at >= last_ones || (told.size() < most_trouble && trouble_in(lines[at].text)))
      told.push_back(lines[at]);
  store::NodeLine left_out = lines.front();
  left_out.text = "(" + std::to_string(lines.size() - told.size()) + " lines left out)";
  told.insert(told.begin(), std::move(left_out));
  return told;
}

}  // namespace

ConsoleLines::ConsoleLines(std::string node, store::NodeRecords records, const os::Clock& clock)
    : node_(std::move(node)),
      records_(std::move(records)),
      clock_(clock),
      begun_(clock.wall()),
      due_(clock.now() + between) {}

void ConsoleLines::add(std::string text) {
  waiting_.push_back({node_, clock_.wall(), console, std::move(text)});
}

void ConsoleLines::tell_if_due() {
  if (clock_.now() < due_) return;
  tell();
}

void ConsoleLines::tell() {
  due_ = clock_.now() + between;
  const std::vector<store::NodeLine> lines = worth_telling(std::exchange(waiting_, {}));
  if (lines.empty()) return;
  records_.add_lines(lines);
  kept_ += static_cast<std::int64_t>(lines.size());
  if (kept_ <= most_kept + most_kept / 10) return;
  records_.keep_last_lines(node_, console, begun_, most_kept);
  kept_ = most_kept;
}

}  // namespace provisioner::reimage
