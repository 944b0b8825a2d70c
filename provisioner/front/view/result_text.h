#pragma once

#include <string>

#include "provisioner/base/value/value.h"

namespace provisioner::view {

// A task's result as ansible-playbook's default callback prints it behind "=>": internal keys gone,
// `invocation` and `diff` only from verbosity 3 on; on many lines there, and where the module says
// that its result is for people (debug, assert). Safe for a terminal.
std::string result_text(const value::Value& result, const std::string& module, int verbosity);

// Figures of set_stats tasks as that callback prints them: on one line, with an indent of 1 whose
// line ends are gone.
std::string stats_text(const value::Value& figures);

// The unified diff of one difference ({before_header, after_header, before, after, is_state}), as
// --diff shows it. Lines begin with "+", "-", " " or are headers; "" where the texts are equal.
std::string difference_text(const value::Value& difference);

// A loop item's label, as Python's str() gives it.
std::string label_text(const value::Value& label);

}  // namespace provisioner::view
