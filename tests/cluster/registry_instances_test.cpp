// Who needs what the registry has, by the inventory and by what this controller remembers.

#include "provisioner/front/cluster/registry_instances.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>

#include "provisioner/base/base/error.h"
#include "provisioner/cluster/artifacts/lock_check.h"
#include "provisioner/front/cluster/registry_lock.h"
#include "provisioner/front/cluster/registry_spare.h"
#include "provisioner/front/cluster/site_artifacts.h"
#include "tests/cli/spoken.h"

namespace provisioner::cluster {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

// Two instances with a registry each.
class WhoPulls : public testing::Test {
 protected:
  WhoPulls() {
    words_.run.inventories = {"hosts.yml"};
    words_.store = desk_.path() + "/store";
  }

  void write(const std::string& one, const std::string& two,
             const std::string& control = "control: {hosts: {c1: , c2: }}\n") {
    desk_.write("hosts.yml",
                "instance_one:\n"
                "  vars: {instance_name: one, container_runtime_registry: \"" +
                    one +
                    "\"}\n"
                    "  hosts:\n"
                    "    c1: {ansible_host: 127.0.0.2, container_runtime_pause: \"k8s/pause:3\"}\n"
                    "    r1: {ansible_host: 127.0.0.4, registry_name: registry.one}\n"
                    "instance_two:\n"
                    "  vars: {instance_name: two, container_runtime_registry: \"" +
                    two +
                    "\"}\n"
                    "  hosts:\n"
                    "    c2: {ansible_host: 127.0.0.3}\n"
                    "    r2: {ansible_host: 127.0.0.5, registry_name: registry.two}\n"
                    "registry: {hosts: {r1: , r2: }}\n" +
                    control);
  }
  // The registry of the first instance alone; nodes of the second name `two`.
  void write_one_registry(const std::string& two) {
    desk_.write("hosts.yml",
                "instance_one:\n"
                "  vars: {instance_name: one, container_runtime_registry: \"registry.one:5000\"}\n"
                "  hosts:\n"
                "    c1: {ansible_host: 127.0.0.2}\n"
                "    r1: {ansible_host: 127.0.0.4, registry_name: registry.one}\n"
                "instance_two:\n"
                "  vars: {instance_name: two, container_runtime_registry: \"" +
                    two +
                    "\", admission_vetted_only: true}\n"
                    "  hosts:\n"
                    "    c2: {ansible_host: 127.0.0.3}\n"
                    "registry: {hosts: {r1: }}\n"
                    "control: {hosts: {c1: , c2: }}\n");
  }
  std::vector<std::string> told_by_one() {
    return instances_of(words_, registry_site(words_.run, "one"));
  }
  std::vector<PullingInstance> of_one() {
    return instances_that_pull(words_, registry_site(words_.run, "one"));
  }
  std::vector<std::string> names_of_one() {
    std::vector<std::string> names;
    for (const PullingInstance& instance : of_one()) names.push_back(instance.name);
    return names;
  }
  static std::vector<PullingInstance> some() {
    PullingInstance instance;
    instance.name = "one";
    return {instance};
  }
  void remember(const std::string& lock) {
    artifacts::Locked image;
    image.name = "image";
    image.version = "v1";
    image.kind = artifacts::Kind::image;
    image.from = "file:image.tar";
    image.sha256 = std::string(64, 'a');
    image.size = 1;
    image.image = "docker.io/lab/image:v1";
    const std::vector<artifacts::Locked> entries(1, image);
    artifacts::remember_lock(artifacts::Store(words_.store), lock, entries);
  }

