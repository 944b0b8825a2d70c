#include "provisioner/base/base/dns_name.h"

#include <gtest/gtest.h>

namespace provisioner::base {
namespace {

TEST(DnsName, IsLabelsWithDotsBetween) {
  for (const char* name : {"a", "n01", "data.example.org", "9.a-b.c"})
    EXPECT_TRUE(is_dns_name(name)) << name;
  for (const char* name :
       {"", ".", "a.", ".a", "a..b", "-a", "a-", "a.-b", "A", "a_b", "a b", "a\n"})
    EXPECT_FALSE(is_dns_name(name)) << name;
}

TEST(DnsName, HasTheLengthThatIsAskedFor) {
  const std::string label(63, 'a'), longer(64, 'a');
  EXPECT_TRUE(is_dns_name(label + "." + label + "." + label));
  EXPECT_FALSE(is_dns_name(longer));
  EXPECT_TRUE(is_dns_name(longer, {.longest = 253, .longest_label = 253}));
  EXPECT_FALSE(is_dns_name("a." + label, {.longest = 63}));
  EXPECT_FALSE(is_dns_name(label + "." + label + "." + label + "." + label));
}

TEST(DnsLabel, HasNoDots) {
  EXPECT_TRUE(is_dns_label(std::string(63, 'a')));
  EXPECT_FALSE(is_dns_label(std::string(64, 'a')));
  EXPECT_FALSE(is_dns_label("a.b"));
  EXPECT_FALSE(is_dns_label(""));
}

}  // namespace
}  // namespace provisioner::base
