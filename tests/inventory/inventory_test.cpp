#include "provisioner/language/inventory/inventory.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/inventory/loaded.h"

namespace provisioner::inventory {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using value::Value;

std::string text(const Inventory& inventory, const std::string& host, const char* name) {
  const Value* value = inventory.variables(host).find(name);
  return value == nullptr ? "(none)" : value::Dict::key_text(*value);
}

TEST(Inventory, ReadsGroupsOfYaml) {
  Loaded loaded;
  loaded.file("hosts.yml",
              "all:\n  hosts:\n    a:\n  children:\n    web:\n      hosts:\n        n[01:02]:\n"
              "      children:\n        cache:\n          hosts:\n            c1: {x: 1}\n");
  const Inventory inventory = loaded.load();
  EXPECT_THAT(inventory.hosts_of("web"), ElementsAre("n01", "n02", "c1"));
  EXPECT_THAT(inventory.hosts_of("ungrouped"), ElementsAre("a"));
  EXPECT_THAT(inventory.host("c1")->groups, ElementsAre("web", "cache"));
}

TEST(Inventory, ReadsValuesOfIniAsPythonDoes) {
  Loaded loaded;
  loaded.file("hosts",
              "[web]\nn1 a=True b=true c=0644 d=None e='two words' f=\"['x', 1]\"\n"
              "[web:vars]\ng=5 # five\nh=0x1f\n");
  const Inventory inventory = loaded.load();
  EXPECT_TRUE(inventory.variables("n1").find("a")->is_boolean());
  EXPECT_EQ(text(inventory, "n1", "b"), "true");
  EXPECT_TRUE(inventory.variables("n1").find("b")->is_string());
  EXPECT_EQ(text(inventory, "n1", "c"), "0644");
  EXPECT_TRUE(inventory.variables("n1").find("d")->is_none());
  EXPECT_EQ(text(inventory, "n1", "e"), "two words");
  EXPECT_TRUE(inventory.variables("n1").find("f")->is_list());
  EXPECT_EQ(text(inventory, "n1", "g"), "5");
  EXPECT_EQ(inventory.variables("n1").find("h")->integer(), 31);
}

TEST(Inventory, ReadsNoLockThatLiesInItsDirectory) {
  Loaded loaded;
  loaded.file("hosts.d/nodes.yml", "all: {hosts: {n1: }}\n");
  loaded.file("hosts.d/images.lock", "format: 1\nimages: []\n");
  loaded.file("hosts.d/instances/main.lock", "from: qa\nkubernetes_version: v1.34.4\n");
  const Inventory inventory = loaded.load();
  EXPECT_EQ(loaded.told(), "");
  EXPECT_THAT(inventory.host_names(), ElementsAre("n1"));
}

TEST(Inventory, TakesPortsFromNames) {
  Loaded loaded;
  loaded.file("hosts", "n1:2222\n[2001:db8::1]:99\n2001:db8::2\n");
  const Inventory inventory = loaded.load();
  EXPECT_THAT(inventory.host_names(), ElementsAre("n1", "2001:db8::1", "2001:db8::2"));
  EXPECT_EQ(text(inventory, "n1", "ansible_port"), "2222");
  EXPECT_EQ(text(inventory, "2001:db8::2", "ansible_port"), "(none)");
}

// The host is in aaa (priority 5), zzz, and below parent in web.
class Strength : public testing::Test {
 protected:
  Strength() {
    loaded.file("hosts.yml",
                "all:\n  vars: {v: all}\n"
                "aaa:\n  vars: {v: aaa, ansible_group_priority: 5}\n  hosts: {n1: }\n"
                "zzz:\n  vars: {v: zzz}\n  hosts: {n1: }\n"
                "parent:\n  vars: {v: parent}\n  children:\n    web: {hosts: {n1: }}\n");
  }
  std::string winner() { return text(loaded.load(), "n1", "v"); }

