// What of a registry nobody needs, and that nothing else goes with it: by a real one.

#include "provisioner/cluster/registry/spare_images.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "provisioner/base/base/error.h"
#include "provisioner/base/crypto/digest.h"
#include "provisioner/base/os/files.h"
#include "provisioner/base/os/process.h"
#include "provisioner/base/value/json.h"
#include "tests/registry/real_registry.h"

namespace provisioner::registry {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::UnorderedElementsAre;
using value::Dict;
using value::List;
using value::Value;

constexpr std::int64_t today = 1'800'000'000, day = 86400;

std::string digest_of(char digit) { return std::string(64, digit); }

StoredImage stored_image(const std::string& repository, char digit, std::vector<std::string> tags,
                         std::int64_t days_ago = 0) {
  return {.repository = repository,
          .sha256 = digest_of(digit),
          .tags = std::move(tags),
          .came = today - days_ago * day,
          .size = 1,
          .parts = {},
          .blobs = {}};
}

VettedImage vetted_as(const std::string& name, const std::string& sha256) {
  VettedImage image;
  image.name = name;
  image.sha256 = sha256;
  return image;
}

VettedImage vetted_image(const std::string& name, char digit) {
  return vetted_as(name, digest_of(digit));
}

std::vector<std::string> told(const SpareImages& spare) {
  std::vector<std::string> texts;
  for (const SpareImage& image : spare.images)
    texts.push_back(image.repository + " " + image.sha256.substr(0, 1) + ": " + image.why);
  return texts;
}

TEST(SpareImages, AreOfIncomingThoseThatAreVettedOrWaitedTooLong) {
  const StoredImages stored{
      today,
      {stored_image("incoming/tool", 'a', {"1"}), stored_image("incoming/tool", 'b', {"2"}, 29),
       stored_image("incoming/tool", 'c', {}, 30), stored_image("incoming/other", 'a', {"1"})}};
  const ImagesLock lock{{vetted_image("tool", 'a')}, {}};
  EXPECT_THAT(told(spare_images(stored, judge_of_incoming(lock, today, 30))),
              ElementsAre("incoming/tool a: it is vetted", "incoming/tool c: it came 30 days ago"));
}

TEST(SpareImages, AreOfMirrorThoseThatNoLockNamesAndNothingRuns) {
  const StoredImages stored{
      today,
      {stored_image("mirror/quay.io/x/locked", 'a', {"1"}),
       stored_image("mirror/docker.io/library/busybox", 'b', {"1.36"}),
       stored_image("mirror/quay.io/x/runs", 'c', {}),
       stored_image("mirror/quay.io/x/runs", 'd', {"2"}), stored_image("vetted/tool", 'e', {"1"})}};
  NeededImages needed;
  for (const char* image : {"quay.io/x/locked:1", "busybox:1.36"}) add_needed(needed, image);
  add_needed(needed, "quay.io/x/runs@sha256:" + digest_of('c'));
  EXPECT_THAT(told(spare_images(stored, judge_of_own({}, needed))),
              ElementsAre("mirror/quay.io/x/runs d: no lock names it, and nothing runs it"));
  EXPECT_THAT(told(spare_images(stored, judge_of_own({}, std::nullopt))), IsEmpty());
}

TEST(SpareImages, AreNoneThatAPodNeedsWithoutNamingIt) {
  const StoredImages stored{today,
                            {stored_image("mirror/registry.k8s.io/pause", 'a', {"3.10"}),
                             stored_image("mirror/registry.k8s.io/pause-of-others", 'b', {"1"}),
                             stored_image("mirror/pause", 'c', {"1"})}};
  EXPECT_THAT(told(spare_images(stored, judge_of_own({}, NeededImages{}))),
              ElementsAre("mirror/registry.k8s.io/pause-of-others b: no lock names it, and "
                          "nothing runs it"));
}

TEST(SpareImages, AreOfASecondLookThoseThatTheFirstToldOf) {
  StoredImages stored{
      today,
      {stored_image("incoming/tool", 'a', {"1"}, 40), stored_image("incoming/tool", 'b', {}, 40),
       stored_image("incoming/tool", 'c', {"2"}, 40),
       stored_image("incoming/tool", 'd', {"3"}, 29)}};
  stored.images[0].parts = {digest_of('b')};
  const SpareImages first = spare_images(stored, judge_of_incoming({}, today, 30));
  ASSERT_THAT(told(first), ElementsAre("incoming/tool a: it came 40 days ago",
                                       "incoming/tool c: it came 40 days ago"));
  stored.now = today + 2 * day;
  stored.images[2].came = stored.now;  // somebody has pushed it again
  const SpareImages second =
      spare_images(stored, judge_of_told(first, judge_of_incoming({}, stored.now, 30)));
  EXPECT_EQ(sweep_list(second, "/data"), "seen 1800172800 /data\nincoming/tool " + digest_of('a') +
                                             " 1\nincoming/tool " + digest_of('b') + "\n");
}

TEST(SpareImages, AreOfVettedThoseThatWereDemoted) {
  const StoredImages stored{
      today,
      {stored_image("vetted/tool", 'a', {"1"}), stored_image("vetted/tool", 'b', {"2"}),
       stored_image("vetted/tool", 'c', {"sha256-" + digest_of('b') + ".sig"}),
       stored_image("vetted/tool", 'd', {"sha256-" + digest_of('a') + ".sbom"})}};
  ImagesLock lock{{vetted_image("tool", 'a')}, {}};
  lock.demoted.push_back({"tool", digest_of('b'), "", "", ""});
  EXPECT_THAT(told(spare_images(stored, judge_of_own(lock, std::nullopt))),
              ElementsAre("vetted/tool b: it was demoted", "vetted/tool c: it was demoted"));
}

TEST(SpareImages, KeepPartsThatAnotherIndexHas) {
  StoredImages stored{
      today,
      {stored_image("incoming/tool", 'a', {"old"}, 40), stored_image("incoming/tool", 'b', {"new"}),
       stored_image("incoming/tool", 'c', {}, 40), stored_image("incoming/tool", 'd', {}, 40)}};
  stored.images[0].parts = {digest_of('c'), digest_of('d')};
  stored.images[1].parts = {digest_of('c')};
  const SpareImages spare = spare_images(stored, judge_of_incoming({}, today, 30));
  ASSERT_THAT(told(spare), ElementsAre("incoming/tool a: it came 40 days ago"));
  EXPECT_EQ(sweep_list(spare, "/data"), "seen 1800000000 /data\nincoming/tool " + digest_of('a') +
                                            " old\nincoming/tool " + digest_of('d') + "\n");
}

TEST(SpareImages, CountWhatIsTheirsAlone) {
  StoredImages stored{
      today,
      {stored_image("incoming/tool", 'a', {"1"}, 40), stored_image("incoming/tool", 'b', {"2"}, 40),
       stored_image("incoming/other", 'c', {"1"})}};
  stored.images[0].blobs = {{"own", "", 100}, {"both", "", 1000}, {"stays", "", 10000}};
  stored.images[1].blobs = {{"both", "", 1000}};
  stored.images[2].blobs = {{"stays", "", 10000}};
  EXPECT_EQ(spare_images(stored, judge_of_incoming({}, today, 30)).bytes, 1102U);
}

TEST(WholeName, IsWhatAPodMeans) {
  EXPECT_EQ(whole_name("busybox"), "docker.io/library/busybox:latest");
  EXPECT_EQ(whole_name("grafana/loki:3"), "docker.io/grafana/loki:3");
  EXPECT_EQ(whole_name("localhost:5000/x"), "localhost:5000/x:latest");
  EXPECT_EQ(whole_name("quay.io/x/y:1@sha256:00"), "quay.io/x/y:1");
  EXPECT_EQ(whole_name("quay.io/x/y@sha256:00"), "");
}

TEST(NeededImages, AreOfTheSitesOwnRegistryWhatItStandsForByWhateverName) {
  for (const char* registry : {"registry.lab:5000", "192.0.2.9:5000", "images"}) {
    NeededImages needed;
    add_needed(needed, std::string(registry) + "/mirror/quay.io/x/y:1");
    EXPECT_TRUE(needed.names.contains("quay.io/x/y:1")) << registry;
  }
}

TEST(StoredImages, AreRefusedWhereTheNodeWasCutOff) {
  EXPECT_THROW(read_stored_images("now 1800000000\n"), base::Error);
}

// A registry of ours, looked at and swept by what its node has for it.
struct Sweep : testing::Test {
  std::string push(const std::string& repository, const std::string& tag,
                   const std::vector<std::string>& layers) {
    List described;
    for (const std::string& layer : layers) {
      client.push_blob_bytes(repository, layer);
      described.emplace_back(Dict{{"mediaType", "application/vnd.oci.image.layer.v1.tar"},
                                  {"digest", "sha256:" + crypto::sha256(layer)},
                                  {"size", static_cast<std::int64_t>(layer.size())}});
    }
    client.push_blob_bytes(repository, "{}");
    const std::string type = "application/vnd.oci.image.manifest.v1+json";
    const std::string bytes = value::write_json(
        Value(Dict{{"schemaVersion", 2},
                   {"mediaType", type},
                   {"config", Dict{{"mediaType", "application/vnd.oci.image.config.v1+json"},
                                   {"digest", "sha256:" + crypto::sha256("{}")},
                                   {"size", 2}}},
                   {"layers", std::move(described)}}));
    client.push_manifest(repository, tag, {crypto::sha256(bytes), type, bytes});
    return crypto::sha256(bytes);
  }

