// Access as a user asks for it, from an inventory of two nodes that refuse all connections.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "provisioner/base/os/files.h"
#include "small_site.h"

namespace provisioner::platform {
namespace {

using cli::speak;
using cli::Spoken;
using testing::HasSubstr;
using testing::Not;

class AccessCommand : public testing::Test {
 protected:
  Spoken make_for(const std::string& file) {
    return speak({"access", "kubeconfig", "main", "ops", "-i", "hosts.yml", "--out", file});
  }
  void declare() {
    site_.say("access: {namespaces: {portal: }, roles: {ops: {may: admin, in: all}}}\n");
  }

  SmallSite site_;
};

TEST_F(AccessCommand, TellsAVariableThatThereIsNot) {
  site_.say("access:\n  roles: {ops: {groups: [\"{{ nowhere }}\"], may: admin, in: all}}\n");
  const Spoken said = speak({"access", "show", "main", "-i", "hosts.yml"});
  EXPECT_EQ(said.status, 1);
  EXPECT_THAT(said.errors, HasSubstr("group_vars/instance_main.yml:2:30: error: 'nowhere' is "
                                     "undefined"));
  EXPECT_THAT(said.errors, Not(HasSubstr("control-plane nodes")));
}

TEST_F(AccessCommand, TellsANameOfTheInstanceThatIsNone) {
  site_.say("instance_name: [main]\n");
  EXPECT_THAT(
      speak({"access", "show", "main", "-i", "hosts.yml"}).errors,
      HasSubstr("group_vars/instance_main.yml:1:16: error: 'instance_name' is a text, found "
                "a list\n"));
  site_.say("instance_name: mian\n");
  EXPECT_THAT(speak({"access", "show", "main", "-i", "hosts.yml"}).errors,
              HasSubstr("error: 'instance_name' is 'mian', and the instance is 'main'\n"));
}

TEST_F(AccessCommand, TellsLabelsAndTaintsOfAnotherForm) {
  site_.say("node_labels: [a]\nnode_taints: dedicated\nkubernetes_endpoint: api\n");
  const Spoken said = speak({"access", "show", "main", "-i", "hosts.yml"});
  EXPECT_EQ(said.errors,
            "group_vars/instance_main.yml:1:14: error: 'node_labels' is a dict, found a list\n"
            "    1 | node_labels: [a]\n"
            "      |              ^\n\n"
            "group_vars/instance_main.yml:2:14: error: 'node_taints' is a list of texts, found a "
            "string\n"
            "    2 | node_taints: dedicated\n"
            "      |              ^\n\n"
            "group_vars/instance_main.yml:3:22: error: 'kubernetes_endpoint' is a dict, found a "
            "string\n"
            "    3 | kubernetes_endpoint: api\n"
            "      |                      ^\n\n"
            "3 errors, nothing was done\n"
            "error: the inventory makes no cluster of instance 'main'\n");
}

TEST_F(AccessCommand, TellsNetworksOfAnotherForm) {
  site_.say("pod_subnet: [10.0.0.0/8]\naccess: {namespaces: {portal: }}\n");
  EXPECT_THAT(speak({"access", "show", "main", "-i", "hosts.yml"}).errors,
              HasSubstr("1:13: error: 'pod_subnet' is a text, found a list\n"));
}

TEST_F(AccessCommand, ShowsOneFormAtATime) {
  EXPECT_EQ(speak({"access", "show", "main", "-i", "hosts.yml", "--json", "--manifests"}).errors,
            "error: one form at a time: --json, or --manifests\n");
}

TEST_F(AccessCommand, MakesNothingWhereNoFileCanBeWritten) {
  declare();
  Spoken said = make_for("nowhere/ops.yaml");
  EXPECT_EQ(said.status, 1);
  EXPECT_EQ(said.errors, "error: no kubeconfig can be written to '" +
                             site_.path("nowhere/ops.yaml") + "': there is no directory '" +
                             site_.path("nowhere") + "'\nhint: mkdir -p " + site_.path("nowhere") +
                             "\n");
  said = make_for(site_.path(""));
  EXPECT_THAT(said.errors, HasSubstr("that is a directory\nhint: --out "));
}

TEST_F(AccessCommand, TakesNoServerThatIsNoHttpsUrl) {
  declare();
  const Spoken said = speak({"access", "kubeconfig", "main", "ops", "-i", "hosts.yml", "--out",
                             "config", "--server", "api.example.org"});
  EXPECT_EQ(said.status, 1);
  EXPECT_EQ(said.errors,
            "error: 'api.example.org' is no https URL\n"
            "hint: --server https://HOST:PORT, as its people reach the API\n");
}

TEST_F(AccessCommand, ReplacesNoFileOfSomebodyElse) {
  declare();
  site_.desk().write("config", "current-context: admin@other\n");
  const Spoken said = make_for("config");
  EXPECT_EQ(said.status, 1);
  EXPECT_THAT(said.errors, HasSubstr("something else than one of 'ops@main' is there"));
  EXPECT_EQ(os::read_file(site_.path("config")), "current-context: admin@other\n");
}

TEST_F(AccessCommand, ReplacesWhatItHasWrittenBefore) {
  declare();
  site_.desk().write("config", "current-context: ops@main\n");
  const Spoken said = make_for("config");
  EXPECT_THAT(said.errors, Not(HasSubstr("is there")));  // but nobody answers
  EXPECT_EQ(os::entries(site_.path("")).size(), 4U);     // and nothing is left of the trial
}

}  // namespace
}  // namespace provisioner::platform
