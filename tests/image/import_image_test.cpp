// Disks of others: what is taken, and what is refused before it is opened.

#include "provisioner/machine/image/import_image.h"

#include <gtest/gtest.h>

#include "provisioner/base/base/error.h"
#include "provisioner/base/base/text.h"
#include "provisioner/base/os/process.h"
#include "provisioner/machine/image/image_check.h"

namespace provisioner::image {
namespace {

class ImportImage : public testing::Test {
 protected:
  void SetUp() override {
    if (!os::find_program("qemu-img") || !os::find_program("sfdisk"))
      GTEST_SKIP() << "qemu-img or sfdisk is not installed";
  }

  std::string path(const std::string& name) const { return place_.path() + "/" + name; }

  // A disk of 8 MiB with one partition, and something in it.
  std::string disk_with_table(const std::string& name, const std::string& label) {
    std::string bytes(8 << 20, '\0');
    bytes.replace(5 << 20, 4, "text");
    os::write_file(path(name), bytes);
    os::run_checked({.argv = {"sfdisk", "--quiet", path(name)},
                     .input = "label: " + label + "\nstart=2048, size=4096\n"});
    return path(name);
  }

  std::string qcow2_of(const std::string& raw, const std::vector<std::string>& options = {}) {
    std::vector<std::string> argv = {"qemu-img", "convert", "-f", "raw", "-O", "qcow2"};
    argv.insert(argv.end(), options.begin(), options.end());
    argv.insert(argv.end(), {raw, raw + ".qcow2"});
    os::run_checked({.argv = argv});
    return raw + ".qcow2";
  }

  StoredImage import(const std::string& file) {
    return import_image(store_, file, "theirs", "1", [](const std::string&) {});
  }

  std::string refusal_of(const std::string& file) {
    try {
      return "taken as " + import(file).manifest.name;
    } catch (const base::Error& error) {
      return base::replace_all(error.render(), place_.path(), "PLACE");
    }
  }

