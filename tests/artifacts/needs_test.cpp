// What is needed, held against lists and locks.

#include "provisioner/cluster/artifacts/needs.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace provisioner::artifacts {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

Locked locked_binary(const std::string& name, const std::string& version) {
  return {.name = name, .version = version, .kind = Kind::binary, .from = {}, .sha256 = {}};
}

Locked locked_image(const std::string& name, const std::string& used) {
  return {
      .name = name, .version = "1", .kind = Kind::image, .from = {}, .sha256 = {}, .image = used};
}

const std::vector<Locked> entries_known = {
    locked_binary("kubelet", "v1.33.13"), locked_binary("kubelet", "v1.34.4"),
    locked_image("etcd", "registry.k8s.io/etcd:3.6.5-0"),
    locked_image("tool", "registry.example.org:5000/tool:v1")};

TEST(Needs, AreMetByTheSameNameAndVersion) {
  EXPECT_THAT(unmet_needs({{Kind::binary, "kubelet", "v1.34.4", "kubernetes_node"},
                           {Kind::image, "registry.k8s.io/etcd:3.6.5-0", "", "kubeadm v1.34.4"}},
                          {}, entries_known),
              IsEmpty());
}

TEST(Needs, OfAnImageWithoutATagAreMetByEachTag) {
  EXPECT_THAT(unmet_needs({{Kind::image, "registry.k8s.io/etcd", "", "control_plane"},
                           {Kind::image, "registry.example.org:5000/tool", "", "tool"}},
                          {}, entries_known),
              IsEmpty());
  EXPECT_THAT(
      unmet_needs({{Kind::image, "registry.example.org:5000", "", "tool"}}, {}, entries_known),
      ElementsAre("the image registry.example.org:5000, needed by tool"));
}

TEST(Needs, AreMetByWhatIsOnTheListAndNotLockedYet) {
  EXPECT_THAT(unmet_needs({{Kind::binary, "runc", "v1.3", "runtime"}},
                          {{.name = "runc", .version = "v1.3", .kind = Kind::binary, .from = {}}},
                          entries_known),
              IsEmpty());
}

TEST(Needs, ThatAreNotMetAreToldOnceWithAllThatNeedThemAndWhatThereIs) {
  EXPECT_THAT(
      unmet_needs({{Kind::binary, "kubelet", "v1.35.0", "kubernetes_node"},
                   {Kind::image, "docker.io/library/traefik:v3.6.12", "", "ingress"},
                   {Kind::binary, "kubelet", "v1.35.0", "bastion"},
                   {Kind::binary, "kubelet", "v1.35.0", "kubernetes_node"},
                   {Kind::image, "registry.k8s.io/etcd:3.6.6-0", "", "kubeadm v1.35.0"},
                   {Kind::file, "cni-plugins", "", "kubernetes_node"}},
                  {}, entries_known),
      ElementsAre("kubelet v1.35.0, needed by kubernetes_node, bastion; there is v1.33.13, v1.34.4",
                  "the image docker.io/library/traefik:v3.6.12, needed by ingress",
                  "the image registry.k8s.io/etcd:3.6.6-0, needed by kubeadm v1.35.0; "
                  "there is 3.6.5-0",
                  "cni-plugins in a version that the inventory does not say, needed by "
                  "kubernetes_node"));
}

}  // namespace
}  // namespace provisioner::artifacts
