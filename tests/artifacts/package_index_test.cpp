// Whether sources have packages, asked of small ones on this machine.

#include "provisioner/cluster/artifacts/package_index.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "provisioner/base/http/server.h"
#include "provisioner/base/os/files.h"

namespace provisioner::artifacts {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr const char* packages = R"(Package: haproxy
Version: 2.6.12-1
Architecture: amd64
Maintainer: Somebody <somebody@example.org>
Depends: libnowhere
Filename: ./haproxy.deb
Size: 3
SHA256: 9834876dcfb05cb167a5c24953eba58c4ac89b1adf57f28f2f9d09af107ee8f0
Description: one of two

Package: runc
Version: 1.1.5
Architecture: amd64
Maintainer: Somebody <somebody@example.org>
Filename: ./runc.deb
Size: 3
SHA256: 9834876dcfb05cb167a5c24953eba58c4ac89b1adf57f28f2f9d09af107ee8f0
Description: the other

)";

// A flat repository without a Release file, as a site's own may be.
class PackageSource : public testing::Test {
 protected:
  std::string source() const {
    return "deb [trusted=yes] http://127.0.0.1:" + std::to_string(server_.port()) + "/site /";
  }
  std::string state() const { return state_.path(); }

 private:
  os::TemporaryDirectory state_;
  http::Server server_{{},
                       [](const http::Call& call) {
                         if (!call.path.ends_with("/Packages"))
                           return http::Answer{.status = 404, .body = "no\n"};
                         return http::Answer{.content_type = "text/plain", .body = packages};
                       },
                       [](const std::string&) {}};
};

TEST_F(PackageSource, HasWhatItsIndexNames) {
  const PackageAnswer answer = ask_for_packages({source()}, {"runc", "haproxy"}, state());
  EXPECT_EQ(answer.fault, "");
  EXPECT_THAT(answer.lacking, IsEmpty());
}

TEST_F(PackageSource, LacksWhatIsOnlyNeededByOthers) {
  EXPECT_THAT(ask_for_packages({source()}, {"keepalived", "runc", "libnowhere"}, state()).lacking,
              ElementsAre("keepalived", "libnowhere"));
}

TEST_F(PackageSource, IsAskedAnew) {
  EXPECT_THAT(ask_for_packages({source()}, {"runc"}, state()).lacking, IsEmpty());
  EXPECT_THAT(ask_for_packages({source()}, {"keepalived"}, state()).lacking,
              ElementsAre("keepalived"));
}

TEST_F(PackageSource, ThatIsAwaySaysNothingOfWhatItHas) {
  const PackageAnswer answer = ask_for_packages(
      {source(), "deb http://127.0.0.1:1/debian bookworm main"}, {"runc"}, state());
  EXPECT_THAT(answer.lacking, IsEmpty());
  EXPECT_THAT(answer.fault, HasSubstr("http://127.0.0.1:1/debian"));
}

TEST(PackageSources, CanBeAskedWhereTheyAreNoPlaceOfTheNode) {
  EXPECT_TRUE(can_be_asked("deb https://mirror.example.org/debian bookworm main"));
  EXPECT_TRUE(
      can_be_asked("deb [signed-by=/etc/site.gpg] http://mirror.example.org/debian b main"));
  EXPECT_FALSE(can_be_asked("deb [trusted=yes] file:/srv/mirror ./"));
  EXPECT_FALSE(can_be_asked("deb"));
}

}  // namespace
}  // namespace provisioner::artifacts
