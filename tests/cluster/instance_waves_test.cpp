// Several instances by one command, and what each is held to; no node answers.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "provisioner/base/os/clock.h"
#include "provisioner/base/value/json.h"
#include "provisioner/front/cli/exit_meanings.h"
#include "provisioner/platform/gates/gate.h"
#include "tests/cli/spoken.h"

namespace provisioner::cluster {
namespace {

using cli::speak;
using cli::Spoken;
using testing::HasSubstr;
using testing::Not;

std::string one_of(const std::string& name, const std::string& address,
                   const std::string& version) {
  return "instance_" + name + ":\n  vars: {stage_name: " + name +
         ", kubernetes_version: " + version +
         ", kubernetes_endpoint_by: none,\n         kubernetes_endpoint: {name: api." + name +
         ", address: " + address + ", port: 6443}}\n  hosts: {" + name +
         "1: {ansible_host: " + address + "}}\n";
}

// One of a stage each, with one node where nothing listens.
class InstanceWaves : public testing::Test {
 protected:
  InstanceWaves() {
    std::filesystem::create_directories(desk_.path() + "/artifacts");
    std::filesystem::create_directories(desk_.path() + "/instances");
    desk_.write("artifacts/hosts.yml", "artifacts: []\n");
    desk_.write("artifacts/hosts.lock", "format: 1\nartifacts: []\n");
    write("v1.34.4");
  }

  void write(const std::string& version_of_prod) {
    desk_.write("hosts.yml",
                one_of("qa", "127.0.0.2", "v1.34.4") +
                    one_of("prod", "127.0.0.3", version_of_prod) +
                    "control: {hosts: {qa1: , prod1: }}\n"
                    "all: {vars: {ansible_port: 1, components: {load_balancer: absent, "
                    "ingress: absent, storage_classes: absent}}}\n");
  }

  void lock_prod() {
    desk_.write("instances/prod.lock",
                "from: qa\ngates: \"2026-11-29T17:00:00Z\"\nkubernetes_version: v1.34.4\n"
                "charts: {gen3: 0.3.90}\n");
  }

  // As `gates run` would have kept it.
  void prove_qa() {
    std::string tried;
    for (const gates::Gate& gate : gates::gates_of(profile::Platform::plain))
      tried += std::string(tried.empty() ? "" : ", ") + R"({"id": ")" + std::string(gate.id) +
               R"(", "result": "passed", "blocks": false})";
    std::filesystem::create_directories(desk_.path() + "/state/clusters/qa");
    desk_.write("state/clusters/qa/gates.json",
                R"({"instance": "qa", "passed": true, "whole": true, "lock": "", "finished": ")" +
                    os::utc_text(os::system_clock().wall()) + R"(", "gates": [)" + tried + "]}");
  }

  // What is said of v1.34.3 where the lock is that of `lock_prod`.
  std::string departures() const {
    return "against it: kubernetes_version is v1.34.3, locked is v1.34.4\n"
           "against it: the chart 'gen3' is not said, locked is 0.3.90\n"
           "hint: '" +
           desk_.path() +
           "/instances/prod.lock' is what was proved in 'qa': say that in the inventory, or "
           "promote what has been proved there since (provisioner instance promote qa prod); up, "
           "upgrade, add and rejoin go on with --beyond-lock\n";
  }

  static Spoken cluster(std::vector<std::string> words) {
    words.insert(words.begin(), "cluster");
    words.insert(words.end(), {"-i", "hosts.yml", "--store", "store"});
    return speak(words);
  }

  cli::Desk desk_;
};

constexpr const char* qa_is_not_begun =
    "wave 1, qa: qa\n'qa':\nnot in the lock: kubeadm v1.34.4, needed by kubernetes_node\n";

TEST_F(InstanceWaves, LeaveAloneWhatComesAfterOneThatIsNotUp) {
  prove_qa();
  const Spoken told = cluster({"up", "prod", "qa"});
  EXPECT_EQ(told.status, cli::exit_not_so);
  EXPECT_THAT(told.out, HasSubstr(qa_is_not_begun));
  EXPECT_THAT(told.out, HasSubstr("\nnot begun: prod\n"));
  EXPECT_THAT(told.out, Not(HasSubstr("prod1")));
}