  cli::Desk desk_;
  RegistryWords words_;
};

TEST_F(WhoPulls, IsWhoNamesTheRegistry) {
  write("registry.one:5000", "registry.two:5000");
  EXPECT_THAT(names_of_one(), ElementsAre("one"));
  EXPECT_THAT(of_one().at(0).sandboxes, ElementsAre("k8s/pause:3"));
}

TEST_F(WhoPulls, IsNoInstanceWhoseControlPlaneIsAnothers) {
  write("registry.one:5000", "registry.one:5000");
  desk_.write("host_vars/c2.yml", "instance_name: one\n");
  EXPECT_THAT(names_of_one(), ElementsAre("one"));
}

TEST_F(WhoPulls, IsWhoNamesItsAddress) {
  write("registry.one:5000", "127.0.0.4:5000");
  EXPECT_THAT(names_of_one(), ElementsAre("one", "two"));
}

TEST_F(WhoPulls, MayBeWhoNamesOneThatTheInventoryDoesNotHave) {
  write("images.example.org:5000", "127.0.0.5:5000");
  EXPECT_THAT(names_of_one(), ElementsAre("one"));
}

TEST_F(WhoPulls, IsNobodyWhoNamesNone) {
  write("", "");
  EXPECT_THAT(names_of_one(), IsEmpty());
}

TEST_F(WhoPulls, IsNobodyWithoutAControlPlane) {
  write("registry.one:5000", "registry.one:5000", "");
  EXPECT_THAT(names_of_one(), IsEmpty());
}

TEST_F(WhoPulls, IsNotGuessedWhereANodeCannotBeEvaluated) {
  write("registry.one:5000", "{{ nothing_says }}");
  try {
    of_one();
    FAIL() << "it was";
  } catch (const base::Error& error) {
    EXPECT_THAT(error.render(), HasSubstr("nothing_says"));
  }
}

TEST_F(WhoPulls, IsToldOfWhatMayRunWithTheRegistrysOwn) {
  write_one_registry("127.0.0.4:5000");
  EXPECT_THAT(told_by_one(), ElementsAre("one", "two"));
  write_one_registry("registry.one:5000");
  EXPECT_THAT(told_by_one(), ElementsAre("one", "two"));
  write("registry.one:5000", "registry.two:5000");
  EXPECT_THAT(told_by_one(), ElementsAre("one"));
}

// Its list is that of its own registry.
TEST_F(WhoPulls, IsNotToldOfTheRegistryOfAnotherWhereItHasOne) {
  write("registry.one:5000", "registry.one:5000");
  EXPECT_THAT(names_of_one(), ElementsAre("one", "two"));
  EXPECT_THAT(told_by_one(), ElementsAre("one"));
}

// What it runs may be looked for there, but nobody here says what it may run.
TEST_F(WhoPulls, IsNotToldWhereItsRegistryIsNoneOfTheInventory) {
  write_one_registry("ghcr.io");
  EXPECT_THAT(names_of_one(), ElementsAre("one", "two"));
  EXPECT_THAT(told_by_one(), ElementsAre("one"));
}

TEST_F(WhoPulls, IsInDoubtWhereNoneWasAsked) {
  write("", "");
  EXPECT_EQ(doubt_about_mirror(words_, {}),
            "the inventory has no cluster that is known to pull from it, and could be asked");
}

TEST_F(WhoPulls, IsInDoubtWithoutALock) {
  write("", "");
  EXPECT_EQ(doubt_about_mirror(words_, some()), "no lock of artefacts is known that names images");
}

TEST_F(WhoPulls, IsInDoubtWhereALockOfAnotherInventoryIsRemembered) {
  write("", "");
  remember(locks_beside(words_.run).at(0));
  EXPECT_EQ(doubt_about_mirror(words_, some()), "");
  remember("/elsewhere/artifacts.lock");
  EXPECT_EQ(doubt_about_mirror(words_, some()),
            "the lock '/elsewhere/artifacts.lock' is of another inventory, and its clusters were "
            "not asked; where they are gone: provisioner artifacts gc --forget "
            "/elsewhere/artifacts.lock");
}

TEST_F(WhoPulls, IsNotHinderedByOthersWhoBringImages) {
  constexpr std::chrono::milliseconds none{0};
  const ClusterWork work = registry_work(words_.run);
  {
    const os::Descriptor one = share_registry(work, none), other = share_registry(work, none);
    EXPECT_THROW(hold_registry(work), base::Error);
  }
  const os::Descriptor held = hold_registry(work);
  try {
    share_registry(work, none);
    FAIL() << "it was shared";
  } catch (const base::Error& error) {
    EXPECT_EQ(error.render(),
              "error: another command is at work on the site's registry\n"
              "hint: wait for its end: one at a time changes what it has");
  }
}

}  // namespace
}  // namespace provisioner::cluster
