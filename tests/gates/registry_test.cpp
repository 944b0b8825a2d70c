#include "provisioner/platform/gates/registry.h"

#include <gtest/gtest.h>

namespace provisioner::gates {
namespace {

const std::string place = "registry.example.org:5000";

RegistryAnswers as_a_registry_should() {
  return {.pushed = {},
          .beside = "500",
          .to_own = "401",
          .promoted = {},
          .read = {},
          .is_signed = true};
}

std::vector<std::string> causes(const RegistryAnswers& answers) {
  std::vector<std::string> texts;
  for (const Line& line : lines_of(answers, place))
    if (line.kind == Line::Kind::wrong) texts.push_back(line.why);
  return texts;
}

using Causes = std::vector<std::string>;

TEST(RegistryGate, PassesTheWayOfAnImage) {
  EXPECT_EQ(causes(as_a_registry_should()), Causes());
  EXPECT_EQ(judge_lines({.lines = lines_of(as_a_registry_should(), place)}).result, Result::passed);
}

TEST(RegistryGate, FindsARobotThatMayNot) {
  RegistryAnswers answers = as_a_registry_should();
  answers.pushed = "the registry refuses us: 401";
  answers.promoted = "never tried";
  EXPECT_EQ(causes(answers),
            Causes{"a robot of CI cannot push to incoming/: the registry refuses us: 401"});
}

TEST(RegistryGate, FindsARobotThatMayTooMuch) {
  RegistryAnswers answers = as_a_registry_should();
  answers.beside = {};
  answers.to_own = {};
  EXPECT_EQ(causes(answers),
            (Causes{"a robot of CI may push to vetted/ of what comes in: images come to nodes that "
                    "nobody has looked into",
                    "a robot of CI may push to vetted/ of registry.example.org:5000: images come "
                    "to nodes that nobody has looked into"}));
}

TEST(RegistryGate, FindsAPromotionThatFailsOrIsNotSigned) {
  RegistryAnswers answers = as_a_registry_should();
  answers.promoted = "the disk is full";
  EXPECT_EQ(causes(answers), Causes{"an image is not promoted to vetted/: the disk is full"});
  answers.promoted = {};
  answers.read = "404";
  answers.is_signed = false;
  EXPECT_EQ(causes(answers),
            (Causes{"what was promoted to vetted/ nodes cannot read: 404",
                    "what was promoted to vetted/ has no signature of the site's"}));
}

TEST(RegistryLog, KnowsNodesByTheirAddresses) {
  const std::string addresses_of_1 = "address 10.0.0.1\naddress 2001:db8::1\n";
  const std::string addresses_of_6 = "address 10.0.0.6\naddress 10.9.0.6\n";
  using Nodes = std::vector<std::string>;
  EXPECT_EQ(nodes_in_log({{"n01", addresses_of_1 + "client 10.9.0.6\nclient 192.0.2.7\n"},
                          {"n06", addresses_of_6},
                          {"n07", "address 10.0.0.7\n"}}),
            Nodes{"n06"});
  EXPECT_EQ(nodes_in_log({{"n01", addresses_of_1 + "client 2001:db8::1\n"},
                          {"n06", addresses_of_6 + "client 10.0.0.6\n"}}),
            (Nodes{"n01", "n06"}));
  EXPECT_EQ(nodes_in_log({{"n01", addresses_of_1}, {"n06", addresses_of_6}}), Nodes());
}

TEST(RegistryLog, KnowsTheRegistrysOwnNodeOnItsLoopback) {
  using Nodes = std::vector<std::string>;
  EXPECT_EQ(nodes_in_log({{"n01", "address 10.0.0.1\nclient 127.0.0.1\n"},
                          {"n02", "address 10.0.0.2\nclient ::1\n"},
                          {"n06", "address 10.0.0.6\n"}}),
            (Nodes{"n01", "n02"}));
}

}  // namespace
}  // namespace provisioner::gates
