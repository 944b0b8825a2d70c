// Against the distribution's registry, which is what nodes pull from.

#include "provisioner/cluster/registry/registry_client.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "provisioner/base/base/error.h"
#include "provisioner/base/crypto/digest.h"
#include "provisioner/base/os/process.h"
#include "provisioner/cluster/artifacts/image_blobs.h"
#include "provisioner/cluster/registry/seed.h"
#include "tests/artifacts/small_image.h"
#include "tests/http/scripted_server.h"
#include "tests/registry/real_registry.h"

namespace provisioner::registry {
namespace {

using artifacts::Locked;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

struct RealRegistry : testing::Test {
  Locked image(const std::string& name, const std::string& layer) {
    const std::string archive = directory.path() + "/image.tar";
    artifacts::write_archive(archive, layer);
    const artifacts::Kept kept = artifacts::keep_archive(store, archive);
    return {.name = "image",
            .version = "v1",
            .kind = artifacts::Kind::image,
            .from = "file:image.tar",
            .sha256 = kept.sha256,
            .size = kept.size,
            .image = name};
  }
  RegistryClient client() { return RegistryClient(server.access()); }
  std::size_t seeded(const std::vector<Locked>& entries) {
    RegistryClient registry = client();
    return seed(registry, store, entries, [](const std::string&) {});
  }

