#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "provisioner/base/value/json.h"
#include "provisioner/language/inventory/listing.h"
#include "tests/inventory/loaded.h"

namespace provisioner::inventory {
namespace {

using testing::ElementsAre;

std::string variables(const Inventory& inventory, const std::string& host) {
  return value::write_json(value::Value(inventory.variables(host)));
}

TEST(HostTable, IsRowsOfHostsAndColumnsOfVariables) {
  Loaded loaded;
  loaded.file("hosts.csv",
              "# delivered in May\n"
              "name, groups, asset.rack, asset.unit, macs[], disks.0.name, disks.0.serial, spare\n"
              "n01, nodes control, A1, 3, aa:bb; cc:dd, system, 007, true\n"
              "\n"
              "n[02:03], nodes; worker, \"A \"\"1\"\"\", , , , ,\n");
  const Inventory inventory = loaded.load();
  EXPECT_EQ(loaded.told(), "");
  EXPECT_EQ(variables(inventory, "n01"),
            R"({"asset": {"rack": "A1", "unit": 3}, "macs": ["aa:bb", "cc:dd"], )"
            R"("disks": [{"name": "system", "serial": "007"}], "spare": true})");
  EXPECT_EQ(variables(inventory, "n03"), R"({"asset": {"rack": "A \"1\""}})");
  EXPECT_THAT(inventory.hosts_of("worker"), ElementsAre("n02", "n03"));
}

TEST(HostTable, KnowsThePlaceOfEachCell) {
  Loaded loaded;
  loaded.file("hosts.csv", "name,rack\nn1,A1\n");
  EXPECT_EQ(loaded.load().variables("n1").find("rack")->pos().text(), "hosts.csv:2:4");
}

TEST(HostTable, IsCheckedLikeAnyOtherSource) {
  Loaded loaded;
  loaded.file("hosts.csv", "name,hardware.sockets\nn1,two\n")
      .file("group_vars/all.yml", "provisioner_schema: 1\n");
  loaded.load();
  EXPECT_EQ(loaded.told(),
            "hosts.csv:2:4: error: 'hardware.sockets' must be a whole number, this is 'two'\n"
            "    2 | n1,two\n"
            "      |    ^\n\n"
            "1 error");
}

TEST(Export, GivesAHostWhatItsGroupsAloneWouldNot) {
  Loaded loaded;
  loaded.file("hosts.yml", "web:\n  vars: {v: source, w: 1}\n  hosts: {n1: }\n")
      .file("group_vars/all.yml", "v: file\n");
  EXPECT_EQ(listing_yaml(export_listing(loaded.load()), true),
            "all:\n"
            "  children:\n"
            "    ungrouped: {}\n"
            "    web:\n"
            "      hosts:\n"
            "        n1:\n"
            "          v: file\n"
            "      vars:\n"
            "        v: source\n"
            "        w: 1\n"
            "  vars:\n"
            "    v: file\n");
}

TEST(Export, KeepsSealedTextsSealedAndMarksWhatIsNotTemplated) {
  Loaded loaded;
  loaded.file("hosts.yml",
              "web:\n  hosts:\n    n1:\n      a: !vault |\n        $ANSIBLE_VAULT;1.1;AES256\n"
              "        6162\n      b: !unsafe \"{{ x }}\"\n");
  EXPECT_THAT(listing_yaml(export_listing(loaded.load()), true),
              testing::HasSubstr("          a: !vault |\n"
                                 "            $ANSIBLE_VAULT;1.1;AES256\n"
                                 "            6162\n"
                                 "          b: !unsafe '{{ x }}'\n"));
}

}  // namespace
}  // namespace provisioner::inventory
