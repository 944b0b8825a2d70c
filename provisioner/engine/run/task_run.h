#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "provisioner/engine/action/action.h"
#include "provisioner/engine/run/connection_settings.h"
#include "provisioner/engine/run/loop_items.h"
#include "provisioner/engine/run/play_tree.h"
#include "provisioner/engine/run/task_result.h"
#include "provisioner/engine/run/task_scope.h"

namespace provisioner::run {

// Hears what happens inside a task before it has ended.
class TaskListener {
 public:
  virtual ~TaskListener() = default;
  virtual void item_finished(const std::string& host, const TaskResult& item,
                             const value::Value& label, std::size_t index) = 0;
  virtual void retrying(const std::string& host, const TaskResult& result, int attempts_left) = 0;
  // What add_host and group_by do is seen by the next item; false where nothing is new.
  virtual bool change_inventory(const std::string& host, const action::Effects& effects) = 0;
};

// One task on one host: conditions, loop, delegation, retries and the judging of results. It never
// waits and never opens a connection: it says what it needs next and is told what came. Lives in
// the run's thread.
class TaskRun {
 public:
  struct Submit {
    ConnectionSettings settings;
    wire::Request request;
    std::vector<transport::Blob> blobs;
  };
  struct SubmitRaw {
    ConnectionSettings settings;
    std::string command;
    std::chrono::milliseconds deadline{0};
  };
  struct Wait {
    std::chrono::milliseconds duration;
  };
  struct Reset {
    transport::Endpoint endpoint;
  };
  struct Leave {  // or it is back
    std::string host;
    bool is_over = false;
  };
  struct Done {};
  struct Stopped {};   // a signal came while it was evaluated: nothing of this item was begun
  struct NextItem {};  // only within
  using Next = std::variant<Submit, SubmitRaw, Wait, Reset, Leave, Done, Stopped, NextItem>;

  // What a task needs beside its world.
  struct Tools {
    const jinja::Surroundings* surroundings = nullptr;
    const action::ForeignModules* foreign = nullptr;
    TaskListener* listener = nullptr;
  };

  TaskRun(const World& world, std::string host, std::shared_ptr<const Step> step, Tools tools);
  ~TaskRun();

  Next start();
  Next reply(action::Reply reply);
  Next wake();

  // Before a start: what the run had done of the loop when it was cut off.
  void take_up(EarlierItems earlier) { earlier_ = std::move(earlier); }
  // In place of a start, of a task without a loop: somebody says that an earlier run has done it.
  TaskResult count_as_done();
  // What is written down before it has an effect.
  value::Dict intent() const;
  // Of a loop of actions: an item begins only when those before it are known to be done.
  bool needs_record_of_earlier_items() const;
  // A wait between items or tries, where nothing is under way; else one inside what it does.
  bool is_between_attempts() const { return resume_ != Resume::execution; }

  TaskResult take_result() { return std::move(final_); }
  TaskScope& scope() { return scope_; }
  const playbook::Task& task() const { return *step_->task; }

 private:
  enum class Resume : std::uint8_t { next_item, retry, execution };

  Next settled(Next next);
  Next begin_item();
  Next end_item(TaskResult item);
  std::optional<TaskResult> known_item();
  TaskResult item_counted_as_done();
  TaskResult done_before();
  bool is_repeatable() const;
  Next followed(action::Reply reply);
  Next begin_attempt();
  Next drive(action::Execution::Next next);
  void name_lock(wire::Request& request) const;
  Next finish_attempt(action::Result result);
  Next finish_lost(const action::Reply& reply);
  Next finish_item(TaskResult item);
  Next finish_task();
  Next break_off(const base::Error& error);
  Next fail_item(const base::Error& error);
  Next leave(TaskResult result);

  void note_inventory_change(TaskResult& item);
  void evaluate_loop();
  void set_loop_variables();
  void clear_loop_variables();
  bool is_wanted();
  void prepare();
  void bind_arguments(const modules::Spec& spec);
  int attempts_wanted();
  void judge(value::Dict& result);
  void show_to_scope(const action::Result& result, const value::Dict& dict);
  std::vector<std::string> notified();
  TaskResult blank();
  TaskResult failure(const base::Error& error);
  TaskResult include_result();
  value::Value item_label();

  const World& world_;
  std::shared_ptr<const Step> step_;
  Tools tools_;
  TaskScope scope_;

  LoopNames names_;
  std::optional<value::List> items_;
  std::optional<base::Error> loop_error_;
  std::size_t item_ = 0;
  int attempt_ = 0, attempts_ = 1;
  bool is_under_way_ = false;  // the arguments are known: what fails now is the item's
  Resume resume_ = Resume::execution;

  // Nothing answers there: the items that follow need not try again.
  struct LostLink {
    transport::Endpoint endpoint;
    action::Reply reply;
  };
  std::optional<LostLink> lost_;

  ConnectionSettings settings_;
  bool check_ = false, diff_ = false;
  std::string delegate_, delegate_address_;
  std::unique_ptr<action::Context> context_;
  std::unique_ptr<action::Execution> execution_;

  EarlierItems earlier_;
  std::vector<TaskResult> finished_items_;
  TaskResult final_;
};

}  // namespace provisioner::run
