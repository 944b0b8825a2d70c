#include "provisioner/cluster/artifacts/obtain.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "provisioner/base/base/error.h"
#include "provisioner/base/crypto/digest.h"
#include "provisioner/base/http/server.h"
#include "provisioner/base/os/process.h"
#include "provisioner/base/os/regular_file.h"
#include "provisioner/cluster/artifacts/carry.h"
#include "tests/artifacts/small_image.h"

namespace provisioner::artifacts {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

struct Obtain : testing::Test {
  Order order(const std::string& from, const std::string& expected = "") {
    return {.name = "tool",
            .version = "v1",
            .from = *read_origin(from),
            .folder = directory.path(),
            .expected = expected};
  }
  Kept got(const Order& order) {
    return obtain(order, store, [](const std::string&) {});
  }
  std::string url(const std::string& path) {
    return "http://127.0.0.1:" + std::to_string(server.port()) + path;
  }

  os::TemporaryDirectory directory;
  Store store{directory.path() + "/store"};
  http::Server server{{},
                      [this](const http::Call& call) -> http::Answer {
                        if (call.path == "/gone") return {.status = 404};
                        const std::string path = directory.path() + "/served";
                        os::write_file(path, "program");
                        return {.file = http::FileBody{os::open_regular_file(path), 7}};
                      },
                      [](const std::string&) {}};
};

TEST_F(Obtain, FetchesAFileOfAServer) {
  EXPECT_EQ(got(order(url("/tool"))).sha256, crypto::sha256("program"));
}

TEST_F(Obtain, KeepsNothingOfAnAnswerThatIsNoFile) {
  try {
    got(order(url("/gone")));
    FAIL() << "it was got";
  } catch (const base::Error& error) {
    EXPECT_THAT(error.render(), HasSubstr("HTTP status 404"));
    EXPECT_THAT(error.render(), HasSubstr("while getting tool v1"));
  }
  EXPECT_THAT(store.digests(), IsEmpty());
}

TEST_F(Obtain, RefusesWhatIsNotWhatWasLocked) {
  EXPECT_THROW(got(order(url("/tool"), crypto::sha256("another"))), base::Error);
  EXPECT_THAT(store.digests(), IsEmpty());
}

TEST_F(Obtain, TakesAFileBesideTheList) {
  os::write_file(directory.path() + "/program", "here");
  EXPECT_EQ(got(order("file:program")).sha256, crypto::sha256("here"));
}

TEST_F(Obtain, LooksInAFolderForItsNameWithItsVersionFirst) {
  os::make_directories(directory.path() + "/folder");
  os::write_file(directory.path() + "/folder/tool", "any");
  EXPECT_EQ(got(order("file:folder")).sha256, crypto::sha256("any"));
  os::write_file(directory.path() + "/folder/tool-v1", "first");
  EXPECT_EQ(got(order("file:folder")).sha256, crypto::sha256("first"));
}

TEST_F(Obtain, TakesOneFileOutOfAnArchive) {
  os::make_directories(directory.path() + "/release/bin");
  os::write_file(directory.path() + "/release/bin/tool", "unpacked");
  os::run_checked({.argv = {"tar", "--create", "--gzip", "--directory", directory.path(), "--file",
                            directory.path() + "/release.tar.gz", "release"}});

  EXPECT_EQ(got(order("file:release.tar.gz#release/bin/tool")).sha256, crypto::sha256("unpacked"));
  EXPECT_THROW(got(order("file:release.tar.gz#release/bin")), base::Error);
  EXPECT_THROW(got(order("file:release.tar.gz#release/other")), base::Error);
  EXPECT_FALSE(read_origin("file:release.tar.gz#../../etc/passwd"));
}

TEST_F(Obtain, TakesAnImageApart) {
  const std::string digest = write_archive(directory.path() + "/image.tar", "layer");
  Order image = order("file:image.tar");
  image.kind = Kind::image;
  EXPECT_EQ(got(image).sha256, digest);
  EXPECT_TRUE(store.size_of(crypto::sha256("layer")));
}

// A registry's answers for one chart, as it was pushed by helm; skopeo is the real one.
class ChartRegistry : public Obtain {
 protected:
  ChartRegistry() {
    const std::string folder = directory.path() + "/.config/containers";
    os::make_directories(folder, 0700);
    os::write_file(folder + "/registries.conf",
                   "[[registry]]\nlocation = \"" + place() + "\"\ninsecure = true\n");
    ::setenv("HOME", directory.path().c_str(), 1);
  }
  ~ChartRegistry() override { ::setenv("HOME", home.c_str(), 1); }

