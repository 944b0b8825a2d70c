#include "provisioner/language/inventory/check_local_disks.h"

#include <gtest/gtest.h>

#include "provisioner/language/inventory/check_node_keys.h"
#include "tests/inventory/loaded.h"

namespace provisioner::inventory {
namespace {

// What is refused stands in tests/cases/errors/inventory/local_disks_that_cannot_be.
TEST(LocalDisks, AreThoseForDataWhereNothingElseLies) {
  Loaded loaded;
  loaded.file("hosts.yml",
              "all:\n"
              "  vars: {provisioner_schema: 1}\n"
              "  hosts:\n"
              "    n1:\n"
              "      disks:\n"
              "        - {name: system, serial: A1, use: system}\n"
              "        - {name: data, serial: A2, wwn: \"0x5000c500a1000112\", use: data}\n"
              "      storage:\n"
              "        mounts: [{path: /home, type: nfs, source: \"nas:/home\"}]\n"
              "        local: [{disk: data, path: /data, file_system: xfs, erase: A2}]\n");
  const Inventory inventory = loaded.load();
  check_node_keys(inventory, loaded.diagnostics);
  EXPECT_EQ(loaded.told(), "");
}

}  // namespace
}  // namespace provisioner::inventory
