// The flight recorder, as it is and as it goes on.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdio>

#include "provisioner/base/os/files.h"
#include "provisioner/base/store/node_records.h"
#include "provisioner/front/cli/exit_meanings.h"
#include "provisioner/front/program/program.h"
#include "spoken.h"

namespace provisioner::cli {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::IsEmpty;

class Recorder : public testing::Test {
 protected:
  void say(const std::string& node, int second, const std::string& text) {
    records_.add_line(
        {node, store::WallTime(std::chrono::seconds(1'800'000'000 + second)), "bmc", text});
  }

  Desk desk_;
  store::NodeRecords records_ = store::NodeRecords::open(desk_.path() + "/state");
};

TEST_F(Recorder, ShowsTheLastLinesAlone) {
  for (const int second : {1, 3, 2}) say("n03", second, "line " + std::to_string(second));

  EXPECT_EQ(speak({"node", "log", "n03", "--tail", "2"}).out,
            "2027-01-15T08:00:02.000Z  bmc     line 2\n"
            "2027-01-15T08:00:03.000Z  bmc     line 3\n");
  EXPECT_EQ(speak({"node", "log", "--tail", "1"}).out,
            "2027-01-15T08:00:03.000Z  n03  bmc     line 3\n");
  EXPECT_EQ(speak({"node", "log", "n03", "--tail", "0"}).out, "");
  EXPECT_EQ(speak({"node", "log", "n03", "--tail", "-1"}).status, exit_usage);
}

TEST_F(Recorder, KnowsNoNodeThatNobodyNamed) {
  records_.put_state({"compute-03", "armed", "", "alice@ctl1", {}});

  const Spoken near = speak({"node", "log", "compute-30"}), far = speak({"node", "log", "gpu"});

  EXPECT_EQ(near.errors,
            "error: nothing is known of a node 'compute-30' yet\n"
            "hint: did you mean 'compute-03'? Else: provisioner discover compute-30\n");
  EXPECT_EQ(near.status, exit_usage);
  EXPECT_EQ(far.errors,
            "error: nothing is known of a node 'gpu' yet\nhint: provisioner discover gpu\n");
}

TEST_F(Recorder, SaysWhereNothingWasSaid) {
  records_.put_state({"n03", "armed", "", "alice@ctl1", {}});

  const Spoken lines = speak({"node", "log", "n03"}), json = speak({"node", "log", "--json"});

  EXPECT_EQ(lines.errors, "n03: nothing has been said of it yet\n");
  EXPECT_EQ(lines.out, "");
  EXPECT_EQ(lines.status, exit_fine);
  EXPECT_EQ(json.errors, "nothing has been said of any node yet\n");
  EXPECT_EQ(json.out, "[]\n");
}

// The program in a process of its own, with its output in a pipe.
class Following {
 public:
  explicit Following(const std::vector<std::string>& words) {
    std::array<int, 2> ends{};
    if (::pipe(ends.data()) != 0) std::abort();
    std::fflush(stdout);  // else the child says again what waits there
    child_ = ::fork();
    if (child_ == 0) {
      ::dup2(ends[1], STDOUT_FILENO);
      ::close(ends[0]);
      ::close(ends[1]);
      ::_exit(program::run_program(words));
    }
    ::close(ends[1]);
    output_ = os::Descriptor(ends[0]);
  }
  ~Following() {
    if (child_ > 0) end(SIGKILL);
  }
  Following(const Following&) = delete;
  Following& operator=(const Following&) = delete;

  std::string line() const {
    std::string text;
    for (char letter = 0; letter != '\n' && ::read(output_.number(), &letter, 1) == 1;)
      text += letter;
    return text;
  }
  void stop_reading() { output_ = os::Descriptor(); }
  // Its status; 128 + signal where that has killed it.
  int end(int signal = 0) {
    if (signal != 0) ::kill(child_, signal);
    int status = 0;
    ::waitpid(child_, &status, 0);
    child_ = -1;
    return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
  }

 private:
  pid_t child_ = -1;
  os::Descriptor output_;
};

TEST_F(Recorder, GoesOnAsLinesCome) {
  say("n03", 1, "a");
  say("n03", 2, "b");
  Following log({"node", "log", "n03", "--tail", "1", "-f"});
  EXPECT_THAT(log.line(), EndsWith("bmc     b\n"));

  say("n04", 3, "of another");
  say("n03", 0, "c");
  EXPECT_THAT(log.line(), EndsWith("bmc     c\n"));
  say("n03", 4, "d");
  EXPECT_THAT(log.line(), EndsWith("bmc     d\n"));

  EXPECT_EQ(log.end(SIGTERM), exit_signal);
  EXPECT_THAT(log.line(), IsEmpty());
}

TEST_F(Recorder, GoesOnAsOneJsonObjectALine) {
  say("n03", 1, "a");
  Following log({"node", "log", "--json", "--follow"});
  EXPECT_EQ(log.line(),
            R"({"node": "n03", "time": "2027-01-15T08:00:01.000Z", "source": "bmc", "text": "a"})"
            "\n");
  say("", 2, "a stranger");
  EXPECT_THAT(log.line(), HasSubstr("a stranger"));
}

TEST_F(Recorder, EndsWithItsReader) {
  say("n03", 1, "a");
  Following log({"node", "log", "-f"});
  log.line();

  log.stop_reading();

  EXPECT_EQ(log.end(), exit_fine);
}

}  // namespace
}  // namespace provisioner::cli
