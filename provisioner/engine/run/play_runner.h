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
struct BatchEnd {
  int result = 0;             // an ExitCode
  bool is_broken = false;     // any_errors_fatal, max_fail_percentage: no play follows
  bool is_play_over = false;  // end_play: no batch follows
  bool is_stopped = false;    // by a signal
};

// One batch of one play, round after round, until every host is through. The results of a round are
// applied to the world, the cursors and the counts as they come.
class PlayRunner : public TaskListener {
 public:
  PlayRunner(RunState& run, const playbook::Play& play, std::string id);

  BatchEnd run_batch(const std::vector<std::string>& batch);

  void item_finished(const std::string& host, const TaskResult& item, const value::Value& label,
                     std::size_t index) override;
  void retrying(const std::string& host, const TaskResult& result, int attempts_left) override;
  bool change_inventory(const std::string& host, const action::Effects& effects) override;

 private:
  // of play_runner.cpp: the rounds
  void begin_batch(const std::vector<std::string>& batch);
  BatchEnd finish_batch();
  std::shared_ptr<const Blocks> build_batch_tree(bool force, const std::string& prefix);
  void run_round(const Round& round);
  void run_tasks(const Round& round);
  TaskPump::Hooks pump_hooks();
  std::vector<std::string> hosts_to_run(const Round& round);
  void announce(const Round& round, const std::string& host);
  std::string shown_name(const std::string& written, const playbook::Task& task,
                         const std::string& host);
  std::vector<std::string> hosts_left() const;
  bool is_selected(const playbook::Task& task);
  std::shared_ptr<const playbook::Task> gather_facts_task();
  bool is_beyond_lab(const playbook::Task& task, const std::string& host);
  bool is_role_done(const playbook::Task& task, const std::string& host) const;
  bool is_once(const playbook::Task& task, const std::string& host);
  void note_if_fatal(const playbook::Task& task, const std::string& host);
  std::size_t forks_for(const Round& round);
  void finish_role(const Round& round);
  void note_waiting(const Round& round);
  void apply_failure_limits();
  void apply_max_fail_percentage(const std::set<std::string>& failed);
  void remove(const std::string& host) { removed_.push_back(host); }

  // of play_results.cpp: what a result changes
  void take_result(const std::string& host, TaskResult result, bool is_replayed);
  void count(const std::string& host, const TaskResult& result);
  void take_failure(const std::string& host, const TaskResult& result);
  void lose(const std::string& host, std::string_view why);
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
  bool is_meta_wanted(const Round& round, const std::string& what, const std::string& host);
  void execute_meta(const Round& round, const std::string& what, const std::string& host);
  void clear_host_errors();
  void run_includes(const Round& round);
  void include(const Round& round, const IncludeGroup& group,
               std::map<std::string, Blocks>& by_host, Blocks& all);
  void insert_included(const std::string& host, const Blocks& blocks, bool is_handler);
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
  bool is_first_only_ = false;            // the first host stands for all: run_once, add_host
  bool is_run_once_ = false;              // by its keyword: the result is every host's
  bool is_fatal_ = false;                 // a failure in this round is everybody's
  std::vector<std::string> taking_part_;  // when the round began: all that can be reached
  std::vector<std::pair<std::string, std::vector<Include>>> asked_includes_;
  std::set<std::string> round_failed_, round_unreachable_;
  std::set<std::pair<std::string, std::string>> role_ran_, role_done_;  // role identity, host

  std::vector<std::string> removed_;        // as of now; tasks of a round see those before it
  std::vector<std::string> hosts_of_play_;  // without those that add_host brought
  std::set<std::string> failed_elsewhere_;  // in earlier plays, and not in this batch
  BatchEnd end_;
  std::string broken_by_;  // the keyword whose limit was passed
};

}  // namespace provisioner::run
