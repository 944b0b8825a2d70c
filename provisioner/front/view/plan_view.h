#pragma once

#include <map>
#include <string>
#include <vector>

#include "provisioner/base/store/event.h"
#include "provisioner/front/view/play_view.h"

namespace provisioner::view {

// What a run would do: task by task, equal answers of hosts folded into one line ("changed:
// n[01-17]") with their differences once, what is the same left out, what hangs on an earlier
// change said as such.
class PlanView : public store::EventSink {
 public:
  PlanView(Terminal& terminal, Terminal& errors, int verbosity);
  void take(const store::Event& event) override;

 private:
  void add_answer(const store::Event& event);
  void flush();

  struct Answer {
    std::string text, differences;
    Colour colour = Colour::none;
    std::vector<std::string> hosts;
  };

  Terminal& terminal_;
  Terminal& errors_;
  int verbosity_;
  std::string task_, module_, path_;
  std::map<std::string, Answer> answers_;  // by text and differences
  int changes_ = 0, unknowns_ = 0, failures_ = 0;
};

}  // namespace provisioner::view
