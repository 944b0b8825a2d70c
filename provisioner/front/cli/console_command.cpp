// provisioner console NODE.

#include <fcntl.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <array>
#include <cerrno>
#include <iostream>
#include <memory>
#include <system_error>

#include "provisioner/base/os/files.h"
#include "provisioner/front/cli/commands.h"
#include "provisioner/front/cli/exit_meanings.h"
#include "provisioner/front/cli/named_nodes.h"

namespace provisioner::cli {
namespace {

using base::Error;
using base::Kind;

constexpr int password_descriptor = 3;  // as metal::ConsoleCommand promises

[[noreturn]] void fail(const std::string& doing) {
  throw Error(Kind::failed, "cannot " + doing + ": " + std::generic_category().message(errno));
}

// A pipe holds it until the program reads it: no file, no argument, no environment.
void hand_over(const base::Secret& password) {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) fail("make a pipe");
  os::Descriptor reading(ends[0]), writing(ends[1]);
  const std::string line = std::string(password.reveal()) + "\n";
  if (::write(writing.number(), line.data(), line.size()) != static_cast<ssize_t>(line.size()))
    fail("write to a pipe");
  writing = os::Descriptor();
  if (reading.number() == password_descriptor)
    ::fcntl(reading.release(), F_SETFD, 0);  // stays open in the program
  else if (::dup2(reading.number(), password_descriptor) < 0)
    fail("hand over a descriptor");
}

// The program takes our place: the terminal and its signals are its own.
[[noreturn]] void become(std::vector<std::string> argv) {
  std::vector<char*> words;
  for (std::string& word : argv) words.push_back(word.data());
  words.push_back(nullptr);
  std::cout.flush();
  ::execvp(words.front(), words.data());
  throw Error(Kind::failed, "there is no program '" + argv.front() + "' on this machine")
      .set_hint("it belongs to the BMC's driver: docs/manual-machines.md");
}

int console(const NodeWords& words) {
  const auto nodes = named_nodes(words);
  if (!nodes) return exit_usage;
  if (nodes->size() != 1)
    throw Error(Kind::usage, "a console is one node's, '" + words.pattern + "' means " +
                                 std::to_string(nodes->size()));
  metal::ConsoleCommand command = metal::open_bmc(nodes->front().access())->console();
  if (!command.password.is_empty()) hand_over(command.password);
  become(std::move(command.argv));
}

}  // namespace

void add_console(CLI::App& command, Action& action) {
  const auto words = std::make_shared<NodeWords>();
  add_node_words(command, *words, "node");
  command.callback([words, &action] { action = [words] { return console(*words); }; });
}

}  // namespace provisioner::cli
