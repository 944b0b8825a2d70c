// Lines of known_hosts, against what ssh-keygen finds in the same file.

#include "provisioner/engine/transport/known_hosts.h"

#include <gtest/gtest.h>

#include "provisioner/base/os/files.h"
#include "provisioner/base/os/process.h"

namespace provisioner::transport {
namespace {

constexpr const char* key =
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIEQqj2DrZ0uRtLSSsDdTnA6zAzGxJ5qGvKp5j0uH3y1E";

class KnownHosts : public testing::Test {
 protected:
  std::string path() const { return directory_.path() + "/known_hosts"; }
  void write(const std::string& names) { os::write_file(path(), names + " " + key + "\n"); }
  bool finds(const std::string& name) const {
    const auto lines = read_known_hosts(path());
    return !lines.empty() && is_about(lines.front(), name);
  }
  bool keygen_finds(const std::string& name) const {
    return os::run({.argv = {"ssh-keygen", "-F", name, "-f", path()}}).status == 0;
  }

  os::TemporaryDirectory directory_;
};

TEST_F(KnownHosts, AreFoundAsSshFindsThem) {
  struct {
    const char *names, *name;
  } const pairs[] = {{"node", "node"},
                     {"node", "NODE"},
                     {"Node", "node"},
                     {"node", "node1"},
                     {"a,node,b", "node"},
                     {"node*", "node17"},
                     {"n?", "n1"},
                     {"n?", "n17"},
                     {"*,!node", "node"},
                     {"*,!node", "other"},
                     {"!node,*", "node"},
                     {"[node]:2022", "[node]:2022"},
                     {"node", "[node]:2022"},
                     {"[node]:2022", "node"},
                     {"10.0.0.*", "10.0.0.7"},
                     {"fe80::1", "fe80::1"},
                     {"[fe80::1]:22022", "[fe80::1]:22022"}};
  for (const auto& [names, name] : pairs) {
    write(names);
    EXPECT_EQ(finds(name), keygen_finds(name)) << names << " " << name;
  }
}

TEST_F(KnownHosts, AreFoundWhenTheyAreHashed) {
  write("node,[node]:2022,10.0.0.7");
  os::run_checked({.argv = {"ssh-keygen", "-q", "-H", "-f", path()}});
  std::size_t found = 0;
  for (const KnownHost& line : read_known_hosts(path()))
    for (const char* name : {"node", "[node]:2022", "10.0.0.7", "other"})
      if (is_about(line, name)) ++found;

  EXPECT_EQ(found, 3U);
}

TEST_F(KnownHosts, AreReadWithMarksCommentsAndDamagedLines) {
  os::write_file(path(), std::string("# a comment\n\n@revoked * ") + key + " old disk\n" +
                             "@cert-authority *.example " + key + "\n" + "damaged\n" +
                             "node ssh-ed25519 !!!\n" + "  node\t" + key + " comment\n");

  const auto lines = read_known_hosts(path());

  ASSERT_EQ(lines.size(), 3U);
  EXPECT_EQ(lines[0].mark, KnownHost::Mark::revoked);
  EXPECT_EQ(lines[0].where, path() + ":3");
  EXPECT_EQ(lines[1].mark, KnownHost::Mark::authority);
  EXPECT_EQ(lines[2].mark, KnownHost::Mark::none);
  EXPECT_EQ(lines[2].names, "node");
  EXPECT_EQ(lines[2].algorithm, "ssh-ed25519");
}

TEST_F(KnownHosts, OfNoFileAreNone) { EXPECT_TRUE(read_known_hosts("/no/such/file").empty()); }

}  // namespace
}  // namespace provisioner::transport
