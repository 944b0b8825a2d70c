#include "provisioner/node/deploy/order.h"

#include <gtest/gtest.h>

#include "provisioner/base/base/error.h"
#include "tests/deploy/orders.h"

namespace provisioner::deploy {
namespace {

std::string order_refusal(const value::Value& order) {
  try {
    read_order(order);
  } catch (const base::Error& error) {
    return error.message();
  }
  return "taken";
}

std::string order_refusal_with(const char* member, value::Value content) {
  value::Dict order = whole_order();
  order.set(member, std::move(content));
  return order_refusal(order);
}

value::List one_file(const char* path, const char* mode) {
  return {value::Dict{{"path", path}, {"mode", mode}, {"content", "a secret"}}};
}

TEST(Orders, AreReadWhole) {
  const Order order = read_order(whole_order());
  EXPECT_EQ(order.manifest, std::string(64, 'a'));
  EXPECT_EQ(order.signature, std::string(64, 's'));
  EXPECT_EQ(order.disk.wwn, "0x5000c500a1b2c3d4");
  EXPECT_EQ(order.disk.size, 64u << 20);
  EXPECT_EQ(order.layout, Layout::single);
  EXPECT_EQ(order.host_name, "n03");
  ASSERT_EQ(order.files.size(), 1u);
  EXPECT_EQ(order.files[0].mode, 0640u);
  EXPECT_EQ(order.files[0].content, "hello\n");
  EXPECT_EQ(order.key_types, std::vector<std::string>{"ed25519"});
}

TEST(Orders, NeedEachMember) {
  for (const auto& [key, content] : whole_order()) {
    value::Dict order = whole_order();
    order.erase(key.text());
    EXPECT_EQ(order_refusal(order), "the order's '" + key.text() + "' is missing");
  }
}

TEST(Orders, MayHoldNothingThatIsNotKnown) {
  EXPECT_EQ(order_refusal_with("erase_all", true),
            "the order's 'erase_all' is not known to this RAM disk");
  value::Dict order = whole_order();
  value::Dict disk = order.find("disk")->dict();
  disk.set("slot", 4);
  order.set("disk", disk);
  EXPECT_EQ(order_refusal(order), "the order's 'disk.slot' is not known to this RAM disk");
}

TEST(Orders, NameADiskByMoreThanItsSize) {
  EXPECT_EQ(order_refusal_with("disk", value::Dict{{"size", 1}, {"signatures", value::List{}}}),
            "the order's 'disk' has neither 'wwn' nor 'serial'");
}

TEST(Orders, NameTheSecondDiskOfAMirrorAndOfNothingElse) {
  value::Dict order = whole_order();
  value::Dict second = order.find("disk")->dict();
  second.set("serial", "S2");
  EXPECT_EQ(order_refusal_with("second_disk", second),
            "the order's 'second_disk' is not known to this RAM disk");
  EXPECT_EQ(order_refusal_with("layout", "mirror"), "the order's 'second_disk' is missing");
  order.set("layout", "mirror");
  order.set("second_disk", second);
  EXPECT_EQ(read_order(order).second_disk->serial, "S2");
  EXPECT_FALSE(read_order(whole_order()).second_disk);
}

TEST(Orders, HaveTypesAndBounds) {
  EXPECT_EQ(order_refusal(value::List{}), "the order is no object");
  EXPECT_EQ(order_refusal_with("manifest", "../etc/passwd"),
            "the order's 'manifest' is no SHA-256 in hex");
  EXPECT_EQ(order_refusal_with("signature", "AAAA"),
            "the order's 'signature' is no ed25519 signature");
  EXPECT_EQ(order_refusal_with("cache_gib", -1), "the order's 'cache_gib' is -1, not 0 to 1048576");
  EXPECT_EQ(order_refusal_with("cache_gib", "4"), "the order's 'cache_gib' is no whole number");
  EXPECT_EQ(order_refusal_with("others", value::Dict{}), "the order's 'others' is no list");
  EXPECT_EQ(order_refusal_with("layout", "raid5"),
            "the order's 'layout' is 'raid5', not 'single' or 'mirror'");
  EXPECT_EQ(order_refusal_with("host_name", "a b"), "the order's 'host_name' is no host name");
  EXPECT_EQ(order_refusal_with("key_types", value::List{}), "the order's 'key_types' is empty");
  EXPECT_EQ(order_refusal_with("key_types", value::List{"dsa"}),
            "the order's 'key_types' holds more than 'ed25519', 'ecdsa' and 'rsa'");
}

TEST(Orders, WriteNoFileOutside) {
  for (const char* path : {"etc/motd", "/etc/../../x", "/", "//etc", "/etc/./x", ""})
    EXPECT_EQ(order_refusal_with("files", one_file(path, "0644")),
              "the order's 'files[0].path' is no plain absolute path");
}

TEST(Orders, WriteNoFileTwice) {
  EXPECT_EQ(order_refusal_with("files", one_file("/etc/hostname", "0644")),
            "the order's 'files' holds '/etc/hostname' a second time");
}

TEST(Orders, HaveOctalModes) {
  for (const char* mode : {"0888", "rw-r--r--", "", "17777"})
    EXPECT_EQ(order_refusal_with("files", one_file("/etc/motd", mode)),
              "the order's 'files[0].mode' is no octal mode");
}

}  // namespace
}  // namespace provisioner::deploy
