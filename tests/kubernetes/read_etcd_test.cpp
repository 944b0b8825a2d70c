// What etcdctl told, of three real members of 3.4.23 and of one that was full; ids are as they
// were.

#include "provisioner/cluster/kubernetes/read_etcd.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "provisioner/base/base/error.h"
#include "provisioner/cluster/kubernetes/quorum.h"

namespace provisioner::kubernetes {
namespace {

using testing::HasSubstr;

constexpr MemberId a{8645782499530242234U}, b{11539305337000706507U}, c{3542974012341521924U},
    d{5961058107321428617U}, full{9009370488483034218U};

constexpr const char* list_with_learner =
    R"({"header":{"cluster_id":8570459336700167655,"member_id":8645782499530242234,"raft_term":2},)"
    R"("members":[{"ID":3542974012341521924,"name":"c","peerURLs":["http://127.0.0.1:23803"],)"
    R"("clientURLs":["http://127.0.0.1:23703"]},{"ID":5961058107321428617,)"
    R"("peerURLs":["http://127.0.0.1:23804"],"isLearner":true},{"ID":8645782499530242234,"name":"a",)"
    R"("peerURLs":["http://127.0.0.1:23801"],"clientURLs":["http://127.0.0.1:23701"]},)"
    R"({"ID":11539305337000706507,"name":"b","peerURLs":["http://127.0.0.1:23802"],)"
    R"("clientURLs":["http://127.0.0.1:23702"]}]})"
    "\n";

constexpr const char* list_with_started_learner =
    R"({"header":{"cluster_id":8570459336700167655,"member_id":8645782499530242234,"raft_term":2},)"
    R"("members":[{"ID":3542974012341521924,"name":"c","peerURLs":["http://127.0.0.1:23803"],)"
    R"("clientURLs":["http://127.0.0.1:23703"]},{"ID":5961058107321428617,"name":"d",)"
    R"("peerURLs":["http://127.0.0.1:23804"],"clientURLs":["http://127.0.0.1:23704"],)"
    R"("isLearner":true},{"ID":8645782499530242234,"name":"a","peerURLs":["http://127.0.0.1:23801"],)"
    R"("clientURLs":["http://127.0.0.1:23701"]},{"ID":11539305337000706507,"name":"b",)"
    R"("peerURLs":["http://127.0.0.1:23802"],"clientURLs":["http://127.0.0.1:23702"]}]})";

// `c` was killed: etcdctl leaves it out, and ends with 1.
constexpr const char* status_without_c =
    R"([{"Endpoint":"http://127.0.0.1:23704","Status":{"header":{"cluster_id":8570459336700167655,)"
    R"("member_id":5961058107321428617,"revision":1,"raft_term":2},"version":"3.4.23",)"
    R"("dbSize":20480,"leader":11539305337000706507,"raftIndex":12,"raftTerm":2,)"
    R"("raftAppliedIndex":12,"dbSizeInUse":16384,"isLearner":true}},)"
    R"({"Endpoint":"http://127.0.0.1:23701","Status":{"header":{"cluster_id":8570459336700167655,)"
    R"("member_id":8645782499530242234,"revision":1,"raft_term":2},"version":"3.4.23",)"
    R"("dbSize":20480,"leader":11539305337000706507,"raftIndex":12,"raftTerm":2,)"
    R"("raftAppliedIndex":12,"dbSizeInUse":16384}}])";

constexpr const char* health_without_c =
    R"([{"endpoint":"http://127.0.0.1:23702","health":true,"took":"15.62464ms"},)"
    R"({"endpoint":"http://127.0.0.1:23701","health":true,"took":"12.373751ms"},)"
    R"({"endpoint":"http://127.0.0.1:23704","health":false,"took":"2.687405982s",)"
    R"("error":"etcdserver: rpc not supported for learner"},)"
    R"({"endpoint":"http://127.0.0.1:23703","health":false,"took":"5.001167631s",)"
    R"("error":"context deadline exceeded"}])";

constexpr const char* full_status =
    R"([{"Endpoint":"http://127.0.0.1:23705","Status":{"header":{"cluster_id":16852641557184054374,)"
    R"("member_id":9009370488483034218,"revision":2,"raft_term":2},"version":"3.4.23",)"
    R"("dbSize":966656,"leader":9009370488483034218,"raftIndex":7,"raftTerm":2,)"
    R"("raftAppliedIndex":7,"errors":["memberID:9009370488483034218 alarm:NOSPACE "],)"
    R"("dbSizeInUse":962560}}])";

std::vector<EtcdMember> the_full_one() {
  return {{.id = full, .name = "q", .client_urls = {"http://127.0.0.1:23705"}}};
}

std::string refused(const std::function<void()>& act) {
  try {
    act();
  } catch (const base::Error& error) {
    EXPECT_EQ(error.kind(), base::Kind::input);
    return error.message();
  }
  return "nothing was refused";
}

TEST(ReadEtcd, ReadsAListWithIdsOf64Bits) {
  const EtcdView view = read_member_list("n01", list_with_learner);
  EXPECT_EQ(view.node, "n01");
  EXPECT_EQ(text_of(view.cluster), "76f0635bc5f185e7");
  EXPECT_EQ(view.teller, a);
  ASSERT_EQ(view.members.size(), 4U);
  const EtcdMember* large = find_member(view.members, b);  // above what is a number with a sign
  ASSERT_NE(large, nullptr);
  EXPECT_EQ(large->name, "b");
  EXPECT_EQ(text_of(large->id), "a023d910eeb241cb");
  const EtcdMember* learner = find_member(view.members, d);
  ASSERT_NE(learner, nullptr);
  EXPECT_TRUE(learner->is_learner);
  EXPECT_FALSE(learner->is_started());
  EXPECT_EQ(learner->label(), "the member at http://127.0.0.1:23804");
}

TEST(ReadEtcd, TellsWhoTakesPart) {
  std::vector<EtcdMember> members = read_member_list("n01", list_with_started_learner).members;
  add_endpoint_status(status_without_c, members);
  add_endpoint_health(health_without_c, members);
  EXPECT_TRUE(find_member(members, a)->is_healthy);
  EXPECT_TRUE(find_member(members, b)->is_healthy);
  EXPECT_FALSE(find_member(members, c)->is_healthy);
  EXPECT_EQ(find_member(members, c)->problem, "'context deadline exceeded'");
  EXPECT_TRUE(find_member(members, d)->is_healthy) << "a learner that answers";
  EXPECT_EQ(find_member(members, a)->size, 20480);
  EXPECT_FALSE(find_member(members, a)->is_leader);
  EXPECT_EQ(votes_of(members).voters, 3U);
  EXPECT_EQ(votes_of(members).healthy, 2U);
}

TEST(ReadEtcd, CountsNoMemberAtWhoseAddressAnotherOneAnswers) {
  std::vector<EtcdMember> members = the_full_one();
  members[0].id = a;
  add_endpoint_status(full_status, members);
  add_endpoint_health(R"([{"endpoint":"http://127.0.0.1:23705","health":true}])", members);
  EXPECT_TRUE(members[0].is_elsewhere);
  EXPECT_FALSE(members[0].is_healthy);
  EXPECT_EQ(members[0].problem,
            "at its address answers 7d07b6b9bfeb346a, a member of another cluster");
}

TEST(ReadEtcd, FindsAlarmsWhereverTheyAreTold) {
  std::vector<EtcdMember> by_status = the_full_one();
  add_endpoint_status(full_status, by_status);
  EXPECT_TRUE(by_status[0].is_without_space);
  EXPECT_TRUE(by_status[0].is_leader);
  EXPECT_EQ(by_status[0].size, 966656);

  std::vector<EtcdMember> by_text = the_full_one();
  add_alarms("memberID:9009370488483034218 alarm:NOSPACE \n", by_text);
  EXPECT_TRUE(by_text[0].is_without_space);

  std::vector<EtcdMember> by_json = the_full_one();
  add_alarms(R"({"alarms":[{"memberID":9009370488483034218,"alarm":2}]})", by_json);
  EXPECT_TRUE(by_json[0].is_corrupt);
  EXPECT_FALSE(by_json[0].is_without_space);

  std::vector<EtcdMember> none = the_full_one();
  add_alarms("", none);
  add_alarms("{}\n", none);
  EXPECT_FALSE(none[0].is_without_space || none[0].is_corrupt);
}

TEST(ReadEtcd, FindsAlarmsThatNoMemberHasAnyMore) {
  EXPECT_THAT(alarms_of_others(full_status, the_full_one()), testing::IsEmpty());
  std::vector<EtcdMember> others = the_full_one();
  others[0].id = a;
  EXPECT_THAT(alarms_of_others(full_status, others), testing::ElementsAre(full));
  EXPECT_THAT(alarms_of_others(R"([{"Status":{"errors":["memberID:0 alarm:CORRUPT "]}},)"
                               R"({"Status":{"errors":["memberID:0 alarm:CORRUPT "]}}])",
                               others),
              testing::ElementsAre(MemberId{}));
}

// 3.5 and newer call it unhealthy; it votes all the same.
TEST(ReadEtcd, CountsAMemberThatOnlyHasAnAlarm) {
  std::vector<EtcdMember> members = the_full_one();
  add_endpoint_health(R"([{"endpoint":"http://127.0.0.1:23705","health":false,"took":"3.5ms",)"
                      R"("error":"Active Alarm(s): NOSPACE "}])",
                      members);
  EXPECT_TRUE(members[0].is_healthy);
}

TEST(ReadEtcd, TakesTheClusterOfMostViews) {
  EtcdView other = read_member_list("n03", list_with_learner);
  other.cluster = EtcdClusterId{7};
  other.members.resize(1);
  const EtcdSight sight = etcd_sight({other, read_member_list("n01", list_with_learner),
                                      read_member_list("n02", list_with_learner)});
  EXPECT_TRUE(sight.is_split());
  EXPECT_EQ(sight.members.size(), 4U);
  EXPECT_EQ(sight.views.size(), 3U);
  EXPECT_FALSE(etcd_sight({other}).is_split());
}

TEST(ReadEtcd, NamesTheCommandThatTellsSomethingElse) {
  std::vector<EtcdMember> members = the_full_one();
  EXPECT_EQ(refused([] { read_member_list("n01", ""); }), "'etcdctl member list' told nothing");
  EXPECT_THAT(refused([] { read_member_list("n01", "Error: context deadline"); }),
              HasSubstr("this is not JSON"));
  EXPECT_EQ(refused([] { read_member_list("n01", "[]"); }),
            "'etcdctl member list' told no 'header'");
  EXPECT_EQ(refused([] { read_member_list("n01", R"({"header":{"cluster_id":-1}})"); }),
            "'etcdctl member list' told a 'cluster_id' that is no number of 64 bits");
  EXPECT_EQ(refused([] { read_member_list("n01", R"({"header":{"cluster_id":1e9}})"); }),
            "'etcdctl member list' told a 'cluster_id' that is no number of 64 bits");
  EXPECT_EQ(
      refused([] { read_member_list("n01", R"({"header":{"cluster_id":36893488147419103232}})"); }),
      "'etcdctl member list' told a 'cluster_id' that is no number of 64 bits");
  EXPECT_EQ(
      refused([] { read_member_list("n01", R"({"header":{"cluster_id":1,"member_id":2}})"); }),
      "'etcdctl member list' told no 'members'");
  EXPECT_EQ(refused([&] { add_endpoint_status(R"([{"Endpoint":"x"}])", members); }),
            "'etcdctl endpoint status' told no 'Status'");
  EXPECT_EQ(refused([&] { add_endpoint_health(R"([{"endpoint":"x","health":"yes"}])", members); }),
            "'etcdctl endpoint health' told an endpoint without 'endpoint' or 'health'");
  EXPECT_EQ(refused([&] { add_alarms("panic\x1b[2J", members); }),
            "'etcdctl alarm list' told a line that is no alarm: 'panic\\x1b[2J'");
}

}  // namespace
}  // namespace provisioner::kubernetes
