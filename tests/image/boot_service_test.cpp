// What is answered in the boot network, and what of it the desk gets to know.

#include "provisioner/machine/image/boot_service.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "provisioner/base/base/error.h"
#include "provisioner/base/os/files.h"

namespace provisioner::image {
namespace {

using testing::ElementsAre;

// One public file, no armed nodes; it remembers what it is told.
class SmallDesk : public BootDesk {
 public:
  explicit SmallDesk(std::string file) : file_(std::move(file)) {}

  std::vector<ArmedNode> armed() override { return {}; }
  http::Answer boot_script(const std::string& token, const std::string&) override {
    return {.body = "script for " + token};
  }
  http::Answer report(const std::string& stage, const std::string& token, const std::string& body,
                      const std::string&) override {
    return {.body = stage + " with " + token + ": " + body};
  }
  std::optional<std::string> public_file(const std::string& digest) override {
    return digest == std::string(64, 'a') ? std::optional(file_) : std::nullopt;
  }
  void gave(const std::string& peer, std::uint64_t bytes) override {
    given_.push_back(peer + " " + std::to_string(bytes));
  }
  void saw(const std::string&, const std::string&, const std::string&) override {}
  void refused(const std::string& peer, const std::string& what,
               const std::string& because) override {
    refusals_.push_back(peer + " " + what + ": " + because);
  }

  std::vector<std::string> refusals_, given_;

 private:
  std::string file_;
};

class BootServiceTest : public testing::Test {
 protected:
  BootServiceTest() { os::write_file(folder_.path() + "/file", "kernel"); }

  http::Answer ask(const std::string& method, const std::string& path,
                   std::map<std::string, std::string> headers = {}) {
    return answer_call(desk_, {.method = method, .path = path, .query = {},
                               .headers = std::move(headers), .body = "{}", .peer = "10.78.0.66"});
  }

  os::TemporaryDirectory folder_;
  SmallDesk desk_{folder_.path() + "/file"};
};

// The text of the error, after whether it had said that it serves.
std::string end_of_service(const BootPlace& place, BootDesk& desk) {
  std::string told;
  try {
    serve_boot(
        place, desk, [&] { told = "ready, "; }, [] { return false; });
  } catch (const base::Error& error) {
    return told + error.render();
  }
  return told + "it ended";
}

TEST_F(BootServiceTest, TellsWhatKeepsDnsmasqFromItsWork) {
  if (!os::exists("/usr/lib/ipxe/undionly.kpxe")) GTEST_SKIP() << "there is no iPXE here";
  const BootPlace place{.interface = "lo",
                        .address = "127.0.0.1",
                        .subnet = "127.0.0.0",
                        .netmask = "255.0.0.0",
                        .port = 0,
                        .directory = folder_.path() + "/boot"};
  const std::string path = std::getenv("PATH"), program = folder_.path() + "/dnsmasq";
  ::setenv("PATH", (folder_.path() + ":" + path).c_str(), 1);
  os::write_file(program, "#!/bin/sh\necho 'dnsmasq: it cannot be' >&2\nexit 1\n", 0755);
  EXPECT_EQ(end_of_service(place, desk_),
            "error: dnsmasq ended with status 1: dnsmasq: it cannot be");
  os::write_file(program, "#!/bin/sh\necho 'dnsmasq: address already in use' >&2\nexit 2\n", 0755);
  EXPECT_EQ(end_of_service(place, desk_),
            "error: dnsmasq ended with status 2: dnsmasq: address already in use\n"
            "hint: does another server hold the port? see: ss -ulnp");
  ::setenv("PATH", path.c_str(), 1);
}

TEST_F(BootServiceTest, HandsTokensToTheDesk) {
  EXPECT_EQ(ask("GET", "/boot/0123").body, "script for 0123");
  EXPECT_EQ(ask("POST", "/report/booted", {{"authorization", "Bearer 0123"}}).body,
            "booted with 0123: {}");
  EXPECT_EQ(ask("POST", "/report/booted", {{"authorization", "Basic 0123"}}).body,
            "booted with : {}");
  EXPECT_THAT(desk_.refusals_, ElementsAre());
}

TEST_F(BootServiceTest, GivesOutPublicFilesAlone) {
  EXPECT_EQ(ask("GET", "/files/" + std::string(64, 'a')).file->size, 6U);
  EXPECT_EQ(ask("HEAD", "/files/" + std::string(64, 'a')).file->size, 6U);
  EXPECT_THAT(desk_.given_, ElementsAre("10.78.0.66 6"));

  EXPECT_EQ(ask("GET", "/files/" + std::string(64, 'b')).status, 404);
  EXPECT_EQ(ask("GET", "/files/state.db").status, 404);
  EXPECT_THAT(desk_.refusals_, ElementsAre("10.78.0.66 a file: there is no such file",
                                           "10.78.0.66 a file: there is no such file"));
}

TEST_F(BootServiceTest, TellsTheDeskOfWhatIsNotThere) {
  for (const char* path : {"/", "/boot", "/boot/a/b", "/report/booted"})
    EXPECT_EQ(ask("GET", path).status, 404) << path;
  EXPECT_EQ(ask("POST", "/boot/0123").status, 404);
  EXPECT_THAT(desk_.refusals_,
              testing::AllOf(testing::SizeIs(5),
                             testing::Each("10.78.0.66 a path: there is nothing here")));
}

}  // namespace
}  // namespace provisioner::image
