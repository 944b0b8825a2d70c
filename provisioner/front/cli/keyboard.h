#pragma once

#include <string>

#include "provisioner/base/os/files.h"

namespace provisioner::cli {

// The terminal that somebody sits at, whatever the standard streams are.
class Keyboard {
 public:
  Keyboard();

  bool is_there() const { return file_.is_open(); }
  bool can_ask() const;  // it is there, and the standard input is a terminal too
  int number() const { return file_.number(); }
  bool say(const std::string& text) const;  // false: the terminal has gone

  struct Line {
    std::string text;
    bool is_whole;  // its end was typed, too
  };
  Line line() const;

 private:
  os::Descriptor file_;
};

}  // namespace provisioner::cli
