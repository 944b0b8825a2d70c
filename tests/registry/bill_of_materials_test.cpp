// What is found in layers, and what is told of as not read.

#include "provisioner/cluster/registry/bill_of_materials.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "provisioner/base/base/text.h"
#include "provisioner/base/crypto/digest.h"
#include "provisioner/base/os/files.h"
#include "provisioner/base/os/process.h"
#include "tests/registry/small_files.h"
#include "tests/registry/tar_bytes.h"

namespace provisioner::registry {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

// Four bytes, the first the highest.
std::string big_endian(std::uint32_t number) {
  std::string bytes;
  for (int shift = 24; shift >= 0; shift -= 8)
    bytes += static_cast<char>((number >> static_cast<unsigned>(shift)) & 0xffU);
  return bytes;
}

// As rpm keeps it in its database: an index of entries, and what they point at.
class RpmHeader {
 public:
  RpmHeader& text(std::uint32_t tag, const std::string& said) { return entry(tag, 6, said + '\0'); }
  RpmHeader& number(std::uint32_t tag, std::uint32_t said) {
    return entry(tag, 4, big_endian(said));
  }
  std::string bytes() const {
    return big_endian(count_) + big_endian(static_cast<std::uint32_t>(data_.size())) + index_ +
           data_;
  }

 private:
  RpmHeader& entry(std::uint32_t tag, std::uint32_t type, const std::string& bytes) {
    index_ += big_endian(tag) + big_endian(type) +
              big_endian(static_cast<std::uint32_t>(data_.size())) + big_endian(1);
    data_ += bytes;
    ++count_;
    return *this;
  }

  std::string index_, data_;
  std::uint32_t count_ = 0;
};

std::string rpm_of(const std::string& name) {
  return RpmHeader()
      .text(1000, name)
      .text(1001, "3.0.7")
      .text(1002, "27.el9")
      .number(1003, 1)
      .text(1022, "x86_64")
      .bytes();
}

// rpm's ndb (its lib/backend/ndb/rpmpkg.c): a page whose first two slots are the file's head, then
// blocks of 16 bytes.
std::string rpm_packages_db(const std::vector<std::string>& headers) {
  using tests::little_endian;
  std::string slots =
      "RpmP" + little_endian(0) + little_endian(1) + little_endian(1) + std::string(16, '\0');
  std::string blobs;
  std::uint32_t index = 0;
  for (const std::string& header : headers) {
    std::string blob = "BlbS" + little_endian(++index) + little_endian(0) +
                       little_endian(static_cast<std::uint32_t>(header.size())) + header +
                       std::string(12, '\0');  // a sum, the length again, and an end
    blob.resize((blob.size() + 15) / 16 * 16);
    slots += "Slot" + little_endian(index) +
             little_endian(static_cast<std::uint32_t>((4096 + blobs.size()) / 16)) +
             little_endian(static_cast<std::uint32_t>(blob.size() / 16));
    blobs += blob;
  }
  while (slots.size() < 4096) slots += "Slot" + std::string(12, '\0');
  return slots + blobs;
}

std::string go_program() {
  return tests::program_with(
      tests::go_information("go1.26.8", "mod\texample.org/Tool\t(devel)\t\n"));
}

struct Bill : testing::Test {
  void layer(const tests::FileTexts& files) {
    const os::TemporaryDirectory place;
    tests::write_files(place.path(), files);
    layer_of(place.path());
  }

  // By their names, in this order.
  void layer_of(const std::string& directory, const std::vector<std::string>& paths = {"."}) {
    os::Command command{.argv = {"tar", "--create", "--directory", directory, "--file", "-"}};
    command.argv.insert(command.argv.end(), paths.begin(), paths.end());
    add_layer(os::run_checked(command));
  }

  void add_layer(const std::string& bytes) {
    const std::string sha256 = crypto::sha256(bytes);
    image.folder = folder.path();
    os::make_directories(folder.path() + "/blobs/sha256");
    os::write_file(image.blob_path(sha256), bytes);
    part.manifest.layers.push_back({sha256, "", bytes.size()});
  }

  // The bytes of a database with these packages.
  static std::string rpm_database(const std::vector<std::string>& headers,
                                  const std::string& table =
                                      "CREATE TABLE Packages (hnum INTEGER "
                                      "PRIMARY KEY, blob BLOB NOT NULL)") {
    const os::TemporaryDirectory place;
    std::string script = "import sqlite3\nbase = sqlite3.connect('" + place.path() +
                         "/db')\nbase.executescript('" + table + "')\n";
    for (const std::string& header : headers)
      script +=
          "base.execute(\"INSERT INTO Packages (blob) VALUES (x'" + base::hex(header) + "')\")\n";
    os::run_checked({.argv = {"python3", "-c", script + "base.commit()\n"}});
    return os::require_file(place.path() + "/db");
  }

