#include "provisioner/language/inventory/effective_node.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "provisioner/language/inventory/addresses.h"
#include "provisioner/language/inventory/check.h"
#include "provisioner/language/inventory/closed_surroundings.h"
#include "tests/inventory/loaded.h"

namespace provisioner::inventory {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class EffectiveNode : public testing::Test {
 protected:
  Node node(const std::string& name) { return effective_node(loaded.load(), templar_, name); }

  Loaded loaded;

 private:
  ClosedSurroundings surroundings_;
  jinja::Templar templar_{surroundings_};
};

TEST_F(EffectiveNode, MergesDictsMemberByMember) {
  loaded.file("hosts.yml", "web:\n  hosts:\n    n1: {hardware: {serial: A1, sockets: 4}}\n")
      .file("group_vars/web.yml", "hardware: {vendor: Dell, sockets: 2}\n");
  const Node n1 = node("n1");
  EXPECT_EQ(n1.hardware.vendor, "Dell");
  EXPECT_EQ(n1.hardware.serial, "A1");
  EXPECT_EQ(n1.hardware.sockets, 4);
}

TEST_F(EffectiveNode, MergesListsByTheNamesOfTheirEntries) {
  loaded
      .file("hosts.yml",
            "web:\n  hosts:\n    n1:\n      disks: [{name: data, serial: B}, {name: extra}]\n")
      .file("group_vars/web.yml",
            "disks: [{name: system, slot: 0}, {name: data, slot: 1, use: data}]\n");
  const Node n1 = node("n1");
  ASSERT_EQ(n1.disks.size(), 3U);
  EXPECT_EQ(n1.disks[0].name, "system");
  EXPECT_EQ(n1.disks[1].serial, "B");
  EXPECT_EQ(n1.disks[1].slot, 1);
  EXPECT_EQ(n1.disks[1].use, Disk::Use::data);
  EXPECT_EQ(n1.disks[2].name, "extra");
}

TEST_F(EffectiveNode, TakesAPlainTextForTheHardwaresSpecification) {
  loaded.file("hosts.yml", "web:\n  hosts:\n    n1: {hardware: reference}\n")
      .file("group_vars/web.yml", "provisioner_schema: 1\nhardware: {vendor: Dell, spec: old}\n");
  const Node n1 = node("n1");
  EXPECT_EQ(n1.hardware.spec, "reference");
  EXPECT_EQ(n1.hardware.spec_pos.text(), "hosts.yml:3:20");
  EXPECT_EQ(n1.hardware.vendor, "Dell");
}

TEST_F(EffectiveNode, KnowsWhereCablesLead) {
  loaded.file("hosts.yml",
              "web:\n  hosts:\n    n1: {network: {interfaces: [{name: eno1, switch: tor1, port: "
              "Eth1/7}]}}\n");
  const Node n1 = node("n1");
  EXPECT_EQ(n1.network.interfaces.at(0).switch_name, "tor1");
  EXPECT_EQ(n1.network.interfaces.at(0).port, "Eth1/7");
}

TEST_F(EffectiveNode, ReplacesListsOfPlainValues) {
  loaded.file("hosts.yml", "web:\n  hosts:\n    n1: {roles: [control]}\n")
      .file("group_vars/web.yml", "roles: [worker, ingress]\n");
  EXPECT_THAT(node("n1").roles, ElementsAre("control"));
}

TEST_F(EffectiveNode, EvaluatesTemplatesWithTheVariablesOfTheInventory) {
  loaded.file("hosts.yml", "web:\n  hosts:\n    n1: {number: 1}\n    n2: {number: 2}\n")
      .file("group_vars/web.yml",
            "roles: \"{{ group_names | map('replace', 'web', 'worker') | list }}\"\n"
            "peers: \"{{ groups['web'] | difference([inventory_hostname]) }}\"\n"
            "network:\n"
            "  hostname: \"{{ inventory_hostname }}\"\n"
            "  interfaces:\n"
            "    - {name: eno1, mtu: \"{{ number * 1000 }}\",\n"
            "       addresses: [\"10.0.0.{{ hostvars[peers[0]].number }}/24\"]}\n");
  const Node n2 = node("n2");
  EXPECT_THAT(n2.roles, ElementsAre("worker"));
  EXPECT_EQ(n2.network.hostname, "n2");
  EXPECT_EQ(n2.network.interfaces.at(0).mtu, 2000);
  EXPECT_THAT(n2.network.interfaces.at(0).addresses, ElementsAre("10.0.0.1/24"));
}

TEST_F(EffectiveNode, SaysWhichTemplateCannotBeEvaluated) {
  loaded.file("hosts.yml", "web:\n  hosts:\n    n1:\n      hardware: {serial: \"{{ tag }}\"}\n");
  EXPECT_THROW(node("n1"), base::Error);
}

TEST_F(EffectiveNode, SaysThatVariablesNeedEachOther) {
  loaded.file("hosts.yml",
              "web:\n  hosts:\n    n1: {x: \"{{ hostvars.n2.x }}\", roles: [\"{{ x }}\"]}\n"
              "    n2: {x: \"{{ hostvars.n1.x }}\"}\n");
  EXPECT_THROW(node("n1"), base::Error);
}

TEST_F(EffectiveNode, SaysHowItsBmcIsReached) {
  const std::string pin = "sha256//" + std::string(43, 'A') + "=";
  loaded.file("hosts.yml",
              "web:\n  hosts:\n    n1:\n      bmc:\n        address: redfish+https://10.0.0.1\n"
              "        verify_certificate: false\n        pinned_key: " + pin + "\n");
  const Node n1 = node("n1");
  EXPECT_EQ(n1.bmc->address, "redfish+https://10.0.0.1");
  EXPECT_EQ(n1.bmc->pinned_key, pin);
  EXPECT_FALSE(n1.bmc->verify_certificate);
}

TEST(ReadUrl, GivesTheParts) {
  const auto url = read_url("ipmi://[2001:db8::1]:6230/a/b?cipher=3&pause=1");
  EXPECT_EQ(url->host + " " + url->port + " " + url->path + " " + url->query,
            "2001:db8::1 6230 /a/b cipher=3&pause=1");
  EXPECT_EQ(read_url("libvirt://n4?uri=qemu:///system")->query, "uri=qemu:///system");
  EXPECT_FALSE(read_url("redfish://root:calvin@10.0.0.5"));
}

TEST(MissingCapabilities, TakesWordsAndEntries) {
  const value::Value lab = value::Dict{
      {"cannot",
       value::List{"bond", value::Dict{{"capability", "vlan"}, {"because", "no driver"}}}}};
  const auto missing = missing_capabilities(lab);
  ASSERT_EQ(missing.size(), 2U);
  EXPECT_EQ(missing[0].capability, "bond");
  EXPECT_EQ(missing[1].because, "no driver");
}

TEST_F(EffectiveNode, SaysHowLargeItsVirtualMachineIs) {
  loaded.file("hosts.yml",
              "all:\n  vars: {provisioner_schema: 1, size: 3072}\n  hosts:\n    n1: {lab: {processors: 2, "
              "memory_mib: \"{{ size }}\"}}\n    n2:\n");
  EXPECT_EQ(node("n1").virtual_size.memory_mib, 3072);
  EXPECT_EQ(node("n1").virtual_size.processors, 2);
  EXPECT_EQ(node("n2").virtual_size.memory_mib, 512);
  EXPECT_EQ(node("n2").virtual_size.processors, 1);
}

// The site of this repository, as it is and as a lab.
class ReferenceSite : public testing::Test {
 protected:
  Inventory load(std::vector<std::string> layers) {
    for (std::string& layer : layers) layer = PROJECT_DIRECTORY "/inventory/" + layer;
    return Inventory::load({layers, std::nullopt}, {}, diagnostics);
  }
  Node node(const std::string& name) { return effective_node(load({"reference"}), templar_, name); }

