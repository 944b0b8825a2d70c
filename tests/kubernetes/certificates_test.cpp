// When certificates end.

#include "provisioner/cluster/kubernetes/certificates.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "provisioner/base/base/error.h"
#include "tests/kubernetes/settled.h"

namespace provisioner::kubernetes {
namespace {

using std::chrono::seconds;
using std::chrono::sys_seconds;
using testing::HasSubstr;
using tests::Settled;
using tests::told;

sys_seconds at(std::int64_t second) { return sys_seconds(seconds(second)); }

std::vector<Certificate> one_each(std::int64_t ends) {
  std::vector<Certificate> all;
  for (const char* node : {"c1", "c2", "c3"})
    all.push_back({node, "/etc/kubernetes/pki/apiserver.crt", "CN=kube-apiserver", at(0), at(ends),
                   Renewer::kubeadm});
  return all;
}

// Neither etcd nor the API answers.
Settled without_quorum() {
  Settled cluster(3);
  cluster.sight.etcd.reset();
  cluster.sight.is_api_up = false;
  return cluster;
}

// The next step for what ends before 200.
std::string told_at_150(const Settled& cluster, const std::vector<Certificate>& all) {
  return told(next_renewal_step(cluster.wish, cluster.sight, all,
                                {.until = at(200), .nodes = {}, .now = at(150)}));
}

TEST(Certificates, ReadsALineForEach) {
  const auto all =
      read_certificates("n01", "/a.crt\t100\t200\tCN=a\tkubeadm\n\n/b\t1\t2\tO=b,CN=c\tnobody\n");
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(all[0].node, "n01");
  EXPECT_EQ(all[0].ends, at(200));
  EXPECT_EQ(all[1].renewer, Renewer::nobody);
  EXPECT_EQ(all[1].subject, "O=b,CN=c");
}

TEST(Certificates, RefusesALineThatNobodyCanRead) {
  for (const char* line :
       {"/a.crt\tsoon\t200\tCN=a\tkubeadm", "/a.crt\t1\t2\tCN=a", "/a.crt\t1\t2\tCN=a\tsomebody"})
    try {
      read_certificates("n01", line);
      ADD_FAILURE() << line;
    } catch (const base::Error& error) {
      EXPECT_THAT(error.message(), HasSubstr("'n01' told of a certificate what nobody can read"));
    }
}

TEST(Certificates, TakesOneThatCannotBeReadForOneThatHasEnded) {
  const auto all = read_certificates("n01", "/a.crt\t\t\t\tkubeadm\n/b.crt\t1\t2\tCN=b\tnobody\n");
  ASSERT_EQ(all.size(), 2U);
  EXPECT_TRUE(all[0].is_damaged);
  EXPECT_FALSE(all[1].is_damaged);
  const auto soon = ending(all, at(1));
  ASSERT_EQ(soon.size(), 1U);
  EXPECT_EQ(soon[0].path, "/a.crt");
}

TEST(Certificates, TellsOfThoseThatEndSoonTheFirstFirst) {
  auto all = one_each(500);
  all[1].ends = at(300);
  all[2].ends = at(400);
  const auto soon = ending(all, at(450));
  ASSERT_EQ(soon.size(), 2U);
  EXPECT_EQ(soon[0].node, "c2");
}

TEST(Certificates, AreRemarkedFor30DaysWithWhatRenewsThem) {
  constexpr std::int64_t day = 24 * 60 * 60;
  const auto of = [](const char* path, std::int64_t ends, Renewer renewer) {
    return Certificate{"c1", path, "CN=x", at(0), at(ends), renewer};
  };
  EXPECT_THAT(certificate_remarks(
                  {of("/later", 130 * day, Renewer::kubeadm), of("/a", 112 * day, Renewer::kubeadm),
                   of("/b", 101 * day + 5, Renewer::site), of("/e", 113 * day, Renewer::given),
                   of("/c", 100 * day + 5, Renewer::nobody), of("/d", 99 * day, Renewer::kubelet)},
                  at(100 * day), "main"),
              testing::ElementsAre(
                  "the certificate /d of 'c1' has ended: its kubelet should have renewed it: look "
                  "at the kubelet's log",
                  "the certificate /c of 'c1' ends today: it is an authority, and nobody makes it "
                  "anew",
                  "the certificate /b of 'c1' ends in 1 day: provisioner cluster up main makes it "
                  "anew",
                  "the certificate /a of 'c1' ends in 12 days: provisioner cluster certs main "
                  "--renew",
                  "the certificate /e of 'c1' ends in 13 days: put another one where "
                  "'cert_manager_issuers' says, then provisioner cluster up main"));
}

TEST(Certificates, AreRenewedNodeAfterNode) {
  Settled cluster(3);
  auto all = one_each(100);
  EXPECT_EQ(told(next_renewal_step(cluster.wish, cluster.sight, all, {at(200)})),
            "renew certificates: c1\n");
  all[0].ends = at(900);
  EXPECT_EQ(told(next_renewal_step(cluster.wish, cluster.sight, all, {at(200)})),
            "renew certificates: c2\n");
  EXPECT_TRUE(next_renewal_step(cluster.wish, cluster.sight, one_each(900), {at(200)}).is_done());
}

TEST(Certificates, OfAllAreRenewedWhereThatIsAskedFor) {
  Settled cluster(3);
  EXPECT_EQ(told(next_renewal_step(cluster.wish, cluster.sight, one_each(900), {at(200), {"c3"}})),
            "renew certificates: c3\n");
}

TEST(Certificates, AreRenewedOnNoControlPlaneThatTheOthersNeed) {
  Settled cluster(3);
  cluster.member("c2").is_healthy = false;
  EXPECT_THAT(told(next_renewal_step(cluster.wish, cluster.sight, one_each(100), {at(200)})),
              HasSubstr("no: 'c2' has an etcd that does not take part, so 'c1' must stay"));
}

TEST(Certificates, AreRenewedAllTheSameWhereNothingAnswersForThem) {
  const Settled cluster = without_quorum();
  EXPECT_EQ(told(next_renewal_step(cluster.wish, cluster.sight, one_each(100), {at(200)})),
            "renew certificates: c1\n");
}

// Of two and more without a quorum none comes back before the others have new ones, too.
TEST(Certificates, ThatHaveEndedAreRenewedOnAllControlPlanesAtOnceWhereNoneServes) {
  Settled cluster = without_quorum();
  EXPECT_EQ(told_at_150(cluster, one_each(100)),
            "renew certificates: c1, c2, c3: theirs have ended, so etcd has no quorum\n");
  cluster.node("c2") = {};
  cluster.node("c2").silence = "no route to host";
  EXPECT_EQ(told_at_150(cluster, one_each(100)),
            "renew certificates: c1, c3: theirs have ended, so etcd has no quorum\n"
            "note: 'c2' does not answer (no route to host): its certificates stay\n");
}

TEST(Certificates, OfThoseThatHaveEndedGoOnTogetherWhereThatWasCutOff) {
  Settled cluster = without_quorum();
  auto all = one_each(100);
  all[0].ends = all[1].ends = at(900);
  cluster.node("c1").is_renewing = cluster.node("c2").is_renewing = true;
  EXPECT_EQ(told_at_150(cluster, all),
            "renew certificates: c1, c2, c3: theirs have ended, so etcd has no quorum\n");
}

TEST(Certificates, ThatHaveEndedComeBeforeThoseThatEndSoon) {
  Settled cluster(3);
  auto all = one_each(180);
  all[1].ends = at(100);
  cluster.member("c2").is_healthy = false;
  EXPECT_EQ(told_at_150(cluster, all), "renew certificates: c2\n");
}

TEST(Certificates, ThatHaveNotEndedAreRenewedOnOneControlPlaneAtATimeWhateverAilsEtcd) {
  const Settled cluster = without_quorum();
  EXPECT_EQ(told_at_150(cluster, one_each(180)), "renew certificates: c1\n");
}

// etcd and the API know each other by others: who lost these alone has a quorum to lose yet.
TEST(Certificates, OfClientsThatHaveEndedAreRenewedOnOneControlPlaneAtATime) {
  const Settled cluster = without_quorum();
  auto all = one_each(100);
  for (const char* client : {"/etc/kubernetes/admin.conf", "/etc/kubernetes/super-admin.conf",
                             "/etc/kubernetes/scheduler.conf"}) {
    for (Certificate& one : all) one.path = client;
    EXPECT_EQ(told_at_150(cluster, all), "renew certificates: c1\n") << client;
  }
  for (Certificate& one : all) one.path = "/etc/kubernetes/pki/etcd/peer.crt";
  EXPECT_THAT(told_at_150(cluster, all),
              HasSubstr("renew certificates: c1, c2, c3: theirs have ended"));
}

TEST(Certificates, AreRenewedAgainWhereThatWasCutOff) {
  Settled cluster(3);
  cluster.node("c2").is_renewing = true;
  EXPECT_EQ(told(next_renewal_step(cluster.wish, cluster.sight, one_each(900), {at(200)})),
            "renew certificates: c2: it was begun and has not ended\n");
}

TEST(Certificates, OfAuthoritiesAreToldOfAndNeverRenewed) {
  Settled cluster(1);
  std::vector<Certificate> all = {
      {"c1", "/etc/kubernetes/pki/ca.crt", "CN=kubernetes", at(0), at(100), Renewer::nobody}};
  EXPECT_TRUE(next_renewal_step(cluster.wish, cluster.sight, all, {at(200)}).is_done());
  EXPECT_EQ(ending(all, at(200)).size(), 1U);
}

}  // namespace
}  // namespace provisioner::kubernetes
