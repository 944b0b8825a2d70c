// What is told of layers that no node could unpack.

#include "provisioner/cluster/registry/layer_objections.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace provisioner::registry {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

ImagePart part_of(const std::vector<std::string>& types) {
  ImagePart part;
  for (const std::string& type : types) {
    part.manifest.layers.push_back({std::string(64, 'a'), type, 1});
    part.facts.layers.push_back("sha256:" + std::string(64, 'b'));
  }
  return part;
}

TEST(LayerObjections, AreNoneToWhatContainerdUnpacks) {
  EXPECT_THAT(layer_objections(part_of({"application/vnd.oci.image.layer.v1.tar",
                                        "application/vnd.oci.image.layer.v1.tar+gzip",
                                        "application/vnd.oci.image.layer.v1.tar+zstd",
                                        "application/vnd.docker.image.rootfs.diff.tar",
                                        "application/vnd.docker.image.rootfs.diff.tar.gzip"}),
                               {}),
              IsEmpty());
  EXPECT_THAT(layer_objections({}, {}), IsEmpty());
}

TEST(LayerObjections, AreToOtherMediaTypes) {
  EXPECT_THAT(
      layer_objections(part_of({"application/vnd.oci.image.layer.v1.tar+xz", "",
                                "application/vnd.oci.image.layer.nondistributable.v1.tar+gzip",
                                "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip"}),
                       {}),
      ElementsAre("layer 1 of 4 (sha256:aaaaaaaaaaaa) is of the media type "
                  "'application/vnd.oci.image.layer.v1.tar+xz', which no node unpacks",
                  "layer 2 of 4 (sha256:aaaaaaaaaaaa) has no media type",
                  "layer 3 of 4 (sha256:aaaaaaaaaaaa) is of the media type "
                  "'application/vnd.oci.image.layer.nondistributable.v1.tar+gzip', which nodes "
                  "without a way out cannot have",
                  "layer 4 of 4 (sha256:aaaaaaaaaaaa) is of the media type "
                  "'application/vnd.docker.image.rootfs.foreign.diff.tar.gzip', which nodes "
                  "without a way out cannot have"));
}

TEST(LayerObjections, AreToLayersThatWereNotReadToTheirEnd) {
  const std::string type = "application/vnd.oci.image.layer.v1.tar+gzip";
  EXPECT_THAT(layer_objections(part_of({type, type}), {{.number = 1, .last_entry = {}},
                                                       {.number = 2, .last_entry = "/etc/file"}}),
              ElementsAre("layer 1 of 2 (sha256:aaaaaaaaaaaa) cannot be read: it is no tar "
                          "archive, plain or packed by gzip or zstd, or is damaged from its "
                          "beginning on",
                          "layer 2 of 2 (sha256:aaaaaaaaaaaa) cannot be read to its end: behind "
                          "'/etc/file' it is cut off, damaged, or not the same to all who unpack "
                          "images"));
}

TEST(LayerObjections, AreToAConfigurationThatKnowsOfOtherLayers) {
  ImagePart part = part_of({"application/vnd.oci.image.layer.v1.tar"});
  part.facts.layers.clear();
  EXPECT_THAT(layer_objections(part, {}),
              ElementsAre("its manifest has 1 layer, and its configuration knows 0 "
                          "('rootfs.diff_ids')"));
  part.facts.mistake = "'rootfs' is an object, found a list";
  EXPECT_THAT(layer_objections(part, {}), IsEmpty());
}

}  // namespace
}  // namespace provisioner::registry