  std::vector<std::string> urls() {
    const std::string text = write_cyclonedx(bill_of(image, part), "tool", "0");
    std::vector<std::string> found;
    const std::string key = R"("purl":")";
    for (std::size_t at = text.find(key); at != std::string::npos; at = text.find(key, at + 1))
      found.push_back(
          text.substr(at + key.size(), text.find('"', at + key.size()) - at - key.size()));
    return found;
  }
  bool is_complete() { return !bill_of(image, part).has_unread; }

  os::TemporaryDirectory folder;
  PulledImage image;
  ImagePart part;
};

TEST_F(Bill, ReadsWhatRpmHasInstalled) {
  layer({{"etc/os-release", "ID=\"rocky\"\nVERSION_ID=\"9.4\"\n"},
         {"var/lib/rpm/rpmdb.sqlite", rpm_database({rpm_of("openssl"), rpm_of("gpg-pubkey")})}});
  EXPECT_THAT(urls(), ElementsAre("pkg:rpm/rocky/openssl@3.0.7-27.el9?arch=x86_64&epoch=1"));
  EXPECT_TRUE(is_complete());
}

TEST_F(Bill, ReadsWhatRpmHasInstalledInItsOwnDatabase) {
  layer({{"usr/lib/os-release", "ID=opensuse-leap\n"},
         {"usr/lib/sysimage/rpm/Packages.db",
          rpm_packages_db({rpm_of("gpg-pubkey"), rpm_of("openssl"), rpm_of("zypper")})}});
  EXPECT_THAT(urls(), ElementsAre("pkg:rpm/opensuse-leap/openssl@3.0.7-27.el9?arch=x86_64&epoch=1",
                                  "pkg:rpm/opensuse-leap/zypper@3.0.7-27.el9?arch=x86_64&epoch=1"));
  EXPECT_TRUE(is_complete());
}

TEST_F(Bill, SaysWhereAnRpmDatabaseIsOfAnotherKind) {
  layer({{"var/lib/rpm/Packages", "Berkeley DB"}});
  EXPECT_FALSE(is_complete());
}

TEST_F(Bill, SaysWhereRpmsOwnDatabaseIsCut) {
  const std::string whole = rpm_packages_db({rpm_of("openssl")});
  layer({{"var/lib/rpm/Packages.db", whole.substr(0, whole.size() - 32)}});
  layer({{"usr/lib/sysimage/rpm/Packages.db", "RpmP"}});
  EXPECT_THAT(urls(), IsEmpty());
  EXPECT_FALSE(is_complete());
}

TEST_F(Bill, ReadsNoBlobOfRpmsOwnDatabaseTwice) {
  std::string file = rpm_packages_db({rpm_of("openssl")});
  for (std::size_t at = 48; at < 4096; at += 16) file.replace(at, 16, file.substr(32, 16));
  layer({{"var/lib/rpm/Packages.db", file}});
  EXPECT_THAT(urls(), IsEmpty());
  EXPECT_FALSE(is_complete());
}

TEST_F(Bill, SaysWhereAnRpmDatabaseIsDamaged) {
  std::string header = rpm_of("openssl");
  header[2] = '\x7f';  // more entries than there are bytes
  layer({{"var/lib/rpm/rpmdb.sqlite", rpm_database({header})}});
  EXPECT_FALSE(is_complete());
}

TEST_F(Bill, ReadsNoViewThatCallsItselfPackages) {
  layer({{"var/lib/rpm/rpmdb.sqlite",
          rpm_database({},
                       "CREATE VIEW Packages AS WITH RECURSIVE n(blob) AS (SELECT 1 UNION ALL "
                       "SELECT blob + 1 FROM n) SELECT blob FROM n")}});
  EXPECT_FALSE(is_complete());
}

// A few bytes that make as many packages as the memory has room for.
TEST_F(Bill, ReadsNoColumnThatIsComputed) {
  layer({{"var/lib/rpm/rpmdb.sqlite",
          rpm_database({},
                       "CREATE TABLE Packages (hnum, blob AS (zeroblob(hnum))); "
                       "INSERT INTO Packages (hnum) VALUES (1000), (1000)")}});
  EXPECT_FALSE(is_complete());
}

