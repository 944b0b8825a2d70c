#pragma once

#include <string>
#include <vector>

#include "provisioner/base/store/event.h"
#include "provisioner/front/view/terminal.h"

namespace provisioner::view {

// The task that results belong to.
struct TaskShown {
  std::string name, module, path;
  bool is_handler = false;
};

struct ViewOptions {
  int verbosity = 0;
  bool show_differences = false;
  bool show_skipped = true;
  bool show_ok = true;
  bool show_custom_stats = false;
  bool is_resumable = true;  // by `resume`, where a run was interrupted
};

// A line (or a block of lines) of the screen; a warning goes where errors go, broken at the edge.
struct Line {
  enum class Kind : std::uint8_t { text, warning, deprecation };

  std::string text;
  Colour colour = Colour::none;
  Kind kind = Kind::text;
};

using Lines = std::vector<Line>;

// What ansible-playbook's default callback prints for the end of a task on a host
// (host_finished), of one of its loop items (item_finished), and for a try that failed
// (host_retry). Empty where it says nothing.
Lines lines_of_host(const store::Event& event, const TaskShown& task, const ViewOptions& options);
Lines lines_of_item(const store::Event& event, const TaskShown& task, const ViewOptions& options);
Lines lines_of_retry(const store::Event& event, const TaskShown& task, const ViewOptions& options);

// The lines of differences, each in its colour, a blank line behind each difference.
Lines lines_of_differences(const value::Value& differences);

}  // namespace provisioner::view
