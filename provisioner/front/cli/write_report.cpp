// The page about a run as a file.

#include "provisioner/front/cli/write_report.h"

#include <fstream>
#include <iostream>
#include <sstream>

#include "provisioner/base/base/error.h"
#include "provisioner/base/os/files.h"

namespace provisioner::cli {

void require_place_for_report(const std::string& path) {
  const std::string parent = os::parent_of(path);
  std::string why;
  if (os::is_directory(path)) why = "that is a directory";
  if (!os::is_directory(parent)) why = "there is no directory '" + parent + "'";
  if (!why.empty())
    throw base::Error(base::Kind::usage, "the report cannot be written to '" + path + "': " + why);
}

// A file is replaced as a whole, where a link leads to; a device or a pipe takes what is written.
void write_page(const std::string& page, const std::string& path) {
  if (path == "-") {
    std::cout << page << std::flush;
    return;
  }
  if (!os::exists(path)) return os::write_file(path, page, 0644);
  if (os::is_file(path)) return os::write_file(os::real_path(path), page, 0644);
  std::ofstream stream(path);
  stream << page << std::flush;
  if (!stream) throw base::Error(base::Kind::failed, "'" + path + "' cannot be written");
}

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
  write_page(page.str(), path);
}

}  // namespace provisioner::cli
