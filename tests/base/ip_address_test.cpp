#include "provisioner/base/base/ip_address.h"

#include <gtest/gtest.h>

namespace provisioner::base {
namespace {

TEST(IpAddress, IsOfFourNumbersOrOfIpv6) {
  for (const char* text : {"10.70.3.241", "0.0.0.0", "255.255.255.255"}) {
    EXPECT_TRUE(is_ipv4_address(text)) << text;
    EXPECT_TRUE(is_ip_address(text)) << text;
  }
  EXPECT_TRUE(is_ip_address("fd00::5"));
  EXPECT_FALSE(is_ipv4_address("fd00::5"));
  for (const char* text : {"", "10.70.3.2410", "10.70.3.299", "10.70.3", "10.70.3.241 ",
                           "010.0.0.1", "10.70.3.241/24", "n01", "fd00:::5", "fe80::1%eth0"})
    EXPECT_FALSE(is_ip_address(text)) << text;
}

TEST(Host, IsAnAddressOrANameThatNobodyTakesForOne) {
  for (const char* text :
       {"10.70.3.241", "fd00::5", "n01", "pg.example.org", "PG_main.example.org", "9.a-b.c", "1e3"})
    EXPECT_TRUE(is_host(text)) << text;
  for (const char* text :
       {"", "es under", "10.70.3.2410", "a..b", "https://a", "a:9200", "2130706433"})
    EXPECT_FALSE(is_host(text)) << text;
}

}  // namespace
}  // namespace provisioner::base
