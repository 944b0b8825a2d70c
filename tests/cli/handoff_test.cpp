// The hand-over as a user types it, from an inventory of two nodes that nobody asks anything.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "provisioner/base/os/files.h"
#include "spoken.h"

namespace provisioner::cli {
namespace {

using testing::HasSubstr;
using testing::Not;

class Handoff : public testing::Test {
 protected:
  Handoff() {
    desk_.write("hosts.yml",
                "instance_main: {hosts: {n01: , n06: }}\ncontrol: {hosts: {n01: }}\nworker: "
                "{hosts: {n06: }}\n");
    desk_.write("group_vars/all.yml",
                "kubernetes_version: v1.34.4\ndb_password: Canary-123456\n"
                "kubernetes_endpoint: {name: api.example.org, address: 10.0.0.5, port: 6443}\n"
                "instance_domain: x.example.org\n"
                "components: {load_balancer: absent, ingress: absent}\n"
                "storage_classes: [{name: local-path, kind: local_path, default: true}]\n");
  }
  Spoken hand_over(const std::vector<std::string>& more = {}) {
    std::vector<std::string> words = {"handoff",   "plain", "main", "-i",
                                      "hosts.yml", "--out", "tree"};
    words.insert(words.end(), more.begin(), more.end());
    return speak(words);
  }
  std::string in_tree(const std::string& path) { return desk_.path() + "/tree/" + path; }

  Desk desk_;
};

TEST_F(Handoff, IsRefusedWithoutARecordOfGates) {
  const Spoken said = hand_over();
  EXPECT_EQ(said.status, 1);
  EXPECT_EQ(said.errors,
            "error: 'main' is not handed over: nobody has tried the gates of 'main'\n"
            "hint: provisioner gates run main; to look at the tree: --draft\n");
  EXPECT_FALSE(os::exists(desk_.path() + "/tree"));
}

TEST_F(Handoff, MakesATreeThatVerifies) {
  const Spoken made = hand_over({"--draft"});
  ASSERT_EQ(made.status, 0) << made.errors;
  EXPECT_THAT(made.out, HasSubstr("1 manifest, a draft, signed"));
  const Spoken seen = speak({"handoff", "verify", "tree", "--key", in_tree("registry/cosign.pub")});
  EXPECT_EQ(seen.status, 0);
  EXPECT_THAT(seen.out, HasSubstr(", a draft, as they were signed"));
}

TEST_F(Handoff, FindsATreeThatWasChanged) {
  ASSERT_EQ(hand_over({"--draft"}).status, 0);
  os::write_file(in_tree("README.md"), "other");
  const Spoken seen = speak({"handoff", "verify", "tree"});
  EXPECT_EQ(seen.status, 2);
  EXPECT_EQ(seen.out, "'README.md' was changed\n");
}

TEST_F(Handoff, WritesNothingThatShowsASecret) {
  desk_.write("group_vars/instance_main.yml",
              "nfs_volumes: [{name: a, class: served, path: \"/{{ db_password }}\", size: 1Gi}]\n");
  const Spoken said = hand_over({"--draft"});
  EXPECT_EQ(said.status, 1);
  EXPECT_THAT(
      said.errors,
      HasSubstr("'storage/volumes.yaml' would show 'db_password' at group_vars/all.yml:2:14"));
  EXPECT_THAT(said.errors, Not(HasSubstr("Canary-123456")));
  EXPECT_FALSE(os::exists(desk_.path() + "/tree"));
}

TEST_F(Handoff, ShowsNoSecretInWhatItTellsOfMistakesEither) {
  desk_.write("group_vars/instance_main.yml",
              "platform: phalanx\nphalanx: {vault_url: \"{{ db_password }}\"}\n");
  const Spoken said = speak({"handoff", "phalanx", "main", "-i", "hosts.yml", "--draft"});
  EXPECT_EQ(said.status, 1);
  EXPECT_THAT(said.errors, HasSubstr("'***' is no URL"));
  EXPECT_THAT(said.errors, Not(HasSubstr("Canary-123456")));
}

TEST_F(Handoff, ReplacesABundleAndNothingElse) {
  ASSERT_EQ(hand_over({"--draft"}).status, 0);
  os::write_file(in_tree("left-over"), "");
  ASSERT_EQ(hand_over({"--draft"}).status, 0);
  EXPECT_FALSE(os::exists(in_tree("left-over")));
  os::remove_file(in_tree("checksums"));
  const Spoken said = hand_over({"--draft"});
  EXPECT_EQ(said.status, 1);
  EXPECT_THAT(said.errors, HasSubstr("tree' is there, and is no bundle"));
}

TEST_F(Handoff, OfAnotherPlatformSaysWhichItIs) {
  const Spoken said = speak({"handoff", "gen3", "main", "-i", "hosts.yml", "--draft"});
  EXPECT_EQ(said.status, 1);
  EXPECT_THAT(said.errors,
              HasSubstr("error: 'main' is for plain\nhint: provisioner handoff plain main"));
}

}  // namespace
}  // namespace provisioner::cli
