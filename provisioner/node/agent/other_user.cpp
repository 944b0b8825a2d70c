// Becoming another user.

#include "provisioner/node/agent/other_user.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <vector>

#include "provisioner/base/base/error.h"
#include "provisioner/base/base/text.h"
#include "provisioner/base/crypto/digest.h"

namespace provisioner::agent {
namespace {

constexpr std::size_t most_said = 65536;

void write_all(int descriptor, std::string_view text) {
  while (!text.empty()) {
    const ssize_t count = ::write(descriptor, text.data(), text.size());
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return;  // it has gone: its end is told by the other pipes
    text.remove_prefix(static_cast<std::size_t>(count));
  }
}

std::vector<std::string> command_line(const wire::Become& become, const std::string& prompt,
                                      const std::string& agent) {
  const std::string program = become.executable.empty() ? become.method : become.executable;
  std::vector<std::string> words = {program};
  if (become.method == "su") {
    words.insert(words.end(), become.flags.begin(), become.flags.end());
    words.insert(words.end(), {become.user, "-s", "/bin/sh", "-c",
                               "exec " + base::shell_quote(agent) + " --supervise"});
    return words;
  }
  // "-n" among the flags is Ansible's way to say that nobody answers; with a password somebody
  // does.
  std::vector<std::string> flags = become.flags;
  if (flags.empty()) flags = {"-H", "-S"};
  if (become.password.is_empty()) {
    flags.emplace_back("-n");
  } else {
    std::erase(flags, "-n");
    if (std::ranges::find(flags, "-S") == flags.end()) flags.emplace_back("-S");
    flags.insert(flags.end(), {"-p", prompt});
  }
  words.insert(words.end(), flags.begin(), flags.end());
  words.insert(words.end(), {"-u", become.user, "--", agent, "--supervise"});
  return words;
}

std::string image_for(const wire::Become& become, const std::string& agent_path) {
  return become.user == "root" ? "/proc/" + std::to_string(::getpid()) + "/exe" : agent_path;
}

struct Pipe {
  os::Descriptor read, write;
};

Pipe make_pipe() {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0)
    throw base::Error(base::Kind::failed,
                      std::string("the node gives no pipe: ") + std::strerror(errno));
  return {os::Descriptor(ends[0]), os::Descriptor(ends[1])};
}

}  // namespace

OtherUser::OtherUser(const wire::Become& become, const std::string& agent_path,
                     const Patience& patience)
    : become_(become),
      prompt_("[provisioner " + crypto::random_token() + "] password:"),
      patience_(patience),
      deadline_(os::system_clock().now() + patience.become) {
  start(agent_path);
}

void OtherUser::start(const std::string& agent_path) {
  Pipe in = make_pipe(), out = make_pipe(), err = make_pipe();
  std::vector<std::string> words = command_line(become_, prompt_, image_for(become_, agent_path));
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  pid_ = ::fork();
  if (pid_ < 0)
    throw base::Error(base::Kind::failed,
                      std::string("the node gives no process: ") + std::strerror(errno));
  if (pid_ == 0) {
    ::setsid();  // no terminal that sudo could ask on
    for (const int signal : {SIGPIPE, SIGHUP}) ::signal(signal, SIG_DFL);
    ::dup2(in.read.number(), 0);
    ::dup2(out.write.number(), 1);
    ::dup2(err.write.number(), 2);
    ::execvp(argv[0], argv.data());
    write_all(2, words[0] + ": " + std::strerror(errno) + "\n");
    ::_exit(127);
  }
  end_ = os::Descriptor(static_cast<int>(::syscall(SYS_pidfd_open, pid_, 0)));
  input_ = std::move(in.write);
  output_ = std::move(out.read);
  errors_ = std::move(err.read);
  outbox_.attach(input_.number());
  ::fcntl(output_.number(), F_SETFL, O_NONBLOCK);
  ::fcntl(errors_.number(), F_SETFL, O_NONBLOCK);
}

// What sudo runs is not ours to kill, and may hang: it is not waited for longer than it should
// need.
OtherUser::~OtherUser() {
  finish();
  const auto longest = std::chrono::milliseconds(2 * patience_.goodbye).count();
  pollfd wait{end_.number(), POLLIN, 0};
  while (::poll(&wait, 1, static_cast<int>(longest)) < 0 && errno == EINTR) continue;
  if (::waitpid(pid_, nullptr, WNOHANG) != 0) return;
  ::kill(pid_, SIGKILL);
  ::waitpid(pid_, nullptr, WNOHANG);
}

