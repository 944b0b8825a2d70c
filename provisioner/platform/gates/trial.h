#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "provisioner/platform/gates/verdict.h"

namespace provisioner::gates {

// One thing that a gate's script has tried or read; a line of JSON, one of
//   {"right": WHAT, "on": NODE}                      came out as it must
//   {"wrong": WHAT, "on": NODE, "why": W, "hint": H} did not, and the cause in one sentence
//   {"lacks": WHY, "hint": H}                        could not be tried
//   {"fact": KEY, "on": NODE, "value": TEXT}         was read, and is judged here
//   {"note": TEXT}                                   what is to be known of what passed
// "on" and "hint" may be missing.
struct Line {
  enum class Kind : std::uint8_t { right, wrong, lack, fact, note };

  Kind kind = Kind::note;
  std::string what, on = {}, why = {}, hint = {};  // a fact's value is its `why`
};

// All that was said for one gate.
struct Trial {
  std::vector<Line> lines = {};
  std::string said = {};                 // by the script of the control plane, as it stands
  std::vector<std::string> ran_on = {};  // nodes
  std::string failure = {};              // why a script did not come to its end; empty: all did

  std::vector<Line> of(Line::Kind kind) const;
};

// Lines of a script; `node` is where it ran, for those that do not say on which they are. Throws
// Error(failed) for a line that is none of these.
std::vector<Line> read_lines(std::string_view said, const std::string& node);

// What most gates are judged by: failed where anything came out wrong, not run where a script did
// not end, anything could not be tried or nothing was, and else passed.
Verdict judge_lines(const Trial& trial);

// A hint as it can be typed: judges leave the name of the instance away, and commands want it.
std::string with_instance(std::string hint, const std::string& instance);

// The hint where a machine is silent.
std::string look_at_machine(const std::string& node);

// A line that a judge has made of facts.
Line right(std::string what, std::string on = {});
Line wrong(std::string what, std::string why, std::string hint, std::string on = {});
Line lacking(std::string why, std::string hint = {});

}  // namespace provisioner::gates