TEST_F(Bill, SaysWhereAListHasNoEnd) {
  std::string list;
  for (int package = 0; package <= 100'000; ++package) list += "P:a\n\n";
  layer({{"lib/apk/db/installed", list}});
  EXPECT_THAT(urls(), ElementsAre("pkg:apk//a"));
  EXPECT_FALSE(is_complete());
}

TEST_F(Bill, ReadsPythonWhereverAnEnvironmentLies) {
  layer(
      {{"opt/venv/lib/python3.11/site-packages/Ruamel_yaml-0.18.dist-info/METADATA",
        "Metadata-Version: 2.1\nName: Ruamel_YAML\nVersion: 0.18\n\nName: in the text\n"},
       {"usr/lib/python3/dist-packages/six-1.16.egg-info/PKG-INFO", "Name: six\nVersion: 1.16.0\n"},
       {"usr/lib/python3/dist-packages/old-1.egg-info", "Name: old\nVersion: 1\n"}});
  EXPECT_THAT(urls(),
              ElementsAre("pkg:pypi/old@1", "pkg:pypi/ruamel-yaml@0.18", "pkg:pypi/six@1.16.0"));
  EXPECT_TRUE(is_complete());
}

// conda has a file of an environment under another name as well.
TEST_F(Bill, ReadsAFileUnderBothOfItsNames) {
  const os::TemporaryDirectory place;
  const std::string one = place.path() + "/opt/lib/six-1.dist-info",
                    two = place.path() + "/opt/pkgs/six-1.dist-info";
  os::make_directories(one);
  os::make_directories(two);
  os::write_file(one + "/METADATA", "Name: six\nVersion: 1\n");
  std::filesystem::create_hard_link(one + "/METADATA", two + "/METADATA");
  layer_of(place.path());
  EXPECT_THAT(urls(), ElementsAre("pkg:pypi/six@1"));
  EXPECT_TRUE(is_complete());
}

TEST_F(Bill, SaysWhereAListLiesUnderTheNameOfWhatIsNone) {
  const os::TemporaryDirectory place;
  os::make_directories(place.path() + "/six-1.dist-info");
  os::write_file(place.path() + "/blob", "Name: six\nVersion: 1\n");
  std::filesystem::create_hard_link(place.path() + "/blob",
                                    place.path() + "/six-1.dist-info/METADATA");
  layer_of(place.path(), {"blob", "six-1.dist-info/METADATA"});
  EXPECT_THAT(urls(), IsEmpty());
  EXPECT_FALSE(is_complete());
}

TEST_F(Bill, SaysWhereAListIsALinkToSomethingElse) {
  const os::TemporaryDirectory place;
  os::make_directories(place.path() + "/six-1.dist-info");
  std::filesystem::create_symlink("/blob", place.path() + "/six-1.dist-info/METADATA");
  layer_of(place.path());
  EXPECT_FALSE(is_complete());
}

// Distributions have what tells them at one of two paths, and at the other a link to it.
TEST_F(Bill, ReadsTheSystemWhereOneOfItsPathsIsALink) {
  const os::TemporaryDirectory place;
  tests::write_files(place.path(), {{"usr/lib/os-release", "ID=debian\n"},
                                    {"var/lib/dpkg/status",
                                     "Package: a\nStatus: install ok installed\nVersion: 1\n"}});
  os::make_directories(place.path() + "/etc");
  std::filesystem::create_symlink("../usr/lib/os-release", place.path() + "/etc/os-release");
  layer_of(place.path());
  EXPECT_THAT(urls(), ElementsAre("pkg:deb/debian/a@1"));
  EXPECT_TRUE(is_complete());
}

TEST_F(Bill, ReadsNodeAtTheTopOfAnImage) {
  const os::TemporaryDirectory place;
  tests::write_files(place.path(),
                     {{"node_modules/npm/package.json", R"({"name": "npm", "version": "1"})"}});
  for (const char* path : {"node_modules", "./node_modules"}) {
    part.manifest.layers.clear();
    layer_of(place.path(), {path});
    EXPECT_THAT(urls(), ElementsAre("pkg:npm/npm@1"));
  }
}

TEST_F(Bill, ReadsCondaAndNode) {
  layer({{"opt/conda/envs/rsp/conda-meta/numpy-1.26.json",
          R"({"name": "numpy", "version": "1.26.4", "build": "py311_0", "files": []})"},
         {"opt/conda/envs/rsp/conda-meta/history", "==> 2026 <=="},
         {"usr/lib/node_modules/npm/package.json", R"({"name": "npm", "version": "10.8.2"})"},
         {"usr/lib/node_modules/npm/node_modules/@npmcli/fs/package.json",
          R"({"name": "@npmcli/fs", "version": "3.1.1"})"},
         {"usr/lib/node_modules/npm/test/package.json", "no JSON"}});
  EXPECT_THAT(urls(), ElementsAre("pkg:conda/numpy@1.26.4?build=py311_0",
                                  "pkg:npm/%40npmcli/fs@3.1.1", "pkg:npm/npm@10.8.2"));
  EXPECT_TRUE(is_complete());
}

TEST_F(Bill, ForgetsWhatAnUpperLayerRemovesAnywhere) {
  layer({{"opt/venv/lib/six-1.dist-info/METADATA", "Name: six\nVersion: 1\n"},
         {"opt/other/lib/six-2.dist-info/METADATA", "Name: six\nVersion: 2\n"}});
  layer({{"opt/.wh.venv", ""}});
  EXPECT_THAT(urls(), ElementsAre("pkg:pypi/six@2"));
}

TEST_F(Bill, ReadsNothingInWhatSaysThatItIsGone) {
  layer({{"usr/lib/old-1.egg-info", "Name: old\nVersion: 1\n"},
         {"opt/tool-1.0.jar", tests::zip_of({{"META-INF/MANIFEST.MF", "\n"}})}});
  layer({{"usr/lib/.wh.old-1.egg-info", ""}, {"opt/.wh.tool-1.0.jar", ""}});
  EXPECT_THAT(urls(), IsEmpty());
  EXPECT_TRUE(is_complete());
}

TEST_F(Bill, ReadsProgramsOfGoAndArchivesOfJavaWhereverTheyLie) {
  layer({{"usr/local/bin/tool", go_program()},
         {"opt/app/lib/part-1.2.jar",
          tests::zip_of({{"META-INF/MANIFEST.MF", "Implementation-Vendor-Id: org.example\n"}})},
         {"usr/bin/other", "#!/bin/sh\n"}});
  EXPECT_THAT(urls(), ElementsAre("pkg:golang/example.org/tool", "pkg:golang/stdlib@1.26.8",
                                  "pkg:maven/org.example/part@1.2"));
  EXPECT_TRUE(is_complete());
}

TEST_F(Bill, ForgetsProgramsThatAnUpperLayerRemovesOrReplaces) {
  layer({{"bin/removed", go_program()},
         {"bin/replaced", go_program()},
         {"folder/replaced", go_program()}});
  layer({{"bin/.wh.removed", ""}, {"bin/replaced", "#!/bin/sh\n"}, {"folder", "a file"}});
  EXPECT_THAT(urls(), IsEmpty());
}

TEST_F(Bill, KeepsAProgramByItsOtherName) {
  const os::TemporaryDirectory place;
  os::write_file(place.path() + "/one", go_program());
  std::filesystem::create_hard_link(place.path() + "/one", place.path() + "/two");
  layer_of(place.path());
  layer({{".wh.one", ""}});
  EXPECT_THAT(urls(), ElementsAre("pkg:golang/example.org/tool", "pkg:golang/stdlib@1.26.8"));
  EXPECT_TRUE(is_complete());
}

TEST_F(Bill, KeepsWhatALowerLayerHasByItsOtherName) {
  layer({{"one", go_program()}});
  add_layer(tests::tar_header({.name = "two", .kind = '1', .target = "one"}));
  layer({{".wh.one", ""}});
  EXPECT_THAT(urls(), ElementsAre("pkg:golang/example.org/tool", "pkg:golang/stdlib@1.26.8"));
  EXPECT_TRUE(is_complete());
}

TEST_F(Bill, SaysWhereAnArchiveOfJavaIsAnotherNameOfWhatIsNone) {
  const os::TemporaryDirectory place;
  os::write_file(place.path() + "/blob", tests::zip_of({{"META-INF/MANIFEST.MF", "\n"}}));
  std::filesystem::create_hard_link(place.path() + "/blob", place.path() + "/tool-1.0.jar");
  layer_of(place.path(), {"blob", "tool-1.0.jar"});
  EXPECT_THAT(urls(), IsEmpty());
  EXPECT_FALSE(is_complete());
}

TEST_F(Bill, SaysWhereAnArchiveOfJavaIsDamaged) {
  layer({{"opt/tool-1.0.jar", "PK"}});
  EXPECT_THAT(urls(), IsEmpty());
  EXPECT_FALSE(is_complete());
}

TEST_F(Bill, SaysWhereAListIsNoList) {
  layer({{"opt/venv/lib/six-1.dist-info/METADATA", "no list\n"}});
  EXPECT_THAT(urls(), IsEmpty());
  EXPECT_FALSE(is_complete());
}

TEST_F(Bill, SaysWhereItSeesListsThatNobodyHereReads) {
  layer({{"usr/lib/ruby/gems/3.1/specifications/rake-13.gemspec", "Gem::Specification.new"}});
  EXPECT_FALSE(is_complete());
}

}  // namespace
}  // namespace provisioner::registry
