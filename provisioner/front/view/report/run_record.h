#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "provisioner/base/store/event.h"

namespace provisioner::view {

enum class Ending : std::uint8_t { ok, changed, skipped, failed, unreachable, unknown };
constexpr int ending_count = 6;

std::string_view name_of(Ending ending);
Ending ending_of(const std::string& status);

// What a task did on a host, and when. All times are seconds since the run's first event.
struct Cell {
  std::size_t host = 0;  // into RunRecord::hosts
  Ending ending = Ending::ok;
  bool is_ignored = false;
  double begin = 0, end = 0;
};

struct TaskRecord {
  std::string name, module, path, play;
  bool is_handler = false;
  double begin = 0, end = 0;
  std::vector<Cell> cells;  // in the order of their ends
};

// The same failure of one task on one or more hosts.
struct Failure {
  enum class Fate : std::uint8_t { rescued, ignored, left };  // what became of the hosts

  std::size_t task = 0;
  Ending ending = Ending::failed;
  Fate fate = Fate::rescued;
  std::string message;  // for people: the module's words, what stood on stderr, the place
  value::Value result;  // of the first of the hosts
  std::vector<std::string> hosts;
};

// The same change of one task on one or more hosts.
struct Change {
  std::size_t task = 0;
  value::Value differences;
  std::vector<std::string> hosts;
};

// A run as a report tells it: a fold over its events.
class RunRecord {
 public:
  void take(const store::Event& event);

  std::chrono::system_clock::time_point begun() const { return begun_; }
  double seconds() const { return seconds_; }
  const std::vector<std::string>& hosts() const { return hosts_; }
  double left_at(std::size_t host) const;  // when it left the run, or the run's end
  const std::vector<TaskRecord>& tasks() const { return tasks_; }
  const std::vector<Failure>& failures() const { return failures_; }
  const std::vector<Change>& changes() const { return changes_; }
  const std::vector<std::string>& warnings() const { return warnings_; }
  const std::vector<value::Value>& lacks() const { return lacks_; }
  const value::Value& recap() const { return recap_; }

 private:
  void task_started(const store::Event& event, double now);
  void host_finished(const store::Event& event, double now);
  void host_left(const store::Event& event, double now);
  void add_failure(std::size_t task, const store::Event& event, const Cell& cell);
  void add_change(std::size_t task, const store::Event& event);
  std::size_t host_number(const std::string& host);

  std::chrono::system_clock::time_point begun_;
  bool has_begun_ = false;
  double seconds_ = 0;
  std::string play_;
  std::vector<std::string> hosts_;
  std::map<std::string, std::size_t> host_numbers_;
  std::map<std::size_t, double> left_;  // by host number
  std::vector<TaskRecord> tasks_;
  std::map<std::string, std::size_t> task_numbers_;                    // by the task's identity
  std::map<std::pair<std::string, std::string>, double> host_begins_;  // by task and host
  std::vector<Failure> failures_;
  std::vector<Change> changes_;
  std::vector<std::string> warnings_;
  std::vector<value::Value> lacks_;
  value::Value recap_;
};

}  // namespace provisioner::view
