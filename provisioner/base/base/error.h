#pragma once

#include <exception>
#include <string>
#include <utility>
#include <vector>

#include "provisioner/base/base/source.h"

namespace provisioner::base {

// What an exit code and a caller need to know of a failure. The text is for people; nothing
// branches on it.
enum class Kind {
  usage,        // the command line asks for something that is not there
  input,        // an inventory, a playbook or another file of the user is wrong
  failed,       // something that was tried on the controller or on a node did not work
  unreachable,  // a node cannot be talked to
  refused,      // a guard says no: a lock, a host key, a quorum
  stopped,      // a signal ended what we waited for
  bug,          // ours
};

// The one exception of the project: what happened, where, and on the way to what.
// Messages are lower case, without a full stop, the thing in 'quotes', and never hold a secret.
class Error : public std::exception {
 public:
  struct Line {
    std::string text;
    Pos pos;
  };

  explicit Error(Kind kind, std::string message, Pos pos = {});

  Error& add_context(std::string doing, Pos pos = {});  // "while reading task 'install nginx'"
  Error& set_hint(std::string hint);                    // the next step, as the user would do it
  Error& hide_excerpt();                                // of a line that shows a secret
  Error& set_kind(Kind kind);                           // seen later, the same is something else

  Kind kind() const noexcept { return kind_; }
  const std::string& message() const noexcept { return lines_.front().text; }
  const Pos& pos() const noexcept { return lines_.front().pos; }
  const std::vector<Line>& lines() const noexcept { return lines_; }
  const std::string& hint() const noexcept { return hint_; }
  const char* what() const noexcept override { return lines_.front().text.c_str(); }

  // The whole text as a user sees it: position, "error: ", message, source line with caret, context
  // lines, hint. No newline at the end. `severity` is the word before the message. Of the source
  // line, what stands behind a key that sounds like a password is not shown; nor is any Secret.
  std::string render(std::string_view severity = "error") const;

 private:
  Kind kind_;
  std::vector<Line> lines_;  // the message first, then the context from the inside out
  std::string hint_;
  bool has_excerpt_ = true;
};

// Runs `body`; an Error that leaves it also says what we were doing.
template <class Body>
decltype(auto) while_doing(const std::string& doing, const Pos& pos, Body&& body) {
  try {
    return std::forward<Body>(body)();
  } catch (Error& error) {
    error.add_context("while " + doing, pos);
    throw;
  }
}

// Collects what is wrong with a user's files: people fix files, not single lines. Not for threads.
class Diagnostics {
 public:
  void add(Error error) { errors_.push_back(std::move(error)); }
  void warn(Error warning) { warnings_.push_back(std::move(warning)); }

  bool has_errors() const { return !errors_.empty(); }
  const std::vector<Error>& errors() const { return errors_; }
  const std::vector<Error>& warnings() const { return warnings_; }

  // In order of place, those without one at the end.
  std::vector<Error> errors_by_place() const;

  // All errors in that order, a blank line between; then their count and what the caller knows to
  // follow from them: "2 errors, nothing was changed".
  std::string render(std::string_view consequence = {}) const;
  void throw_if_any() const;  // throws the first; for callers that have nothing to collect

 private:
  std::vector<Error> errors_;
  std::vector<Error> warnings_;
};

}  // namespace provisioner::base