  StoredImages look() {
    StoredImages stored = read_stored_images(os::run_checked(
        {.argv = {"sh", PROJECT_DIRECTORY "/provisioner/front/cluster/registry_stored_script.sh",
                  server.storage()}}));
    read_what_they_name(client, stored);
    stored.now += 2;  // whatever was pushed until now was pushed before
    return stored;
  }

  SpareImages find(const std::vector<VettedImage>& vetted) {
    const StoredImages stored = look();
    return spare_images(stored, judge_of_incoming({vetted, {}}, stored.now, 30));
  }

  // What `registry clean` has done on the node.
  std::string sweep(const SpareImages& spare) {
    const std::string list = directory.path() + "/list";
    os::write_file(list, sweep_list(spare, server.storage()));
    std::string said;
    server.collect_garbage([&] {
      said = os::run_checked(
          {.argv = {"sh", PROJECT_DIRECTORY "/playbooks/roles/registry/files/site-registry-sweep",
                    list}});
    });
    EXPECT_FALSE(os::is_file(list));
    return said;
  }

  std::uint64_t bytes_of_blobs() const {
    std::uint64_t sum = 0;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(
             server.storage() + "/docker/registry/v2/blobs"))
      if (entry.is_regular_file()) sum += entry.file_size();
    return sum;
  }

