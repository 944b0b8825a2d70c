// What the policy of vetted images would refuse, before a cluster has it.

#include "provisioner/front/cluster/admission_look.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "provisioner/base/os/process.h"
#include "provisioner/front/cluster/admission_look_script.h"

namespace provisioner::cluster {
namespace {

const std::string vetted(64, 'a'), other(64, 'b');

AdmittedImages admitted() {
  value::Dict digests;
  digests.set(vetted, std::string("team/other team/tool"));
  return {.registry = "registry.lab:5000", .digests = digests, .namespaces = {"science"}};
}

std::vector<std::string> refused_by(const std::string& answer) {
  const auto pods = read_admission_look(answer, admitted());
  if (!pods) return {"nothing begins"};
  std::vector<std::string> told;
  for (const RefusedPod& pod : *pods) told.push_back(pod.name + " " + pod.image);
  return told;
}

TEST(AdmittedImages, AreThoseThatThePolicyLetsIn) {
  const std::string place = "registry.lab:5000/vetted/";
  EXPECT_TRUE(admitted().has(place + "team/tool@sha256:" + vetted));
  EXPECT_TRUE(admitted().has(place + "team/other:1.2@sha256:" + vetted));
  for (const std::string& image : std::vector<std::string>{
           place + "team/tool@sha256:" + other, place + "team/third@sha256:" + vetted,
           place + "team/tool:1.2", "registry.lab/vetted/team/tool@sha256:" + vetted,
           place + "team/tool@sha256:" + vetted + "0", "docker.io/library/busybox:1"})
    EXPECT_FALSE(admitted().has(image)) << image;
}

TEST(AdmissionLook, NamesPodsOfTheNamespacesThatWillBeBound) {
  const std::string good = "registry.lab:5000/vetted/team/tool@sha256:" + vetted;
  EXPECT_THAT(refused_by("begins\nnamespace\tjoined\n"
                         "pod\tscience\tfine\t" +
                         good +
                         "   \n"
                         "pod\tscience\thalf\t" +
                         good +
                         " docker.io/a:1  docker.io/b:1\n"
                         "pod\tjoined\told\tdocker.io/c:1   \n"
                         "pod\tkube-system\tdns\tdocker.io/d:1   \n"),
              testing::ElementsAre("science/half docker.io/a:1", "joined/old docker.io/c:1"));
}

TEST(AdmissionLook, TellsNothingWhereThePolicyStandsOrThereIsNoCluster) {
  for (const char* answer : {"stands\n", "none\n", ""})
    EXPECT_FALSE(read_admission_look(answer, admitted())) << answer;
}

TEST(AdmissionLook, SaysWhatBegins) {
  EXPECT_EQ(beginning_text("leaf", {}),
            "nothing holds 'leaf' to vetted images so far, and the next `cluster up` does so; all "
            "pods that are there run such images");
  EXPECT_EQ(beginning_text("leaf", {{"science/half", "docker.io/a:1"}}),
            "nothing holds 'leaf' to vetted images so far, and the next `cluster up` does so; 1 "
            "pod would not be let in again: science/half (docker.io/a:1)");
  EXPECT_THAT(beginning_text("leaf", std::vector<RefusedPod>(12, {"science/half", "a:1"})),
              testing::EndsWith("science/half (a:1), 2 more"));
}

// A node of the control plane, with doubles of what is called there.
class AdmissionQuestion : public testing::Test {
 protected:
  std::string answer(const std::string& kubectl) const {
    const std::string admin = folder_.path() + "/admin.conf";
    std::ofstream(admin) << "";
    std::string script(admission_look_script());
    script.replace(script.find("/etc/kubernetes/admin.conf"), 26, admin);
    const std::string doubles =
        "set -- leaf\ntimeout() { shift; \"$@\"; }\nkubectl() {\n" + kubectl + "\n}\n";
    return os::run_checked({.argv = {"sh", "-s"}, .input = doubles + script});
  }
  os::TemporaryDirectory folder_;
};

TEST_F(AdmissionQuestion, AsksForNamespacesAndPodsWhereThePolicyDoesNotStand) {
  EXPECT_EQ(answer("case \"$*\" in\n"
                   "  *binding*) ;;\n"
                   "  *\"namespaces --selector provisioner/instance=leaf \"*) echo namespaces ;;\n"
                   "  *\"pods --all-namespaces --field-selector \"*) echo pods ;;\n"
                   "esac"),
            "begins\nnamespaces\npods\n");
}

TEST_F(AdmissionQuestion, AsksNothingMoreWhereItStands) {
  EXPECT_EQ(answer("echo validatingadmissionpolicybinding.admissionregistration.k8s.io/x"),
            "stands\n");
}

}  // namespace
}  // namespace provisioner::cluster
