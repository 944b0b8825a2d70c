// What may be asked for.

#include "provisioner/cluster/kubernetes/wish.h"

#include <gtest/gtest.h>

namespace provisioner::kubernetes {
namespace {

ClusterWish wish_of(std::size_t control, std::size_t workers = 1) {
  ClusterWish wish{
      .instance = "main", .version = {1, 34, 4}, .endpoint = {"api.main", "10.0.0.100"}};
  for (std::size_t number = 1; number <= control; ++number)
    wish.control.push_back(
        {.name = "c" + std::to_string(number), .address = "10.0.0." + std::to_string(number)});
  for (std::size_t number = 1; number <= workers; ++number)
    wish.workers.push_back(
        {.name = "w" + std::to_string(number), .address = "10.0.1." + std::to_string(number)});
  return wish;
}

std::string problems_of(const ClusterWish& wish) {
  base::Diagnostics diagnostics;
  check_members(wish, diagnostics);
  check_endpoint(wish, diagnostics);
  std::string text;
  for (const base::Error& error : diagnostics.errors()) text += error.render() + "\n";
  return text;
}

TEST(Wish, MayHaveOneThreeOrFiveControlPlaneNodes) {
  for (const std::size_t count : {1U, 3U, 5U}) EXPECT_EQ(problems_of(wish_of(count)), "") << count;
}

TEST(Wish, SaysWhyNoOtherNumber) {
  EXPECT_EQ(problems_of(wish_of(2)),
            "error: instance 'main' has 2 control-plane nodes; there may be 1, 3 or 5: with two, "
            "either of them takes the quorum of etcd with it\n"
            "hint: put nodes into its group 'control', or take them out\n");
  EXPECT_NE(problems_of(wish_of(0)).find("somewhere the cluster must begin"), std::string::npos);
  EXPECT_NE(problems_of(wish_of(4)).find("have one more to lose"), std::string::npos);
  EXPECT_NE(problems_of(wish_of(7)).find("nothing gets safer"), std::string::npos);
  EXPECT_NE(problems_of(wish_of(6)).find("nothing gets safer"), std::string::npos);
}

TEST(Wish, HasEachNodeOnce) {
  ClusterWish wish = wish_of(3);
  wish.workers[0].name = "c2";
  EXPECT_EQ(problems_of(wish),
            "error: 'c2' is asked for as a control-plane node and as a worker\n");
  wish = wish_of(1, 2);
  wish.workers[1].name = "w1";
  EXPECT_EQ(problems_of(wish), "error: 'w1' is asked for twice\n");
  wish = wish_of(1, 2);
  wish.workers[1].address = wish.control[0].address;
  EXPECT_EQ(problems_of(wish), "error: 'w2' has the address of 'c1': 10.0.0.1\n");
}

TEST(Wish, HasNamesThatKubernetesTakes) {
  for (const char* name : {"N07", "n_7", "-n7", "n7-", "n7.", "", "n 7"}) {
    ClusterWish wish = wish_of(1);
    wish.workers[0].name = name;
    EXPECT_NE(problems_of(wish).find("cannot be the name of a node"), std::string::npos) << name;
  }
  ClusterWish wish = wish_of(1);
  wish.workers[0].name = "n07.ls.example.org";
  EXPECT_EQ(problems_of(wish), "");
  wish.workers[0].name = std::string(64, 'a');
  EXPECT_NE(problems_of(wish), "");
}

TEST(Wish, HasLabelsAndTaintsThatKubernetesTakes) {
  ClusterWish wish = wish_of(1);
  wish.workers[0].labels = {{"site.example.org/rack", "A_1.2"}, {"empty", ""}};
  wish.workers[0].taints = {{"dedicated", "gpu", "NoSchedule"}, {"alone", "", "NoExecute"}};
  EXPECT_EQ(problems_of(wish), "");
  wish.workers[0].labels = {{"a/b/c", "x"}, {"rack", "two words"}};
  wish.workers[0].taints = {{"dedicated", "gpu", "Never"}};
  EXPECT_EQ(problems_of(wish),
            "error: node 'w1': 'a/b/c' cannot be the key of a label\n"
            "hint: at most 63 letters, digits, '-', '_' and '.', a letter or digit at both ends, "
            "and before it perhaps a DNS name with '/'\n"
            "error: node 'w1': 'two words' cannot be the value of a label ('rack')\n"
            "hint: at most 63 letters, digits, '-', '_' and '.', a letter or digit at both ends\n"
            "error: node 'w1': taint 'dedicated=gpu:Never' has an effect that there is not\n"
            "hint: NoSchedule, PreferNoSchedule or NoExecute\n");
}

TEST(Wish, HasAnEndpointThatIsNoNodes) {
  ClusterWish wish = wish_of(3);
  wish.endpoint.address = "10.0.0.2";
  EXPECT_NE(problems_of(wish).find("the API's address 10.0.0.2 is that of 'c2'"),
            std::string::npos);
  wish = wish_of(1);
  wish.endpoint = {"", "10.0.0.1"};
  EXPECT_NE(problems_of(wish).find("the API has no name"), std::string::npos);
}

TEST(Wish, NamesItsNodesControlPlaneFirst) {
  ClusterWish wish = wish_of(1);
  EXPECT_EQ(wish.control_names(), std::vector<std::string>{"c1"});
  EXPECT_EQ(wish.node_names(), (std::vector<std::string>{"c1", "w1"}));
}

TEST(Wish, KnowsWherePeersFindAMember) {
  EXPECT_EQ(peer_url({.name = "c1", .address = "10.0.0.1"}), "https://10.0.0.1:2380");
  EXPECT_EQ(peer_url({.name = "c1", .address = "fd00::1"}), "https://[fd00::1]:2380");
}

}  // namespace
}  // namespace provisioner::kubernetes