TEST_F(InstanceWaves, HaveALaterStageWaitForTheGatesOfTheOneBefore) {
  const Spoken told = cluster({"plan", "qa", "prod"});
  EXPECT_EQ(told.status, cli::exit_not_so);
  EXPECT_THAT(told.out, HasSubstr("wave 2, prod: prod\n"
                                  "'prod' waits: nobody has tried the gates of 'qa'\n"
                                  "hint: provisioner gates run qa, then the same command again\n"));
  EXPECT_THAT(told.out, Not(HasSubstr("'prod1' does not answer")));
  const Spoken up = cluster({"up", "--stage", "prod"});
  EXPECT_EQ(up.status, cli::exit_not_so);
  EXPECT_EQ(up.out,
            "wave 1, prod: prod\n'prod' waits: nobody has tried the gates of 'qa'\n"
            "hint: provisioner gates run qa, then the same command again\n");
  const Spoken upgraded = cluster({"upgrade", "--stage", "prod", "--to", "v1.34.4"});
  EXPECT_THAT(upgraded.out, HasSubstr("'prod' waits: nobody has tried the gates of 'qa'\n"));
}

TEST_F(InstanceWaves, GoOnOnceItIsProved) {
  prove_qa();
  const Spoken told = cluster({"plan", "--stage", "prod"});
  EXPECT_EQ(told.status, cli::exit_not_so);
  EXPECT_THAT(told.out, HasSubstr("'prod':\nours: metrics, logs, registry\nnot in the lock: "));
  EXPECT_THAT(told.out, HasSubstr("\nagainst it: 'prod1' does not answer"));
}

TEST_F(InstanceWaves, ArePlannedForProgramsToo) {
  const Spoken told = cluster({"plan", "qa", "prod", "--json"});
  EXPECT_EQ(told.status, cli::exit_not_so);
  const value::Value shown = value::read_json(told.out);
  const value::List& instances = shown.find("instances")->list();
  ASSERT_EQ(instances.size(), 2U);
  const value::Value& qa = instances[0];
  EXPECT_EQ(value::text_or(qa, "instance", ""), "qa");
  EXPECT_EQ(value::integer_or(qa, "wave", 0), 1);
  EXPECT_EQ(value::text_or(*qa.find("owners"), "metrics", ""), "provisioner");
  EXPECT_THAT(value::text_or(qa.find("missing")->list().front(), "text", ""),
              HasSubstr("not in the lock: kubeadm v1.34.4, needed by kubernetes_node"));
  EXPECT_THAT(value::text_or(qa.find("against")->list().front(), "text", ""),
              HasSubstr("'qa1' does not answer"));
  EXPECT_FALSE(value::boolean_or(qa, "is_as_wished", true));
  const value::Value& prod = instances[1];
  EXPECT_EQ(value::text_or(*prod.find("waits"), "for", ""), "qa");
  EXPECT_EQ(prod.find("missing"), nullptr);
}

TEST_F(InstanceWaves, WaitAgainOnceItWasChanged) {
  prove_qa();
  desk_.write("state/clusters/qa/changing", "4102444800\n");
  EXPECT_THAT(cluster({"plan", "--stage", "prod"}).out,
              HasSubstr("'prod' waits: the gates of 'qa' passed before it was changed: they say "
                        "nothing of what it is now\n"));
}

TEST_F(InstanceWaves, KnowNoOrderOfAStageThatThereIsNot) {
  desk_.write("group_vars/instance_qa.yml", "stage_name: qaa\n");
  for (const std::vector<std::string>& words :
       {std::vector<std::string>{"plan", "qa", "prod"}, {"up", "--stage", "prod"}}) {
    const Spoken told = cluster(words);
    EXPECT_EQ(told.status, cli::exit_usage);
    EXPECT_EQ(told.out, "");
    EXPECT_THAT(told.errors, HasSubstr("instance_qa.yml:1:13: error: there is no stage 'qaa'\n"));
    EXPECT_THAT(told.errors, HasSubstr("hint: did you mean 'qa'?\n"));
  }
}

