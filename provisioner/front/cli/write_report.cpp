// The page about a run as a file.

#include "provisioner/front/cli/write_report.h"

#include <sstream>

#include "provisioner/base/os/files.h"

namespace provisioner::cli {

void write_report(const view::Report& report, const store::RunSummary& run,
                  const std::string& path) {
  view::ReportHead head;
  head.run = run.id;
  head.command_line = run.command_line;
  head.operator_name = run.operator_name;
  head.started = run.started;
  head.ended = run.ended;
  head.exit_code = run.exit_code;
  head.is_alive = run.is_alive;
  std::ostringstream page;
  report.write(page, head);
  os::write_file(path, page.str(), 0644);
}

}  // namespace provisioner::cli
