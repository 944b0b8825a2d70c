// The queries that the inventory of hardware needs: parts of files, and what links say of
// themselves.
#include <gtest/gtest.h>
#include <unistd.h>

#include "provisioner/base/os/files.h"
#include "provisioner/base/os/process.h"
#include "provisioner/node/host/local_host.h"
#include "provisioner/node/host/query_table.h"
#include "tests/support/fake_host.h"
#include "tests/support/private_place.h"

namespace provisioner::host {
namespace {

void expect_parts(const Host& host, const std::string& path) {
  EXPECT_EQ(host.read_part(path, 2, 3), "cde");
  EXPECT_EQ(host.read_part(path, 6, 10), "gh");
  EXPECT_EQ(host.read_part(path, 20, 3), "");
  EXPECT_EQ(host.read_part(path + ".none", 0, 3), std::nullopt);
}

TEST(PartsOfFiles, AreReadOnTheRealNode) {
  const os::TemporaryDirectory directory;
  os::write_file(directory.path() + "/file", "abcdefgh");
  expect_parts(*make_local_host(), directory.path() + "/file");
}

TEST(PartsOfFiles, AreReadOnTheNodeInMemory) {
  support::FakeHost host;
  host.files.put("/file", FileType::file, "abcdefgh", 0644);
  expect_parts(host, "/file");
}

TEST(IdentitiesOfLinks, ComeFromTheirDriver) {
  if (::geteuid() != 0) GTEST_SKIP() << "a network of its own needs root";
  tests::with_own_network([] {
    os::run_checked({.argv = {"ip", "link", "add", "wire0", "type", "veth", "peer", "peer0"}});
    const auto link = make_local_host()->link("wire0");
    ASSERT_TRUE(link);
    EXPECT_EQ(link->driver, "veth");
    EXPECT_FALSE(make_local_host()->link("none0"));
  });
  EXPECT_FALSE(support::FakeHost().link("none0"));
}

TEST(QueriesOfDisks, AreOnlyThoseThatRead) {
  EXPECT_TRUE(is_known_query({"wipefs", "--no-act", "--json", "/dev/sda"}));
  EXPECT_FALSE(is_known_query({"wipefs", "--all", "/dev/sda"}));
  EXPECT_TRUE(is_known_query({"sfdisk", "--json", "/dev/sda"}));
  EXPECT_FALSE(is_known_query({"sfdisk", "--delete", "/dev/sda"}));
}

}  // namespace
}  // namespace provisioner::host
