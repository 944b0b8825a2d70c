#include "provisioner/cluster/artifacts/obtain.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

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

TEST_F(Obtain, OnlyImagesComeFromRegistries) {
  EXPECT_THROW(got(order("oci://registry.example.org/tool:v1")), base::Error);
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
