#include "provisioner/node/modules/facts/dimms.h"

#include <gtest/gtest.h>

#include <random>

#include "provisioner/base/value/json.h"

namespace provisioner::modules::facts {
namespace {

void put(std::string& fixed, std::size_t at, unsigned number, std::size_t bytes) {
  for (std::size_t i = 0; i < bytes; ++i) fixed[at + i] = static_cast<char>(number >> (8 * i));
}

std::string structure(unsigned type, std::string fixed, const std::vector<std::string>& texts) {
  fixed[0] = static_cast<char>(type);
  fixed[1] = static_cast<char>(fixed.size());
  for (const std::string& text : texts) fixed += text + '\0';
  fixed += texts.empty() ? std::string(2, '\0') : std::string(1, '\0');
  return fixed;
}

// A memory device of SMBIOS 3.2, with the texts slot, maker, serial and part.
std::string dimm(unsigned size, unsigned extended = 0) {
  std::string fixed(0x54, '\0');
  put(fixed, 0x0c, size, 2);
  put(fixed, 0x10, 1, 1);
  put(fixed, 0x15, 3200, 2);
  put(fixed, 0x17, 2, 1);
  put(fixed, 0x18, 3, 1);
  put(fixed, 0x1a, 4, 1);
  put(fixed, 0x1c, extended, 4);
  return structure(17, fixed, {"DIMM_A1", "Samsung", "03A1B2C3", "M393A4K40DB3-CWE   "});
}

const std::string board = structure(2, std::string(15, '\0'), {"Maker", "Board"});
const std::string end_mark = structure(127, std::string(4, '\0'), {});

std::string dimms(const std::string& table) { return value::write_json(dimms_in(table)); }

std::int64_t size_of(const std::string& table) {
  return value::integer_or(dimms_in(table).at(0), "size", -1);
}

TEST(Dimms, AreReadWithTheirTexts) {
  EXPECT_EQ(dimms(board + dimm(16384) + end_mark),
            R"([{"slot": "DIMM_A1", "size": 17179869184, "speed": 3200, )"
            R"("part_number": "M393A4K40DB3-CWE", "serial": "03A1B2C3", )"
            R"("manufacturer": "Samsung"}])");
}

TEST(Dimms, MayBeLargerThanTheOldField) {
  EXPECT_EQ(size_of(dimm(0x7fff, 65536) + end_mark), std::int64_t{64} << 30);
}

TEST(Dimms, MayBeCountedInKibibytes) {
  EXPECT_EQ(size_of(dimm(0x8000 | 512) + end_mark), 512 << 10);
}

TEST(Dimms, LeaveOutEmptySlots) { EXPECT_EQ(dimms(dimm(0) + dimm(0xffff) + end_mark), "[]"); }

TEST(Dimms, OfAnOldTableHaveLessToSay) {
  std::string fixed(0x15, '\0');  // SMBIOS 2.1
  put(fixed, 0x0c, 1024, 2);
  put(fixed, 0x10, 1, 1);
  EXPECT_EQ(dimms(structure(17, fixed, {"A"}) + end_mark),
            R"([{"slot": "A", "size": 1073741824, "speed": 0, "part_number": "", "serial": "", )"
            R"("manufacturer": ""}])");
}

TEST(Dimms, EndAtTheEndOfTheTable) { EXPECT_EQ(dimms(end_mark + dimm(1024)), "[]"); }

TEST(Dimms, AreNotLostByAFaultBehindThem) {
  const std::string first = dimm(1024);
  EXPECT_EQ(dimms_in(first + std::string("\x11\x02\0\0\0\0", 6)).size(), 1u);
  EXPECT_EQ(dimms_in(first + dimm(1024).substr(0, 40)).size(), 1u);
}

TEST(Dimms, SurviveAnyBytes) {
  std::mt19937 random(1);
  for (int i = 0; i < 2000; ++i) {
    std::string table = board + dimm(16384) + dimm(0x7fff, 1) + end_mark;
    for (int j = 0; j < 8; ++j) table[random() % table.size()] = static_cast<char>(random());
    EXPECT_LE(dimms_in(table.substr(0, random() % table.size())).size(), 3u);
  }
}

}  // namespace
}  // namespace provisioner::modules::facts
