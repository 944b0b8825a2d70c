#include "provisioner/node/deploy/kernel_words.h"

#include <gtest/gtest.h>

#include "provisioner/base/base/error.h"

namespace provisioner::deploy {
namespace {

constexpr const char* whole_line =
    "BOOT_IMAGE=vmlinuz console=ttyS0 provisioner.server=http://192.0.2.1:8080 "
    "provisioner.token=0123456789abcdef provisioner.mac=52:54:00:AB:00:01 "
    "provisioner.address=192.0.2.31/24 provisioner.gateway=192.0.2.254 quiet\n";

std::string words_refusal(const std::string& line) {
  try {
    kernel_words(line);
  } catch (const base::Error& error) {
    return error.message();
  }
  return "taken";
}

TEST(KernelWords, AreReadFromTheCommandLine) {
  const KernelWords words = kernel_words(whole_line);
  EXPECT_EQ(words.server, "http://192.0.2.1:8080");
  EXPECT_EQ(words.token.reveal(), "0123456789abcdef");
  EXPECT_EQ(words.mac, "52:54:00:ab:00:01");
  EXPECT_EQ(words.address, "192.0.2.31/24");
  EXPECT_EQ(words.gateway, "192.0.2.254");
}

TEST(KernelWords, NeedNoGateway) {
  std::string line = whole_line;
  line.erase(line.find("provisioner.gateway"));
  EXPECT_EQ(kernel_words(line).gateway, "");
}

TEST(KernelWords, SayWhatElseIsToBeLookedAt) {
  EXPECT_FALSE(kernel_words(whole_line).listens);
  EXPECT_FALSE(kernel_words(whole_line).wants_links);
  EXPECT_TRUE(kernel_words(std::string(whole_line) + " provisioner.links=all").wants_links);
  EXPECT_TRUE(kernel_words(std::string(whole_line) + " provisioner.look=lldp").listens);
  EXPECT_EQ(words_refusal(std::string(whole_line) + " provisioner.look=stars"),
            "'stars' in 'provisioner.look' is nothing that is known");
}

TEST(KernelWords, AreMissedByName) {
  EXPECT_EQ(words_refusal("quiet"), "the kernel's command line has no 'provisioner.server'");
}

TEST(KernelWords, MayNotStandTwice) {
  EXPECT_EQ(words_refusal(std::string(whole_line) + " provisioner.mac=52:54:00:ab:00:02"),
            "the kernel's command line has 'provisioner.mac' twice");
}

TEST(KernelWords, RefuseWhatIsNoMac) {
  std::string line = whole_line;
  line.replace(line.find("52:54"), 17, "52-54-00-ab-00-01");
  EXPECT_EQ(words_refusal(line), "'52-54-00-ab-00-01' in 'provisioner.mac' is no MAC address");
}

TEST(KernelWords, RefuseAnAddressWithoutAPrefix) {
  std::string line = whole_line;
  line.erase(line.find("/24"), 3);
  EXPECT_EQ(words_refusal(line), "'192.0.2.31' in 'provisioner.address' has no '/' and prefix");
}

}  // namespace
}  // namespace provisioner::deploy
