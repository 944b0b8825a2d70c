#include "provisioner/language/inventory/bmc_address.h"

#include <gtest/gtest.h>

#include "provisioner/base/base/error.h"

namespace provisioner::inventory {
namespace {

using Driver = BmcAddress::Driver;
using std::chrono::milliseconds;

std::string refused(const std::string& url) {
  try {
    read_bmc_address(url);
  } catch (const base::Error& error) {
    return error.render();
  }
  return "";
}

TEST(BmcAddress, ChoosesTheDriverByItsScheme) {
  EXPECT_EQ(read_bmc_address("ipmi://10.0.0.1").driver, Driver::ipmi);
  EXPECT_EQ(read_bmc_address("libvirt://n1").driver, Driver::libvirt);
  EXPECT_EQ(read_bmc_address("redfish://10.0.0.1").driver, Driver::redfish);
  EXPECT_TRUE(read_bmc_address("redfish://10.0.0.1").has_tls);
  EXPECT_TRUE(read_bmc_address("redfish+https://10.0.0.1").has_tls);
  EXPECT_FALSE(read_bmc_address("redfish+http://10.0.0.1").has_tls);
}

TEST(BmcAddress, HasTheUsualWhereNothingIsSaid) {
  const BmcAddress ipmi = read_bmc_address("ipmi://10.0.0.1");
  EXPECT_EQ(ipmi.cipher, 17);
  EXPECT_EQ(ipmi.pause, milliseconds(5000));
  EXPECT_EQ(read_bmc_address("redfish://10.0.0.1").pause, milliseconds(0));
  EXPECT_EQ(read_bmc_address("libvirt://n1").uri, "qemu:///system");
}

TEST(BmcAddress, TakesTheWordsOfItsQuery) {
  const BmcAddress ipmi = read_bmc_address("ipmi://[2001:db8::1]:6230?cipher=3&pause=0.25");
  EXPECT_EQ(ipmi.host, "2001:db8::1");
  EXPECT_EQ(ipmi.authority(), "[2001:db8::1]:6230");
  EXPECT_EQ(ipmi.cipher, 3);
  EXPECT_EQ(ipmi.pause, milliseconds(250));
  const BmcAddress redfish = read_bmc_address("redfish://bmc01/redfish/v1/Systems/1?pause=1");
  EXPECT_EQ(redfish.path, "/redfish/v1/Systems/1");
  EXPECT_EQ(read_bmc_address("libvirt://n1?uri=test:///default").uri, "test:///default");
}

TEST(BmcAddress, HasOneKeyForAllWaysToOneBmc) {
  EXPECT_EQ(read_bmc_address("redfish://BMC01").key(), read_bmc_address("ipmi://bmc01").key());
  EXPECT_NE(read_bmc_address("ipmi://bmc01:1").key(), read_bmc_address("ipmi://bmc01:2").key());
}

TEST(BmcAddress, RefusesWhatItCannotKeep) {
  EXPECT_EQ(refused("ipmi://10.0.0.1?cipher=0"),
            "error: the BMC's URL 'ipmi://10.0.0.1?cipher=0' wants cipher suite '0', which is none "
            "that keeps a secret\nhint: choose of 3, 8, 12, 17");
  EXPECT_EQ(refused("redfish://10.0.0.1?cipher=3"),
            "error: the BMC's URL 'redfish://10.0.0.1?cipher=3' has an unknown word 'cipher'\n"
            "hint: known here are pause");
  EXPECT_EQ(refused("ipmi://10.0.0.1?pause=soon"),
            "error: the pause in the BMC's URL 'ipmi://10.0.0.1?pause=soon' must be seconds, at "
            "most 60, not 'soon'");
  EXPECT_EQ(refused("https://10.0.0.1"),
            "error: there is no BMC driver for 'https://'\n"
            "hint: there are redfish, redfish+https, redfish+http, ipmi and libvirt");
  EXPECT_EQ(refused("redfish://root:calvin@10.0.0.1"),
            "error: the BMC's address is no URL without a user");
  EXPECT_EQ(refused("redfish://127.0.0.1:99999"),
            "error: the port in the BMC's URL 'redfish://127.0.0.1:99999' must be 1 to 65535, not "
            "99999");
  EXPECT_EQ(refused("ipmi://b\xc3\xbc"
                    "cher"),
            "error: the host in the BMC's URL 'ipmi://b\xc3\xbc"
            "cher' is no name of the network, "
            "which are in ASCII");
  for (const char* url : {"ipmi://h:0", "ipmi://h?pause=-1", "ipmi://h?pause=nan",
                          "ipmi://h?pause=61", "ipmi://h?pause=", "ipmi://h?=1", "ipmi://h?cipher"})
    EXPECT_NE(refused(url), "") << url;
}

}  // namespace
}  // namespace provisioner::inventory
