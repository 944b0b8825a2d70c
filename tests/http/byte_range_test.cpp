#include "provisioner/base/http/byte_range.h"

#include <gtest/gtest.h>

#include <string>

namespace provisioner::http {
namespace {

std::string told(const char* header, std::uint64_t size = 1000) {
  const ByteRange range = read_range(header, size);
  if (range.kind == ByteRange::Kind::whole) return "whole";
  if (range.kind == ByteRange::Kind::outside) return "outside";
  return std::to_string(range.first) + "+" + std::to_string(range.length);
}

TEST(ByteRange, IsReadInItsThreeForms) {
  EXPECT_EQ(told("bytes=0-499"), "0+500");
  EXPECT_EQ(told("bytes=500-"), "500+500");
  EXPECT_EQ(told("bytes=-1"), "999+1");
  EXPECT_EQ(told("Bytes= 999-999 "), "999+1");
}

TEST(ByteRange, IsCutAtTheEndOfTheFile) {
  EXPECT_EQ(told("bytes=990-2000"), "990+10");
  EXPECT_EQ(told("bytes=-5000"), "0+1000");
}

TEST(ByteRange, LiesOutside) {
  EXPECT_EQ(told("bytes=1000-"), "outside");
  EXPECT_EQ(told("bytes=-0"), "outside");
  EXPECT_EQ(told("bytes=0-", 0), "outside");
}

TEST(ByteRange, IsTheWholeWhereItCannotBeRead) {
  for (const char* header : {"", "bytes=", "bytes=-", "bytes=5-4", "bytes=a-b", "bytes=0-1,3-4",
                             "bytes=1", "items=0-1", "bytes=-5-", "bytes=99999999999999999999-"})
    EXPECT_EQ(told(header), "whole") << header;
}

}  // namespace
}  // namespace provisioner::http
