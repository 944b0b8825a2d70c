// Ends of tasks by their names.

#include "provisioner/front/cli/task_ends.h"

namespace provisioner::cli {

void TaskEnds::take(const store::Event& event) {
  if (event.kind == store::EventKind::task_started)
    names_[event.task] = value::text_or(event.data, "name", "");
  if (event.kind == store::EventKind::host_finished)
    ends_[event.host].insert_or_assign(names_[event.task], event);
}

const store::Event* TaskEnds::of(const std::string& node, const std::string& task) const {
  const auto of_node = ends_.find(node);
  if (of_node == ends_.end()) return nullptr;
  const auto found = of_node->second.find(task);
  return found == of_node->second.end() ? nullptr : &found->second;
}

}  // namespace provisioner::cli
