// One more machine: what it cannot have, since another has it.

#include "provisioner/language/inventory/check_newcomer.h"

#include <gtest/gtest.h>

#include "provisioner/language/inventory/closed_surroundings.h"
#include "tests/inventory/loaded.h"

namespace provisioner::inventory {
namespace {

using value::Dict;
using value::List;

class Newcomer : public testing::Test {
 protected:
  Newcomer() {
    loaded_.file("hosts.yml",
                 "all:\n"
                 "  hosts:\n"
                 "    n07:\n"
                 "      ansible_host: 10.21.0.7\n"
                 "      hardware: {serial: 9XK07}\n"
                 "      deploy: {address: 10.78.0.107/24}\n"
                 "      bmc: {address: \"ipmi://10.20.0.7\", mac: \"00:00:5e:00:53:b7\"}\n"
                 "      network:\n"
                 "        hostname: web7\n"
                 "        interfaces:\n"
                 "        - {name: eno1, mac: \"00:00:5E:00:53:07\"}\n");
  }

  std::string told(const std::string& name, const std::string& mac, const std::string& address) {
    const Inventory inventory = loaded_.load();
    const Dict keys{
        {"network", Dict{{"hostname", name},
                         {"interfaces", List{Dict{{"name", "boot"},
                                                  {"mac", mac},
                                                  {"addresses", List{address}}}}}}}};
    return told(inventory, name, keys);
  }
  std::string told(const Inventory& inventory, const std::string& name, const Dict& keys) {
    const ClosedSurroundings surroundings;
    const jinja::Templar templar(surroundings);
    base::Diagnostics found;
    check_newcomer(inventory, templar, name, keys, found);
    return found.has_errors() ? found.render() : "";
  }

  Loaded loaded_;
};

TEST_F(Newcomer, MayComeWhereNothingIsAnothers) {
  EXPECT_EQ(told("n21", "00:00:5e:00:53:f1", "10.78.0.121/24"), "");
}

TEST_F(Newcomer, HasANameOfItsOwn) {
  EXPECT_EQ(told("N07", "00:00:5e:00:53:f1", "10.78.0.121/24"),
            "hosts.yml:3:5: error: there is a host 'n07' already\n"
            "    3 |     n07:\n"
            "      |     ^\n\n"
            "1 error");
  EXPECT_EQ(told("web7", "00:00:5e:00:53:f1", "10.78.0.121/24"),
            "error: web7: the host name 'web7' is n07's\n"
            "hosts.yml:9:19: n07 has it here\n\n"
            "1 error");
}

TEST_F(Newcomer, IsNoGroup) {
  loaded_.file("hosts.yml", "rack1: {hosts: {n07: }}\n");
  const std::string hint = "\nhint: whoever names the one would mean the other too\n\n1 error";

  EXPECT_EQ(told("all", "00:00:5e:00:53:f1", "10.78.0.121/24"),
            "error: there is a group 'all'" + hint);
  EXPECT_EQ(told("rack1", "00:00:5e:00:53:f1", "10.78.0.121/24"),
            "error: there is a group 'rack1'" + hint);
  EXPECT_EQ(told("localhost", "00:00:5e:00:53:f1", "10.78.0.121/24"),
            "error: 'localhost' is this machine itself\n\n1 error");
}

TEST_F(Newcomer, HasAMacOfItsOwn) {
  EXPECT_EQ(told("n21", "00:00:5e:00:53:07", "10.78.0.121/24"),
            "error: n21: the MAC address '00:00:5e:00:53:07' is n07's\n"
            "hosts.yml:11:29: n07 has it here\n\n"
            "1 error");
  EXPECT_NE(told("n21", "00:00:5e:00:53:b7", "10.78.0.121/24").find("is n07's"),
            std::string::npos);
}

TEST_F(Newcomer, HasAnAddressOfItsOwn) {
  EXPECT_EQ(told("n21", "00:00:5e:00:53:f1", "10.78.0.107/24"),
            "error: n21: the address '10.78.0.107' is n07's\n"
            "hosts.yml:6:25: n07 has it here\n\n"
            "1 error");
  EXPECT_NE(told("n21", "00:00:5e:00:53:f1", "10.21.0.7/24").find("hosts.yml:4:21: n07 has it"),
            std::string::npos);
  EXPECT_NE(told("n21", "00:00:5e:00:53:f1", "10.20.0.7/24").find("is n07's"), std::string::npos);
}

TEST_F(Newcomer, IsNoMachineThatIsThereAlready) {
  const Inventory inventory = loaded_.load();

  EXPECT_EQ(told(inventory, "n21", {{"hardware", Dict{{"serial", "9XK07"}}}}),
            "error: n21: the serial number '9XK07' is n07's\n"
            "hosts.yml:5:26: n07 has it here\n\n"
            "1 error");
}

TEST_F(Newcomer, IsNotToldOfWhatTheOthersHaveTwice) {
  loaded_.file("hosts2.yml", "all: {hosts: {n08: {hardware: {serial: 9XK07}}}}\n");
  const Inventory inventory = loaded_.load();

  EXPECT_EQ(told(inventory, "n21", {{"hardware", Dict{{"serial", "9XK21"}}}}), "");
}

}  // namespace
}  // namespace provisioner::inventory
