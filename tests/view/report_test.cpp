// The page about a run.

#include "provisioner/front/view/report/report.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>

#include "provisioner/front/view/report/html.h"
#include "read_events.h"

namespace provisioner::view {
namespace {

using testing::HasSubstr;
using testing::Not;

std::string page_of(const std::vector<store::Event>& events, int exit_code = 2) {
  Report report;
  for (const store::Event& event : events) report.take(event);
  ReportHead head;
  head.run = "41";
  head.command_line = "provisioner run <site>.yml";
  head.operator_name = "alice@ctl1";
  head.ended = head.started + std::chrono::seconds(65);
  head.exit_code = exit_code;
  std::ostringstream page;
  report.write(page, head);
  return page.str();
}

const std::string a_task =
    R"({"time": "2026-11-24T10:00:00.000Z", "event": "task_started", "task": "1", "data": {"name": "t1", "module": "command", "path": "site.yml:3:7"}})"
    "\n";

std::string host_finished(const std::string& host, const std::string& rest) {
  return R"({"time": "2026-11-24T10:00:02.500Z", "event": "host_finished", "task": "1", "host": ")" +
         host + R"(", "data": {)" + rest + "}}\n";
}

TEST(Report, SaysHowTheRunEnded) {
  const std::string page = page_of({});
  EXPECT_THAT(page, HasSubstr("hosts failed"));
  EXPECT_THAT(page, HasSubstr("<h1>Run 41</h1>"));
  EXPECT_THAT(page, HasSubstr("1 min 05 s"));
  EXPECT_THAT(page, HasSubstr("provisioner run &lt;site&gt;.yml"));
  EXPECT_THAT(page_of({}, 0), HasSubstr("all well"));
}

TEST(Report, TellsAFailureOnceForAllItsHosts) {
  const std::string failed = R"("status": "failed", "result": {"msg": "broken", "rc": 1})";
  const std::string page =
      page_of(read_events(a_task + host_finished("n01", failed) + host_finished("n02", failed)));
  EXPECT_THAT(page, HasSubstr("n[01-02]"));
  EXPECT_THAT(page, HasSubstr("<pre>broken</pre>"));
  EXPECT_THAT(page, HasSubstr("site.yml:3:7"));
}

TEST(Report, TellsFailuresThatEndedAHostsRunFromThoseThatDidNot) {
  const std::string page = page_of(read_events(
      a_task + host_finished("n01", R"("status": "failed", "result": {"msg": "a"})") +
      R"({"event": "host_left", "task": "1", "host": "n01", "data": {"why": "failed"}})" + "\n" +
      host_finished("n02", R"("status": "failed", "result": {"msg": "a"})") +
      host_finished("n03", R"("status": "failed", "ignored": true, "result": {"msg": "a"})")));
  EXPECT_THAT(page, HasSubstr("left the run</span> <span class=hosts>n01<"));
  EXPECT_THAT(page, HasSubstr("rescued</span> <span class=hosts>n02<"));
  EXPECT_THAT(page, HasSubstr("ignored</span> <span class=hosts>n03<"));
}

TEST(Report, DrawsABarAHostAndTask) {
  const std::string page = page_of(
      read_events(a_task + host_finished("n01", R"("status": "changed", "result": {"changed": true})")));
  EXPECT_THAT(page, HasSubstr("<title>n01: t1\nchanged, 2.5 s</title>"));
}

TEST(Report, ShowsEqualDifferencesOnce) {
  const std::string change =
      R"("status": "changed", "result": {}, "differences": [{"before": "a\n", "after": "<b>\n"}])";
  const std::string page =
      page_of(read_events(a_task + host_finished("n01", change) + host_finished("n02", change)));
  const std::string line = "<ins>+&lt;b&gt;</ins>";
  EXPECT_THAT(page, HasSubstr(line));
  EXPECT_EQ(page.find(line), page.rfind(line));
}

