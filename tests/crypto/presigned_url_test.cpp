#include "provisioner/base/crypto/presigned_url.h"

#include <gtest/gtest.h>

#include "provisioner/base/base/error.h"

namespace provisioner::crypto {
namespace {

using std::chrono::sys_days;

// The key of AWS's own examples.
const ObjectKey key{"AKIAIOSFODNN7EXAMPLE",
                    base::Secret("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY")};
const std::chrono::sys_seconds day = sys_days(std::chrono::year(2013) / 5 / 24);

// Their example is of a bucket in the host's name; so is this one, where the path has one part
// only.
TEST(PresignedUrl, IsThatOfAwsExample) {
  EXPECT_EQ(presigned_url("GET",
                          {.url = "https://examplebucket.s3.amazonaws.com",
                           .region = "us-east-1",
                           .bucket = "test.txt",
                           .name = ""},
                          key, day, std::chrono::seconds(86400)),
            "https://examplebucket.s3.amazonaws.com/test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256&"
            "X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request&"
            "X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host&"
            "X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404");
}

TEST(PresignedUrl, IsByPathStyleWithPortsAndOddNames) {
  const std::string url =
      presigned_url("PUT",
                    {.url = "http://10.0.0.1:9000/",
                     .region = "us-east-1",
                     .bucket = "gen3-data",
                     .name = "a b/\xc3\xa9+"},
                    key, day + std::chrono::seconds(45296), std::chrono::seconds(600));
  EXPECT_TRUE(url.starts_with("http://10.0.0.1:9000/gen3-data/a%20b/%C3%A9%2B?")) << url;
  EXPECT_NE(url.find("X-Amz-Date=20130524T123456Z&X-Amz-Expires=600"), url.npos) << url;
}

TEST(PresignedUrl, RefusesWhatIsNoUrl) {
  try {
    presigned_url("GET", {.url = "s3.example.org", .region = "", .bucket = "", .name = ""}, key,
                  day, std::chrono::seconds(1));
    ADD_FAILURE();
  } catch (const base::Error& error) {
    EXPECT_EQ(error.message(), "'s3.example.org' is no URL of an object store");
  }
}

}  // namespace
}  // namespace provisioner::crypto
