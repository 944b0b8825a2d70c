// Becoming another user.

#include "provisioner/node/agent/other_user.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <vector>

#include "provisioner/base/base/error.h"
#include "provisioner/base/base/text.h"
#include "provisioner/base/crypto/digest.h"

namespace provisioner::agent {
namespace {

constexpr auto patience = std::chrono::seconds(12);

void write_all(int descriptor, std::string_view text) {
  while (!text.empty()) {
    const ssize_t count = ::write(descriptor, text.data(), text.size());
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return;  // it has gone: its end is told by the other pipes
    text.remove_prefix(static_cast<std::size_t>(count));
  }
}

std::vector<std::string> command_line(const wire::Become& become, const std::string& prompt, const std::string& agent) {
  const std::string program = become.executable.empty() ? become.method : become.executable;
  std::vector<std::string> words = {program};
  if (become.method == "su") {
    words.insert(words.end(), become.flags.begin(), become.flags.end());
    words.insert(words.end(), {become.user, "-s", "/bin/sh", "-c", "exec " + base::shell_quote(agent) + " --supervise"});
    return words;
  }
  // "-n" among the flags is Ansible's way to say that nobody answers; with a password somebody does.
  std::vector<std::string> flags = become.flags;
  if (flags.empty()) flags = {"-H", "-S"};
  if (become.password.is_empty()) {
    flags.emplace_back("-n");
  } else {
    std::erase(flags, "-n");
    flags.insert(flags.end(), {"-S", "-p", prompt});
  }
  words.insert(words.end(), flags.begin(), flags.end());
  words.insert(words.end(), {"-u", become.user, "--", agent, "--supervise"});
  return words;
}

}  // namespace

OtherUser::OtherUser(const wire::Become& become, const std::string& agent_path)
    : become_(become),
      prompt_("[provisioner " + crypto::random_token() + "] password:"),
      deadline_(os::system_clock().now() + patience) {
  std::array<int, 2> in{}, out{}, err{};
  if (::pipe2(in.data(), O_CLOEXEC) != 0 || ::pipe2(out.data(), O_CLOEXEC) != 0 || ::pipe2(err.data(), O_CLOEXEC) != 0)
    throw base::Error(base::Kind::failed, std::string("the node gives no pipe: ") + std::strerror(errno));
  os::Descriptor child_in(in[0]), child_out(out[1]), child_err(err[1]);
  input_ = os::Descriptor(in[1]);
  output_ = os::Descriptor(out[0]);
  errors_ = os::Descriptor(err[0]);
  std::vector<std::string> words = command_line(become, prompt_, agent_path);
  pid_ = ::fork();
  if (pid_ < 0) throw base::Error(base::Kind::failed, std::string("the node gives no process: ") + std::strerror(errno));
  if (pid_ == 0) {
    ::setsid();  // no terminal that sudo could ask on
    ::dup2(child_in.number(), 0);
    ::dup2(child_out.number(), 1);
    ::dup2(child_err.number(), 2);
    std::vector<char*> argv;
    for (std::string& word : words) argv.push_back(word.data());
    argv.push_back(nullptr);
    ::execvp(argv[0], argv.data());
    const std::string reason = words[0] + ": " + std::strerror(errno) + "\n";
    write_all(2, reason);
    ::_exit(127);
  }
  ::fcntl(output_.number(), F_SETFL, O_NONBLOCK);
  ::fcntl(errors_.number(), F_SETFL, O_NONBLOCK);
}

OtherUser::~OtherUser() {
  if (pid_ <= 0) return;
  input_ = os::Descriptor();  // the end of its input ends it
  for (int tries = 0; tries < 20; ++tries) {
    if (::waitpid(pid_, nullptr, WNOHANG) != 0) return;
    ::usleep(25'000);
  }
  ::kill(pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
}

void OtherUser::send(const wire::Frame& frame) {
  std::string bytes = wire::encode(frame);
  if (is_ready_)
    write_all(input_.number(), bytes);
  else
    waiting_.push_back(std::move(bytes));
}

void OtherUser::read_output() {
  std::array<char, 65536> buffer{};
  const ssize_t count = ::read(output_.number(), buffer.data(), buffer.size());
  if (count > 0)
    reader_.add({buffer.data(), static_cast<std::size_t>(count)});
  else if (count == 0 || (errno != EAGAIN && errno != EINTR))
    has_ended_ = true;
}

void OtherUser::read_errors() {
  std::array<char, 4096> buffer{};
  const ssize_t count = ::read(errors_.number(), buffer.data(), buffer.size());
  if (count <= 0) {
    if (count == 0) errors_ = os::Descriptor();
    return;
  }
  said_.append(buffer.data(), static_cast<std::size_t>(count));
  const bool is_prompt = said_.find(prompt_) != std::string::npos ||
                         (become_.method == "su" && base::lower_case(said_).find("password:") != std::string::npos);
  if (!is_prompt) return;
  if (was_asked_) {
    is_refused_ = true;  // asked again: the first was wrong
    return;
  }
  was_asked_ = true;
  said_.clear();
  if (become_.password.is_empty()) {
    is_refused_ = true;
    return;
  }
  write_all(input_.number(), std::string(become_.password.reveal()) + "\n");
}

std::optional<wire::Frame> OtherUser::next() {
  auto frame = reader_.next();
  if (!frame || is_ready_) return frame;
  if (frame->kind != wire::FrameKind::hello) return frame;
  is_ready_ = true;
  for (const std::string& bytes : waiting_) write_all(input_.number(), bytes);
  waiting_.clear();
  return next();
}

std::optional<std::string> OtherUser::failure() {
  if (is_ready_) return has_ended_ ? std::optional<std::string>("the agent of user '" + become_.user + "' has ended") : std::nullopt;
  if (is_refused_ || has_ended_) return explained();
  if (os::system_clock().now() < deadline_) return std::nullopt;
  return "Timeout (12s) waiting for privilege escalation prompt: " + base::escape_for_terminal(said_);
}

// The words Ansible has for it, where it has some.
std::string OtherUser::explained() const {
  const std::string lower = base::lower_case(said_);
  const std::string method = become_.method;
  const auto says = [&](const char* text) { return lower.find(text) != std::string::npos; };
  if (is_refused_ && become_.password.is_empty()) return "Missing " + method + " password";
  if (is_refused_ || says("incorrect password") || says("sorry, try again") || says("authentication failure")) return "Incorrect " + method + " password";
  if (says("a password is required") || says("a terminal is required to read the password")) return "Missing " + method + " password";
  if (says("not in the sudoers file") || says("not allowed to execute") || says("may not run sudo"))
    return "this user may not become '" + become_.user + "' by " + method + ": " + base::escape_for_terminal(base::trim(said_));
  if (says("unknown user") || says("does not exist")) return "there is no user '" + become_.user + "' on this node";
  return "could not become user '" + become_.user + "' by " + method + ": " + base::escape_for_terminal(std::string(base::trim(said_)).substr(0, 400));
}

}  // namespace provisioner::agent
