#include "provisioner/node/disks/layout.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "provisioner/base/base/error.h"
#include "provisioner/base/os/files.h"
#include "provisioner/base/os/process.h"
#include "tests/support/fake_disk.h"

namespace provisioner::disks {
namespace {

constexpr std::uint64_t mebibyte = 1 << 20, gibibyte = 1 << 30;
constexpr std::uint64_t image_size = 64 * mebibyte;
constexpr const char* usual_table =
    "label: gpt\nlabel-id: 11111111-2222-4333-8444-555555555555\n"
    "14 : start=2048, size=2048, type=21686148-6449-6E6F-744E-656564454649, "
    "uuid=AAAAAAAA-0000-4000-8000-000000000001\n"
    "15 : start=4096, size=32768, type=C12A7328-F81F-11D2-BA4B-00A0C93EC93B, "
    "uuid=AAAAAAAA-0000-4000-8000-000000000002, name=\"esp of all\", "
    "attrs=\"RequiredPartition GUID:63\"\n"
    "1 : start=36864, size=83968, type=4F68BCE3-E8CD-4DB1-96E7-FBCAF984B709, "
    "uuid=AAAAAAAA-0000-4000-8000-000000000003, name=\"root\"\n";

// Real tables by the real sfdisk, on files.
class Layouts : public testing::Test {
 protected:
  Held held_of(const std::string& script) {
    const std::string path = directory.path() + "/image";
    os::write_file(path, "");
    EXPECT_EQ(::truncate(path.c_str(), image_size), 0);
    os::run_checked({.argv = {"sfdisk", "--quiet", path}, .input = script});
    Held held;
    held.head = os::require_file(path, 2 * image_size).substr(0, head_size);
    held.head.replace(0, 9, "boot code");
    held.head.replace(512 * 40, 9, "core code");
    held.tail.assign(tail_size, '\0');
    return held;
  }

  // What sfdisk reads from a disk that holds nothing but the two tables.
  std::string dump_of(const Held& held, std::uint64_t disk_size, bool only_backup = false) {
    const std::string path = directory.path() + "/disk";
    std::string content = held.head;
    if (only_backup) content.replace(512, 34 * 512, 34 * 512, '\0');
    content.resize(disk_size, '\0');
    content.replace(disk_size - tail_size, tail_size, held.tail);
    os::write_file(path, content);
    return os::run_checked({.argv = {"sfdisk", "--dump", path}});
  }

  std::string refusal(const std::string& script, std::uint64_t disk_size, std::uint64_t cache) {
    try {
      grown_table(held_of(script), disk_size, cache, directory.path());
    } catch (const base::Error& error) {
      return error.message();
    }
    return "made";
  }

