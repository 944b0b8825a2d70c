#pragma once

#include <string>
#include <vector>

namespace provisioner::cli {

// What the program said and how it ended.
struct Spoken {
  int status = 0;
  std::string out, errors;
};
Spoken speak(const std::vector<std::string>& words);

// In a process of its own, on a terminal where `typed` is typed ahead; `out` is all that it shows.
// One that was killed has the status 128 + signal.
Spoken speak_on_terminal(const std::vector<std::string>& words, const std::string& typed = "");

// The same where nothing is typed, with plain ends of lines.
Spoken all_that_is_shown(const std::vector<std::string>& words);

// A directory of its own to stand in, with a state and a home that are empty; gone at the end, with
// the environment variables that were set through it.
class Desk {
 public:
  Desk();
  ~Desk();
  Desk(const Desk&) = delete;
  Desk& operator=(const Desk&) = delete;

  const std::string& path() const { return path_; }
  void write(const std::string& name, const std::string& text, unsigned mode = 0644);
  void set(const std::string& variable, const std::string& value);

 private:
  std::string path_;
  std::vector<std::string> variables_;
};

}  // namespace provisioner::cli
