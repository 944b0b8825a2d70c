// Names that a bundle asks the site's name servers to know.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "provisioner/platform/handoff/parts.h"
#include "sites.h"

namespace provisioner::handoff {
namespace {

using profile::Owner;
using testing::HasSubstr;
using testing::Not;

Instance without_address(const std::string& more = {}) {
  std::string variables = gen3_variables;
  const std::string said = "ingress_address: 10.23.0.200\n";
  variables.erase(variables.find(said), said.size());
  return instance_with("gen3", variables + more);
}

void give(Instance& instance, Owner ingress) {
  for (profile::Ownership& one : instance.owners.components)
    if (one.component == "ingress") one.owner = ingress;
}

TEST(Names, OfPagesLeadToTheAddressThatTheInventorySays) {
  Instance instance = instance_with("gen3", gen3_variables);
  instance.ingress_addresses = {"10.23.0.207"};
  EXPECT_EQ(network_files(instance).at("network/dns.yaml"),
            "# Names that the site's name servers should know; dns.zone has the same for BIND.\n"
            "records:\n"
            "  - {name: data.example.org, type: A, value: \"10.23.0.200\", for: \"pages of the "
            "platform\"}\n"
            "  - {name: \"*.data.example.org\", type: A, value: \"10.23.0.200\", for: \"pages of "
            "the platform\"}\n");
}

TEST(Names, OfPagesLeadToTheAddressThatTheLoadBalancerGave) {
  Instance instance = without_address("  hostname: commons.example.org\n");
  instance.ingress_addresses = {"10.23.0.207"};
  EXPECT_EQ(network_files(instance).at("network/dns.zone"),
            "; Names that the site's name servers should know.\n"
            "data.example.org. 3600 IN A 10.23.0.207  ; pages of the platform\n"
            "*.data.example.org. 3600 IN A 10.23.0.207  ; pages of the platform\n"
            "commons.example.org. 3600 IN A 10.23.0.207  ; pages of the platform\n");
}

TEST(Names, OfPagesOnPortsOfNodesLeadToEach) {
  Instance instance = without_address();
  instance.ingress_addresses = {"10.23.0.11", "10.23.0.12"};
  const std::string zone = network_files(instance).at("network/dns.zone");
  EXPECT_THAT(zone, HasSubstr("\ndata.example.org. 3600 IN A 10.23.0.11 "));
  EXPECT_THAT(zone, HasSubstr("\ndata.example.org. 3600 IN A 10.23.0.12 "));
}

// A layer below may be another platform's, with its nodes and what its variables say.
TEST(Names, OfPagesLeadToNoOtherPlatformsAddress) {
  const Instance instance =
      instance_with("gen3",
                    "instance_domain: data.example.org\ningress_address: 10.23.0.200\n"
                    "phalanx: {address: 192.0.2.10}\n");
  const std::string zone = network_files(instance).at("network/dns.zone");
  EXPECT_THAT(zone, HasSubstr("10.23.0.200"));
  EXPECT_THAT(zone, Not(HasSubstr("192.0.2.10")));
}

TEST(Names, OfAnotherPlatformLeadNowhere) {
  const Instance instance = instance_with(
      "phalanx", std::string(phalanx_variables) + "gen3: {hostname: commons.example.org}\n");
  EXPECT_THAT(network_files(instance).at("network/dns.zone"),
              Not(HasSubstr("commons.example.org")));
}

TEST(Names, WithoutAnAddressSayWhy) {
  const Files files = network_files(without_address());
  const std::string why = "no node of the cluster has told at which address the ingress is";
  EXPECT_EQ(files.at("network/dns.zone"),
            "; Names that the site's name servers should know.\n"
            "; data.example.org. is not known yet: " +
                why + "\n; *.data.example.org. is not known yet: " + why + "\n");
  EXPECT_THAT(files.at("network/dns.yaml"),
              HasSubstr("\nrecords: []\nnot_known_yet:\n  - name: data.example.org\n"));
  Instance theirs = without_address();
  give(theirs, Owner::site);
  const std::string zone = network_files(theirs).at("network/dns.zone");
  EXPECT_THAT(zone,
              HasSubstr("; data.example.org. is not known yet: the ingress is the site's, and "
                        "'ingress_address' does not say where it is\n"));
  EXPECT_THAT(zone, Not(HasSubstr("*.")));
}

TEST(Names, OfPagesLackAnAddressUntilSomebodySaysIt) {
  Instance instance = without_address();
  EXPECT_TRUE(lacks_address_of_pages(instance));
  instance.ingress_addresses = {"10.23.0.207"};
  EXPECT_FALSE(lacks_address_of_pages(instance));
  EXPECT_FALSE(lacks_address_of_pages(instance_with("gen3", gen3_variables)));
  EXPECT_FALSE(lacks_address_of_pages(instance_with("plain", "{}")));
}

TEST(Names, AreNoneOfPagesWhereNobodyHasAnIngress) {
  Instance instance = without_address();
  give(instance, Owner::absent);
  EXPECT_EQ(network_files(instance).at("network/dns.zone"),
            "; Names that the site's name servers should know.\n");
}

}  // namespace
}  // namespace provisioner::handoff