  os::TemporaryDirectory directory;
};

TEST_F(Layouts, GrowRootToTheDisksEndAndKeepAllElse) {
  const GrownTable table = grown_table(held_of(usual_table), 128 * mebibyte, 0, directory.path());
  EXPECT_EQ(table.root.number, 1);
  EXPECT_EQ(table.root.start, 18 * mebibyte);
  EXPECT_EQ(table.root.size, 109 * mebibyte);
  EXPECT_EQ(table.cache.number, 0);
  const std::string dump = dump_of(table.held, 128 * mebibyte);
  for (const char* kept :
       {"label-id: 11111111-2222-4333-8444-555555555555", "size=      223232",
        "uuid=AAAAAAAA-0000-4000-8000-000000000001", "name=\"esp of all\"",
        "uuid=AAAAAAAA-0000-4000-8000-000000000003", "RequiredPartition GUID:63"})
    EXPECT_NE(dump.find(kept), std::string::npos) << kept << " is not in " << dump;
  EXPECT_EQ(table.held.head.substr(0, 9), "boot code");
  EXPECT_EQ(table.held.head.substr(512 * 40, 9), "core code");
}

TEST_F(Layouts, HaveTheSameTableAtTheEnd) {
  const GrownTable table = grown_table(held_of(usual_table), 128 * mebibyte, 0, directory.path());
  EXPECT_EQ(dump_of(table.held, 128 * mebibyte, true), dump_of(table.held, 128 * mebibyte));
}

TEST_F(Layouts, PutACacheBehindRoot) {
  const std::uint64_t disk_size = 2 * gibibyte;
  const GrownTable table = grown_table(held_of(usual_table), disk_size, 1, directory.path());
  EXPECT_EQ(table.cache.number, 16);
  EXPECT_EQ(table.cache.size, gibibyte);
  EXPECT_EQ(table.cache.start, disk_size - mebibyte - gibibyte);
  EXPECT_EQ(table.root.start + table.root.size, table.cache.start);
}

TEST_F(Layouts, KeepBootCodeInAPartitionBelowTheFirstMebibyte) {
  const std::string low =
      "label: gpt\nfirst-lba: 34\n"
      "14 : start=34, size=2014, type=21686148-6449-6E6F-744E-656564454649\n"
      "1 : start=2048, size=122880, type=L\n";
  const GrownTable table = grown_table(held_of(low), 128 * mebibyte, 0, directory.path());
  ASSERT_EQ(table.partitions.size(), 2u);
  EXPECT_EQ(table.partitions[0].start, 34u * 512);
  EXPECT_EQ(table.root.size, 126 * mebibyte);
}

TEST_F(Layouts, TakeADiskOfTheImagesOwnSize) {
  const GrownTable table = grown_table(held_of(usual_table), image_size, 0, directory.path());
  EXPECT_EQ(table.root.size, 45 * mebibyte);
}

TEST_F(Layouts, RefuseWhatCannotGrow) {
  const std::string data_last =
      std::string(usual_table) + "16 : start=120832, size=2048, type=L, name=\"data\"\n";
  const std::string swap_last =
      std::string(usual_table) + "16 : start=120832, size=2048, type=S\n";
  EXPECT_EQ(refusal(data_last, 128 * mebibyte, 0),
            "the image has several Linux partitions, and which one is root is not said");
  EXPECT_EQ(refusal(swap_last, 128 * mebibyte, 0),
            "the image's last partition is no Linux root, and only such a one can grow");
  EXPECT_EQ(refusal("label: dos\n1 : start=2048, size=2048\n", 128 * mebibyte, 0),
            "the image has no GPT partition table");
  EXPECT_EQ(refusal(usual_table, gibibyte, 1),
            "a disk of 1073741824 bytes has no room for a cache of 1 GiB behind the image");
}

TEST_F(Layouts, AreTheSameOnTheDisksOfAMirrorButForTheirGuids) {
  const auto tables = mirrored_tables(held_of(usual_table), image_size,
                                      {160 * mebibyte, 128 * mebibyte}, 0, directory.path());
  for (const GrownTable& table : tables) EXPECT_EQ(table.root.size, 109 * mebibyte);
  const std::string first = dump_of(tables[0].held, 160 * mebibyte);
  const std::string second = dump_of(tables[1].held, 128 * mebibyte);
  for (const char* own : {"11111111-2222-4333-8444-555555555555",
                          "AAAAAAAA-0000-4000-8000-000000000001",
                          "AAAAAAAA-0000-4000-8000-000000000003"}) {
    EXPECT_NE(first.find(own), std::string::npos);
    EXPECT_EQ(second.find(own), std::string::npos);
  }
  for (const std::string& dump : {first, second})
    for (const char* kept : {"size=      223232", "name=\"esp of all\"", "RequiredPartition"})
      EXPECT_NE(dump.find(kept), std::string::npos) << kept << " is not in " << dump;
  EXPECT_EQ(tables[1].held.head.substr(0, 9), "boot code");
  EXPECT_EQ(dump_of(tables[0].held, 160 * mebibyte, true), first);
  EXPECT_EQ(dump_of(tables[1].held, 128 * mebibyte, true), second);
}

TEST_F(Layouts, PutACacheOnBothDisksOfAMirror) {
  const auto tables = mirrored_tables(held_of(usual_table), image_size,
                                      {2 * gibibyte, 3 * gibibyte}, 1, directory.path());
  EXPECT_EQ(tables[0].cache.start, 2 * gibibyte - mebibyte - gibibyte);
  EXPECT_EQ(tables[1].cache.start, tables[0].cache.start);
  EXPECT_EQ(tables[1].cache.number, 16);
  EXPECT_EQ(tables[1].root.number, 1);
}

TEST_F(Layouts, NeedRoomForTheSuperblockOfAMirror) {
  try {
    mirrored_tables(held_of(usual_table), image_size, {image_size, 2 * image_size}, 0,
                    directory.path());
    FAIL();
  } catch (const base::Error& error) {
    EXPECT_EQ(error.message(),
              "a disk of 67108864 bytes has no room for a mirror's superblock behind the image");
  }
}

TEST_F(Layouts, RefuseAnImageWithoutATable) {
  Held held;
  held.head.assign(head_size, '\0');
  EXPECT_THROW(grown_table(held, image_size, 0, directory.path()), base::Error);
}

TEST_F(Layouts, ClearTheEndsOfWhatGrewButNothingOfTheImage) {
  const GrownTable table = grown_table(held_of(usual_table), 128 * mebibyte, 0, directory.path());
  FakeDisk disk(std::string(128 * mebibyte, 'o'));
  clear_stale_ends(table, image_size, disk);
  const std::uint64_t end = table.root.start + table.root.size;
  EXPECT_EQ(disk.medium.find('\0'), end - mebibyte);
  EXPECT_EQ(disk.medium.find('o', end - mebibyte), end);
}

}  // namespace
}  // namespace provisioner::disks