  os::TemporaryDirectory place_;
  Store store_ = Store::make(place_.path() + "/store");
};

TEST_F(ImportImage, TakesARawDisk) {
  const StoredImage image = import(disk_with_table("disk", "gpt"));

  EXPECT_EQ(image.manifest.size, 8U << 20);
  EXPECT_EQ(image.boot.ram_disk, "");
  EXPECT_TRUE(damages(store_, image).empty());
}

TEST_F(ImportImage, TakesTheSameDiskOutOfAQcow2) {
  const std::string raw = disk_with_table("disk", "gpt");
  const StoredImage first = import(raw);

  const StoredImage second = import(qcow2_of(raw));

  EXPECT_EQ(second.digest, first.digest);
  EXPECT_TRUE(os::glob(store_.work_directory() + "/*").empty());
}

TEST_F(ImportImage, RefusesABackingFile) {
  const std::string raw = disk_with_table("disk", "gpt");
  os::run_checked({.argv = {"qemu-img", "create", "-f", "qcow2", "-F", "raw", "-b", raw,
                            path("overlay")}});

  EXPECT_EQ(refusal_of(path("overlay")),
            "error: 'PLACE/overlay' is refused: it has a backing file, 'PLACE/disk'");
}

TEST_F(ImportImage, RefusesADataFile) {
  const std::string raw = disk_with_table("disk", "gpt");
  const std::string file = qcow2_of(raw, {"-o", "data_file=" + path("elsewhere")});
  // Without its data file qemu-img does not open it at all: it lies where it is looked for.
  const std::string refusal = refusal_of(file);

  EXPECT_THAT(refusal, testing::HasSubstr("error: 'PLACE/disk.qcow2' is refused: its bytes are in "
                                          "another file, 'PLACE/elsewhere'"));
}

TEST_F(ImportImage, RefusesADiskLargerThanAnyNode) {
  os::run_checked({.argv = {"qemu-img", "create", "-f", "qcow2", path("large"), "8T"}});

  EXPECT_EQ(refusal_of(path("large")),
            "error: 'PLACE/large' is refused: a disk of 8796093022208 bytes is none that is "
            "written to nodes");
}

TEST_F(ImportImage, RefusesAnEncryptedOne) {
  const std::string raw = disk_with_table("disk", "gpt");
  const std::string file =
      qcow2_of(raw, {"--object", "secret,id=key,data=word", "-o",
                     "encrypt.format=luks,encrypt.key-secret=key,encrypt.iter-time=10"});

  EXPECT_EQ(refusal_of(file).substr(0, 6), "error:");
}

TEST_F(ImportImage, RefusesAQcow2ThatIsDamaged) {
  std::string bytes = os::require_file(qcow2_of(disk_with_table("disk", "gpt")));
  bytes.replace(4, 4, "\xff\xff\xff\xff");
  os::write_file(path("damaged"), bytes);

  EXPECT_EQ(refusal_of(path("damaged")).substr(0, 6), "error:");
}

TEST_F(ImportImage, RefusesAQcow2WhoseEndIsMissing) {
  const std::string bytes = os::require_file(qcow2_of(disk_with_table("disk", "gpt")));
  os::write_file(path("half"), bytes.substr(0, bytes.size() / 2));
  os::write_file(path("most"), bytes.substr(0, bytes.size() - 3'000));

  EXPECT_EQ(refusal_of(path("half")),
            "error: 'PLACE/half' is refused: it is damaged, or not all of it is there");
  EXPECT_EQ(refusal_of(path("most")), "error: 'PLACE/most' is refused: its end is missing");
  EXPECT_TRUE(store_.names().empty());
}

TEST_F(ImportImage, TakesAQcow2ThatIsCompressed) {
  EXPECT_EQ(import(qcow2_of(disk_with_table("disk", "gpt"), {"-c"})).manifest.size, 8U << 20);
}

TEST_F(ImportImage, RefusesATableOfWhichOneCopyIsDamaged) {
  const std::string bytes = os::require_file(disk_with_table("disk", "gpt"));
  const std::string nothing(512, '\0');
  std::string first = bytes, last = bytes;
  first.replace(512, 512, nothing);
  last.replace(bytes.size() - 512, 512, nothing);
  os::write_file(path("first"), first);
  os::write_file(path("last"), last);
  const std::string said = "' is refused: sfdisk says of its partition table: The ";

  EXPECT_EQ(refusal_of(path("first")),
            "error: 'PLACE/first" + said +
                "primary GPT table is corrupt, but the backup appears OK, so that will be used.");
  EXPECT_EQ(refusal_of(path("last")),
            "error: 'PLACE/last" + said +
                "backup GPT table is corrupt, but the primary appears OK, so that will be used.");
  EXPECT_TRUE(store_.names().empty());
}

TEST_F(ImportImage, RefusesWhatHoldsNoTableOrAnother) {
  const std::string refused =
      "' holds no disk with a GUID partition table\n"
      "hint: an image is a whole disk, raw or qcow2, and not packed by another program";
  os::write_file(path("zeros"), std::string(8 << 20, '\0'));

  EXPECT_EQ(refusal_of(path("zeros")), "error: 'PLACE/zeros" + refused);
  EXPECT_EQ(refusal_of(disk_with_table("dos", "dos")), "error: 'PLACE/dos" + refused);
}

TEST_F(ImportImage, RefusesWhatIsNotThere) {
  EXPECT_EQ(refusal_of(path("nothing")), "error: there is no file 'PLACE/nothing'");
}

TEST_F(ImportImage, RefusesANameThatIsNone) {
  const std::string raw = disk_with_table("disk", "gpt");
  try {
    import_image(store_, raw, "../up", "1", [](const std::string&) {});
    FAIL() << "it was taken";
  } catch (const base::Error& error) {
    EXPECT_EQ(error.render(), "error: the manifest is no good: '../up' cannot be a name of a file");
  }
}

}  // namespace
}  // namespace provisioner::image