  tests::RegistryServer server;
  RegistryClient client{server.access()};
  os::TemporaryDirectory directory;
};

TEST_F(Sweep, TakesWhatIsSpareAndFreesWhatItSaid) {
  const std::string gone = push("incoming/tool", "1", {std::string(5000, 'x'), "shared"});
  const std::string stays = push("incoming/tool", "2", {"shared", "own"});
  const std::string alone = push("incoming/alone", "1", {std::string(3000, 'y')});
  const std::uint64_t before = bytes_of_blobs();
  const SpareImages spare = find({vetted_as("tool", gone), vetted_as("alone", alone)});
  ASSERT_EQ(spare.images.size(), 2U);
  EXPECT_EQ(sweep(spare), "");
  EXPECT_EQ(before - bytes_of_blobs(), spare.bytes);
  EXPECT_THAT(client.tags("incoming/tool"), ElementsAre("2"));
  EXPECT_EQ(client.digest_of("incoming/tool", "sha256:" + gone), std::nullopt);
  EXPECT_EQ(client.digest_of("incoming/tool", "2"), stays);
  for (const char* layer : {"shared", "own", "{}"})
    EXPECT_TRUE(client.has_blob("incoming/tool", crypto::sha256(layer)));
  EXPECT_THAT(client.tags("incoming/alone"), IsEmpty());
  // What went can be pushed again.
  EXPECT_EQ(push("incoming/tool", "1", {std::string(5000, 'x'), "shared"}), gone);
  client.fetch_blob("incoming/tool", crypto::sha256(std::string(5000, 'x')),
                    directory.path() + "/layer");
}

TEST_F(Sweep, LeavesARepositoryThatHasSomethingNew) {
  const std::string old = push("incoming/tool", "1", {"layer"});
  SpareImages spare = find({vetted_as("tool", old)});
  spare.now -= 60;
  EXPECT_EQ(sweep(spare), "incoming/tool has something new, and stays as it is\n");
  EXPECT_EQ(client.digest_of("incoming/tool", "1"), old);
}

TEST_F(Sweep, LeavesATagThatNamesAnotherByNow) {
  const std::string old = push("incoming/tool", "1", {"old"});
  SpareImages spare = find({vetted_as("tool", old)});
  spare.now += 60;
  const std::string late = push("incoming/tool", "1", {"late"});
  sweep(spare);
  EXPECT_EQ(client.digest_of("incoming/tool", "1"), late);
  EXPECT_EQ(client.digest_of("incoming/tool", "sha256:" + old), std::nullopt);
}

TEST_F(Sweep, FindsTagsThatMovedOn) {
  const std::string first = push("incoming/tool", "main", {"1"}),
                    second = push("incoming/tool", "main", {"2"});
  push("incoming/tool", "stable", {"2"});
  std::vector<std::pair<std::string, std::vector<std::string>>> found;
  for (const StoredImage& image : look().images) found.emplace_back(image.sha256, image.tags);
  EXPECT_THAT(found, UnorderedElementsAre(testing::Pair(first, IsEmpty()),
                                          testing::Pair(second, ElementsAre("main", "stable"))));
}

}  // namespace
}  // namespace provisioner::registry
