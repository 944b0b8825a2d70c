#pragma once

#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "provisioner/engine/run/handlers.h"
#include "provisioner/engine/run/includes.h"
#include "provisioner/engine/run/linear.h"
#include "provisioner/engine/run/run_state.h"

namespace provisioner::run {

// How a batch of a play ended.
enum class BatchEnd : std::uint8_t {
  done,
  failed,
  broken,
  stopped
};  // broken: any_errors_fatal, max_fail_percentage

// One batch of one play, round after round, until every host is through. The results of a round are
// applied to the world, the cursors and the counts as they come.
class PlayRunner : public TaskListener {
 public:
  PlayRunner(RunState& run, const playbook::Play& play, std::string id);

  BatchEnd run_batch(const std::vector<std::string>& batch);

  void item_finished(const std::string& host, const TaskResult& item,
                     const value::Value& label) override;
  void retrying(const std::string& host, const value::Dict& result, int attempts_left) override;

 private:
  // of play_runner.cpp: the rounds
  std::shared_ptr<const Group> build_batch_tree(bool force, const std::string& prefix);
  void run_round(const Round& round);
  void run_tasks(const Round& round);
  TaskPump::Hooks pump_hooks();
  std::vector<std::string> hosts_to_run(const Round& round);
  void announce(const Round& round, const std::string& host);
  std::vector<std::string> hosts_left() const;
  bool is_selected(const playbook::Task& task);
  std::shared_ptr<const playbook::Task> gather_facts_task();
  bool is_beyond_lab(const playbook::Task& task, const std::string& host);
  bool is_round_run_once(const Round& round);
  std::size_t forks_for(const Round& round);
  void finish_role(const Round& round);
  void apply_failure_limits(const Round& round);

  // of play_results.cpp: what a result changes
  void take_result(const std::string& host, TaskResult result, bool is_replayed);
  void count(const std::string& host, const TaskResult& result);
  void take_failure(const std::string& host, const TaskResult& result);
  void take_effects(const std::string& host, const TaskResult& result);
  void take_effect(const std::string& host, const TaskResult& result,
                   const action::Effects& effects);
  void register_result(const std::string& host, const TaskResult& result);
  void notify(const std::string& host, const std::vector<std::string>& names);
  void mark_for_plan(const std::string& host, TaskResult& result);
  std::vector<std::string> targets(const std::string& host) const;
  value::Dict failed_task(const playbook::Task& task, const std::string& host);
  value::Dict describe(const playbook::Task& task, const std::string& host);

  // of play_meta.cpp
  void run_meta(const Round& round);
  void run_includes(const Round& round);
  void include(const Round& round, const IncludeGroup& group,
               std::vector<std::shared_ptr<const Group>>& added);
  void announce_include(const IncludeGroup& group, const std::string& file, bool is_role);
  void fail_include(const IncludeGroup& group, const base::Diagnostics& diagnostics);

  RunState& run_;
  const playbook::Play& play_;
  std::string id_;
  int batch_number_ = 0;

  std::optional<Linear> linear_;
  Handlers handlers_;
  const Step* step_ = nullptr;  // of the round in hand
  bool is_announced_ = false;
  bool is_run_once_ = false;
  std::vector<std::pair<std::string, std::vector<Include>>> asked_includes_;
  std::set<std::string> round_failed_;  // hosts that failed or were lost in this round
  std::set<std::string> ended_;         // end_host, end_batch
  std::set<std::pair<std::string, std::string>> role_ran_, role_done_;  // role identity, host
  bool is_broken_ = false;
  bool is_play_over_ = false;  // end_play
};

}  // namespace provisioner::run
