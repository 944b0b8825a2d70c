// The last line of a terminal.

#include "provisioner/front/view/live_line.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "captured.h"
#include "provisioner/base/value/json.h"
#include "provisioner/front/view/play_view.h"
#include "read_events.h"
#include "screen.h"

namespace provisioner::view {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

store::Event event(const char* json) { return read_event(value::read_json(json)); }

store::Event task_of_three() {
  return event(R"({"event": "task_started", "task": "1", "data": {"name": "install packages",
                   "module": "apt", "hosts": ["n01", "n02", "n03"]}})");
}

store::Event n01_is_done() {
  return event(R"({"event": "host_finished", "task": "1", "host": "n01",
                   "data": {"status": "ok", "result": {"changed": false}}})");
}

TEST(LiveLine, SaysNothingWhileAllGoesQuickly) {
  StillClock clock;
  LiveLine line(clock);
  line.take(task_of_three());
  clock.pass(200ms);
  EXPECT_EQ(line.text(), "");
}

TEST(LiveLine, NamesTheSlowHostsWhatTheyDoAndTheTime) {
  StillClock clock;
  LiveLine line(clock);
  clock.pass(60s);
  line.take(task_of_three());
  line.take(n01_is_done());
  line.take(event(R"({"event": "host_progress", "host": "n03", "data": {"doing": "apt-get"}})"));
  clock.pass(45s);
  EXPECT_EQ(line.text(), "1/3 hosts · install packages · waiting for n03 (apt-get), n02 · 1:45");
}

TEST(LiveLine, FoldsTheNamesOfMany) {
  StillClock clock;
  LiveLine line(clock);
  line.take(task_of_three());
  clock.pass(1h);
  EXPECT_EQ(line.text(), "0/3 hosts · install packages · waiting for n[01-03] · 1:00:00");
}

class OnAScreen : public testing::Test {
 protected:
  OnAScreen() : terminal_(screen_.descriptor()), view_(terminal_, terminal_, {}, clock_) {}

  Environment no_color_{"NO_COLOR", "1"}, force_{"ANSIBLE_FORCE_COLOR", nullptr},
      term_{"TERM", "xterm"};
  Screen screen_{100};
  StillClock clock_;
  Terminal terminal_;
  PlayView view_;
};

TEST_F(OnAScreen, TheLiveLineStaysBelowWhatIsPrinted) {
  view_.take(task_of_three());
  clock_.pass(1s);
  view_.idle();
  view_.take(n01_is_done());
  EXPECT_THAT(screen_.rows(),
              ElementsAre("", HasSubstr("TASK [install packages] ***"), "ok: [n01]",
                          "1/3 hosts · install packages · waiting for n[02-03] · 0:01"));
}

TEST_F(OnAScreen, NothingIsLeftOfTheLiveLineAtTheEnd) {
  view_.take(task_of_three());
  clock_.pass(1s);
  view_.idle();
  view_.take(event(R"({"event": "run_ended", "data": {"recap": {}}})"));
  EXPECT_THAT(screen_.rows(), ElementsAre("", HasSubstr("TASK"), "", HasSubstr("PLAY RECAP")));
}

TEST_F(OnAScreen, AScreenThatBecameNarrowerKeepsNoRestOfIt) {
  view_.take(task_of_three());
  clock_.pass(1s);
  view_.idle();
  screen_.resize(20);
  clock_.pass(1s);
  view_.idle();
  EXPECT_EQ(screen_.rows().back(), "0/3 hosts · instal…");
  EXPECT_THAT(screen_.rows(), testing::Contains(HasSubstr("0/3")).Times(1));
}

TEST_F(OnAScreen, AnEqualLiveLineIsNotDrawnAgain) {
  view_.take(task_of_three());
  clock_.pass(1s);
  view_.idle();
  const std::size_t before = screen_.bytes().size();
  view_.idle();
  EXPECT_EQ(screen_.bytes().size(), before);
}

TEST(InAPipe, ThereIsNoLiveLine) {
  Captured out;
  StillClock clock;
  Terminal terminal(out.descriptor());
  PlayView view(terminal, terminal, {}, clock);
  view.take(task_of_three());
  clock.pass(1s);
  view.idle();
  EXPECT_THAT(out.text(), Not(HasSubstr("hosts")));
  EXPECT_THAT(out.text(), Not(HasSubstr("\033")));
}

}  // namespace
}  // namespace provisioner::view
