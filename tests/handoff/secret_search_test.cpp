// What a search for secrets finds, and what it leaves alone.

#include "provisioner/platform/handoff/secret_search.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "provisioner/base/base/text.h"

namespace provisioner::handoff {
namespace {

const std::string secret = "CANARY-7f/3+b\"9 x";

std::vector<std::string> found_in(const std::string& bytes, const std::string& text = secret) {
  std::vector<std::string> told;
  for (const Leak& leak :
       leaks({{"gen3/values.yaml", bytes}}, {{"'db' at all.yml:3:5", base::Secret(text)}}))
    told.push_back(leak.file + " " + leak.name);
  return told;
}

const std::vector<std::string> hit = {"gen3/values.yaml 'db' at all.yml:3:5"};

TEST(SecretSearch, FindsItAsItIsAndAsOthersWriteIt) {
  EXPECT_EQ(found_in("password: " + secret), hit);
  EXPECT_EQ(found_in("{\"password\": \"CANARY-7f/3+b\\\"9 x\"}"), hit);
  EXPECT_EQ(found_in("https://u:CANARY-7f%2f3%2bb%229%20x@host"), hit);
  EXPECT_EQ(found_in(base::hex(secret)), hit);
}

TEST(SecretSearch, FindsItWithinBase64AtEachPlaceAndTwiceOver) {
  for (const std::string before : {"", "u", "us", "user:"}) {
    const std::string once = base::base64_encode(before + secret + " and more");
    EXPECT_EQ(found_in(once), hit) << before;
    EXPECT_EQ(found_in(base::base64_encode("{\"auth\": \"" + once + "\"}")), hit) << before;
  }
}

TEST(SecretSearch, FindsALineOfAKeyThatIsIndented) {
  const std::string key =
      "-----BEGIN OTHER-----\nMIIEvQIBADANBgkqhkiG9w0B\nshort\n-----END OTHER-----\n";
  EXPECT_EQ(found_in("  key: |\n    MIIEvQIBADANBgkqhkiG9w0B\n", key), hit);
  EXPECT_TRUE(found_in("-----BEGIN OTHER-----\nshort\n", key).empty());
}

TEST(SecretSearch, FindsShortOnesAsWholeWordsAlone) {
  EXPECT_EQ(found_in("user: hunter", "hunter"), hit);
  EXPECT_TRUE(found_in("user: hunters", "hunter").empty());
  EXPECT_TRUE(found_in("a: no", "no").empty());
}

TEST(SecretSearch, FindsPrivateKeysOfAnybody) {
  const Files files = {{"tls/site.pem", "-----BEGIN EC PRIVATE KEY-----\n"},
                       {"tls/site.crt", "-----BEGIN CERTIFICATE-----\n"}};
  const auto found = leaks(files, {});
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found.front().file, "tls/site.pem");
  EXPECT_EQ(found.front().name, "a private key");
}

TEST(SecretSearch, FindsItInTheNameOfAFile) {
  EXPECT_EQ(leaks({{"kubeconfig/" + secret + ".yaml", "x"}}, {{"it", base::Secret(secret)}}).size(),
            1U);
}

}  // namespace
}  // namespace provisioner::handoff
