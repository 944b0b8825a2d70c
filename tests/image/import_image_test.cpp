// Disks of others: what is taken, and what is refused before it is opened.

#include "provisioner/machine/image/import_image.h"

#include <gtest/gtest.h>

#include "provisioner/base/base/error.h"
#include "provisioner/base/base/text.h"
#include "provisioner/base/os/process.h"
#include "provisioner/machine/image/image_check.h"

namespace provisioner::image {
namespace {

std::string little_endian(std::uint64_t number, std::size_t bytes) {
  std::string text;
  for (; text.size() < bytes; number >>= 8) text += static_cast<char>(number & 0xff);
  return text;
}

std::uint32_t crc32(const std::string& bytes) {
  std::uint32_t sum = ~0U;
  for (const char byte : bytes) {
    sum ^= static_cast<unsigned char>(byte);
    for (int bit = 0; bit < 8; ++bit) sum = sum >> 1 ^ ((sum & 1U) != 0 ? 0xedb88320U : 0U);
  }
  return ~sum;
}

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

  // Two clusters that can be compressed, the second of them at the end of the file.
  std::string compressed(const std::string& type) {
    std::string bytes = os::require_file(disk_with_table("disk", "gpt"));
    std::string text;
    for (int number = 0; number < 8'000; ++number) text += std::to_string(number * number) + "\n";
    bytes.replace(5 << 20, 65'536, text, 0, 65'536);
    bytes.replace(bytes.size() - 65'536, 30'000, text, 30'000, 30'000);
    os::write_file(path("disk"), bytes);
    return qcow2_of(path("disk"), {"-c", "-o", "compression_type=" + type});
  }

  // A disk of 16384 sectors whose table has such partitions, first and last sector, with checksums
  // as they should be.
  std::string disk_with(const std::string& name,
                        const std::vector<std::pair<std::uint64_t, std::uint64_t>>& partitions) {
    std::string bytes = os::require_file(disk_with_table(name, "gpt"));
    std::string entries = bytes.substr(1024, 16'384);
    const std::string type_and_id = entries.substr(0, 32);
    for (std::size_t at = 0; at < partitions.size(); ++at)
      entries.replace(at * 128, 48,
                      type_and_id + little_endian(partitions[at].first, 8) +
                          little_endian(partitions[at].second, 8));
    bytes.replace(1024, entries.size(), entries);
    bytes.replace(bytes.size() - 33 * 512, entries.size(), entries);
    for (const std::size_t header : {std::size_t{512}, bytes.size() - 512}) {
      bytes.replace(header + 88, 4, little_endian(crc32(entries), 4));
      bytes.replace(header + 16, 4, std::string(4, '\0'));
      bytes.replace(header + 16, 4, little_endian(crc32(bytes.substr(header, 92)), 4));
    }
    os::write_file(path(name), bytes);
    return path(name);
  }

  StoredImage import(const std::string& file, const std::string& version = "1") {
    return import_image(store_, file, "theirs", version, [](const std::string&) {});
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

TEST_F(ImportImage, ClearsWhatAKilledOneHasLeft) {
  const std::string left = store_.work_directory() + "/import.2147483646";  // no process has it
  const std::string alive = store_.work_directory() + "/import.1";
  for (const std::string& folder : {left, alive}) os::make_directories(folder);
  os::write_file(left + "/image", "half of it");

  import(disk_with_table("disk", "gpt"));

  EXPECT_FALSE(os::exists(left));
  EXPECT_TRUE(os::exists(alive));
}

TEST_F(ImportImage, RefusesABackingFile) {
  const std::string raw = disk_with_table("disk", "gpt");
  os::run_checked(
      {.argv = {"qemu-img", "create", "-f", "qcow2", "-F", "raw", "-b", raw, path("overlay")}});

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
  // Not LUKS: its key's derivation is timed, which fails on a machine that is busy.
  const std::string file = qcow2_of(raw, {"--object", "secret,id=key,data=word", "-o",
                                          "encrypt.format=aes,encrypt.key-secret=key"});

  EXPECT_EQ(refusal_of(file), "error: 'PLACE/disk.qcow2' is refused: it is encrypted");
}

TEST_F(ImportImage, RefusesAQcow2ThatIsDamaged) {
  std::string bytes = os::require_file(qcow2_of(disk_with_table("disk", "gpt")));
  bytes.replace(4, 4, "\xff\xff\xff\xff");
  os::write_file(path("damaged"), bytes);

  EXPECT_THAT(refusal_of(path("damaged")),
              testing::StartsWith("error: 'PLACE/damaged' is refused: Unsupported qcow2 version"));
}

TEST_F(ImportImage, RefusesAQcow2ThatIsMarkedAsCorrupt) {
  std::string bytes = os::require_file(qcow2_of(disk_with_table("disk", "gpt")));
  bytes[79] = '\2';  // of the features that a reader must know
  os::write_file(path("corrupt"), bytes);

  EXPECT_EQ(refusal_of(path("corrupt")),
            "error: 'PLACE/corrupt' is refused: it is marked as corrupt by who wrote it last");
}

TEST_F(ImportImage, RefusesAQcow2WhoseEndIsMissing) {
  const std::string bytes = os::require_file(qcow2_of(disk_with_table("disk", "gpt")));
  os::write_file(path("cut"), bytes.substr(0, bytes.size() / 2));
  os::write_file(path("most"), bytes.substr(0, bytes.size() - 3'000));

  EXPECT_EQ(refusal_of(path("cut")),
            "error: 'PLACE/cut' is refused: it is damaged, or not all of it is there");
  EXPECT_EQ(refusal_of(path("most")), "error: 'PLACE/most' is refused: its end is missing");
  EXPECT_TRUE(store_.names().empty());
}

TEST_F(ImportImage, TakesAQcow2ThatIsCompressed) {
  EXPECT_EQ(import(compressed("zlib"), "1").manifest.size, 8U << 20);
  EXPECT_EQ(import(compressed("zstd"), "2").manifest.size, 8U << 20);
}

TEST_F(ImportImage, TakesAQcow2WhoseClustersHaveParts) {
  const std::string raw = disk_with_table("disk", "gpt");

  EXPECT_EQ(import(qcow2_of(raw, {"-o", "extended_l2=on"})).manifest.size, 8U << 20);
}

TEST_F(ImportImage, RefusesACompressedQcow2WhoseEndIsMissing) {
  for (const char* type : {"zlib", "zstd"}) {
    const std::string bytes = os::require_file(compressed(type));
    for (const std::size_t cut : {1, 100, 512, 1'000, 10'000}) {
      os::write_file(path("cut"), bytes.substr(0, bytes.size() - cut));

      EXPECT_THAT(refusal_of(path("cut")), testing::StartsWith("error: 'PLACE/cut' is refused: "))
          << type << " without its last " << cut;
    }
  }
  EXPECT_TRUE(store_.names().empty());
}

TEST_F(ImportImage, RefusesPartitionsThatCannotBeMeant) {
  const std::string refused = "' is refused: partition ";

  EXPECT_EQ(
      refusal_of(disk_with("beyond", {{2048, 4095}, {4096, 99'999}})),
      "error: 'PLACE/beyond" + refused + "2 of its table ends beyond the disk of 16384 sectors");
  EXPECT_EQ(refusal_of(disk_with("over1", {{2048, 16'380}})),
            "error: 'PLACE/over1" + refused +
                "1 of its table ends at sector 16380, over the table's second copy: the last that "
                "is free is 16350");
  EXPECT_EQ(refusal_of(disk_with("backwards", {{4096, 2048}})),
            "error: 'PLACE/backwards" + refused + "1 of its table ends before it begins");
  EXPECT_EQ(refusal_of(disk_with("table", {{0, 4095}})),
            "error: 'PLACE/table" + refused +
                "1 of its table begins at sector 0, over the table itself: the first that is free "
                "is 2048");
  EXPECT_EQ(refusal_of(disk_with("both", {{4000, 5000}, {2048, 4000}})),
            "error: 'PLACE/both" + refused +
                "2 and partition 1 of its table lie over each other at sector 4000");
  EXPECT_EQ(import(disk_with("fine", {{4001, 5000}, {2048, 4000}})).manifest.size, 8U << 20);
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
  EXPECT_EQ(refusal_of(path("store")),
            "error: 'PLACE/store' is a directory, and must be a regular file");
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
