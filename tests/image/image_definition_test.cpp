// images/NAME/image.yml: what it means, and what is said of each mistake.

#include "provisioner/machine/image/image_definition.h"

#include <gtest/gtest.h>

#include "provisioner/base/os/files.h"

namespace provisioner::image {
namespace {

constexpr const char* least = R"(name: sample
suite: bookworm
root_mib: 512
kernel: linux-image-amd64
)";

class ImageDefinition : public testing::Test {
 protected:
  Definition read(const std::string& text) {
    os::make_directories(folder_);
    os::write_file(folder_ + "/image.yml", text);
    return read_definition(folder_, diagnostics_);
  }

  // All that is said of a text, with the folder's name left out.
  std::string complaints(const std::string& text) {
    read(text);
    std::string all;
    for (const base::Error& error : diagnostics_.errors()) {
      const std::string rendered = error.render();
      all += rendered.substr(rendered.find("image.yml")) + "\n";
    }
    return all;
  }

  os::TemporaryDirectory place_;
  std::string folder_ = place_.path() + "/sample";
  base::Diagnostics diagnostics_;
};

TEST_F(ImageDefinition, NeedsFourKeys) {
  const Definition definition = read(least);

  EXPECT_FALSE(diagnostics_.has_errors());
  EXPECT_EQ(definition.name, "sample");
  EXPECT_EQ(definition.suite, "bookworm");
  EXPECT_EQ(definition.mirror, "");
  EXPECT_EQ(definition.kernel, "linux-image-amd64");
  EXPECT_EQ(definition.root_mib, 512U);
  EXPECT_EQ(definition.text, least);
}

TEST_F(ImageDefinition, HoldsPackagesArgumentsUnitsAndFiles) {
  const Definition definition = read(std::string(least) + R"(mirror: http://deb.debian.org/debian
packages: [sudo, libstdc++6]
kernel_arguments: [console=ttyS0, "root_delay=5"]
services:
  mask: [apt-daily.timer]
  enable: [serial-getty@ttyS0.service]
files:
  - path: /etc/motd
    content: |
      hello
  - path: /usr/local/bin/tool
    mode: "0755"
    content: ""
  - path: /etc/localtime
    link: /usr/share/zoneinfo/UTC
)");

  ASSERT_FALSE(diagnostics_.has_errors()) << diagnostics_.render();
  EXPECT_EQ(definition.mirror, "http://deb.debian.org/debian");
  EXPECT_THAT(definition.packages, testing::ElementsAre("sudo", "libstdc++6"));
  EXPECT_THAT(definition.kernel_arguments, testing::ElementsAre("console=ttyS0", "root_delay=5"));
  EXPECT_THAT(definition.masked, testing::ElementsAre("apt-daily.timer"));
  EXPECT_THAT(definition.enabled, testing::ElementsAre("serial-getty@ttyS0.service"));
  ASSERT_EQ(definition.files.size(), 3U);
  EXPECT_EQ(definition.files[0].content, "hello\n");
  EXPECT_EQ(definition.files[0].mode, 0644U);
  EXPECT_EQ(definition.files[1].mode, 0755U);
  EXPECT_EQ(definition.files[2].link, "/usr/share/zoneinfo/UTC");
}

TEST_F(ImageDefinition, OfOursIsWithoutAMistake) {
  const Definition definition =
      read_definition(std::string(PROJECT_DIRECTORY) + "/images/debian-12", diagnostics_);

  EXPECT_FALSE(diagnostics_.has_errors()) << diagnostics_.render();
  EXPECT_EQ(definition.name, "debian-12");
}

TEST_F(ImageDefinition, SaysWhereAnUnknownKeyIsAndWhichOneWasMeant) {
  EXPECT_EQ(complaints(std::string(least) + "package: [sudo]\n"),
            "image.yml:5:1: error: there is no key 'package' here\n"
            "    5 | package: [sudo]\n"
            "      | ^\n"
            "hint: did you mean 'packages'?\n");
}

TEST_F(ImageDefinition, NamesAllThatIsMissing) {
  EXPECT_EQ(complaints("packages: []\n"),
            "image.yml:1:1: error: 'name' is missing: the name of its folder, 'sample'\n"
            "    1 | packages: []\n      | ^\n"
            "image.yml:1:1: error: 'suite' is missing: a release, like 'bookworm'\n"
            "    1 | packages: []\n      | ^\n"
            "image.yml:1:1: error: 'kernel' is missing: the name of a package\n"
            "    1 | packages: []\n      | ^\n"
            "image.yml:1:1: error: 'root_mib' is missing: the size of the root file system in "
            "MiB\n"
            "    1 | packages: []\n      | ^\n");
}

TEST_F(ImageDefinition, IsCalledAsItsFolder) {
  EXPECT_EQ(complaints("name: other\nsuite: bookworm\nroot_mib: 512\nkernel: linux-image-amd64\n"),
            "image.yml:1:7: error: expected the name of its folder, 'sample', found 'other'\n"
            "    1 | name: other\n"
            "      |       ^\n");
}

TEST_F(ImageDefinition, TakesNoKeyTwice) {
  EXPECT_NE(complaints(std::string(least) + "kernel: linux-image-cloud-amd64\n"), "");
}

TEST_F(ImageDefinition, TakesNoModeThatYamlReadsAsANumber) {
  const std::string files = "files:\n  - path: /a\n    content: x\n    mode: ";

  EXPECT_EQ(complaints(least + files + "0644\n"),
            "image.yml:8:11: error: 'mode' is four octal digits in quotes, like '0644'\n"
            "    8 |     mode: 0644\n"
            "      |           ^\n");
}

TEST_F(ImageDefinition, TakesNoFileThatLeavesTheRoot) {
  for (const std::string path : {"/etc/../../x", "etc/x", "/", "/etc//x", "/etc/"})
    EXPECT_NE(complaints(least + ("files:\n  - path: " + path) + "\n    content: x\n"), "") << path;
}

TEST_F(ImageDefinition, TakesNoFileThatIsALinkToo) {
  EXPECT_NE(complaints(std::string(least) + "files:\n  - path: /a\n    content: x\n    link: b\n"),
            "");
  EXPECT_NE(complaints(std::string(least) + "files:\n  - path: /a\n"), "");
}

TEST_F(ImageDefinition, TakesNoWordThatWouldMeanMoreElsewhere) {
  for (const std::string line :
       {"packages: [--simulate]", "packages: [\"sudo,\"]", "packages: [\"?essential\"]",
        "kernel_arguments: [\"a b\"]", "kernel_arguments: [\"a;b\"]", "kernel_arguments: [\"$a\"]",
        "mirror: \"ftp://x\"", "mirror: \"http://x y\"", "services: {mask: [../x.service]}",
        "services: {enable: [--now.service]}"})
    EXPECT_NE(complaints(least + line + "\n"), "") << line;
}

TEST_F(ImageDefinition, BoundsTheRoot) {
  for (const std::string size : {"0", "-1", "63", "1048577", "\"512\"", "512.0"})
    EXPECT_NE(complaints("name: sample\nsuite: bookworm\nkernel: a\nroot_mib: " + size + "\n"), "")
        << size;
}

TEST_F(ImageDefinition, OfNobodyIsRefusedWithThoseThatThereAre) {
  try {
    definition_directory("debian-21");
    FAIL() << "there is such an image";
  } catch (const base::Error& error) {
    EXPECT_EQ(error.render(),
              "error: there is no image 'debian-21': no folder 'images/debian-21' with an "
              "'image.yml' in it\nhint: did you mean 'debian-12'?");
  }
}

}  // namespace
}  // namespace provisioner::image