void OtherUser::finish() { input_ = os::Descriptor(); }

void OtherUser::send(const wire::Frame& frame) {
  queue_.push_back({wire::encode(frame), {}, {}});
  flush();
}

void OtherUser::send_content(const std::string& path, const std::string& digest) {
  queue_.push_back({{}, path, digest});
  flush();
}

void OtherUser::flush() {
  constexpr std::size_t enough = 1 << 20;
  if (!is_ready_ || !input_.is_open()) return;
  while (!queue_.empty() && outbox_.size() < enough)
    if (take_piece(queue_.front())) queue_.pop_front();
  outbox_.flush();
}

// True where nothing of the item is left.
bool OtherUser::take_piece(Item& item) {
  constexpr std::size_t piece = 256 * 1024;
  if (item.path.empty()) {
    outbox_.add(item.bytes);
    return true;
  }
  std::string bytes(piece, '\0');
  const os::Descriptor file(::open(item.path.c_str(), O_RDONLY | O_CLOEXEC));
  const ssize_t count =
      ::pread(file.number(), bytes.data(), bytes.size(), static_cast<off_t>(item.offset));
  bytes.resize(count > 0 ? static_cast<std::size_t>(count)
                         : 0);  // cut short, its digest tells on the other side
  item.offset += bytes.size();
  const bool is_last = bytes.empty();
  outbox_.add(wire::encode(
      {wire::FrameKind::blob, 0, base::unhex(item.digest) + std::string(8, '\0') + bytes}));
  return is_last;
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
  if (said_.size() < most_said) said_.append(buffer.data(), static_cast<std::size_t>(count));
  if (is_ready_) return;
  const bool is_prompt =
      said_.find(prompt_) != std::string::npos ||
      (become_.method == "su" && base::lower_case(said_).find("password:") != std::string::npos);
  if (is_prompt) answer_prompt();
}

void OtherUser::answer_prompt() {
  said_.clear();
  is_refused_ = was_asked_ || become_.password.is_empty();  // asked again: the first was wrong
  if (is_refused_) return;
  was_asked_ = true;
  write_all(input_.number(), std::string(become_.password.reveal()) + "\n");
}

std::optional<wire::Frame> OtherUser::next() {
  auto frame = reader_.next();
  if (!frame || is_ready_) return frame;
  if (frame->kind != wire::FrameKind::hello) return frame;
  is_ready_ = true;
  flush();
  return next();
}

std::optional<std::string> OtherUser::failure() {
  if (is_ready_)
    return has_ended_
               ? std::optional<std::string>("the agent of user '" + become_.user + "' has ended")
               : std::nullopt;
  if (is_refused_ || has_ended_) return explained();
  if (os::system_clock().now() < deadline_) return std::nullopt;
  return "Timeout (" +
         std::to_string(std::chrono::ceil<std::chrono::seconds>(patience_.become).count()) +
         "s) waiting for privilege escalation prompt: " + base::escape_for_terminal(said_);
}

// The words Ansible has for it, where it has some.
std::string OtherUser::explained() const {
  const std::string lower = base::lower_case(said_);
  const std::string method = become_.method;
  const auto says = [&](const char* text) { return lower.find(text) != std::string::npos; };
  if (is_refused_ && become_.password.is_empty()) return "Missing " + method + " password";
  if (is_refused_ || says("incorrect password") || says("sorry, try again") ||
      says("authentication failure"))
    return "Incorrect " + method + " password";
  if (says("you must have a tty"))
    return method +
           " wants a terminal: 'requiretty' is set in the node's sudoers; for this user: "
           "Defaults:LOGIN !requiretty";
  if (says("a password is required") || says("a terminal is required to read the password"))
    return "Missing " + method + " password";
  if (says("not in the sudoers file") || says("not allowed to execute") || says("may not run sudo"))
    return "this user may not become '" + become_.user + "' by " + method + ": " +
           base::escape_for_terminal(base::trim(said_));
  if (says("unknown user") || says("does not exist"))
    return "there is no user '" + become_.user + "' on this node";
  return "could not become user '" + become_.user + "' by " + method + ": " +
         base::escape_for_terminal(std::string(base::trim(said_)).substr(0, 400));
}

}  // namespace provisioner::agent
