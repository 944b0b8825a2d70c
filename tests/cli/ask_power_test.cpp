// BMCs that are asked for their machines' power.

#include "provisioner/front/cli/ask_power.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "ipmitool_double.h"

namespace provisioner::cli {
namespace {

using std::chrono::milliseconds;

class AskedPower : public testing::Test {
 protected:
  static NamedNode node(const std::string& name, const std::string& address) {
    NamedNode node{.name = name};
    node.node.name = name;
    node.node.bmc.emplace().address = "ipmi://" + address + "?pause=0";
    return node;
  }

  Desk desk_;
  IpmitoolDouble bmcs_{desk_};
};

TEST_F(AskedPower, IsOfEachNodeInTheirOrder) {
  bmcs_.switch_to("10.0.0.1", "on");
  bmcs_.switch_to("10.0.0.2", "off");

  const auto said = ask_power({node("n1", "10.0.0.1"), node("n2", "10.0.0.2")},
                              patience_of_a_look());

  EXPECT_EQ(said[0].power, metal::Power::on);
  EXPECT_EQ(said[1].power, metal::Power::off);
  EXPECT_FALSE(said[0].problem || said[1].problem || said[0].warning || said[1].warning);
}

TEST_F(AskedPower, IsAProblemWhereNobodyAnswers) {
  const auto said = ask_power({node("n1", "10.0.0.1"), NamedNode{.name = "n2"}},
                              {.whole = milliseconds(300),
                               .answer = milliseconds(300),
                               .interval = milliseconds(50)});

  EXPECT_EQ(said[0].power, metal::Power::unknown);
  EXPECT_THAT(said[0].problem->message(),
              testing::HasSubstr("the BMC at 10.0.0.1 does not answer"));
  EXPECT_THAT(said[1].problem->message(), testing::HasSubstr("the inventory names no BMC"));
}

}  // namespace
}  // namespace provisioner::cli