// Whatever a node says, the page holds no element, attribute or address of it.
TEST(Report, EscapesAllThatCameFromElsewhere) {
  const std::string hostile = "</title><script>alert(1)</script>' onload=x \\\"&\\u001b\\u202e";
  const auto text = [&](const std::string& json) {
    std::string result = json;
    for (std::size_t at = 0; (at = result.find('@', at)) != std::string::npos; at += hostile.size())
      result.replace(at, 1, hostile);
    return result + "\n";
  };
  const std::string page = page_of(read_events(
      text(R"({"event": "play_started", "data": {"name": "@", "hosts": ["@"]}})") +
      text(
          R"({"event": "task_started", "task": "1", "data": {"name": "@", "module": "@", "path": "@"}})") +
      text(
          R"({"event": "host_finished", "task": "1", "host": "@", "data": {"status": "failed", "error": "@", "result": {"msg": "@", "@": "@"}}})") +
      text(
          R"({"event": "host_finished", "task": "1", "host": "@2", "data": {"status": "changed", "differences": [{"before": "@", "after": "", "before_header": "@"}]}})") +
      text(R"({"event": "warning", "data": {"text": "@"}})") +
      text(R"({"event": "lab_lacks", "data": {"what": "@", "because": "@", "hosts": ["@"]}})") +
      text(R"({"event": "run_ended", "data": {"recap": {"@": {"ok": 1}}}})")));
  EXPECT_THAT(page, Not(HasSubstr("<script")));
  EXPECT_THAT(page, Not(HasSubstr("onload=x \"")));
  EXPECT_THAT(page, Not(HasSubstr("\033")));
  EXPECT_THAT(page, Not(HasSubstr("\xe2\x80\xae")));
  EXPECT_THAT(page, HasSubstr("&lt;/title&gt;&lt;script&gt;"));
}

TEST(Report, FetchesNothing) {
  const std::string page = page_of(read_events(a_task + host_finished("n01", R"("status": "ok")")));
  for (const char* word :
       {"http:", "https:", "src=", "href=", "url(", "@import", "<link", "<script"})
    EXPECT_THAT(page, Not(HasSubstr(word)));
}

TEST(Report, OfALargeRunStaysSmall) {
  std::vector<store::Event> events;
  std::chrono::system_clock::time_point now;
  for (int number = 0; number < 300; ++number) {
    store::Event started;
    started.kind = store::EventKind::task_started;
    started.time = now;
    started.task = std::to_string(number);
    started.data = value::Value(value::Dict{{"name", "install the packages of the role"}});
    events.push_back(started);
    for (int host = 0; host < 200; ++host) {
      store::Event done = started;
      done.kind = store::EventKind::host_finished;
      done.time = now + std::chrono::milliseconds(100 + 7 * (host % 50) * (number % 5));
      done.host = fmt::format("n{:03}", host);
      done.data = value::Value(value::Dict{{"status", host % 3 == 0 ? "changed" : "ok"}});
      events.push_back(done);
    }
    now += std::chrono::seconds(2);
  }
  EXPECT_LT(page_of(events).size(), 5'000'000U);
}

TEST(Shortened, SaysWhatWent) {
  EXPECT_EQ(shortened("a\nb\nc\n", 5, 100), "a\nb\nc\n");
  EXPECT_EQ(shortened("a\nb\nc\n", 2, 100), "a\nb\n… 1 line more");
  EXPECT_EQ(shortened("ééé", 2, 3), "é\n… 4 bytes more");
}

TEST(DurationText, IsForPeople) {
  EXPECT_EQ(duration_text(0.04), "0.0 s");
  EXPECT_EQ(duration_text(9.96), "10 s");
  EXPECT_EQ(duration_text(245), "4 min 05 s");
  EXPECT_EQ(duration_text(3725), "1 h 02 min");
}

}  // namespace
}  // namespace provisioner::view
