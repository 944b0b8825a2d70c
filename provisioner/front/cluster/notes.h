#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "provisioner/base/value/value.h"
#include "provisioner/cluster/kubernetes/step.h"

namespace provisioner::cluster {

// What is found out of a cluster before anything is done to it.
struct Note {
  enum class Kind : std::uint8_t {
    missing,  // what nodes would want and could not have
    against,  // it: nothing is done while this stands
    remark,   // to be known, and hinders nothing
  };
  Kind kind = Kind::remark;
  std::string text;
  std::string hint = {};  // the next step
};
// In the order in which they are told.
using Notes = std::vector<Note>;

Notes remarks(const std::vector<std::string>& texts);
Notes notes_of(const kubernetes::Next& next);
void append(Notes& notes, Notes more);
bool are_remarks(const Notes& notes);  // all of them: nothing is missing or stands against it

// A line each, for people; a hint is the line below.
void tell(const Notes& notes);
inline void tell(const kubernetes::Next& next) { tell(notes_of(next)); }

// Those of one kind, for programs: {"text", "hint"}.
value::List list_of(const Notes& notes, Note::Kind kind);

}  // namespace provisioner::cluster
