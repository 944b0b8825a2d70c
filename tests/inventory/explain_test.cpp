#include "provisioner/language/inventory/explain.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "provisioner/language/inventory/closed_surroundings.h"
#include "tests/inventory/loaded.h"

namespace provisioner::inventory {
namespace {

using testing::ElementsAre;

constexpr const char* site =
    "all:\n  vars: {port: 1}\n"
    "web:\n  vars: {port: 2, tls: {mode: strict}}\n"
    "  hosts:\n    n1: {port: 3}\n    n2:\n";

std::string explained(Loaded& loaded, const std::string& host, const std::string& key) {
  return explanation_text(explain(loaded.load(), host, key));
}

TEST(Explain, ShowsEachLayerAndMarksTheWinner) {
  Loaded loaded;
  loaded.file("hosts.yml", site)
      .file("group_vars/all.yml", "port: 4\n")
      .file("group_vars/web/10.yml", "port: 5\n")
      .file("host_vars/n1.yml", "other: 0\nport: 6\n");
  EXPECT_EQ(explained(loaded, "n1", "port"),
            "n1: port\n"
            "  hosts.yml:2:16 (group all)  1\n"
            "  hosts.yml:4:16 (group web)  2\n"
            "  group_vars/all.yml:1:7      4\n"
            "  group_vars/web/10.yml:1:7   5\n"
            "  hosts.yml:6:16 (host n1)    3\n"
            "* host_vars/n1.yml:2:7        6\n");
}

TEST(Explain, GoesIntoDictsAndLists) {
  Loaded loaded;
  loaded.file("hosts.yml",
              "web:\n  hosts:\n    n1:\n      disks:\n"
              "        - {name: system, slot: 0}\n        - {name: data, slot: 1}\n");
  const Inventory inventory = loaded.load();
  EXPECT_EQ(explain(inventory, "n1", "disks.1.slot").layers.back().value->integer(), 1);
  EXPECT_EQ(explain(inventory, "n1", "disks.data.slot").layers.back().value->integer(), 1);
}

TEST(Layers, SayWhoseTheyAre) {
  Loaded loaded;
  loaded.file("hosts.yml", site)
      .file("group_vars/all.yml", "port: 4\n")
      .file("group_vars/web/10.yml", "port: 5\n")
      .file("host_vars/n1.yml", "port: 6\n");
  std::string told;
  for (const Layer& layer : loaded.load().layers("n1"))
    told += layer.name + ": '" + layer.group + "'\n";
  EXPECT_EQ(told,
            "group all in hosts.yml: 'all'\ngroup web in hosts.yml: 'web'\n"
            "group_vars/all.yml: 'all'\ngroup_vars/web/10.yml: 'web'\n"
            "host n1 in hosts.yml: ''\nhost_vars/n1.yml: ''\n");
}

TEST(Explain, SaysThatAStrongerLayerReplacesTheWholeVariable) {
  Loaded loaded;
  loaded.file("hosts.yml", site).file("host_vars/n2.yml", "tls: {depth: 2}\n");
  EXPECT_EQ(explained(loaded, "n2", "tls.mode"),
            "n2: tls.mode\n"
            "  hosts.yml:4:31 (group web)  \"strict\"\n"
            "* host_vars/n2.yml:1:6        (not set: this layer replaces the variable)\n");
}

TEST(Explain, ShowsWhatTheWinnerComesTo) {
  Loaded loaded;
  loaded.file("hosts.yml", "web:\n  hosts:\n    n1: {x: \"{{ 1 + 1 }}\"}\n");
  const std::string text = explanation_text(explain(loaded.load(), "n1", "x"), value::Value("2"));
  EXPECT_THAT(text, testing::EndsWith("\"{{ 1 + 1 }}\"\n= \"2\"\n"));
}

TEST(Explain, EvaluatesTemplatesOnTheWayToAMember) {
  Loaded loaded;
  loaded.file(
      "hosts.yml",
      "web:\n  hosts:\n    n1:\n      ports: [80, 443]\n      tls: {at: \"{{ ports }}\"}\n");
  const Inventory inventory = loaded.load();
  const ClosedSurroundings surroundings;
  const jinja::Templar templar(surroundings);
  EXPECT_EQ(explanation_text(explain(inventory, "n1", "tls.at.1"),
                             explained_result(inventory, templar, "n1", "tls.at.1")),
            "n1: tls.at.1\n"
            "* hosts.yml:5:17 (host n1)  \"{{ ports }}\"\n"
            "= 443\n");
}

TEST(Explain, HidesWhatIsUnderAVault) {
  Loaded loaded;
  loaded.file("hosts.yml",
              "web:\n  hosts:\n    n1:\n      x: !vault |\n        $ANSIBLE_VAULT;1.1;AES256\n"
              "        6162\n");
  EXPECT_THAT(explanation_text(explain(loaded.load(), "n1", "x")),
              testing::HasSubstr("(under a vault)"));
}

TEST(Explain, RefusesUnknownNamesWithTheNearest) {
  Loaded loaded;
  const Inventory inventory = loaded.file("hosts.yml", site).load();
  const auto refusal = [&](const char* host, const char* key) -> std::string {
    try {
      explain(inventory, host, key);
    } catch (const base::Error& error) {
      return error.render();
    }
    return {};
  };
  EXPECT_EQ(refusal("n11", "port"), "error: there is no host 'n11'\nhint: did you mean 'n1'?");
  EXPECT_EQ(refusal("n1", "prot"),
            "error: n1: no layer of the inventory sets 'prot'\nhint: did you mean 'port'?");
  EXPECT_EQ(refusal("n1", "tls.mod"),
            "hosts.yml:4:24: error: n1: 'tls' has no member 'mod'\n"
            "    4 |   vars: {port: 2, tls: {mode: strict}}\n"
            "      |                        ^");
}

}  // namespace
}  // namespace provisioner::inventory
