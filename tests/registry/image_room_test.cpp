// Whether images fit, and what they are made of.

#include "provisioner/cluster/registry/image_room.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "provisioner/base/base/error.h"
#include "provisioner/base/crypto/digest.h"
#include "tests/registry/real_registry.h"

namespace provisioner::registry {
namespace {

using testing::ElementsAre;
using testing::ThrowsMessage;

constexpr std::uint64_t gib = 1U << 30U;

ImageLayer layer(char name, std::uint64_t size, bool is_packed = true) {
  return {std::string(64, name), size, is_packed};
}

ImageRoom room(std::uint64_t size, std::uint64_t free, int most_percent) {
  return {.path = "/var/lib/containerd",
          .size = size * gib,
          .free = free * gib,
          .most_percent = most_percent};
}

TEST(RoomForImages, CountsALayerOnceAsItTravelsAndUnpacked) {
  EXPECT_EQ(room_for({layer('a', 10), layer('b', 1), layer('a', 10)}, {}), 44U);
  EXPECT_EQ(room_for({layer('a', 10, false)}, {}), 20U);
}

TEST(RoomForImages, IsNotTakenAgainByWhatIsThere) {
  EXPECT_EQ(room_for({layer('a', 10), layer('b', 1)}, {std::string(64, 'a')}), 4U);
}

TEST(RoomForImages, EndsWhereTheKubeletBeginsToThrowThemAway) {
  EXPECT_EQ(room(100, 50, 85).left(), 35 * gib);
  EXPECT_EQ(room(100, 10, 85).left(), 0U);
  EXPECT_EQ(room(100, 50, 100).left(), 50 * gib);
}

TEST(LackOfRoom, IsToldWithItsFigures) {
  const std::vector<ImageLayer> layers = {layer('a', 9 * gib)};

  EXPECT_EQ(lack_of_room(layers, room(100, 60, 85)), std::nullopt);
  EXPECT_EQ(lack_of_room(layers, room(100, 50, 85)),
            "about 36.0 GiB are needed in /var/lib/containerd, and of its 100.0 GiB 35.0 GiB are "
            "left until the 85 % in use at which the kubelet throws images away");
  EXPECT_EQ(lack_of_room(layers, room(100, 20, 100)),
            "about 36.0 GiB are needed in /var/lib/containerd, and of its 100.0 GiB 20.0 GiB are "
            "left");
}

struct LayersOfAnImage : testing::Test {
  std::string keep(const std::string& manifest, const std::string& media_type) {
    const std::string sha256 = crypto::sha256(manifest);
    client.push_manifest(repository, "sha256:" + sha256, {sha256, media_type, manifest});
    return sha256;
  }
  std::string blob(const std::string& bytes) {
    client.push_blob_bytes(repository, bytes);
    return R"("digest": "sha256:)" + crypto::sha256(bytes) + R"(", "size": )" +
           std::to_string(bytes.size());
  }
  std::string image(const std::string& bytes) {
    const std::string oci = "application/vnd.oci.image.";
    return keep(R"({"schemaVersion": 2, "mediaType": ")" + oci +
                    R"(manifest.v1+json", "config": {"mediaType": ")" + oci +
                    R"(config.v1+json", )" + blob("{}") + R"(}, "layers": [{"mediaType": ")" + oci +
                    R"(layer.v1.tar+gzip", )" + blob(bytes) + R"(}, {"mediaType": ")" + oci +
                    R"(layer.v1.tar", )" + blob("plain") + "}]}",
                oci + "manifest.v1+json");
  }

  const std::string repository = "vetted/tool";
  tests::RegistryServer server;
  RegistryClient client{server.access()};
};

TEST_F(LayersOfAnImage, SayHowLargeTheyAreAndWhetherTheyGrow) {
  const auto layers = layers_of(client, repository, image("packed layer"), "amd64");

  ASSERT_EQ(layers.size(), 2U);
  EXPECT_EQ(layers[0].sha256, crypto::sha256("packed layer"));
  EXPECT_EQ(layers[0].size, 12U);
  EXPECT_TRUE(layers[0].is_packed);
  EXPECT_EQ(layers[1].size, 5U);
  EXPECT_FALSE(layers[1].is_packed);
}

TEST_F(LayersOfAnImage, AreOfAnIndexThoseForTheNodes) {
  const std::string type = "application/vnd.oci.image.manifest.v1+json";
  const auto part = [&](const std::string& sha256, const std::string& architecture) {
    return R"({"mediaType": ")" + type + R"(", "digest": "sha256:)" + sha256 +
           R"(", "size": 400, "platform": {"os": "linux", "architecture": ")" + architecture +
           "\"}}";
  };
  const std::string index = keep(
      R"({"schemaVersion": 2, "mediaType": "application/vnd.oci.image.index.v1+json", "manifests": [)" +
          part(image("arm"), "arm64") + ", " + part(image("amd"), "amd64") + "]}",
      "application/vnd.oci.image.index.v1+json");

  EXPECT_EQ(layers_of(client, repository, index, "amd64")[0].sha256, crypto::sha256("amd"));
  EXPECT_THAT([&] { layers_of(client, repository, index, "riscv64"); },
              ThrowsMessage<base::Error>("'vetted/tool' has nothing for nodes of linux/riscv64"));
}

TEST_F(LayersOfAnImage, CannotBeToldOfOneThatIsNotThere) {
  const std::string sha256(64, '0');

  EXPECT_THAT([&] { layers_of(client, repository, sha256, "amd64"); },
              ThrowsMessage<base::Error>("the registry has no 'vetted/tool@sha256:" + sha256 + "'"));
}

}  // namespace
}  // namespace provisioner::registry
