#include "provisioner/language/inventory/check.h"

#include <gtest/gtest.h>

#include "provisioner/language/inventory/closed_surroundings.h"
#include "tests/inventory/loaded.h"

namespace provisioner::inventory {
namespace {

class Check : public testing::Test {
 protected:
  std::string told() {
    const ClosedSurroundings surroundings;
    const jinja::Templar templar(surroundings);
    const Inventory inventory = loaded.load();
    check(inventory, templar, loaded.diagnostics);
    return loaded.told();
  }

  Loaded loaded;
};

TEST_F(Check, HasNothingToSayAboutAPlainInventory) {
  loaded.file("hosts", "[web]\nn1 ansible_host=10.0.0.1\nn2 ansible_host=10.0.0.2\n")
      .file("group_vars/web.yml", "network: x\nroles: [a]\nport: 80\n")
      .file("host_vars/n1/main.yml", "port: 81\n");
  EXPECT_EQ(told(), "");
}

TEST_F(Check, NamesFilesThatBelongToNobody) {
  loaded.file("hosts", "[web]\nn1\n")
      .file("group_vars/wbe.yml", "a: 1\n")
      .file("host_vars/n11/a.yml", "a: 1\n");
  EXPECT_EQ(told(),
            "warning: 'group_vars/wbe.yml' is not read: there is no group 'wbe'\n"
            "hint: did you mean 'web'?\n"
            "warning: 'host_vars/n11' is not read: there is no host 'n11'\n"
            "hint: did you mean 'n1'?\n");
}

TEST_F(Check, NamesAFileThatAFolderHides) {
  loaded.file("hosts", "[web]\nn1\n")
      .file("group_vars/web.yml", "a: 1\n")
      .file("group_vars/web/main.yml", "b: 1\n");
  EXPECT_EQ(told(),
            "warning: 'group_vars/web.yml' is not read: 'group_vars/web' is\n"
            "hint: put both into a folder 'web'\n");
}

TEST_F(Check, NamesHostsWithoutAnAddressBesideSuchWithOne) {
  loaded.file("hosts", "n1 ansible_host=10.0.0.1\nn2\n10.0.0.3\nlocal ansible_connection=local\n");
  EXPECT_EQ(told(),
            "hosts:2:1: warning: n2 has no ansible_host, while other hosts have one\n"
            "    2 | n2\n"
            "      | ^\n"
            "hint: without it the name itself is looked up\n");
}

TEST_F(Check, NamesHostsThatShareAnAddress) {
  loaded.file("hosts",
              "n1 ansible_host=10.0.0.1\nn2 ansible_host=10.0.0.1\n"
              "n3 ansible_host=10.0.0.1 ansible_port=23\n");
  EXPECT_EQ(told(),
            "hosts:2:17: warning: n2: ansible_host '10.0.0.1' is also that of n1\n"
            "    2 | n2 ansible_host=10.0.0.1\n"
            "      |                 ^\n");
}

TEST_F(Check, NamesPortsThatAreNone) {
  loaded.file("hosts", "n1 ansible_port=abc\nn2 ansible_port=70000\nn3 ansible_port=22\n");
  EXPECT_EQ(told(),
            "hosts:1:17: error: ansible_port 'abc' is no port\n"
            "    1 | n1 ansible_port=abc\n"
            "      |                 ^\n"
            "hint: a port is 1 to 65535\n"
            "\n"
            "hosts:2:17: error: ansible_port '70000' is no port\n"
            "    2 | n2 ansible_port=70000\n"
            "      |                 ^\n"
            "hint: a port is 1 to 65535\n"
            "\n"
            "2 errors");
}

TEST_F(Check, NamesTemplatesOfNodeKeysThatCannotBeEvaluated) {
  loaded.file("hosts.yml",
              "all:\n  vars: {provisioner_schema: 1}\n  hosts:\n"
              "    n1:\n      hardware: {serial: \"{{ asset }}\"}\n");
  EXPECT_EQ(told(),
            "hosts.yml:5:30: warning: 'hardware' cannot be evaluated: 'asset' is undefined\n"
            "    5 |       hardware: {serial: \"{{ asset }}\"}\n"
            "      |                              ^\n");
}

TEST_F(Check, NamesNodeKeysOfWhichPlaybooksSeeAPart) {
  loaded.file("hosts.yml",
              "all:\n  vars: {provisioner_schema: 1, hardware: {vendor: Dell}}\n  hosts:\n"
              "    n1: {hardware: {serial: A1}}\n    n2:\n");
  EXPECT_EQ(told(),
            "hosts.yml:4:20: warning: n1: several layers set 'hardware': they are merged for the "
            "machine itself, playbooks see this one alone\n"
            "    4 |     n1: {hardware: {serial: A1}}\n"
            "      |                    ^\n"
            "hint: provisioner inventory explain n1 hardware\n");
}

TEST_F(Check, NamesAddressesOfBmcsThatNoDriverTakes) {
  loaded.file("hosts.yml",
              "all:\n  vars: {provisioner_schema: 1}\n  hosts:\n"
              "    n1: {bmc: {address: \"redfish://10.0.0.1:99999\"}}\n"
              "    n2: {bmc: {address: \"redfish://10.0.0.2?foo=1\"}}\n");
  EXPECT_EQ(told(),
            "hosts.yml:4:25: error: the port in the BMC's URL 'redfish://10.0.0.1:99999' must be 1 "
            "to 65535, not 99999\n"
            "    4 |     n1: {bmc: {address: \"redfish://10.0.0.1:99999\"}}\n"
            "      |                         ^\n\n"
            "hosts.yml:5:25: error: the BMC's URL 'redfish://10.0.0.2?foo=1' has an unknown word "
            "'foo'\n"
            "    5 |     n2: {bmc: {address: \"redfish://10.0.0.2?foo=1\"}}\n"
            "      |                         ^\n"
            "hint: known here are pause\n\n2 errors");
}

TEST_F(Check, AsksForTheDeclarationWhereNodesAreDescribed) {
  loaded.file("hosts.yml",
              "web:\n  hosts:\n    n1: {hardware: {colour: red}, bmc: {address: x}}\n");
  EXPECT_EQ(told(),
            "hosts.yml:3:5: warning: keys that describe nodes are not checked in this inventory\n"
            "    3 |     n1: {hardware: {colour: red}, bmc: {address: x}}\n"
            "      |     ^\n"
            "hint: group 'all' has to declare them: provisioner_schema: 1\n");
}

TEST_F(Check, ShowsNoLineOfWhatWasUnderAVault) {
  loaded.file("hosts", "[web]\nn1\n").file("group_vars/web.yml", "$ANSIBLE_VAULT;1.1;AES256\n61\n");
  base::Diagnostics diagnostics;
  const auto open_vault = [](std::string_view, base::Pos) -> std::string {
    return "token: 1\ntoken: deep-secret\n";
  };
  Inventory::load({{"hosts"}, std::nullopt}, open_vault, diagnostics);
  ASSERT_EQ(diagnostics.warnings().size(), 1U);
  EXPECT_EQ(diagnostics.warnings().front().render("warning"),
            "group_vars/web.yml:2:1: warning: the key 'token' stands here a second time, the last "
            "one counts\ngroup_vars/web.yml:1:1: it stood here before");
}

}  // namespace
}  // namespace provisioner::inventory