  os::TemporaryDirectory directory;
  artifacts::Store store{directory.path() + "/store"};
  tests::RegistryServer server;
};

TEST(MirrorName, KeepsTheNameOfTheOtherRegistry) {
  const MirrorName name = mirror_of("registry.k8s.io/coredns/coredns:v1.12.1");
  EXPECT_EQ(name.repository, "mirror/registry.k8s.io/coredns/coredns");
  EXPECT_EQ(name.tag, "v1.12.1");
}

TEST(RegistryPages, AreAskedForOneAfterTheOtherAndEnd) {
  const tests::ScriptedServer server(
      "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 14\r\nConnection: "
      "close\r\n"
      "Link: </v2/a/tags/list?n=1000&last=1>; rel=\"next\"\r\n\r\n{\"tags\":[\"1\"]}");
  RegistryClient client(Access{.url = server.url()});
  try {
    client.tags("a");
    FAIL();
  } catch (const base::Error& error) {
    EXPECT_EQ(error.message(), "'" + server.url() +
                                   "' does not list the tags of 'a' to the end: a " +
                                   "page names itself as the next one");
  }
  EXPECT_THAT(server.heard(), HasSubstr("GET /v2/a/tags/list?n=1000&last=1 "));
}

TEST(RegistryAccess, SaysWhatToDoWhereTheRegistryIsNotReached) {
  const os::TemporaryDirectory directory;
  RegistryClient client(Access{.url = "http://127.0.0.1:1", .unmet_hint = "run site.yml"});
  const auto hint_of = [](const auto& asking) {
    try {
      asking();
    } catch (const base::Error& error) {
      EXPECT_EQ(error.kind(), base::Kind::unreachable);
      return error.hint();
    }
    return std::string("it answers");
  };
  EXPECT_EQ(hint_of([&] { client.tags("a"); }), "run site.yml");
  const std::string path = directory.path() + "/blob";
  EXPECT_EQ(hint_of([&] { client.fetch_blob("a", crypto::sha256("blob"), path); }), "run site.yml");
}

TEST(RegistryAccess, SaysItsOwnHintOnlyWhereNothingIsKnownBetter) {
  const tests::ScriptedServer server(
      "HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
  RegistryClient client(Access{.url = server.url(), .unmet_hint = "run site.yml"});
  try {
    client.tags("a");
    FAIL();
  } catch (const base::Error& error) {
    EXPECT_EQ(error.hint(), "may this account do so there, and is its password the one?");
  }
}

TEST_F(RealRegistry, HasWhatWasSeededUnderItsDigest) {
  const Locked entry = image("docker.io/lab/tool:1", "layer");
  EXPECT_EQ(seeded({entry}), 1U);
  RegistryClient registry = client();
  EXPECT_EQ(registry.digest_of("mirror/docker.io/lab/tool", "1"), entry.sha256);
  EXPECT_TRUE(registry.has_blob("mirror/docker.io/lab/tool", crypto::sha256("layer")));
  EXPECT_THAT(registry.tags("mirror/docker.io/lab/tool"), ElementsAre("1"));
  EXPECT_EQ(registry.manifest("mirror/docker.io/lab/tool", "sha256:" + entry.sha256)->sha256,
            entry.sha256);
}

TEST_F(RealRegistry, IsSeededOnce) {
  const Locked entry = image("docker.io/lab/tool:1", "layer");
  seeded({entry});
  EXPECT_EQ(seeded({entry}), 0U);
}

TEST_F(RealRegistry, MovesATagThatNamesAnotherImage) {
  seeded({image("docker.io/lab/tool:1", "old")});
  const Locked newer = image("docker.io/lab/tool:1", "new");
  EXPECT_EQ(seeded({newer}), 1U);
  EXPECT_EQ(client().digest_of("mirror/docker.io/lab/tool", "1"), newer.sha256);
}

TEST_F(RealRegistry, GetsNoTagOfAnImageThatIsNotWhole) {
  const Locked entry = image("docker.io/lab/tool:1", "layer");
  store.remove(crypto::sha256("layer"));
  EXPECT_THROW(seeded({entry}), base::Error);
  EXPECT_THAT(client().tags("mirror/docker.io/lab/tool"), IsEmpty());
}

TEST_F(RealRegistry, TakesABlobOverFromAnotherRepository) {
  seeded({image("docker.io/lab/tool:1", "layer")});
  RegistryClient registry = client();
  EXPECT_TRUE(
      registry.mount_blob("vetted/tool", crypto::sha256("layer"), "mirror/docker.io/lab/tool"));
  EXPECT_TRUE(registry.has_blob("vetted/tool", crypto::sha256("layer")));
  EXPECT_FALSE(
      registry.mount_blob("vetted/tool", crypto::sha256("none"), "mirror/docker.io/lab/tool"));
}

TEST_F(RealRegistry, RefusesABlobThatIsNotWhatIsSaid) {
  const std::string file = directory.path() + "/blob";
  os::write_file(file, "bytes");
  RegistryClient registry = client();
  try {
    registry.push_blob("mirror/tool", crypto::sha256("others"), file);
    FAIL() << "it was taken";
  } catch (const base::Error& error) {
    EXPECT_THAT(error.message(), HasSubstr("does not take a blob into 'mirror/tool'"));
  }
}

TEST_F(RealRegistry, SaysThatAnAccountMayNot) {
  Access access = server.access();
  access.account->password = base::Secret("wrong");
  RegistryClient registry(access);
  try {
    registry.tags("mirror/tool");
    FAIL() << "it was answered";
  } catch (const base::Error& error) {
    EXPECT_EQ(error.kind(), base::Kind::refused);
    EXPECT_THAT(error.hint(), HasSubstr("may this account do so there"));
  }
}

TEST_F(RealRegistry, GivesOthersToolsWhatWasPushed) {
  if (!os::find_program("skopeo")) GTEST_SKIP() << "there is no skopeo";
  const Locked entry = image("docker.io/lab/tool:1", "layer");
  seeded({entry});
  os::write_file(directory.path() + "/auth.json", server.docker_authentication(), 0600);
  const std::string told = os::run_checked(
      {.argv = {"skopeo", "inspect", "--tls-verify=false", "--no-tags", "--authfile",
                directory.path() + "/auth.json", "--format", "{{.Digest}}",
                "docker://" + server.address() + "/mirror/docker.io/lab/tool:1"}});
  EXPECT_EQ(told, "sha256:" + entry.sha256 + "\n");
}

}  // namespace
}  // namespace provisioner::registry
