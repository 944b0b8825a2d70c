#pragma once

#include <chrono>
#include <iosfwd>
#include <optional>
#include <string>

#include "provisioner/base/store/event.h"
#include "provisioner/front/view/report/run_record.h"

namespace provisioner::view {

// What a report says of a run besides its events.
struct ReportHead {
  std::string run, command_line, operator_name;
  std::chrono::system_clock::time_point started;
  std::optional<std::chrono::system_clock::time_point> ended;
  std::optional<int> exit_code;
  bool is_alive = false;
};

// A run as one HTML page that needs nothing else: verdict, recap, picture of hosts over time, what
// failed and why, slowest tasks, what changed. All text is escaped; nothing is fetched; it reads on
// a phone, in the dark and on paper. Pure over events: take them all, then write.
class Report : public store::EventSink {
 public:
  void take(const store::Event& event) override { record_.take(event); }
  void write(std::ostream& out, const ReportHead& head) const;

 private:
  RunRecord record_;
};

}  // namespace provisioner::view