  Loaded loaded;
};

TEST_F(Strength, OfPriorityBeatsTheName) { EXPECT_EQ(winner(), "aaa"); }

TEST_F(Strength, OfADeeperGroupBeatsPriority) {
  loaded.file("group_vars/aaa.yml", "v: aaa-file\n").file("group_vars/web.yml", "v: web\n");
  EXPECT_EQ(winner(), "web");
}

TEST_F(Strength, OfAFileForAllBeatsAGroupInASource) {
  loaded.file("group_vars/all.yml", "v: all-file\n");
  EXPECT_EQ(winner(), "all-file");
}

TEST_F(Strength, OfThePlaybooksFolderBeatsTheInventorys) {
  loaded.file("group_vars/zzz.yml", "v: beside\n").file("play/group_vars/zzz.yml", "v: play\n");
  EXPECT_EQ(winner(), "play");
}

TEST_F(Strength, OfAHostBeatsGroups) {
  loaded.file("play/group_vars/web.yml", "v: group\n").file("host_vars/n1/a.yml", "v: host\n");
  EXPECT_EQ(winner(), "host");
}

TEST_F(Strength, OfALaterSourceBeatsAnEarlierOne) {
  loaded.file("hosts2.yml", "web:\n  hosts:\n    n1: {v: second}\n")
      .file("hosts1.yml", "web:\n  hosts:\n    n1: {v: first}\n");
  EXPECT_EQ(winner(), "second");
}

struct PatternCase {
  const char* pattern;
  std::vector<std::string> hosts;
};

void PrintTo(const PatternCase& one, std::ostream* out) { *out << one.pattern; }

class Pattern : public testing::TestWithParam<PatternCase> {};

TEST_P(Pattern, SelectsHosts) {
  Loaded loaded;
  loaded.file("hosts", "[web]\nn[1:4]\n[db]\nn4\ndb.example.org\n");
  EXPECT_EQ(loaded.load().select(GetParam().pattern, loaded.diagnostics), GetParam().hosts);
  EXPECT_THAT(loaded.diagnostics.errors(), IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(
    Cases, Pattern,
    testing::Values(PatternCase{"web", {"n1", "n2", "n3", "n4"}}, PatternCase{"web:&db", {"n4"}},
                    PatternCase{"web:!db", {"n1", "n2", "n3"}}, PatternCase{"n3,n1", {"n3", "n1"}},
                    PatternCase{"web[0]", {"n1"}}, PatternCase{"web[-1]", {"n4"}},
                    PatternCase{"web[1:2]", {"n2", "n3"}},
                    PatternCase{"n*", {"n1", "n2", "n3", "n4"}},
                    PatternCase{"~n[12]", {"n1", "n2"}}, PatternCase{"*.org", {"db.example.org"}},
                    PatternCase{"localhost", {"localhost"}},
                    PatternCase{"!db", {"n1", "n2", "n3"}}));

TEST(Inventory, KnowsTheSourceThatNamedAHostFirst) {
  Loaded loaded;
  loaded.file("hosts/a.yml", "web: {hosts: {n1: }}\n").file("hosts2", "n1\nn2\n");
  const Inventory inventory = loaded.load();
  EXPECT_EQ(inventory.host("n1")->source, os::absolute("hosts/a.yml"));
  EXPECT_EQ(inventory.directory_of("n1"), os::absolute("hosts"));
  EXPECT_EQ(inventory.directory_of("n2"), os::absolute("."));
  EXPECT_EQ(inventory.directory_of("localhost"), std::nullopt);
}

TEST(Inventory, WarnsAboutPatternsThatMatchNothing) {
  Loaded loaded;
  loaded.file("hosts", "[web]\nn1\n");
  EXPECT_THAT(loaded.load().select("wbe", loaded.diagnostics), IsEmpty());
  EXPECT_EQ(loaded.diagnostics.warnings().size(), 1U);
}

TEST(Inventory, GrowsByAHost) {
  Loaded loaded;
  loaded.file("hosts", "[web]\nn1\n").file("group_vars/web.yml", "port: 80\n");
  const Inventory before = loaded.load();
  const Inventory after = before.with_host("n2", {"web", "fresh"}, value::Dict{{"x", 1}});
  EXPECT_THAT(before.hosts_of("web"), ElementsAre("n1"));
  EXPECT_THAT(after.hosts_of("fresh"), ElementsAre("n2"));
  EXPECT_EQ(text(after, "n2", "port"), "80");
  EXPECT_EQ(text(after, "n2", "x"), "1");
}

TEST(Inventory, GrowsByAMembership) {
  Loaded loaded;
  loaded.file("hosts", "[web]\nn1\n").file("group_vars/os_debian.yml", "family: apt\n");
  const Inventory after = loaded.load().with_group_member("os_debian", "n1", {"os"});
  EXPECT_THAT(after.host("n1")->groups, ElementsAre("os", "web", "os_debian"));
  EXPECT_EQ(text(after, "n1", "family"), "apt");
}

TEST(Inventory, LeavesVariablesOfAnyShapeAloneWithoutTheDeclaration) {
  Loaded loaded;
  loaded.file("hosts.yml",
              "web:\n  vars: {roles: a, network: x, disks: 5, bmc: [1], hardware: {colour: red}}\n"
              "  hosts: {n1: }\n");
  loaded.load();
  EXPECT_EQ(loaded.told(), "");
}

TEST(Inventory, TellsOnceOfAFileThatIsBesideInventoryAndPlaybook) {
  Loaded loaded;
  loaded.file("hosts", "[web]\nn1\n").file("group_vars/web.yml", "- a\n");
  Inventory::load({{"hosts"}, os::absolute(".")}, {}, loaded.diagnostics);
  EXPECT_EQ(loaded.told(),
            "group_vars/web.yml:1:1: error: a file of variables must be a dict, this is a list\n"
            "    1 | - a\n"
            "      | ^\n"
            "hint: write 'name: value' lines\n\n1 error");
}

}  // namespace
}  // namespace provisioner::inventory
