// What a task under no_log must not tell: neither while it is tried again nor where it includes.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "spoken.h"

namespace provisioner::cli {
namespace {

using testing::AllOf;
using testing::ContainsRegex;
using testing::HasSubstr;
using testing::Not;

constexpr const char* silent =
    R"(- hosts: localhost
  connection: local
  gather_facts: false
  vars: {pin: canary4711}
  tasks:
    - {debug: {msg: "{{ pin }}"}, no_log: true, until: false, retries: 1, delay: 0, ignore_errors: true}
    - {include_tasks: one.yml, no_log: true, loop: ["{{ pin }}"]}
    - {include_tasks: one.yml, no_log: true, loop: ["{{ pin }}"], loop_control: {label: "<{{ item }}>"}}
)";

class NoLog : public testing::Test {
 protected:
  NoLog() {
    desk_.write("site.yml", silent);
    desk_.write("one.yml", "- debug: {msg: in}\n");
  }
  Desk desk_;
};

TEST_F(NoLog, HidesWhatIsTriedAgainAndTheItemsOfIncludes) {
  const Spoken told = speak_on_terminal({"run", "site.yml", "-vvv"});
  EXPECT_EQ(told.status, 0) << told.out;
  EXPECT_THAT(told.out, AllOf(HasSubstr("FAILED - RETRYING: [localhost]: debug (1 retries left)."),
                              HasSubstr("one.yml for localhost => (item=(censored due to no_log))"),
                              Not(HasSubstr("canary4711"))));
}

TEST_F(NoLog, HoldsForJsonLinesAndForTheRecord) {
  EXPECT_THAT(speak_on_terminal({"run", "site.yml", "--json"}).out,
              AllOf(HasSubstr("\"attempts_left\": 1"), HasSubstr("\"event\": \"included\""),
                    Not(HasSubstr("canary4711"))));
  EXPECT_THAT(speak_on_terminal({"runs", "show", "last", "--json"}).out,
              AllOf(HasSubstr("\"attempts_left\": 1"), Not(HasSubstr("canary4711"))));
}

// An address of this machine where nothing listens.
TEST_F(NoLog, HidesNotWhyANodeCannotBeReached) {
  desk_.write("hosts.yml", "all: {hosts: {n1: {ansible_host: 127.0.0.4, ansible_port: 1}}}\n");
  desk_.write("site.yml",
              "- hosts: n1\n"
              "  gather_facts: false\n"
              "  tasks:\n"
              "    - {command: echo canary4711, no_log: true, ignore_unreachable: true}\n"
              "    - {command: \"echo {{ item }}\", no_log: true, loop: [canary4711]}\n");
  const std::string why =
      R"("msg": "n1: 127.0.0.4 port 1 cannot be connected to: connection refused: nothing )"
      R"(listens there, or a firewall says no", "unreachable": true})";
  const Spoken told = speak_on_terminal({"run", "site.yml", "-i", "hosts.yml"});
  EXPECT_THAT(told.out,
              AllOf(ContainsRegex(R"(fatal: \[n1\]: UNREACHABLE! => \{"censored": [^}]*"msg")"),
                    ContainsRegex(R"(failed: \[n1\] \(item=None\) => \{"censored": [^}]*"msg")"),
                    HasSubstr(why), Not(HasSubstr("canary4711"))));
}

}  // namespace
}  // namespace provisioner::cli
