// hardware/NAME.yml: what is read, and what is refused with its place.

#include "provisioner/machine/hardware/spec.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "provisioner/base/os/files.h"

namespace provisioner::hardware {
namespace {

class SpecFiles : public testing::Test {
 protected:
  SpecFiles() { std::filesystem::current_path(folder_.path()); }
  ~SpecFiles() override { std::filesystem::current_path("/"); }

  void write(const std::string& path, const std::string& text) {
    if (path.find('/') != std::string::npos) os::make_directories(os::parent_of(path));
    os::write_file(path, text);
  }

  Spec read(const std::string& text) {
    write("hardware/node.yml", text);
    return read_spec("hardware/node.yml", diagnostics);
  }

  static base::Pos in_file(const std::string& path) {
    return {base::register_source(path, "hardware: {spec: node}\n"), 1, 18};
  }

  base::Diagnostics diagnostics;

 private:
  os::TemporaryDirectory folder_;
};

TEST_F(SpecFiles, AreReadWhole) {
  const Spec spec = read(
      "name: node\nversion: 3\nheight: 2\nvendor: Dell\nmodel: R740\nsockets: 2\n"
      "cores_per_socket: 16\nthreads_per_core: 2\nclock_mhz: 2100\nmemory_gib: 192\n"
      "dimms: {count: 12, size_gib: 16, speed: 2666}\n"
      "disks: [{count: 2, size_gb: 1200, rotational: true, transport: sas}]\n"
      "links: [{count: 2, speed: 10000}]\nfirmware: uefi\n"
      "bios: {versions: ['2.12.2'], minimum: '2.10.0'}\n");
  EXPECT_EQ(diagnostics.render(), "");
  EXPECT_EQ(spec.version, 3);
  EXPECT_EQ(spec.height, 2);
  EXPECT_EQ(spec.memory_gib, 192);
  EXPECT_EQ(spec.dimms, 12);
  EXPECT_EQ(spec.dimm_speed, 2666);
  ASSERT_EQ(spec.disks.size(), 1u);
  EXPECT_EQ(spec.disks[0].is_rotational, true);
  EXPECT_EQ(spec.disks[0].transport, "sas");
  EXPECT_EQ(spec.links.at(0).speed, 10000);
  EXPECT_EQ(spec.firmware, Spec::Firmware::uefi);
  EXPECT_EQ(spec.bios_minimum, "2.10.0");
}

TEST_F(SpecFiles, TellAllMistakesWithTheirPlaces) {
  read("name: other\nversion: 1\nsocket: 2\nmemory_gib: 192\ndimms: {count: 11, size_gib: 16}\n"
       "disks: [{size_gb: big}]\nfirmware: efi\n");
  EXPECT_EQ(diagnostics.render(),
            "hardware/node.yml:1:7: error: 'name' must be the name of the file, 'node'\n"
            "    1 | name: other\n"
            "      |       ^\n"
            "\n"
            "hardware/node.yml:3:1: error: there is no key 'socket' here\n"
            "    3 | socket: 2\n"
            "      | ^\n"
            "hint: did you mean 'sockets'?\n"
            "\n"
            "hardware/node.yml:5:8: error: 'dimms' make 176 GiB, 'memory_gib' says 192\n"
            "    5 | dimms: {count: 11, size_gib: 16}\n"
            "      |        ^\n"
            "\n"
            "hardware/node.yml:6:19: error: 'size_gb' must be a whole number between 1 and 1000000, "
            "this is a string\n"
            "    6 | disks: [{size_gb: big}]\n"
            "      |                   ^\n"
            "\n"
            "hardware/node.yml:7:11: error: 'firmware' must be one of uefi, bios, this is 'efi'\n"
            "    7 | firmware: efi\n"
            "      |           ^\n"
            "hint: did you mean 'uefi'?\n"
            "\n"
            "5 errors");
}

TEST_F(SpecFiles, LieBesideWhoeverNamesThemOrAbove) {
  write("site/hardware/node.yml", "");
  EXPECT_EQ(os::absolute(spec_path("node", in_file("site/hosts.yml"), "")),
            os::absolute("site/hardware/node.yml"));
  EXPECT_EQ(os::absolute(spec_path("node", in_file("site/reference/group_vars/nodes.yml"), "")),
            os::absolute("site/hardware/node.yml"));
  EXPECT_EQ(os::absolute(spec_path("node", {}, "site/reference")),
            os::absolute("site/hardware/node.yml"));
}

TEST_F(SpecFiles, ThatAreNotThereAreToldWhereTheyAreNamed) {
  write("hardware/node.yml", "");
  try {
    spec_path("nod", in_file("hosts.yml"), "");
    FAIL();
  } catch (const base::Error& error) {
    EXPECT_EQ(error.render(),
              "hosts.yml:1:18: error: there is no hardware specification 'nod'\n"
              "    1 | hardware: {spec: node}\n"
              "      |                  ^\n"
              "hint: did you mean 'node'?");
  }
}

TEST(Versions, CountNumbersAsNumbers) {
  EXPECT_TRUE(is_older("2.9.4", "2.19.1"));
  EXPECT_FALSE(is_older("2.19.1", "2.9.4"));
  EXPECT_FALSE(is_older("2.19.1", "2.19.1"));
  EXPECT_TRUE(is_older("U30 v1.2", "U30 v1.10"));
  EXPECT_TRUE(is_older("", "1"));
  EXPECT_FALSE(is_older(std::string(400, '9'), "1"));
}

TEST_F(SpecFiles, HaveNoMinimumThatNothingCanBeHeldAgainst) {
  read("name: node\nversion: 1\nbios: {minimum: abc}\n");

  EXPECT_EQ(diagnostics.render(),
            "hardware/node.yml:3:17: error: 'minimum' must be a version with a number in it, this "
            "is 'abc'\n"
            "    3 | bios: {minimum: abc}\n"
            "      |                 ^\n"
            "hint: no other version could be older or newer than it\n"
            "\n"
            "1 error");
}

TEST_F(SpecFiles, AreSoughtByTheirNamesAlone) {
  try {
    spec_path("../../etc/passwd", in_file("hosts.yml"), "");
    FAIL() << "it was taken";
  } catch (const base::Error& error) {
    EXPECT_EQ(error.message(), "a hardware specification cannot be called '../../etc/passwd'");
  }
}

TEST_F(SpecFiles, AreFiles) {
  os::make_directories("hardware/node.yml");
  try {
    spec_path("node", in_file("hosts.yml"), "");
    FAIL() << "it was taken";
  } catch (const base::Error& error) {
    EXPECT_EQ(error.message(), "'./hardware/node.yml' is a directory, and must be a regular file");
  }
}

}  // namespace
}  // namespace provisioner::hardware