  const std::string home = std::getenv("HOME");
  std::string place() { return "127.0.0.1:" + std::to_string(registry.port()); }
  Order chart(const std::string& expected = {}) {
    Order wanted = order("oci://" + place() + "/charts/tool:1.0", expected);
    wanted.kind = Kind::chart;
    return wanted;
  }
  http::Answer answer(const http::Call& call) const {
    if (call.path.ends_with("/blobs/sha256:" + crypto::sha256("chart")))
      return {.content_type = "application/octet-stream", .body = "chart"};
    if (call.path.ends_with("/blobs/sha256:" + crypto::sha256("{}")))
      return {.content_type = "application/octet-stream", .body = "{}"};
    if (call.path.ends_with("/manifests/1.0"))
      return {.content_type = "application/vnd.oci.image.manifest.v1+json",
              .body = R"({"schemaVersion": 2, "config": {"mediaType": )"
                      R"("application/vnd.cncf.helm.config.v1+json", "size": 2, )"
                      R"("digest": "sha256:)" +
                      crypto::sha256("{}") +
                      R"("}, "layers": [)"
                      R"({"mediaType": ")" +
                      layer + R"(", "size": 5, "digest": "sha256:)" + crypto::sha256("chart") +
                      R"("}]})"};
    return {.status = call.path == "/v2/" ? 200 : 404, .body = "{}"};
  }

  std::string layer = "application/vnd.cncf.helm.chart.content.v1.tar+gzip";
  http::Server registry{
      {}, [this](const http::Call& call) { return answer(call); }, [](const std::string&) {}};
};

TEST_F(ChartRegistry, GivesTheFileThatIsTheChart) {
  EXPECT_EQ(got(chart()).sha256, crypto::sha256("chart"));
  EXPECT_EQ(got(chart(crypto::sha256("chart"))).size, 5U);
}

TEST_F(ChartRegistry, GivesNothingThatIsAnotherThanWasLocked) {
  try {
    got(chart(crypto::sha256("other")));
    FAIL() << "it was got";
  } catch (const base::Error& error) {
    EXPECT_EQ(error.message(), "the chart has the SHA-256 " + crypto::sha256("chart") +
                                   ", expected " + crypto::sha256("other"));
  }
  EXPECT_THAT(store.digests(), IsEmpty());
}

TEST_F(ChartRegistry, GivesNoImageForAChart) {
  layer = "application/vnd.oci.image.layer.v1.tar";
  try {
    got(chart());
    FAIL() << "it was got";
  } catch (const base::Error& error) {
    EXPECT_EQ(error.message(), "'oci://" + place() +
                                   "/charts/tool:1.0' is no chart: no part of it is of the type "
                                   "'application/vnd.cncf.helm.chart.content.v1.tar+gzip'");
  }
}

TEST_F(Obtain, OnlyImagesAndChartsComeFromRegistries) {
  try {
    got(order("oci://registry.example.org/tool:v1"));
    FAIL() << "it was got";
  } catch (const base::Error& error) {
    EXPECT_EQ(error.message(), "only images and charts come from registries, not a file");
  }
}

TEST_F(Obtain, CarriedFilesAreKnownByTheirDigestWhateverTheirNames) {
  os::make_directories(directory.path() + "/disk/deep");
  os::write_file(directory.path() + "/disk/a", "program");
  os::write_file(directory.path() + "/disk/b", "unwanted");
  const std::string digest = write_archive(directory.path() + "/disk/deep/image.tar", "layer");
  const std::set<std::string> wanted = {crypto::sha256("program"), digest};
  std::size_t kept = 0;
  for (const std::string& path : files_below({directory.path() + "/disk"}))
    kept += import_file(store, path, wanted) ? 1 : 0;
  EXPECT_EQ(kept, 2U);
  EXPECT_TRUE(store.size_of(crypto::sha256("layer")));
  EXPECT_FALSE(store.size_of(crypto::sha256("unwanted")));
}

}  // namespace
}  // namespace provisioner::artifacts
