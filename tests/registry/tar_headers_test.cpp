// Headers that those who read archives take for the same, and those that they do not.

#include "provisioner/cluster/registry/tar_headers.h"

#include <gtest/gtest.h>

#include "tests/registry/tar_bytes.h"

namespace provisioner::registry {
namespace {

using Kind = LayerEntry::Kind;
using tests::tar_entry;
using tests::tar_header;
using tests::tar_records;

const std::string file = tar_header({}), long_name = tar_entry({.kind = 'L'}, "name"),
                  long_target = tar_entry({.kind = 'K'}, "target"),
                  records = tar_records("path=name"),
                  global = tar_entry({.kind = 'g'}, "11 comment=x\n");

bool is_file(const std::string& headers) { return have_one_meaning(headers, Kind::file); }

TEST(TarHeaders, AreThoseThatWritersWrite) {
  for (const std::string& before :
       {std::string(), long_name, records, global, long_name + long_name, long_target + long_name,
        global + global + records})
    EXPECT_TRUE(is_file(before + file));
  EXPECT_TRUE(
      have_one_meaning(long_target + long_name + tar_header({.kind = '1'}), Kind::hard_link));
}

TEST(TarHeaders, AreNoneWithNamesOfSeveralKinds) {
  for (const std::string& before : {records + long_name, long_name + records, records + long_target,
                                    records + records, records + global, long_name + global})
    EXPECT_FALSE(is_file(before + file));
}

TEST(TarHeaders, AreNoneWithANameThatIsEmpty) {
  EXPECT_FALSE(is_file(tar_entry({.kind = 'L'}, "") + file));
  EXPECT_FALSE(is_file(tar_entry({.kind = 'K'}, std::string("\0x", 2)) + file));
}

TEST(TarHeaders, AreNoneOfAnotherKindThanTheirEntry) {
  for (const char kind : {'1', '2', '3', '5', '7', 'A', 'S', 'V', 'X'})
    EXPECT_FALSE(is_file(tar_header({.kind = kind})));
  EXPECT_TRUE(is_file(tar_header({.kind = '\0'})));
  EXPECT_TRUE(have_one_meaning(tar_header({.kind = '5'}), Kind::folder));
  EXPECT_TRUE(have_one_meaning(tar_header({.kind = '2'}), Kind::other));
  EXPECT_FALSE(have_one_meaning(tar_header({.kind = '5'}), Kind::hard_link));
  EXPECT_TRUE(have_one_meaning(tar_header({.kind = 'S'}), Kind::sparse_file));
}

TEST(TarHeaders, AreNoneWhereTheyAreCutOrMoreFollows) {
  for (const char* kind : {"V", "X", "A"})
    EXPECT_FALSE(is_file(tar_header({.kind = *kind}) + file));
  EXPECT_FALSE(is_file(""));
  EXPECT_FALSE(is_file(file.substr(1)));
  EXPECT_FALSE(is_file(long_name));
  EXPECT_FALSE(is_file(tar_header({.kind = 'x', .size = "77777777777"}) + file));
  EXPECT_FALSE(is_file(tar_header({.kind = 'x', .size = "\x80"}) + file));
  EXPECT_FALSE(is_file(file + std::string(512, 'x')));
  EXPECT_TRUE(have_one_meaning(file + std::string(512, 'x'), Kind::sparse_file));
}

// Of "ustar" with something else behind it one reader takes the prefix, and another does not. In
// what GNU tar writes times lie where ustar has the prefix, which some take for one if they are
// none; star's prefix is the shorter.
TEST(TarHeaders, AreNoneWhereItIsNotPlainWhoWroteThem) {
  const std::string gnu("ustar  \0", 8);
  EXPECT_TRUE(is_file(tar_header({.magic = gnu})));
  EXPECT_TRUE(is_file(tar_header({.magic = gnu, .prefix = "14712345670"})));
  EXPECT_TRUE(is_file(tar_header({.magic = "ustar", .prefix = "folder"})));
  EXPECT_TRUE(is_file(tar_header({.magic = ""})));
  EXPECT_FALSE(is_file(tar_header({.magic = "ustarX", .prefix = "folder"})));
  EXPECT_FALSE(is_file(tar_header({.magic = "ustar  X"})));
  EXPECT_FALSE(is_file(tar_header({.magic = gnu, .prefix = "folder"})));
  EXPECT_FALSE(is_file(tar_header({.magic = gnu, .prefix = "14712345670 folder"})));
  EXPECT_FALSE(is_file(tar_header({.behind_prefix = "        tar"})));
}

TEST(TarHeaders, AreNoneWithSizesThatAreReadInTwoWays) {
  using namespace std::string_literals;
  for (const std::string& size : {""s, "00000000017"s, "    17 "s, "\x80\0\0\0\0\0\0\0\0\0\0\1"s})
    EXPECT_TRUE(is_file(tar_header({.size = size})));
  for (const std::string& size : {"\0000000017"s, " \00017"s, "1\00017"s, "17x"s, "1 7"s, "-1"s})
    EXPECT_FALSE(is_file(tar_header({.size = size})));
  for (const char* record : {"size=", "size=+17", "size= 17", "size=x"})
    EXPECT_FALSE(is_file(tar_records(record) + file));
  EXPECT_TRUE(is_file(tar_records("size=17") + file));
}

TEST(TarHeaders, AreNoneOfFilesThatMayHaveHoles) {
  EXPECT_FALSE(is_file(tar_records("GNU.sparse.name=other") + file));
  EXPECT_TRUE(have_one_meaning(tar_records("GNU.sparse.name=other") + file, Kind::sparse_file));
}

}  // namespace
}  // namespace provisioner::registry
