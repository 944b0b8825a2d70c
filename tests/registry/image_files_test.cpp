// How much of what layers say is kept.

#include "provisioner/cluster/registry/image_files.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "provisioner/base/os/files.h"
#include "tests/registry/small_files.h"
#include "tests/registry/tar_bytes.h"

namespace provisioner::registry {
namespace {

using testing::ElementsAre;
using tests::tar_entry;

struct FilesOfAnImage : testing::Test {
  void add(ImageFiles& files, const std::string& layer) const {
    os::write_file(place.path() + "/layer", layer);
    files.add_layer(place.path() + "/layer");
  }
  static std::vector<std::string> paths(ImageFiles files) {
    std::vector<std::string> paths;
    for (const auto& [path, file] : std::move(files).all()) paths.push_back(path);
    return paths;
  }

  os::TemporaryDirectory place;
};

const std::string list = "Package: tool\nVersion: 1\nArchitecture: all\n";
const std::string program =
    tests::program_with(tests::go_information("go1.26.8", "mod\texample.org/tool\tv1\t\n"));

TEST_F(FilesOfAnImage, AreKeptAsFarAsThereIsRoom) {
  ImageFiles roomy(4096), narrow(1024);
  for (ImageFiles* files : {&roomy, &narrow}) {
    add(*files, tar_entry({.name = "var/lib/dpkg/status.d/tool"}, list));
    add(*files, tar_entry({.name = "bin/tool"}, program));
  }
  EXPECT_TRUE(roomy.is_whole());
  EXPECT_FALSE(narrow.is_whole());
  EXPECT_THAT(paths(std::move(roomy)), ElementsAre("bin/tool", "var/lib/dpkg/status.d/tool"));
  EXPECT_THAT(paths(std::move(narrow)), ElementsAre("var/lib/dpkg/status.d/tool"));
}

TEST_F(FilesOfAnImage, AreThoseThatTellSomething) {
  ImageFiles files(1024);
  std::string layer;
  for (int file = 0; file < 100; ++file) {
    const std::string name = std::to_string(file);
    for (const std::string& path :
         {"node_modules/a/test/" + name + "/package.json", "var/lib/dpkg/status.d/" + name,
          "var/lib/dpkg/status.d/" + name + ".md5sums", "var/lib/rpm/" + name, "bin/" + name})
      layer += tar_entry({.name = path}, "nothing");
  }
  add(files, layer);
  EXPECT_TRUE(files.is_whole());
  EXPECT_THAT(paths(std::move(files)), ElementsAre());
}

TEST_F(FilesOfAnImage, AreNotAllKnownWhereOneHasHoles) {
  ImageFiles files(1024);
  const std::string records =
      "22 GNU.sparse.major=1\n22 GNU.sparse.minor=0\n"
      "28 GNU.sparse.realsize=2000\n";
  std::string map = "1\n1000\n10\n";
  map.resize(512);
  add(files, tar_entry({.kind = 'x'}, records) + tar_entry({}, map + "0123456789"));
  EXPECT_FALSE(files.is_whole());
}

TEST_F(FilesOfAnImage, AreOfLayersThatEndWhereTheyShould) {
  const std::string file = tar_entry({.name = "etc/file"}, std::string(2000, 'x'));
  ImageFiles files(4096);
  for (const std::string& layer :
       {file, std::string("no archive"), file.substr(0, 1000), std::string(1024, '\0'),
        tests::tar_of({{"a", "1"}}, {"--gzip"}).substr(0, 30), std::string("\x28\xb5\x2f\xfdjunk")})
    add(files, layer);
  std::vector<std::string> broken;
  for (const BrokenLayer& layer : files.broken_layers())
    broken.push_back(std::to_string(layer.number) + " " + layer.last_entry);
  EXPECT_THAT(broken, ElementsAre("2 ", "3 /etc/file", "5 ", "6 "));
  EXPECT_FALSE(files.is_whole());
}

// Lists of a manager that nobody here reads, and holes: the bill lacks something, the image does
// not.
TEST_F(FilesOfAnImage, AreOfNoBrokenLayerWhereSomethingElseIsNotRead) {
  ImageFiles narrow(0);
  add(narrow, tar_entry({.name = "var/lib/dpkg/status.d/tool"}, list));
  EXPECT_FALSE(narrow.is_whole());
  EXPECT_THAT(narrow.broken_layers(), testing::IsEmpty());
  ImageFiles files(4096);
  const std::string records =
      "22 GNU.sparse.major=1\n22 GNU.sparse.minor=0\n28 GNU.sparse.realsize=2000\n";
  std::string map = "1\n1000\n10\n";
  map.resize(512);
  add(files, tar_entry({.kind = 'x'}, records) + tar_entry({}, map + "0123456789"));
  add(files, tar_entry({.name = "gems/specifications/rake-13.gemspec"}, "Gem"));
  EXPECT_THAT(files.broken_layers(), testing::IsEmpty());
}

TEST_F(FilesOfAnImage, StayWhereAWhiteoutNamesNothing) {
  ImageFiles files(4096);
  add(files, tar_entry({.name = "bin/tool"}, program));
  add(files, tar_entry({.name = ".wh."}, "") + tar_entry({.name = "bin/.wh."}, "") +
                 tar_entry({.name = ".wh.bi"}, "") + tar_entry({.name = "bin/.wh.too"}, ""));
  EXPECT_THAT(paths(files), ElementsAre("bin/tool"));
  add(files, tar_entry({.name = "bin/.wh..wh..opq"}, ""));
  EXPECT_THAT(paths(files), ElementsAre());
}

}  // namespace
}  // namespace provisioner::registry
