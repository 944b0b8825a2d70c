// A run, folded from its events.

#include "provisioner/front/view/report/run_record.h"

#include <algorithm>
#include <array>

#include "provisioner/base/base/text.h"

namespace provisioner::view {

using store::EventKind;
using value::Value;

namespace {

constexpr std::array<std::string_view, ending_count> names = {"ok",     "changed",     "skipped",
                                                              "failed", "unreachable", "unknown"};

// What people look for first in a result that failed.
std::string words_of(const Value& result) {
  std::vector<std::string> words;
  for (const char* key : {"msg", "reason", "censored", "stderr", "module_stderr"}) {
    const Value* word = result.find(key);
    if (word != nullptr && word->is_string() && !word->text().empty())
      words.push_back(word->text());
  }
  return base::join(words, "\n");
}

std::string item_words(const Value& result) {
  const Value* items = result.find("results");
  std::vector<std::string> words;
  if (items == nullptr || !items->is_list()) return {};
  for (const Value& item : items->list())
    if (value::boolean_or(item, "failed", false)) words.push_back(words_of(item));
  words.erase(std::unique(words.begin(), words.end()), words.end());
  return base::join(words, "\n");
}

std::string message_of(const Value& data, const Value& result) {
  std::string message = words_of(result);
  if (const std::string items = item_words(result); !items.empty()) message += "\n" + items;
  if (const std::string error = value::text_or(data, "error", ""); !error.empty())
    message += "\n\n" + error;
  return message;
}

}  // namespace

std::string_view name_of(Ending ending) { return names.at(static_cast<std::size_t>(ending)); }

Ending ending_of(const std::string& status) {
  const auto found = std::find(names.begin(), names.end(), status);
  return found == names.end() ? Ending::unknown : static_cast<Ending>(found - names.begin());
}

void RunRecord::take(const store::Event& event) {
  if (!has_begun_) begun_ = event.time;
  has_begun_ = true;
  const double now = std::chrono::duration<double>(event.time - begun_).count();
  seconds_ = std::max(seconds_, now);
  const Value& data = event.data;
  switch (event.kind) {
    case EventKind::play_started:
      play_ = value::text_or(data, "name", "");
      break;
    case EventKind::task_started:
      task_started(event, now);
      break;
    case EventKind::host_started:
      host_begins_[{event.task, event.host}] = now;
      break;
    case EventKind::host_finished:
      host_finished(event, now);
      break;
    case EventKind::host_left:
      host_left(event, now);
      break;
    case EventKind::warning:
      warnings_.push_back(value::text_or(data, "text", ""));
      break;
    case EventKind::lab_lacks:
      lacks_.push_back(data);
      break;
    case EventKind::run_ended:
      if (const Value* recap = data.find("recap")) recap_ = *recap;
      break;
    default:
      break;
  }
}

void RunRecord::task_started(const store::Event& event, double now) {
  const Value& data = event.data;
  if (value::text_or(data, "module", "") == "meta") return;  // does nothing on a node
  TaskRecord task;
  task.name = value::text_or(data, "name", "");
  task.module = value::text_or(data, "module", "");
  task.path = value::text_or(data, "path", "");
  task.play = play_;
  task.is_handler = value::boolean_or(data, "is_handler", false);
  task.begin = task.end = now;
  task_numbers_[event.task] = tasks_.size();
  tasks_.push_back(std::move(task));
}

void RunRecord::host_finished(const store::Event& event, double now) {
  const auto number = task_numbers_.find(event.task);
  if (number == task_numbers_.end()) return;
  TaskRecord& task = tasks_[number->second];
  Cell cell;
  cell.host = host_number(event.host);
  cell.ending = ending_of(value::text_or(event.data, "status", ""));
  cell.is_ignored = value::boolean_or(event.data, "ignored", false);
  const auto begin = host_begins_.find({event.task, event.host});
  cell.begin = begin == host_begins_.end() ? task.begin : begin->second;
  cell.end = now;
  if (begin != host_begins_.end()) host_begins_.erase(begin);
  task.end = std::max(task.end, now);
  task.cells.push_back(cell);
  if (cell.ending == Ending::changed) add_change(number->second, event);
  if (cell.ending >= Ending::failed) add_failure(number->second, event, cell);
}

void RunRecord::add_change(std::size_t task, const store::Event& event) {
  const Value* found = event.data.find("differences");
  const Value differences = found == nullptr ? Value() : *found;
  for (auto known = changes_.rbegin(); known != changes_.rend() && known->task == task; ++known)
    if (known->differences == differences) {
      known->hosts.push_back(event.host);
      return;
    }
  changes_.push_back({task, differences, {event.host}});
}

void RunRecord::add_failure(std::size_t task, const store::Event& event, const Cell& cell) {
  const Value* found = event.data.find("result");
  Failure failure;
  failure.task = task;
  failure.ending = cell.ending;
  failure.fate = cell.is_ignored                 ? Failure::Fate::ignored
                 : cell.ending == Ending::failed ? Failure::Fate::rescued
                                                 : Failure::Fate::left;
  if (found != nullptr) failure.result = *found;
  failure.message = message_of(event.data, failure.result);
  // Equal but for the name in front is equal.
  if (failure.message.starts_with(event.host + ": "))
    failure.message.erase(0, event.host.size() + 2);
  failure.hosts = {event.host};
  for (auto known = failures_.rbegin(); known != failures_.rend() && known->task == task; ++known)
    if (known->message == failure.message && known->ending == failure.ending &&
        known->fate == failure.fate) {
      known->hosts.push_back(event.host);
      return;
    }
  failures_.push_back(std::move(failure));
}

// What looked as if it could be rescued was not: its hosts go from the one failure to the other.
void RunRecord::host_left(const store::Event& event, double now) {
  left_.emplace(host_number(event.host), now);
  const auto number = task_numbers_.find(event.task);
  if (number == task_numbers_.end()) return;
  for (std::size_t at = failures_.size(); at-- > 0;) {
    Failure& failure = failures_[at];
    const auto host = std::find(failure.hosts.begin(), failure.hosts.end(), event.host);
    if (failure.task != number->second || failure.fate != Failure::Fate::rescued ||
        host == failure.hosts.end())
      continue;
    Failure left = failure;
    left.fate = Failure::Fate::left;
    left.hosts = {event.host};
    failure.hosts.erase(host);
    if (failure.hosts.empty()) failures_.erase(failures_.begin() + static_cast<std::ptrdiff_t>(at));
    const auto same = std::find_if(failures_.begin(), failures_.end(), [&](const Failure& known) {
      return known.task == left.task && known.fate == left.fate && known.message == left.message;
    });
    if (same == failures_.end())
      failures_.push_back(std::move(left));
    else
      same->hosts.push_back(event.host);
    return;
  }
}

double RunRecord::left_at(std::size_t host) const {
  const auto left = left_.find(host);
  return left == left_.end() ? seconds_ : left->second;
}

std::size_t RunRecord::host_number(const std::string& host) {
  const auto [place, is_new] = host_numbers_.emplace(host, hosts_.size());
  if (is_new) hosts_.push_back(host);
  return place->second;
}

}  // namespace provisioner::view
