#include "provisioner/base/base/url_password.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "provisioner/base/base/error.h"

namespace provisioner::base {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

TEST(UrlPassword, StandsBetweenTheUserAndTheHost) {
  EXPECT_THAT(url_passwords("postgres://gen3:pw-1@pg.example.org:5432/db"), ElementsAre("pw-1"));
  EXPECT_THAT(url_passwords("a=amqp://u:x@h, b=redis://:y@h/0"), ElementsAre("x", "y"));
  EXPECT_THAT(url_passwords("https://u:p@ss@h/"), ElementsAre("p@ss"));
  for (const char* text : {"https://u@h/", "https://h:8443/a@b", "https://h/a:b@c", "u:p@h",
                           "s3://bucket/user.yaml", "{{ a }}://{{ u }}:{{ p }}@h"})
    EXPECT_THAT(url_passwords(text), IsEmpty()) << text;
}

TEST(UrlPassword, IsLeftOutOfWhatIsShown) {
  EXPECT_EQ(without_url_passwords("postgres://gen3:pw-1@pg/db?a=b"),
            "postgres://gen3:***@pg/db?a=b");
  EXPECT_EQ(without_url_passwords("https://h:8443/"), "https://h:8443/");
}

TEST(UrlPassword, IsNotShownWithTheLineOfAMistake) {
  const SourceId source = register_source("url.yml", "db: postgres://u:hunter22@h/db\n");
  EXPECT_THAT(Error(Kind::input, "wrong", {source, 1, 1}).render(), Not(HasSubstr("hunter22")));
}

}  // namespace
}  // namespace provisioner::base
