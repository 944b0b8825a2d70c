// What is found out of a cluster, for people and for programs.

#include "provisioner/front/cluster/notes.h"

#include <algorithm>
#include <iostream>
#include <iterator>
#include <utility>

#include "provisioner/base/base/text.h"

namespace provisioner::cluster {
namespace {

using value::Dict;
using value::List;
using value::Value;

// What is missing says so by itself.
std::string_view word_before(Note::Kind kind) {
  switch (kind) {
    case Note::Kind::missing:
      return "";
    case Note::Kind::against:
      return "against it: ";
    case Note::Kind::remark:
      return "remark: ";
  }
  return "";
}

}  // namespace

Notes remarks(const std::vector<std::string>& texts) {
  Notes notes;
  for (const std::string& text : texts) notes.push_back({Note::Kind::remark, text});
  return notes;
}

Notes notes_of(const kubernetes::Next& next) {
  Notes notes = remarks(next.remarks);
  for (const kubernetes::Objection& objection : next.objections)
    notes.push_back({Note::Kind::against, objection.text, objection.hint});
  return notes;
}

void append(Notes& notes, Notes more) {
  notes.insert(notes.end(), std::make_move_iterator(more.begin()),
               std::make_move_iterator(more.end()));
}

bool are_remarks(const Notes& notes) {
  return std::ranges::all_of(notes,
                             [](const Note& note) { return note.kind == Note::Kind::remark; });
}

void tell(const Notes& notes) {
  for (const Note& note : notes) {
    std::cout << word_before(note.kind) << base::escape_for_terminal(note.text) << "\n";
    if (!note.hint.empty()) std::cout << "hint: " << base::escape_for_terminal(note.hint) << "\n";
  }
}

List list_of(const Notes& notes, Note::Kind kind) {
  List list;
  for (const Note& note : notes) {
    if (note.kind != kind) continue;
    Dict one{{"text", note.text}};
    if (!note.hint.empty()) one.set("hint", note.hint);
    list.emplace_back(std::move(one));
  }
  return list;
}

}  // namespace provisioner::cluster
