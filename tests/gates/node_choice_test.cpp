#include "provisioner/platform/gates/node_choice.h"

#include <gtest/gtest.h>

#include "provisioner/base/value/read_yaml.h"

namespace provisioner::gates {
namespace {

// On n06, which has the labels rack=A1 and disks=4.
bool goes_to_n06(const std::string& spec) {
  return may_run_on(value::read_yaml_text(spec, "<spec>").at(0), "n06",
                    {{"rack", "A1"}, {"disks", "4"}});
}

bool goes_by(const std::string& terms) {
  return goes_to_n06(
      "{affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: "
      "{nodeSelectorTerms: [" +
      terms + "]}}}}");
}

bool goes_where(const std::string& expression) {
  return goes_by("{matchExpressions: [" + expression + "]}");
}

TEST(NodeChoice, IsFreeWhereThePodNamesNothing) {
  EXPECT_TRUE(goes_to_n06("{containers: []}"));
  EXPECT_TRUE(goes_to_n06("{affinity: {nodeAffinity: {}}}"));
}

TEST(NodeChoice, GoesByTheNodesNameAndByLabels) {
  EXPECT_TRUE(goes_to_n06("{nodeName: n06, nodeSelector: {rack: A1, disks: \"4\"}}"));
  EXPECT_FALSE(goes_to_n06("{nodeName: n07}"));
  EXPECT_FALSE(goes_to_n06("{nodeSelector: {rack: B2}}"));
  EXPECT_FALSE(goes_to_n06("{nodeSelector: {row: A1}}"));
}

TEST(NodeChoice, KnowsEachOperator) {
  EXPECT_TRUE(goes_where("{key: rack, operator: In, values: [B2, A1]}"));
  EXPECT_FALSE(goes_where("{key: rack, operator: In, values: [B2]}"));
  EXPECT_TRUE(goes_where("{key: row, operator: NotIn, values: [A1]}"));
  EXPECT_FALSE(goes_where("{key: rack, operator: NotIn, values: [A1]}"));
  EXPECT_TRUE(goes_where("{key: rack, operator: Exists}"));
  EXPECT_FALSE(goes_where("{key: rack, operator: DoesNotExist}"));
  EXPECT_TRUE(goes_where("{key: disks, operator: Gt, values: [\"3\"]}"));
  EXPECT_FALSE(goes_where("{key: disks, operator: Lt, values: [\"4\"]}"));
  EXPECT_FALSE(goes_where("{key: rack, operator: Gt, values: [\"3\"]}"));
}

TEST(NodeChoice, NeedsOneTermAndAllOfIt) {
  EXPECT_TRUE(
      goes_by("{matchExpressions: [{key: row, operator: Exists}]}, {matchFields: [{key: "
              "metadata.name, operator: In, values: [n06]}]}"));
  EXPECT_FALSE(goes_where("{key: rack, operator: Exists}, {key: row, operator: Exists}"));
  EXPECT_FALSE(goes_by("{matchFields: [{key: metadata.name, operator: In, values: [n07]}]}"));
  EXPECT_FALSE(goes_by("{}"));
}

}  // namespace
}  // namespace provisioner::gates
