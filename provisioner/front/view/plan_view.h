#pragma once

#include <string>
#include <vector>

#include "provisioner/base/store/event.h"
#include "provisioner/front/view/result_lines.h"
#include "provisioner/front/view/terminal.h"

namespace provisioner::view {

// What a run would do: task by task, equal answers of hosts folded into one line
// ("changed: n[01-17]") with their differences once, what is the same left out, what hangs on an
// earlier change said as such ("unknown, depends on <task>").
class PlanView : public store::EventSink {
 public:
  PlanView(Terminal& terminal, Terminal& errors, int verbosity);
  void take(const store::Event& event) override;

 private:
  // Of one or more hosts, to one task.
  struct Answer {
    std::string text;
    Colour colour = Colour::none;
    Lines differences;
    std::string error;  // the mistake with its place
    std::vector<std::string> hosts;
  };

  void host_finished(const store::Event& event);
  Answer answer_of(const store::Event& event);
  void flush();
  void summary();

  Terminal& terminal_;
  Terminal& errors_;
  int verbosity_;
  TaskShown task_;
  std::vector<Answer> answers_;  // to this task, in the order they came
  int changes_ = 0, unknowns_ = 0, failures_ = 0;
};

}  // namespace provisioner::view
