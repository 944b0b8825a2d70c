// Whether addresses for services are nobody else's.

#include "provisioner/platform/profile/address_pools.h"

#include <gtest/gtest.h>

#include "provisioner/base/value/read_yaml.h"

namespace provisioner::profile {
namespace {

std::string mistakes(const std::string& yaml, const std::string& wanted = "",
                     const std::vector<TakenAddress>& taken = {}) {
  base::Diagnostics diagnostics;
  check_pools(value::read_yaml(base::register_source("pools.yml", yaml), diagnostics), wanted,
              taken, diagnostics);
  std::string text;
  for (const base::Error& error : diagnostics.errors()) text += error.render() + "\n";
  return text;
}

TEST(AddressPools, MayBeRangesAndNetworks) {
  EXPECT_EQ(mistakes("- {name: a, visibility: inward, addresses: [10.0.0.200-10.0.0.219]}\n"
                     "- {name: b, visibility: external, addresses: [10.0.1.16/28]}\n",
                     "external", {{"10.0.0.199", "'n01'"}, {"10.0.1.32", "the API"}}),
            "");
}

TEST(AddressPools, HaveNoAddressOfANode) {
  EXPECT_EQ(mistakes("- {name: a, visibility: inward, addresses: [10.0.0.0/28]}\n", "",
                     {{"10.0.0.11", "'n01'"}}),
            "pools.yml:1:45: error: the pool 'a' has the address of 'n01': 10.0.0.11\n"
            "    1 | - {name: a, visibility: inward, addresses: [10.0.0.0/28]}\n"
            "      |                                             ^\n"
            "hint: two machines would answer for it\n");
}

TEST(AddressPools, HaveNothingInCommon) {
  EXPECT_NE(
      mistakes("- {name: a, visibility: inward, addresses: [10.0.0.1-10.0.0.9, 10.0.0.9/32]}\n")
          .find("'10.0.0.9/32' and '10.0.0.1-10.0.0.9' have addresses in common"),
      std::string::npos);
  EXPECT_NE(mistakes("- {name: a, visibility: inward, addresses: [10.0.0.1/32]}\n"
                     "- {name: a, visibility: inward, addresses: [10.0.0.2/32]}\n")
                .find("there are two pools 'a'"),
            std::string::npos);
}

TEST(AddressPools, SayWhatIsNoRange) {
  for (const char* text : {"10.0.0.1", "10.0.0.9-10.0.0.1", "10.0.0.1/33", "10.0.0.256/32",
                           "10.0.1/24", "fe80::/64", "10.0.0.1-", "/24", ""})
    EXPECT_NE(
        mistakes("- {name: a, visibility: inward, addresses: ['" + std::string(text) + "']}\n")
            .find("is no range of addresses"),
        std::string::npos)
        << text;
}

std::string asked(const std::string& address) {
  base::Diagnostics diagnostics;
  const value::Value said = value::read_yaml(
      base::register_source("asked.yml",
                            "pools: [{addresses: [10.0.0.1-10.0.0.9]}, {addresses: [10.0.1.0/30, "
                            "odd]}]\ningress_address: " +
                                address + "\n"),
      diagnostics);
  value::StrictDict all(&said, "", said, diagnostics);
  check_asked_address(all, "ingress_address", *said.find("pools"));
  std::string text;
  for (const base::Error& error : diagnostics.errors()) text += error.render();
  return text;
}

TEST(AddressPools, HaveWhatIsAskedForByName) {
  for (const char* address : {"10.0.0.9", "10.0.1.3", "\"\"", "10.0.0.900"})
    EXPECT_EQ(asked(address), "") << address;
  EXPECT_EQ(asked("10.0.0.10"),
            "asked.yml:2:18: error: '10.0.0.10' is in none of 'load_balancer_pools'\n"
            "    2 | ingress_address: 10.0.0.10\n"
            "      |                  ^\n"
            "hint: nobody gets an address that no pool has");
}

TEST(AddressPools, AreForSomebody) {
  EXPECT_NE(mistakes("- {name: a, addresses: [10.0.0.1/32]}\n").find("the pool 'a' is for whom?"),
            std::string::npos);
  EXPECT_NE(mistakes("- {name: a, visibility: inward, addresses: [10.0.0.1/32]}\n", "external")
                .find("no pool of addresses is for what is 'external'"),
            std::string::npos);
}

}  // namespace
}  // namespace provisioner::profile
