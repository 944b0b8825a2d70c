// Hosts done, the slow ones by name, and the time gone.

#include "provisioner/front/view/live_line.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "provisioner/base/base/text.h"
#include "provisioner/front/view/folded.h"

namespace provisioner::view {

using store::EventKind;
using value::Value;

namespace {

// Shorter waits would only flicker.
constexpr std::chrono::milliseconds noticeable{300};
constexpr std::size_t most_named = 3;

std::string one_line(const std::string& text) {
  return base::replace_all(base::escape_for_terminal(text), "\n", " ");
}

std::string clock_text(std::chrono::steady_clock::duration passed) {
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(passed).count();
  if (seconds < 3600) return fmt::format("{}:{:02}", seconds / 60, seconds % 60);
  return fmt::format("{}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60);
}

}  // namespace

void LiveLine::take(const store::Event& event) {
  switch (event.kind) {
    case EventKind::task_started:
      task_ = value::text_or(event.data, "name", "");
      task_begun_ = clock_.now();
      waiting_.clear();
      doing_.clear();
      if (const Value* hosts = event.data.find("hosts"); hosts != nullptr && hosts->is_list())
        for (const Value& host : hosts->list()) waiting_.insert(host.text());
      hosts_ = waiting_.size();
      break;
    case EventKind::host_progress:
      doing_[event.host] = value::text_or(event.data, "doing", "");
      break;
    case EventKind::host_retry:
      doing_[event.host] =
          fmt::format("{} retries left", value::integer_or(event.data, "attempts_left", 0));
      break;
    case EventKind::host_finished:
      waiting_.erase(event.host);
      break;
    case EventKind::play_started:
    case EventKind::play_ended:
    case EventKind::run_ended:
    case EventKind::run_interrupted:
      waiting_.clear();
      break;
    default:
      break;
  }
}

std::string LiveLine::text() const {
  if (waiting_.empty() || clock_.now() - task_begun_ < noticeable) return {};
  return fmt::format("{}/{} hosts · {} · waiting for {} · {}", hosts_ - waiting_.size(), hosts_,
                     one_line(task_), waiting_for(), clock_text(clock_.now() - begun_));
}

// Those that say what they do come first, each with its words; the others folded.
std::string LiveLine::waiting_for() const {
  std::vector<std::string> parts, others;
  for (const std::string& host : waiting_) {
    const auto doing = doing_.find(host);
    const bool is_told = doing != doing_.end() && !doing->second.empty();
    if (is_told && parts.size() < most_named)
      parts.push_back(one_line(host) + " (" + one_line(doing->second) + ")");
    else
      others.push_back(host);
  }
  if (!others.empty()) parts.push_back(one_line(folded(others)));
  return base::join(parts, ", ");
}

}  // namespace provisioner::view
