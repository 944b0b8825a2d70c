#include "spoken.h"

#include <pty.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <sstream>

#include "provisioner/base/base/text.h"
#include "provisioner/base/os/files.h"
#include "provisioner/front/program/program.h"

namespace provisioner::cli {
namespace {

// A stream's text goes here for as long as this lives.
class Captured {
 public:
  explicit Captured(std::ostream& stream) : stream_(stream), before_(stream.rdbuf(text_.rdbuf())) {}
  Captured(const Captured&) = delete;
  Captured& operator=(const Captured&) = delete;
  ~Captured() { stream_.rdbuf(before_); }
  std::string text() const { return text_.str(); }

 private:
  std::ostringstream text_;
  std::ostream& stream_;
  std::streambuf* before_;
};

}  // namespace

Spoken speak(const std::vector<std::string>& words) {
  const Captured out(std::cout), errors(std::cerr);
  Spoken spoken;
  spoken.status = program::run_program(words);
  spoken.out = out.text();
  spoken.errors = errors.text();
  return spoken;
}

Spoken speak_on_terminal(const std::vector<std::string>& words, const std::string& typed) {
  const winsize size{.ws_row = 24, .ws_col = 500, .ws_xpixel = 0, .ws_ypixel = 0};
  int terminal = -1;
  const pid_t child = ::forkpty(&terminal, nullptr, nullptr, &size);
  if (child == 0) {
    ::setenv("NO_COLOR", "1", 1);
    ::_exit(program::run_program(words));
  }
  const os::Descriptor ours(terminal);
  Spoken spoken;
  if (::write(terminal, typed.data(), typed.size()) < 0) spoken.errors = "nothing can be typed";
  std::array<char, 4096> buffer{};
  for (ssize_t count = 0; (count = ::read(terminal, buffer.data(), buffer.size())) > 0;)
    spoken.out.append(buffer.data(), static_cast<std::size_t>(count));
  int status = 0;
  ::waitpid(child, &status, 0);
  spoken.status = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
  return spoken;
}

Spoken all_that_is_shown(const std::vector<std::string>& words) {
  Spoken spoken = speak_on_terminal(words);
  spoken.out = base::replace_all(std::move(spoken.out), "\r\n", "\n");
  return spoken;
}

Desk::Desk() {
  std::string name = (std::filesystem::temp_directory_path() / "desk-XXXXXX").string();
  path_ = ::mkdtemp(name.data());
  std::filesystem::current_path(path_);
  set("HOME", path_ + "/home");  // nobody's own ansible.cfg
  set("PROVISIONER_STATE", path_ + "/state");
}

Desk::~Desk() {
  for (const std::string& variable : variables_) ::unsetenv(variable.c_str());
  std::filesystem::current_path("/");
  std::filesystem::remove_all(path_);
}

void Desk::write(const std::string& name, const std::string& text, unsigned mode) {
  os::make_directories(os::parent_of(os::join_path(path_, name)));
  os::write_file(os::join_path(path_, name), text, mode);
}

void Desk::set(const std::string& variable, const std::string& value) {
  ::setenv(variable.c_str(), value.c_str(), 1);
  variables_.push_back(variable);
}

}  // namespace provisioner::cli
