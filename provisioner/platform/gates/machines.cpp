// C-1: what the machines are, tell the time by, and are called.

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "provisioner/platform/gates/judges.h"

namespace provisioner::gates {
namespace {

constexpr double most_skew = 2;  // seconds; the question itself takes some of it

double seconds_in(const std::string& text) {
  double seconds = 0;
  std::from_chars(text.data(), text.data() + text.size(), seconds);
  return seconds;
}

}  // namespace

// A node says how far its clock is from the controller's ("clock"), as the script has reckoned.
Verdict judge_machines(const Trial& trial, const Surroundings&) {
  Trial judged = trial;
  for (const Line& fact : trial.of(Line::Kind::fact)) {
    if (fact.what != "clock") continue;
    const double skew = seconds_in(fact.why);
    if (std::abs(skew) > most_skew)
      judged.lines.push_back(wrong("clock",
                                   fmt::format("its clock is {:.0f} s {} the controller's",
                                               std::abs(skew), skew > 0 ? "ahead of" : "behind"),
                                   "chronyc tracking; ntp_servers", fact.on));
    else
      judged.lines.push_back(right("clock", fact.on));
  }
  return judge_lines(judged);
}

}  // namespace provisioner::gates
