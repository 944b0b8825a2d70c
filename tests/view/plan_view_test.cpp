// What a plan says.

#include "provisioner/front/view/plan_view.h"

#include <gtest/gtest.h>

#include "captured.h"
#include "read_events.h"

namespace provisioner::view {
namespace {

std::string planned(const std::string& lines) {
  const Environment force("ANSIBLE_FORCE_COLOR", nullptr);
  Captured out;
  Terminal terminal(out.descriptor());
  PlanView view(terminal, terminal, 0);
  for (const store::Event& event : read_events(lines)) view.take(event);
  return out.text();
}

const std::string task =
    R"({"event": "task_started", "data": {"name": "sshd", "module": "template"}})"
    "\n";
const std::string command =
    R"({"event": "task_started", "data": {"name": "make", "module": "command"}})"
    "\n";
const std::string end = R"({"event": "run_ended", "data": {}})";

std::string finished(const std::string& host, const std::string& data) {
  return R"({"event": "host_finished", "host": ")" + host + R"(", "data": )" + data + "}\n";
}

const std::string change =
    R"({"status": "changed", "result": {"changed": true}, "differences":
        [{"before": "a\n", "after": "b\n", "before_header": "/etc/x"}]})";

std::string one_line(std::string text) {
  for (char& byte : text)
    if (byte == '\n') byte = ' ';
  return text;
}

TEST(PlanView, ShowsAMistakeWithItsPlace) {
  EXPECT_EQ(planned(task +
                    finished("n01", R"({"status": "failed", "result": {}, "error": "no x\nat y:1"})") +
                    end),
            R"(
TASK [sshd]
failed: n01
no x
at y:1

plan: 0 would change, 0 cannot be told yet, 1 failed
)");
}

TEST(PlanView, FoldsHostsWithEqualDifferencesAndShowsThoseOnce) {
  const std::string data = one_line(change);
  EXPECT_EQ(
      planned(task + finished("n01", data) + finished("n02", data) + finished("n03", data) + end),
      R"(
TASK [sshd]
changed: n[01-03]
    --- before: /etc/x
    +++ after
    @@ -1 +1 @@
    -a
    +b

plan: 3 would change, 0 cannot be told yet, 0 failed
)");
}

TEST(PlanView, LeavesOutWhatStaysAsItIs) {
  EXPECT_EQ(
      planned(task + finished("n01", R"({"status": "ok", "result": {}})") +
              finished("n02", R"({"status": "skipped", "result": {"skip_reason": "no"}})") + end),
      "\nplan: 0 would change, 0 cannot be told yet, 0 failed\n");
}

TEST(PlanView, SaysWhatHangsOnAnEarlierTask) {
  EXPECT_EQ(
      planned(task + finished("n01", R"({"status": "skipped", "depends_on": "install packages"})") +
              finished("n02", R"({"status": "skipped", "depends_on": "install packages"})") + end),
      R"(
TASK [sshd]
unknown, depends on <install packages>: n[01-02]

plan: 0 would change, 2 cannot be told yet, 0 failed
)");
}

TEST(PlanView, TellsCommandsThatWillRunFromThoseThatDoNotApply) {
  EXPECT_EQ(
      planned(command +
              finished("n01", R"({"status": "skipped", "result": {"msg": "would run"}})") +
              finished("n02", R"({"status": "skipped", "result": {"skip_reason": "no"}})") + end),
      R"(
TASK [make]
will run: n01

plan: 1 would change, 0 cannot be told yet, 0 failed
)");
}

TEST(PlanView, FoldsFailuresThatDifferInTheHostsNameAlone) {
  EXPECT_EQ(
      planned(
          task + finished("n01", R"({"status": "unreachable", "result": {"msg": "n01: gone"}})") +
          finished("n02", R"({"status": "unreachable", "result": {"msg": "n02: gone"}})") + end),
      R"(
TASK [sshd]
unreachable: gone: n[01-02]

plan: 0 would change, 0 cannot be told yet, 2 failed
)");
}

}  // namespace
}  // namespace provisioner::view
