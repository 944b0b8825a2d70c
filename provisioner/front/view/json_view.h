#pragma once

#include "provisioner/base/store/event.h"
#include "provisioner/front/view/terminal.h"

namespace provisioner::view {

// One JSON object a line and event, for programs: {"sequence", "time", "event", "host", "task",
// ...}.
class JsonView : public store::EventSink {
 public:
  explicit JsonView(Terminal& terminal) : terminal_(terminal) {}
  void take(const store::Event& event) override;

 private:
  Terminal& terminal_;
};

}  // namespace provisioner::view
