// A program that tells what a console says, and who listens to it.

#include "provisioner/machine/reimage/console_watch.h"

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <condition_variable>
#include <csignal>
#include <mutex>
#include <stop_token>
#include <thread>
#include <utility>

#include "provisioner/base/base/text.h"
#include "provisioner/base/os/clock.h"
#include "provisioner/base/os/process.h"
#include "provisioner/machine/reimage/console_lines.h"
#include "provisioner/machine/reimage/console_text.h"

namespace provisioner::reimage {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds glance{250};
constexpr milliseconds quiet{1'500};  // after which what stands there is a prompt
constexpr std::chrono::seconds longest_rest{30};
constexpr std::chrono::seconds patience{20};  // until it is told that it cannot be had
constexpr std::chrono::seconds farewell_deadline{2}, release_deadline{5};

// With what it complains of beside what it says; it ends with us, whatever ends us.
os::Command command_of(const std::vector<std::string>& argv) {
  os::Command command{.argv = {"setpriv", "--pdeathsig", "KILL", "sh", "-c", "exec \"$@\" 2>&1",
                               "sh"},
                      .environment = {{"LC_ALL", "C"}, {"SHELL", "/bin/sh"}}};
  command.argv.insert(command.argv.end(), argv.begin(), argv.end());
  return command;
}

void write_all(const os::Descriptor& file, const std::string& text) {
  // A program that has ended reads nothing any more, which is seen where its output ends.
  [[maybe_unused]] const ssize_t count = ::write(file.number(), text.data(), text.size());
}

std::string first_line(const base::Secret& password) {
  return password.is_empty() ? "" : std::string(password.reveal()) + "\n";
}

}  // namespace

class ConsoleWatch::Reader {
 public:
  Reader(std::string node, std::string state_directory, metal::ConsoleFeed feed)
      : node_(std::move(node)),
        state_directory_(std::move(state_directory)),
        feed_(std::move(feed)),
        thread_([this](const std::stop_token& stop) { run(stop); }) {}

 private:
  void run(const std::stop_token& stop) {
    try {
      ConsoleLines lines(node_, store::NodeRecords::open(state_directory_), os::system_clock());
      milliseconds rest = feed_.rest;
      while (!stop.stop_requested() && !is_hopeless()) {
        const bool was_there = attend(lines, stop);
        rest = was_there ? feed_.rest : std::min<milliseconds>(2 * rest, longest_rest);
        take_note(lines, was_there);
        pause(rest, stop);
      }
    } catch (const std::exception&) {
      // A store that takes no lines, or no program: whoever walks the node meets that by himself.
    }
  }

  bool is_hopeless() const {
    return std::ranges::any_of(feed_.last_words, [this](const std::string& words) {
      return complaint_.find(words) != std::string::npos;
    });
  }

  // One life of the program; whether the console was there.
  bool attend(ConsoleLines& lines, const std::stop_token& stop) {
    text_ = {};
    is_there_ = has_spoken_ = false;
    lament_.reset();
    complaint_.clear();
    os::Child child = os::spawn(command_of(feed_.argv));
    write_all(child.input(), first_line(feed_.password));
    os::Instant last_byte = os::system_clock().now();
    while (!stop.stop_requested()) {
      const auto bytes = read_some(child, glance);
      if (bytes && bytes->empty()) break;
      if (bytes) {
        last_byte = os::system_clock().now();
        for (std::string& line : text_.take(*bytes)) take(lines, std::move(line));
      } else if (os::system_clock().now() - last_byte > quiet && is_there_) {
        if (auto prompt = text_.take_prompt()) lines.add(std::move(*prompt));
      }
      lines.tell_if_due();
    }
    if (lament_) {
      is_there_ = false;
      complaint_ += *lament_ + "\n";
    } else if (is_there_) {
      if (auto prompt = text_.take_prompt()) lines.add(std::move(*prompt));
    }
    lines.tell();
    end(child);
    return is_there_;
  }

  void take(ConsoleLines& lines, std::string line) {
    if (!is_there_) {
      is_there_ = line.starts_with(feed_.is_there);
      if (!is_there_) complaint_ += line + "\n";
      return;
    }
    const bool is_first = !std::exchange(has_spoken_, true);
    if (is_first && !feed_.lament.empty() && line.starts_with(feed_.lament)) {
      lament_ = std::move(line);
      return;
    }
    if (lament_) lines.add(*std::exchange(lament_, std::nullopt));
    lines.add(std::move(line));
  }

  // What came; empty at its end, nullopt where nothing came.
  static std::optional<std::string> read_some(os::Child& child, milliseconds deadline) {
    pollfd wait{child.output().number(), POLLIN, 0};
    if (::poll(&wait, 1, static_cast<int>(deadline.count())) <= 0) return std::nullopt;
    std::array<char, 8192> buffer{};
    const ssize_t count = ::read(wait.fd, buffer.data(), buffer.size());
    return count <= 0 ? std::string() : std::string(buffer.data(), static_cast<std::size_t>(count));
  }

  void end(os::Child& child) const {
    if (child.wait(milliseconds(0))) return;
    write_all(child.input(), feed_.farewell);
    const os::Instant end = os::system_clock().now() + farewell_deadline;
    while (!child.wait(milliseconds(0)) && os::system_clock().now() < end) {
      // One that has much to say must be heard, or it never comes to its input.
      const auto bytes = read_some(child, glance);
      if (bytes && bytes->empty()) child.wait(glance);
    }
    if (child.wait(milliseconds(0))) return;
    child.kill(SIGKILL);
    child.wait(farewell_deadline);
    if (feed_.release.empty()) return;
    os::run({.argv = feed_.release,
             .input = first_line(feed_.password),
             .environment = {{"LC_ALL", "C"}},
             .deadline = release_deadline,
             .ends_with_us = true});
  }

  // One line for a console that cannot be had; not for the moments in which a machine is off.
  void take_note(ConsoleLines& lines, bool was_there) {
    const os::Instant now = os::system_clock().now();
    if (was_there) failing_since_.reset();
    if (was_there || is_told_) return;
    if (!failing_since_) failing_since_ = now;
    if (now - *failing_since_ < patience && !is_hopeless()) return;
    is_told_ = true;
    const std::vector<std::string_view> said = base::lines_of(complaint_);
    lines.add("it cannot be read: " +
              (said.empty() ? std::string("its program says nothing") : std::string(said.back())));
    lines.tell();
  }

  void pause(milliseconds time, const std::stop_token& stop) {
    std::mutex mutex;
    std::unique_lock lock(mutex);
    std::condition_variable_any().wait_for(lock, stop, time, [] { return false; });
  }

  const std::string node_, state_directory_;
  const metal::ConsoleFeed feed_;
  ConsoleText text_;
  bool is_there_ = false, has_spoken_ = false, is_told_ = false;
  std::string complaint_;  // what the program said of itself
  std::optional<std::string> lament_;  // perhaps a word of the machine's
  std::optional<os::Instant> failing_since_;
  std::jthread thread_;  // last: it uses the others
};

ConsoleWatch::ConsoleWatch(const std::string& node, const std::string& state_directory,
                           std::optional<metal::ConsoleFeed> feed) {
  std::signal(SIGPIPE, SIG_IGN);
  if (feed)
    reader_ = std::make_unique<Reader>(node, state_directory, std::move(*feed));
  else
    store::NodeRecords::open(state_directory)
        .add_line({node, {}, "console", "it cannot be read: its BMC has none"});
}

ConsoleWatch::~ConsoleWatch() = default;

}  // namespace provisioner::reimage
