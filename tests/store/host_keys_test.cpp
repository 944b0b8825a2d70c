// Host keys by node.

#include "provisioner/base/store/host_keys.h"

#include <gtest/gtest.h>

#include "provisioner/base/os/files.h"

namespace provisioner::store {
namespace {

HostKey key(const std::string& node, const std::string& blob, KeyState state) {
  return {node, "ssh-ed25519", blob, "SHA256:" + blob, state, "alice@ctl1", "", ""};
}

class Keys : public testing::Test {
 protected:
  os::TemporaryDirectory directory_;
  HostKeyStore keys_ = HostKeyStore::open(directory_.path() + "/state");
};

TEST_F(Keys, AreOfANode) {
  keys_.put(key("n01", "one", KeyState::pinned));
  keys_.put(key("n02", "one", KeyState::pinned));

  ASSERT_EQ(keys_.keys_of("n01").size(), 1U);
  EXPECT_EQ(keys_.keys_of("n01").front().fingerprint, "SHA256:one");
  EXPECT_EQ(keys_.keys_of("n03").size(), 0U);
  EXPECT_EQ(keys_.all().size(), 2U);
}

TEST_F(Keys, ChangeTheirStateAndSayWhoDidIt) {
  keys_.put(key("n01", "one", KeyState::pinned));
  HostKey retired = key("n01", "one", KeyState::retired);
  retired.changed_by = "bob@ctl1";
  retired.note = "new disk";
  keys_.put(retired);

  const auto all = HostKeyStore::open(directory_.path() + "/state").keys_of("n01");

  ASSERT_EQ(all.size(), 1U);
  EXPECT_EQ(all.front().state, KeyState::retired);
  EXPECT_EQ(all.front().changed_by, "bob@ctl1");
  EXPECT_EQ(all.front().note, "new disk");
  EXPECT_EQ(all.front().changed_at.size(), std::string("2026-11-24T10:02:03.123Z").size());
}

TEST_F(Keys, MayHoldAnyBytes) {
  const std::string blob("\0\xff'\n", 4);
  keys_.put(key("n01'; --", blob, KeyState::revoked));

  EXPECT_EQ(keys_.keys_of("n01'; --").front().blob, blob);
}

}  // namespace
}  // namespace provisioner::store
