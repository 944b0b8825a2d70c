#pragma once

#include <set>
#include <string>
#include <vector>

#include "provisioner/base/os/clock.h"
#include "provisioner/base/store/event.h"
#include "provisioner/front/view/folded.h"
#include "provisioner/front/view/live_line.h"
#include "provisioner/front/view/result_lines.h"
#include "provisioner/front/view/terminal.h"

namespace provisioner::view {

// What ansible-playbook's default callback prints, from events; and on a terminal a live last line
// with the hosts done, the slow ones by name, and the time gone.
class PlayView : public store::EventSink {
 public:
  using Options = ViewOptions;

  PlayView(Terminal& terminal, Terminal& errors, Options options, const os::Clock& clock);

  void take(const store::Event& event) override;
  void idle() override;

 private:
  void play_started(const value::Value& data);
  void task_started(const value::Value& data);
  void play_ended(const value::Value& data);
  void included(const value::Value& data);
  void run_interrupted(const value::Value& data);
  void recap(const value::Value& data);
  void show(const Lines& lines);
  void show_task_banner();
  void show_custom_stats();
  void show_lacks();
  void warn(const std::string& text);
  void tell(const std::string& text, Colour colour);
  std::string folded_at_edge(const std::string& text) const;

  Terminal& terminal_;
  Terminal& errors_;
  Options options_;
  LiveLine live_;
  TaskShown task_;
  bool is_task_announced_ = true;
  std::set<std::string> told_;       // warnings: each is told once
  std::vector<value::Value> lacks_;  // told at the end, as the next
  value::Value custom_stats_;
};

// The recap's lines as ansible-playbook prints them, in order of host name, and a line more for
// what nobody knows.
void show_recap(Terminal& terminal, const value::Value& recap);

}  // namespace provisioner::view