TEST_F(InstanceWaves, NameWhatThereIsNot) {
  const Spoken told = cluster({"up", "qa", "prd"});
  EXPECT_EQ(told.status, cli::exit_usage);
  EXPECT_EQ(told.errors,
            "error: there is no instance 'prd' in the inventory\nhint: did you mean 'prod'?\n");
  EXPECT_EQ(cluster({"up"}).errors,
            "error: no instance is named\nhint: provisioner instance list\n");
  EXPECT_EQ(cluster({"up", "--stage", "pre"}).errors,
            "error: no instance is of the stage 'pre'\nhint: provisioner instance list\n");
}

TEST_F(InstanceWaves, AreThoseThatAreNamedOrThoseOfAStage) {
  for (const char* command : {"plan", "up"}) {
    SCOPED_TRACE(command);
    const Spoken told = cluster({command, "prod", "--stage", "qa"});
    EXPECT_EQ(told.status, cli::exit_usage);
    EXPECT_EQ(told.out, "");
    EXPECT_EQ(told.errors, "error: instances excludes --stage\nhint: see: provisioner cluster " +
                               std::string(command) + " --help\n");
  }
}

TEST_F(InstanceWaves, HoldOneToItsLock) {
  lock_prod();
  write("v1.34.3");
  const std::string against = departures();
  const Spoken up = cluster({"up", "prod"});
  EXPECT_EQ(up.status, cli::exit_not_so);
  EXPECT_EQ(up.out, against);
  EXPECT_EQ(up.errors, "");
  const Spoken plan = cluster({"plan", "prod"});
  EXPECT_EQ(plan.status, cli::exit_not_so);
  EXPECT_THAT(plan.out, HasSubstr(against));
}

TEST_F(InstanceWaves, UpgradeOneToTheVersionOfItsLockAlone) {
  lock_prod();
  const Spoken told = cluster({"upgrade", "prod", "--to", "v1.34.5"});
  EXPECT_EQ(told.status, cli::exit_not_so);
  EXPECT_THAT(told.out, HasSubstr("kubernetes_version is v1.34.5, locked is v1.34.4\n"));
  write("v1.34.3");
  EXPECT_THAT(cluster({"upgrade", "prod", "--to", "v1.34.4"}).out,
              Not(HasSubstr("kubernetes_version")));
}

TEST_F(InstanceWaves, GoBeyondALockWhereSomebodySaysSo) {
  lock_prod();
  write("v1.34.3");
  for (std::vector<std::string> words : {std::vector<std::string>{"up", "prod"},
                                         {"add", "prod1", "--instance", "prod"},
                                         {"rejoin", "prod1", "--instance", "prod"}}) {
    SCOPED_TRACE(words.front());
    words.emplace_back("--beyond-lock");
    const Spoken told = cluster(words);
    EXPECT_EQ(told.status, cli::exit_not_so);
    EXPECT_THAT(told.out, HasSubstr("remark: kubernetes_version is v1.34.3, locked is v1.34.4\n"
                                    "remark: the chart 'gen3' is not said, locked is 0.3.90\n"
                                    "not in the lock: kubeadm v1.34.3, "));
  }
}

TEST_F(InstanceWaves, AddAndRejoinNoNodeBesideTheLock) {
  lock_prod();
  write("v1.34.3");
  for (const std::string command : {"add", "rejoin"}) {
    SCOPED_TRACE(command);
    const Spoken told = cluster({command, "prod1", "--instance", "prod"});
    EXPECT_EQ(told.status, cli::exit_not_so);
    EXPECT_EQ(told.out, departures());
    EXPECT_EQ(told.errors, "");
  }
}

TEST_F(InstanceWaves, NameANodeThatThereIsNotBeforeTheLock) {
  lock_prod();
  write("v1.34.3");
  const Spoken told = cluster({"add", "prod2", "--instance", "prod"});
  EXPECT_EQ(told.status, cli::exit_usage);
  EXPECT_EQ(told.errors,
            "error: 'prod2' is no node of 'prod' in the inventory\nhint: did you mean 'prod1'?\n");
}

TEST_F(InstanceWaves, TakeNoLockThatCannotBeRead) {
  desk_.write("instances/prod.lock", "from: qa\nkubernetes: v1.34.4\n");
  const Spoken told = cluster({"up", "prod"});
  EXPECT_EQ(told.status, cli::exit_usage);
  EXPECT_THAT(told.errors,
              HasSubstr("instances/prod.lock:2:1: error: there is no key 'kubernetes' here\n"));
}

}  // namespace
}  // namespace provisioner::cluster
