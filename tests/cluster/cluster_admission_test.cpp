// Which registry says what an instance may run, and what is told where none does.

#include "provisioner/front/cluster/cluster_admission.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "provisioner/base/base/error.h"
#include "provisioner/cluster/registry/images_lock.h"
#include "tests/cli/spoken.h"

namespace provisioner::cluster {
namespace {

using testing::ElementsAre;
using testing::EndsWith;
using testing::HasSubstr;
using testing::IsEmpty;

// An instance with a registry, and one without whose variables differ.
class Admission : public testing::Test {
 protected:
  Admission() { words_.inventories = {"hosts.yml"}; }

  void write(const std::string& variables, const std::string& of_registry = "") {
    desk_.write("hosts.yml",
                "instance_hub:\n"
                "  vars: {instance_name: hub" +
                    of_registry +
                    "}\n"
                    "  hosts:\n"
                    "    c1: {ansible_host: 127.0.0.2}\n"
                    "    r1: {ansible_host: 127.0.0.4, registry_name: registry.hub}\n"
                    "instance_leaf:\n"
                    "  vars:\n"
                    "    instance_name: leaf\n"
                    "    kubernetes_version: v1.34.4\n"
                    "    kubernetes_endpoint: {name: api.leaf, address: 192.0.2.5}\n"
                    "    kubernetes_endpoint_by: none\n" +
                    variables +
                    "  hosts:\n"
                    "    c2: {ansible_host: 127.0.0.3, roles: [control]}\n"
                    "registry: {hosts: {r1: }}\n"
                    "control: {hosts: {c1: , c2: }}\n"
                    "all: {vars: {ansible_port: 1}}\n");
  }
  static void vet() { registry::write_images_lock("images.lock", {}); }
  cli::ClusterSite leaf() { return cli::cluster_site(words_, "leaf"); }
  std::vector<std::string> remarks() {
    std::vector<std::string> texts;
    for (const Note& note : admission_remarks(words_, leaf())) texts.push_back(note.text);
    return texts;
  }

  cli::Desk desk_;
  cli::RunWords words_;
};

TEST_F(Admission, IsByTheListOfTheRegistryThatNodesName) {
  write("    container_runtime_registry: \"registry.hub:5000\"\n");
  const auto registry = admitting_registry(words_, leaf());
  ASSERT_TRUE(registry);
  EXPECT_EQ(registry->name, "registry.hub:5000");
  EXPECT_THAT(registry->site.nodes, ElementsAre("r1"));
  EXPECT_THAT(registry->site.lock, EndsWith("/images.lock"));
}

TEST_F(Admission, IsByTheNameThatPodsUse) {
  write("    container_runtime_registry: \"127.0.0.4:5000\"\n");
  EXPECT_EQ(admitting_registry(words_, leaf())->name, "127.0.0.4:5000");
}

TEST_F(Admission, IsNobodysWhereNodesNameNoRegistryOfTheInventory) {
  for (const char* variables : {"", "    container_runtime_registry: \"elsewhere:5000\"\n"}) {
    write(variables);
    EXPECT_FALSE(admitting_registry(words_, leaf())) << variables;
  }
}

TEST_F(Admission, IsNeverLeftAsideWithoutAWord) {
  write("    admission_vetted_only: true\n");
  try {
    admitting_registry(words_, leaf());
    FAIL() << "it was";
  } catch (const base::Error& error) {
    EXPECT_THAT(error.render(),
                HasSubstr("hosts.yml:12:28: error: instance 'leaf' is to run vetted images alone, "
                          "and no registry of the inventory says which these are\n"));
    EXPECT_THAT(error.render(),
                HasSubstr("hint: put a node into its group 'registry', or name that of another "
                          "instance in 'container_runtime_registry'"));
  }
}

TEST_F(Admission, IsNotBegunByALockOfAnotherInstanceThatIsNotThere) {
  write(
      "    container_runtime_registry: \"registry.hub:5000\"\n"
      "    admission_vetted_only: true\n");
  EXPECT_THROW(remarks(), base::Error);
  try {
    require_admission(words_, leaf());
    FAIL() << "it was";
  } catch (const base::Error& error) {
    EXPECT_THAT(error.render(),
                HasSubstr("hosts.yml:13:28: error: instance 'leaf' is to run vetted images alone, "
                          "and the lock of the registry that it pulls from is not there, '" +
                          registry_site(words_, "hub").lock + "': none of its pods could run\n"));
    EXPECT_THAT(error.render(),
                HasSubstr("hint: put that file there (images_lock of r1), or vet an image for it "
                          "first: provisioner registry vet IMAGES --instance NAME; until then: "
                          "admission_vetted_only: false"));
  }
  vet();
  EXPECT_NO_THROW(require_admission(words_, leaf()));
}

TEST_F(Admission, NeedsNoLockWhereNothingIsEnforced) {
  write("    container_runtime_registry: \"registry.hub:5000\"\n");
  EXPECT_NO_THROW(require_admission(words_, leaf()));
}

TEST_F(Admission, IsRemarkedWhereItAsksForLittle) {
  write("    container_runtime_registry: \"registry.hub:5000\"\n");
  EXPECT_THAT(remarks(), ElementsAre("'leaf' may run images that nobody has vetted"));
  EXPECT_EQ(admission_remarks(words_, leaf()).front().hint,
            "what holds it to vetted ones is admission_vetted_only: true, with "
            "admission_namespaces");
  const std::string asks =
      "    container_runtime_registry: \"registry.hub:5000\"\n"
      "    admission_vetted_only: true\n";
  vet();
  write(asks);
  EXPECT_THAT(remarks(), ElementsAre(HasSubstr("'admission_namespaces' names none"),
                                     HasSubstr("'registry_policy' asks for nothing")));
  write(asks + "    admission_namespaces: [science]\n", ", registry_policy: {severity: high}");
  EXPECT_THAT(remarks(), IsEmpty());
}

}  // namespace
}  // namespace provisioner::cluster