  base::Diagnostics diagnostics;
  ClosedSurroundings surroundings_;
  jinja::Templar templar_{surroundings_};
};

TEST_F(ReferenceSite, IsWithoutMistakes) {
  const Inventory inventory = load({"reference"});
  check(inventory, templar_, diagnostics);
  EXPECT_THAT(diagnostics.errors(), IsEmpty());
  EXPECT_THAT(diagnostics.warnings(), IsEmpty());
  EXPECT_EQ(inventory.host_names().size(), 20U);
}

TEST_F(ReferenceSite, IsWithoutMistakesAsALab) {
  const Inventory inventory = load({"reference", "lab"});
  EXPECT_THAT(diagnostics.errors(), IsEmpty());
  EXPECT_EQ(effective_node(inventory, templar_, "n20").cannot.size(), 8U);
}

TEST_F(ReferenceSite, IsWithoutMistakesAsAClusterOnMachines) {
  const Inventory inventory = load({"reference", "lab", "lab-machines"});
  EXPECT_THAT(diagnostics.errors(), IsEmpty());
  EXPECT_EQ(effective_node(inventory, templar_, "n01").virtual_size.memory_mib, 3072);
  EXPECT_EQ(effective_node(inventory, templar_, "n06").virtual_size.memory_mib, 2048);
  EXPECT_THAT(effective_node(inventory, templar_, "n01").roles, ElementsAre("control", "registry"));
}

TEST_F(ReferenceSite, HasTheNodesOfTheSite) {
  const Inventory inventory = load({"reference"});
  EXPECT_EQ(inventory.hosts_of("control").size(), 3U);
  EXPECT_THAT(inventory.hosts_of("registry"), ElementsAre("n04"));
  EXPECT_THAT(inventory.hosts_of("bastion"), ElementsAre("n05"));
  EXPECT_EQ(inventory.hosts_of("worker").size(), 15U);
  EXPECT_THAT(inventory.hosts_of("qserv"), ElementsAre("n18", "n19", "n20"));
}

TEST_F(ReferenceSite, DescribesANodeWhole) {
  const Node n18 = node("n18");
  EXPECT_EQ(n18.hardware.sockets, 2);
  EXPECT_EQ(n18.hardware.cores_per_socket, 16);
  EXPECT_EQ(n18.hardware.memory_gib, 192);
  EXPECT_EQ(n18.bmc->address, "redfish://10.20.0.28");
  EXPECT_EQ(n18.disks.at(1).wwn, "0x5000c500a1001812");
  EXPECT_THAT(n18.roles, ElementsAre("qserv", "worker"));
  EXPECT_EQ(n18.network.vlans.size(), 3U);
  EXPECT_EQ(n18.mounts.back().path, "/gpfs");
  EXPECT_EQ(n18.mounts.back().state, Mount::State::present);
}

}  // namespace
}  // namespace provisioner::inventory
