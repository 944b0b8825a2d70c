// Colours, widths, and what never reaches a screen.

#include "provisioner/front/view/terminal.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "captured.h"
#include "provisioner/base/os/files.h"
#include "provisioner/base/value/json.h"
#include "provisioner/front/view/play_view.h"
#include "read_events.h"
#include "screen.h"

namespace provisioner::view {
namespace {

using testing::HasSubstr;
using testing::Not;

// What decides on colours.
struct Wishes {
  const char *no_color, *ansible_no_color, *ansible_force_color;
};

std::string coloured_on_a_screen(Wishes wishes) {
  const Environment a("NO_COLOR", wishes.no_color), b("ANSIBLE_NOCOLOR", wishes.ansible_no_color),
      c("ANSIBLE_FORCE_COLOR", wishes.ansible_force_color), d("TERM", "xterm");
  Screen screen(80);
  return Terminal(screen.descriptor()).coloured("x", Colour::ok);
}

std::string coloured_in_a_pipe(Wishes wishes) {
  const Environment a("NO_COLOR", wishes.no_color), b("ANSIBLE_NOCOLOR", wishes.ansible_no_color),
      c("ANSIBLE_FORCE_COLOR", wishes.ansible_force_color);
  Captured out;
  return Terminal(out.descriptor()).coloured("x", Colour::ok);
}

TEST(Colours, AreForScreensUnlessSomebodySaysOtherwise) {
  const std::string green = "\033[0;32mx\033[0m";
  EXPECT_EQ(coloured_on_a_screen({nullptr, nullptr, nullptr}), green);
  EXPECT_EQ(coloured_on_a_screen({"1", nullptr, nullptr}), "x");
  EXPECT_EQ(coloured_on_a_screen({"", nullptr, nullptr}), green);
  EXPECT_EQ(coloured_on_a_screen({nullptr, "yes", nullptr}), "x");
  EXPECT_EQ(coloured_on_a_screen({nullptr, "0", nullptr}), green);
  EXPECT_EQ(coloured_in_a_pipe({nullptr, nullptr, nullptr}), "x");
  EXPECT_EQ(coloured_in_a_pipe({nullptr, nullptr, "1"}), green);
  EXPECT_EQ(coloured_in_a_pipe({nullptr, "1", "1"}), green);
}

TEST(Colours, AreGivenLineByLine) {
  const Environment force("ANSIBLE_FORCE_COLOR", "1");
  Captured out;
  EXPECT_EQ(Terminal(out.descriptor()).coloured("a\nb", Colour::error),
            "\033[0;31ma\033[0m\n\033[0;31mb\033[0m");
}

TEST(Colours, OfARecapLeaveTheGapsPlain) {
  const Environment force("ANSIBLE_FORCE_COLOR", "1");
  Captured out;
  Terminal terminal(out.descriptor());
  show_recap(terminal, value::read_json(R"({"n01": {"ok": 7, "changed": 2, "ignored": 1}})"));
  EXPECT_EQ(out.text(),
            "\033[0;33mn01\033[0m                        : \033[0;32mok=7   \033[0m "
            "\033[0;33mchanged=2   \033[0m unreachable=0    failed=0    skipped=0    rescued=0    "
            "\033[1;35mignored=1   \033[0m\n");
}

TEST(Output, IsKnownToBeLostWhereTheDiskIsFull) {
  const os::Descriptor full(::open("/dev/full", O_WRONLY | O_CLOEXEC));
  Terminal terminal(full.number());
  EXPECT_EQ(terminal.lost(), 0);
  terminal.line("a line");
  EXPECT_EQ(terminal.lost(), ENOSPC);
}

TEST(Banners, ReachTheEdge) {
  Captured out;
  Terminal(out.descriptor()).banner("PLAY [漢字]");
  EXPECT_EQ(out.text(), "\nPLAY [漢字] " + std::string(68, '*') + "\n");
  Screen wide(120);
  Terminal(wide.descriptor()).banner("PLAY");
  EXPECT_EQ(wide.rows().back(), "PLAY " + std::string(115, '*'));
}

// Escape sequences, C1 controls, marks that turn text around, bytes that are no UTF-8.
const std::string hostile =
    "\033]0;title\007\033[2J\033[31m\x9b\x31m\xc2\x9b\xe2\x80\xae\xe2\x81\xa6\xff\xc0\xaf\x7f\b";

store::Event hostile_event(store::EventKind kind) {
  store::Event event;
  event.kind = kind;
  event.host = hostile;
  event.data = value::Value(value::Dict{
      {"name", hostile},
      {"module", hostile},
      {"path", hostile},
      {"text", hostile},
      {"file", hostile},
      {"label", hostile},
      {"handler", hostile},
      {"delegate", hostile + "d"},
      {"doing", hostile},
      {"error", hostile},
      {"what", hostile},
      {"because", hostile},
      {"run", hostile},
      {"status", "failed"},
      {"depends_on", ""},
      {"attempts_left", 1},
      {"delegate_address", hostile},
      {"hosts", value::List{value::Value(hostile)}},
      {"result", value::Dict{{"msg", hostile},
                             {"exception", hostile},
                             {"warnings", value::List{value::Value(hostile)}}}},
      {"differences", value::List{value::Value(value::Dict{{"before_header", hostile},
                                                           {"after_header", hostile},
                                                           {"before", hostile},
                                                           {"after", hostile + hostile}})}},
      {"recap", value::Dict{{"n01", value::Dict{{"ok", 1}}}}}});
  return event;
}

void expect_harmless(const std::string& text) {
  for (const char* bad : {"\033", "\007", "\b", "\x7f", "\x9b", "\xff", "\xc0", "\xe2\x80\xae",
                          "\xe2\x81\xa6", "\xc2\x9b"})
    EXPECT_THAT(text, Not(HasSubstr(bad)));
}

TEST(HostileText, NeverReachesAScreen) {
  const Environment no_color("NO_COLOR", "1"), force("ANSIBLE_FORCE_COLOR", nullptr);
  Captured out;
  StillClock clock;
  Terminal terminal(out.descriptor());
  PlayView view(terminal, terminal, {.verbosity = 4, .show_differences = true}, clock);
  for (int kind = 0; kind <= static_cast<int>(store::EventKind::run_interrupted); ++kind)
    for (const char* status : {"failed", "changed", "ok", "skipped", "unreachable", "unknown"}) {
      store::Event event = hostile_event(static_cast<store::EventKind>(kind));
      value::Dict data = event.data.dict();
      data.set("status", status);
      event.data = value::Value(std::move(data));
      view.take(event);
    }
  expect_harmless(out.text());
  EXPECT_THAT(out.text(), HasSubstr("\\x1b]0;title\\x07"));
}

TEST(HostileText, NeverReachesAScreenInTheLiveLine) {
  StillClock clock;
  LiveLine line(clock);
  line.take(hostile_event(store::EventKind::task_started));
  line.take(hostile_event(store::EventKind::host_progress));
  clock.pass(std::chrono::seconds(1));
  expect_harmless(line.text());
}

}  // namespace
}  // namespace provisioner::view
