// A whole disk of a tree: what is on it, and that it is the same bytes each time.

#include "provisioner/machine/image/disk_image.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include "provisioner/base/base/error.h"
#include "provisioner/base/crypto/digest.h"
#include "provisioner/base/os/files.h"
#include "provisioner/base/os/process.h"

namespace provisioner::image {
namespace {

constexpr std::int64_t epoch = 1764350000;
constexpr std::uint64_t root_mib = 64;

class DiskImage : public testing::Test {
 protected:
  void SetUp() override {
    for (const char* program : {"mke2fs", "debugfs", "e2fsck", "mkfs.vfat", "mcopy", "sfdisk"})
      if (!os::find_program(program)) GTEST_SKIP() << program << " is not installed";
  }

  std::string path(const std::string& name) const { return place_.path() + "/" + name; }

  // Files of one tree, made in the order that is given.
  std::string tree(const std::string& name, const std::vector<std::string>& order) {
    os::make_directories(path(name) + "/etc");
    os::make_directories(path(name) + "/usr");
    for (const std::string& file : order)
      os::write_file(path(name) + "/etc/" + file, "the content of " + file);
    EXPECT_EQ(::symlink("etc/a", (path(name) + "/link").c_str()), 0);
    EXPECT_EQ(::link((path(name) + "/etc/a").c_str(), (path(name) + "/usr/a").c_str()), 0);
    return path(name);
  }

  std::string disk(const std::string& name, const std::string& of_tree,
                   std::uint64_t size = root_mib) {
    os::make_directories(path(name) + ".work");
    write_disk({.tree = of_tree,
                .root_mib = size,
                .epoch = epoch,
                .identity = disk_identity("a test"),
                .grub = {std::string(512, 'b'), std::string(1024, 'c'), "an EFI program"}},
               path(name), path(name) + ".work");
    return path(name);
  }

  std::string file_in_root(const std::string& of_disk, const std::string& request) {
    return os::run({.argv = {"debugfs", "-R", request,
                             of_disk + "?offset=" + std::to_string(root_begin)}})
        .out;
  }

  os::TemporaryDirectory place_;
};

TEST_F(DiskImage, IsTheSameBytesForTheSameTree) {
  const std::string first = disk("first", tree("one", {"a", "b", "c"}));

  const std::string second = disk("second", tree("two", {"c", "a", "b"}));

  EXPECT_EQ(crypto::file_digest("sha256", first), crypto::file_digest("sha256", second));
}

TEST_F(DiskImage, HoldsTheTreeWithNoTimeBehindTheEpoch) {
  const std::string made = disk("disk", tree("tree", {"a", "b"}));

  EXPECT_EQ(file_in_root(made, "cat /etc/b"), "the content of b");
  EXPECT_THAT(file_in_root(made, "stat /usr/a"), testing::HasSubstr("Links: 2"));
  EXPECT_THAT(file_in_root(made, "stat /link"), testing::HasSubstr("Fast link dest: \"etc/a\""));
  const std::string said = file_in_root(made, "stat /etc/b");
  for (const char* time : {" ctime: ", " atime: ", " mtime: ", "crtime: "})
    EXPECT_THAT(said, testing::HasSubstr(std::string(time) + "0x6929d830:00000000")) << said;
}

TEST_F(DiskImage, HasATableABootLoaderAndAnEsp) {
  const std::string made = disk("disk", tree("tree", {"a"}));

  EXPECT_THAT(os::run_checked({.argv = {"sfdisk", "--dump", made}}),
              testing::AllOf(testing::HasSubstr("label: gpt"),
                             testing::HasSubstr("start=        2048, size=        2048, "
                                                "type=21686148-6449-6E6F-744E-656564454649"),
                             testing::HasSubstr("start=      139264, size=      131072")));
  const std::string bytes = os::require_file(made, std::size_t{1} << 30);
  EXPECT_EQ(bytes.size(), root_begin + (root_mib + 1) * mib);
  EXPECT_EQ(bytes.substr(0, 440), std::string(440, 'b'));
  EXPECT_EQ(bytes.substr(510, 2), "\x55\xaa");
  EXPECT_EQ(bytes.substr(boot_begin, 1024), std::string(1024, 'c'));
  EXPECT_EQ(os::run_checked({.argv = {"mtype", "-i", made + "@@" + std::to_string(esp_begin),
                                      "::/EFI/BOOT/BOOTX64.EFI"}}),
            "an EFI program");
}

TEST_F(DiskImage, RefusesATreeThatDoesNotFit) {
  const std::string full = tree("tree", {"a"});
  os::write_file(full + "/large", crypto::random_bytes(80 << 20));

  try {
    disk("disk", full);
    FAIL() << "it fits";
  } catch (const base::Error& error) {
    EXPECT_EQ(error.hint(), "does it fit? the root has 64 MiB: see root_mib in image.yml");
  }
}

}  // namespace
}  // namespace provisioner::image
