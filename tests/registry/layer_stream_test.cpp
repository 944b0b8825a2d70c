// Layers as they go by: whatever wrote them, whatever is wrong with them.

#include "provisioner/cluster/registry/layer_stream.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "provisioner/base/base/error.h"
#include "provisioner/base/os/files.h"
#include "provisioner/base/os/process.h"
#include "tests/registry/small_files.h"
#include "tests/registry/tar_bytes.h"

namespace provisioner::registry {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using tests::tar_entry;
using tests::tar_of;
using tests::tar_records;

constexpr std::chrono::minutes long_enough{5};

struct ReadLayer {
  std::vector<std::string> files;  // "path: text"
  std::vector<std::string> others;
  bool is_whole = false;
};

ReadLayer read_layer_in(const std::string& path) {
  LayerStream stream(path, long_enough);
  ReadLayer found;
  while (const auto entry = stream.next()) {
    if (entry->kind == LayerEntry::Kind::file)
      found.files.push_back(entry->path + ": " + stream.read(entry->size + 1));
    else if (entry->kind != LayerEntry::Kind::folder)
      found.others.push_back(entry->path + " > " + entry->target);
  }
  found.is_whole = stream.is_whole();
  return found;
}

ReadLayer read_layer(const std::string& bytes) {
  const os::TemporaryDirectory place;
  os::write_file(place.path() + "/layer", bytes);
  return read_layer_in(place.path() + "/layer");
}

std::string ustar_entry(const std::string& size, char kind, const std::string& bytes) {
  return tests::tar_header({.kind = kind, .size = size}) + bytes;
}

TEST(LayerStream, HasTheFilesThatTarHasWritten) {
  const std::string path = std::string(120, 'f') + "/" + std::string(120, 'g'), text(700, 't');
  for (const char* format : {"--format=gnu", "--format=pax"}) {
    const ReadLayer found = read_layer(tar_of({{"etc/short", "x"}, {path, text}}, {format}));
    EXPECT_THAT(found.files, ElementsAre("etc/short: x", path + ": " + text));
    EXPECT_TRUE(found.is_whole);
  }
}

// Which keeps the beginning of a long name elsewhere.
TEST(LayerStream, HasTheFilesOfUstar) {
  const std::string path = std::string(120, 'f') + "/" + std::string(90, 'g');
  const ReadLayer found = read_layer(tar_of({{path, "x"}}, {"--format=ustar"}));
  EXPECT_THAT(found.files, ElementsAre(path + ": x"));
  EXPECT_TRUE(found.is_whole);
}

TEST(LayerStream, HasWhatIsPacked) {
  for (const char* packing : {"--gzip", "--zstd"}) {
    const ReadLayer found = read_layer(tar_of({{"a", "1"}, {"b", "2"}}, {packing}));
    EXPECT_THAT(found.files, ElementsAre("a: 1", "b: 2"));
    EXPECT_TRUE(found.is_whole);
  }
}

TEST(LayerStream, SkipsWhatNobodyReads) {
  const os::TemporaryDirectory place;
  os::write_file(place.path() + "/layer",
                 tar_of({{"large", std::string(3 << 20, 'x')}, {"small", "y"}}));
  LayerStream stream(place.path() + "/layer", long_enough);
  EXPECT_EQ(stream.next()->path, "large");
  EXPECT_EQ(stream.read(3), "xxx");
  EXPECT_EQ(stream.next()->path, "small");
  EXPECT_EQ(stream.read(10), "y");
  EXPECT_EQ(stream.read(10), "");
  EXPECT_FALSE(stream.next().has_value());
  EXPECT_FALSE(stream.next().has_value());
  EXPECT_TRUE(stream.is_whole());
}

TEST(LayerStream, IsNotWholeWhereItIsNoArchive) {
  EXPECT_FALSE(read_layer("no archive").is_whole);
  EXPECT_FALSE(read_layer(std::string(4096, 'x')).is_whole);
}

// Which is not the layer's doing: nothing is told of it.
TEST(LayerStream, ThrowsWhereItCannotBeRead) {
  const os::TemporaryDirectory place;
  for (const auto& [path, message] :
       {std::pair(place.path() + "/none",
                  "cannot open '" + place.path() + "/none': No such file or directory"),
        std::pair(place.path(), "cannot read '" + place.path() + "': Is a directory")}) {
    try {
      read_layer_in(path);
      FAIL() << "it was read";
    } catch (const base::Error& error) {
      EXPECT_EQ(error.message(), message);
    }
  }
}

TEST(LayerStream, IsNotWholeWhereItIsCut) {
  for (const char* packing : {"--format=gnu", "--gzip", "--zstd"}) {
    const std::string whole = tar_of({{"a", std::string(5000, '1')}}, {packing});
    const ReadLayer found =
        read_layer(whole.substr(0, std::min<std::size_t>(whole.size(), 1600) / 2));
    EXPECT_FALSE(found.is_whole);
  }
}

TEST(LayerStream, EndsWithoutItsLastBlocks) {
  const ReadLayer found = read_layer(tar_of({{"a", "1"}}).substr(0, 1024));
  EXPECT_THAT(found.files, ElementsAre("a: 1"));
  EXPECT_TRUE(found.is_whole);
}

// One block of zeros is where some archives end, and not where one goes on behind it.
TEST(LayerStream, EndsAtTwoBlocksOfZerosWhateverIsBehindThem) {
  const std::string entry = ustar_entry("00000000000", '0', ""), zeros(512, '\0');
  for (const std::string& end :
       {zeros, zeros + zeros, zeros + zeros + entry, zeros + zeros + "x"}) {
    const ReadLayer found = read_layer(entry + end);
    EXPECT_THAT(found.files, ElementsAre("file: "));
    EXPECT_TRUE(found.is_whole);
  }
  const ReadLayer found = read_layer(entry + zeros + entry + zeros + zeros);
  EXPECT_THAT(found.files, ElementsAre("file: "));
  EXPECT_FALSE(found.is_whole);
}

// Of which whoever unpacks images reads none, so that what follows is where they seem to be.
TEST(LayerStream, IsNotWholeWhereALinkOrAFolderHasBytes) {
  const std::string end(1024, '\0');
  const std::string pax = ustar_entry("00000000012", 'x', "10 size=1\n" + std::string(502, '\0'));
  for (const char kind : {'1', '2', '5'})
    EXPECT_FALSE(
        read_layer(pax + ustar_entry("00000000000", kind, std::string(512, 'x')) + end).is_whole);
  const std::string link = ustar_entry("00000000012", 'x', "10 size=0\n" + std::string(502, '\0')) +
                           tests::tar_header({.kind = '1', .target = "other"});
  EXPECT_TRUE(read_layer(link + end).is_whole);
}

// Which libarchive passes over where the records say that there are none, or that they are a hole.
TEST(LayerStream, IsNotWholeWhereAnEntryHasMoreBytesThanItsSize) {
  const std::string hidden = tar_entry({.name = "hidden"}, "x");
  const std::string records = tar_entry({.kind = 'x'}, "13 size=1024\n21 SCHILY.realsize=0\n");
  for (const char kind : {'0', '2', '5'})
    EXPECT_FALSE(read_layer(records + ustar_entry("00000000000", kind, hidden)).is_whole);
  const std::string file = ustar_entry("00000002000", '0', hidden);
  for (const char* record : {"SUN.holesdata= 1024", "SCHILY.realsize=1023", "GNU.sparse.size=1"})
    EXPECT_FALSE(read_layer(tar_records(record) + file).is_whole);
  EXPECT_TRUE(read_layer(tar_records("size=1024") + file).is_whole);
}

TEST(LayerStream, ReadsNoMoreOfAFileThanItsSize) {
  const os::TemporaryDirectory place;
  for (const char* size : {"10", "4194304"}) {
    os::write_file(place.path() + "/layer", tar_records(std::string("SCHILY.realsize=") + size) +
                                                tar_entry({}, std::string(3 << 20, 'x')) +
                                                tar_entry({.name = "b"}, "1"));
    LayerStream stream(place.path() + "/layer", long_enough);
    EXPECT_EQ(stream.next()->size, std::stoul(size));
    EXPECT_LE(stream.read(8 << 20).size(), std::stoul(size));
    EXPECT_FALSE(stream.next().has_value());
    EXPECT_FALSE(stream.is_whole());
  }
}

// A member of gzip that one of two readers does not know, behind one that both know.
TEST(LayerStream, IsNotWholeWhereSomethingPackedIsNotUnpacked) {
  const os::TemporaryDirectory place;
  const auto packed = [&](const std::string& bytes) {
    os::write_file(place.path() + "/plain", bytes);
    return os::run_checked({.argv = {"gzip", "--stdout", place.path() + "/plain"}});
  };
  const std::string first = packed(tar_entry({.name = "a"}, "1")),
                    second = packed(tar_entry({.name = "b"}, "2") + std::string(1024, '\0'));
  EXPECT_THAT(read_layer(first + second).files, ElementsAre("a: 1", "b: 2"));
  EXPECT_TRUE(read_layer(first + second).is_whole);
  std::string unknown = second;
  unknown[3] = '\x20';
  EXPECT_FALSE(read_layer(first + unknown).is_whole);
  EXPECT_FALSE(read_layer(first + "behind it").is_whole);
}

// As those have them who make layers that are read in parts.
TEST(LayerStream, HasAllFramesOfZstd) {
  const os::TemporaryDirectory place;
  const auto packed = [&](const std::string& bytes) {
    os::write_file(place.path() + "/plain", bytes);
    return os::run_checked({.argv = {"zstd", "--quiet", "--stdout", place.path() + "/plain"}});
  };
  const std::string skipped = std::string("\x50\x2a\x4d\x18\3\0\0\0", 8) + "abc";
  const ReadLayer found = read_layer(packed(tar_entry({.name = "a"}, "1")) + skipped +
                                     packed(tar_entry({.name = "b"}, "2")) + skipped);
  EXPECT_THAT(found.files, ElementsAre("a: 1", "b: 2"));
  EXPECT_TRUE(found.is_whole);
}

TEST(LayerStream, IsNotWholeWhereANameLeadsElsewhere) {
  for (const char* name : {"a/../b", "..", "../b", "a/.."})
    EXPECT_FALSE(read_layer(tar_entry({.name = name}, "x")).is_whole);
  EXPECT_TRUE(read_layer(tar_entry({.name = "a..b/..c/d..", .kind = '0'}, "x")).is_whole);
  EXPECT_FALSE(read_layer(tar_records("linkpath=a/../b") + tar_entry({.kind = '1'}, "")).is_whole);
  EXPECT_TRUE(read_layer(tar_records("linkpath=../b") + tar_entry({.kind = '2'}, "")).is_whole);
  EXPECT_FALSE(read_layer(tar_entry({.name = ""}, "x")).is_whole);
  EXPECT_FALSE(read_layer(tar_entry({.kind = '1'}, "")).is_whole);
}

TEST(LayerStream, TellsNamesAsTheyAreWrittenThatAreNoTextHere) {
  for (const std::string name : {"\xc3\xa9", "\xe9\xff"}) {
    std::string pax = "11 path=" + name + "\n";
    pax.resize(512);
    const ReadLayer found =
        read_layer(ustar_entry("00000000013", 'x', pax) + ustar_entry("00000000000", '0', ""));
    EXPECT_THAT(found.files, ElementsAre(name + ": "));
    EXPECT_TRUE(found.is_whole);
  }
}

TEST(LayerStream, IsNotWholeWhereItIsPackedTwice) {
  const os::TemporaryDirectory place;
  os::write_file(place.path() + "/layer", tar_of({{"a", "1"}}, {"--gzip"}));
  os::run_checked({.argv = {"gzip", "layer"}, .directory = place.path()});
  EXPECT_FALSE(read_layer_in(place.path() + "/layer.gz").is_whole);
}

// Holes without end, as a map that precedes the file's bytes.
TEST(LayerStream, IsNotWholeWhereAHeaderWouldFillTheMemory) {
  std::string map = "9999999\n";
  while (map.size() < (8 << 20)) map += "0\n0\n";
  map.resize(8 << 20);
  std::string pax = "22 GNU.sparse.major=1\n22 GNU.sparse.minor=0\n";
  pax.resize(512);
  const ReadLayer found =
      read_layer(ustar_entry("00000000054", 'x', pax) + ustar_entry("00040000000", '0', map));
  EXPECT_THAT(found.others, IsEmpty());
  EXPECT_FALSE(found.is_whole);
}

// The name of what is packed, which ends nowhere.
TEST(LayerStream, IsNotWholeWhereWhatPrecedesPackedBytesWouldFillTheMemory) {
  const std::string begin("\x1f\x8b\x08\x08\0\0\0\0\0\0", 10);
  EXPECT_FALSE(read_layer(begin + std::string(40 << 20, 'x')).is_whole);
}

TEST(LayerStream, IsNotWholeWhereAHeaderIsDamaged) {
  std::string bytes = tar_of({{"a", "1"}, {"b", "2"}});
  bytes[1024 + 100] = '9';
  const ReadLayer found = read_layer(bytes);
  EXPECT_THAT(found.files, ElementsAre("a: 1"));
  EXPECT_FALSE(found.is_whole);
}

TEST(LayerStream, IsNotWholeWhereSizesAreNone) {
  for (const std::string& size :
       {std::string("9"), std::string("\x80\x7f\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff"),
        std::string(12, '\xff'), std::string("77777777777"), std::string("7777777")}) {
    EXPECT_FALSE(read_layer(ustar_entry(size, '0', std::string(1024, '\0'))).is_whole);
    EXPECT_FALSE(read_layer(ustar_entry(size, 'x', std::string(1024, '\0'))).is_whole);
    EXPECT_FALSE(read_layer(ustar_entry(size, 'L', std::string(1024, '\0'))).is_whole);
  }
}

TEST(LayerStream, IsNotWholeWhereRecordsAreNone) {
  for (const char* record : {"99 path=x\n", "3 a=\n", "9 path=x", "0 \n", "x", "9 path x\n",
                             "18446744073709551625 path=x\n"}) {
    std::string bytes = record;
    bytes.resize(512);
    const ReadLayer found = read_layer(ustar_entry("00000000040", 'x', bytes) +
                                       ustar_entry("00000000000", '0', std::string(1024, '\0')));
    EXPECT_THAT(found.files, IsEmpty());
    EXPECT_FALSE(found.is_whole);
  }
}

// As those have it who unpack images: of long names the last, and of a long name and records the
// long name, where libarchive takes what comes first.
TEST(LayerStream, GoesByTheLastOfSeveralNames) {
  const std::string before = tar_entry({.kind = 'L'}, "before"),
                    behind = tar_entry({.kind = 'L'}, "behind"), file = tar_entry({}, "x");
  EXPECT_THAT(read_layer(before + behind + file).files, ElementsAre("behind: x"));
  EXPECT_TRUE(read_layer(before + behind + file).is_whole);
  EXPECT_FALSE(read_layer(before + tar_records("path=behind") + file).is_whole);
  EXPECT_FALSE(read_layer(tar_records("path=before") + behind + file).is_whole);
}

TEST(LayerStream, IsNotWholeWhereRecordsAreSeveral) {
  const std::string records =
      ustar_entry("00000000017", 'x', "15 path=before\n" + std::string(497, '\0'));
  const std::string file = ustar_entry("00000000000", '0', std::string(1024, '\0'));
  EXPECT_TRUE(read_layer(records + file).is_whole);
  EXPECT_FALSE(read_layer(records + records + file).is_whole);
}

TEST(LayerStream, TellsOfLinksAndHoles) {
  const os::TemporaryDirectory place;
  os::run_checked({.argv = {"sh", "-c",
                            "echo x > one; ln one two; ln -s one three; truncate -s 1M holes; "
                            "echo x >> holes"},
                   .directory = place.path()});
  for (const char* format : {"gnu", "pax"}) {
    os::run_checked({.argv = {"tar", "--create", "--sparse", std::string("--format=") + format,
                              "--file", "layer", "./one", "./two", "./three", "./holes"},
                     .directory = place.path()});
    const ReadLayer found = read_layer_in(place.path() + "/layer");
    EXPECT_THAT(found.files, ElementsAre("one: x\n"));
    EXPECT_THAT(found.others, ElementsAre("two > one", "three > one", "holes > "));
    EXPECT_TRUE(found.is_whole);
  }
}

TEST(LayerStream, TakesNoLongerThanItMay) {
  const os::TemporaryDirectory place;
  os::write_file(place.path() + "/layer", tar_of({{"a", "1"}}));
  LayerStream stream(place.path() + "/layer", std::chrono::milliseconds(0));
  try {
    stream.next();
    FAIL() << "it took its time";
  } catch (const base::Error& error) {
    EXPECT_EQ(error.message(), "the layer 'layer' could not be read within 0 minutes");
  }
}

}  // namespace
}  // namespace provisioner::registry
