// A store of the test's own, and other processes that use it.
#pragma once

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <functional>
#include <string>
#include <vector>

#include "provisioner/base/base/error.h"
#include "provisioner/base/os/files.h"
#include "provisioner/base/store/run_store.h"
#include "tests/support/processes.h"

namespace provisioner::store {

using value::Dict;
using value::Value;

template <class Body>
std::string refusal_of(Body&& body) {
  try {
    body();
  } catch (const base::Error& error) {
    return error.render();
  }
  return "";
}

inline Event event(std::uint64_t sequence, EventKind kind = EventKind::host_finished) {
  Event event;
  event.sequence = sequence;
  event.kind = kind;
  event.host = "n01";
  event.task = "play/0/task/1";
  event.data = Value(Dict{{"ending", "ok"}, {"number", static_cast<std::int64_t>(sequence)}});
  return event;
}

// A process that does something with the store and lives until it is killed.
class Other {
 public:
  explicit Other(const std::function<void()>& body) : pid_(::fork()) {
    if (pid_ != 0) return;
    body();
    for (;;) ::pause();
  }
  ~Other() { kill(); }
  void kill() {
    if (pid_ <= 0) return;
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
    pid_ = -1;
  }

 private:
  pid_t pid_;
};

class Runs : public testing::Test {
 protected:
  std::string path() const { return directory_.path() + "/state"; }
  RunStore open() const { return RunStore::open(path()); }
  static std::string begin(RunStore& store, const std::string& who = "alice@ctl1") {
    return store.begin_run({"run site.yml", who, Value(Dict{{"playbook", "site.yml"}})});
  }
  static std::vector<std::uint64_t> sequences(const RunStore& store, const std::string& run) {
    std::vector<std::uint64_t> all;
    store.each_event(run, [&](const Event& one) { all.push_back(one.sequence); });
    return all;
  }
  void wait_for(const std::string& name) const {
    tests::wait_until(name, [&] { return os::exists(directory_.path() + "/" + name); });
  }
  void tell(const std::string& name) const { os::write_file(directory_.path() + "/" + name, ""); }

  os::TemporaryDirectory directory_;
};

}  // namespace provisioner::store
