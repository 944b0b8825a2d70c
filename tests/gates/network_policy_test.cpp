#include "provisioner/platform/gates/network_policy.h"

#include <gtest/gtest.h>

#include "provisioner/base/base/error.h"

namespace provisioner::gates {
namespace {

TEST(NetworkPolicyGate, PassesWhereWhatMustNotPassDoesNotAndWhatMustDoes) {
  const Verdict verdict =
      judge(read_policy_trial("network cilium\n"
                              "attempt before other n01 n01 8080 pass passed\n"
                              "attempt before other n01 n06 8080 pass passed\n"
                              "attempt ingress other n01 n01 8080 stop stopped\n"
                              "attempt ingress other n01 n06 8080 stop stopped\n"));
  EXPECT_EQ(verdict.result, Result::passed);
  EXPECT_EQ(verdict.text,
            "2 of 2 packets that must not pass did not, 2 of 2 that must pass did, within nodes "
            "and between them");
  EXPECT_TRUE(verdict.details.empty());
}

TEST(NetworkPolicyGate, SaysThatFlannelEnforcesNothing) {
  const Verdict verdict =
      judge(read_policy_trial("network flannel\n"
                              "attempt before other n01 n06 8080 pass passed\n"
                              "attempt ingress other n01 n06 8080 stop passed\n"
                              "attempt egress other n01 n06 8080 stop passed\n"));
  EXPECT_EQ(verdict.result, Result::failed);
  EXPECT_EQ(verdict.text, "no NetworkPolicy is enforced: each of 2 packets that must not pass did");
  EXPECT_TRUE(verdict.details.empty());
  EXPECT_EQ(verdict.hint, "flannel enforces none; pod_network: cilium does");
}

TEST(NetworkPolicyGate, NamesThePacketThatPassedBetweenTwoNodesAlone) {
  const Verdict verdict =
      judge(read_policy_trial("network cilium\n"
                              "attempt ingress other n01 n01 8080 stop stopped\n"
                              "attempt ingress other n06 n01 8080 stop passed\n"));
  EXPECT_EQ(verdict.result, Result::failed);
  EXPECT_EQ(
      verdict.details,
      std::vector<std::string>{"with the ingress policy: 'other' on n06 to n01, port 8080 passed"});
}

TEST(NetworkPolicyGate, FailsWhereAPolicyStopsTooMuchOrStays) {
  const Verdict verdict =
      judge(read_policy_trial("network cilium\n"
                              "attempt ingress other n01 n01 8080 stop stopped\n"
                              "attempt ingress allowed n01 n01 8080 pass stopped\n"
                              "attempt after other n01 n01 8080 pass stopped\n"));
  EXPECT_EQ(verdict.result, Result::failed);
  EXPECT_EQ(verdict.details,
            (std::vector<std::string>{
                "with the ingress policy: 'allowed' on n01 to n01, port 8080 did not pass",
                "after the policies were deleted: 'other' on n01 to n01, port 8080 did not pass"}));
}

TEST(NetworkPolicyGate, SaysThatOneNodeShowsNothingBetweenNodes) {
  const Verdict verdict =
      judge(read_policy_trial("network cilium\n"
                              "attempt before other n01 n01 8080 pass passed\n"
                              "attempt ingress other n01 n01 8080 stop stopped\n"));
  EXPECT_EQ(verdict.result, Result::passed);
  EXPECT_NE(verdict.text.find("nothing between nodes could be tried"), std::string::npos);
}

TEST(NetworkPolicyGate, IsNeverPassedWhereNothingWasTried) {
  const Verdict unsaid = judge(read_policy_trial("network cilium\n"));
  EXPECT_EQ(unsaid.result, Result::not_run);
  EXPECT_EQ(unsaid.text, "nothing was tried");
  const Verdict failed =
      judge(read_policy_trial("network cilium\nfailed pods did not become ready: server-n06\n"));
  EXPECT_EQ(failed.result, Result::not_run);
  EXPECT_EQ(failed.text, "pods did not become ready: server-n06");
}

TEST(NetworkPolicyGate, RefusesWhatIsNoAnswerOfItsScript) {
  EXPECT_THROW(read_policy_trial("attempt before other n01 n06 8080 pass\n"), base::Error);
  EXPECT_THROW(read_policy_trial("attempt before other n01 n06 8080 pass maybe\n"), base::Error);
}

}  // namespace
}  // namespace provisioner::gates
