// Locks of packages, and where packages come from.

#include "provisioner/machine/image/package_lock.h"

#include <gtest/gtest.h>

#include "provisioner/base/base/error.h"
#include "provisioner/machine/image/apt_sources.h"

namespace provisioner::image {
namespace {

const std::string digest(64, 'a');

std::string refusal_of(const std::string& text) {
  try {
    return to_text(read_package_lock(base::register_source("lock", text)));
  } catch (const base::Error& error) {
    return error.render();
  }
}

TEST(PackageLock, IsReadAsItWasWritten) {
  const PackageLock lock{1764350000,
                         {{"apt", "2.6.1", "amd64", digest},
                          {"libstdc++6", "12.2.0-14+deb12u1", "amd64", digest},
                          {"nfs-common", "1:2.6.2-4+deb12u1", "all", digest}}};

  EXPECT_EQ(refusal_of(to_text(lock)), to_text(lock));
  EXPECT_TRUE(lock.has("apt"));
  EXPECT_FALSE(lock.has("ap"));
}

TEST(PackageLock, NamesTheLineThatIsWrong) {
  EXPECT_EQ(refusal_of("# comment\nepoch 1\napt 2.6.1 amd64\n"),
            "lock:3:1: error: expected 'NAME VERSION ARCHITECTURE SHA-256'\n"
            "    3 | apt 2.6.1 amd64\n"
            "      | ^");
  EXPECT_EQ(refusal_of("epoch x\n"),
            "lock:1:1: error: expected 'epoch SECONDS'\n"
            "    1 | epoch x\n"
            "      | ^");
}

TEST(PackageLock, TakesNoNameThatLeavesAFolder) {
  for (const std::string words : {"../a 1 amd64 ", "a ../1 amd64 ", "a 1 ../amd64 ", "-a 1 amd64 "})
    EXPECT_EQ(refusal_of("epoch 1\n" + words + digest + "\n").substr(0, 9), "lock:2:1:") << words;
}

TEST(PackageLock, OfNothingIsNone) {
  EXPECT_EQ(refusal_of("epoch 1\n"), "error: 'lock' names no epoch, or no packages");
  EXPECT_EQ(refusal_of("a 1 amd64 " + digest + "\n"),
            "error: 'lock' names no epoch, or no packages");
}

TEST(AptSources, KeepsTheParagraphsOfASuiteAndOfItsUpdates) {
  EXPECT_EQ(paragraphs_about("Types: deb\n"
                             "# a comment\n"
                             "URIs: http://a/debian\n"
                             "Suites: bookworm bookworm-updates trixie\n"
                             "Components: main\n"
                             "\n"
                             "Types: deb\n"
                             "URIs: http://b\n"
                             "Suites: nodistro\n"
                             "\n"
                             "Types: deb-src\n"
                             "URIs: http://c\n"
                             "Suites: bookworm\n"
                             "\n"
                             "Enabled: no\n"
                             "Types: deb\n"
                             "URIs: http://d\n"
                             "Suites: bookworm\n",
                             "bookworm"),
            "Types: deb\n"
            "URIs: http://a/debian\n"
            "Components: main\n"
            "Suites: bookworm bookworm-updates\n"
            "\n");
}

TEST(AptSources, KeepsTheLinesOfASuite) {
  EXPECT_EQ(lines_about("deb http://a/debian bookworm main\n"
                        "deb-src http://a/debian bookworm main\n"
                        "deb https://b cloud-sdk-bookworm main\n"
                        "# deb http://c bookworm main\n"
                        "deb http://d bookworm/updates main\n",
                        "bookworm"),
            "deb http://a/debian bookworm main\n"
            "deb http://d bookworm/updates main\n");
}

}  // namespace
}  // namespace provisioner::image
