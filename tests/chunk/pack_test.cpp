// Chunks as files: the same bytes each time, and nothing that unpacks to more than it should.

#include <gtest/gtest.h>

#include "provisioner/base/base/error.h"
#include "provisioner/base/base/text.h"
#include "provisioner/base/chunk/manifest.h"
#include "provisioner/base/crypto/digest.h"

namespace provisioner::chunk {
namespace {

std::string refusal_of(const std::string& file, std::uint64_t length) {
  try {
    return "unpacked: " + std::to_string(unpack(file, length).size());
  } catch (const base::Error& error) {
    return error.render();
  }
}

std::string words(std::size_t size) {
  std::string text;
  for (std::size_t number = 0; text.size() < size; ++number)
    text += "line " + std::to_string(number * number) + "\n";
  text.resize(size);
  return text;
}

TEST(Pack, GivesBackWhatWasPacked) {
  for (const std::size_t size : {std::size_t{0}, std::size_t{1}, std::size_t{4096},
                                 std::size_t{chunk_size}}) {
    const std::string text = words(size);
    EXPECT_EQ(unpack(pack(text), size), text) << size;
  }
}

TEST(Pack, KeepsWhatCannotBeMadeSmallerWithinItsBound) {
  const std::string noise = crypto::random_bytes(chunk_size);
  const std::string file = pack(noise);

  EXPECT_EQ(unpack(file, chunk_size), noise);
  EXPECT_LE(file.size(), chunk_size + 1024);
}

TEST(Pack, GivesTheSameBytesEachTime) {
  const std::string text = words(chunk_size);

  EXPECT_EQ(pack(text), pack(text));
}

// Noise lies in a frame as it is: nothing but the checksum sees a flipped bit of it.
TEST(Pack, PutsAChecksumIntoTheFrame) {
  std::string file = pack(crypto::random_bytes(4096));
  EXPECT_TRUE(has_checksum(file));
  file[2000] = static_cast<char>(file[2000] ^ 1);
  EXPECT_EQ(refusal_of(file, 4096),
            "error: the file of a chunk is damaged: Restored data doesn't match checksum");
  EXPECT_FALSE(has_checksum(base::unhex("28b52ffd2003190000616263")));
  EXPECT_FALSE(has_checksum("(\xb5"));
}

TEST(Unpack, RefusesAnotherLength) {
  EXPECT_EQ(refusal_of(pack(words(4096)), 4095),
            "error: the file of a chunk holds 4096 bytes, not 4095");
  EXPECT_EQ(refusal_of(pack(words(4096)), 4097),
            "error: the file of a chunk holds 4096 bytes, not 4097");
}

TEST(Unpack, RefusesWhatIsNoFrame) {
  const char* const refused =
      "error: the file of a chunk is no zstd frame that says its length";

  EXPECT_EQ(refusal_of("", 0), refused);
  EXPECT_EQ(refusal_of("not a frame at all", 18), refused);
}

// Made by `zstd --no-content-size`: a reader would only know the length when it is too late.
TEST(Unpack, RefusesAFrameThatDoesNotSayItsLength) {
  const std::string frame = base::unhex("28b52ffd0058190000616263");

  EXPECT_EQ(refusal_of(frame, 3),
            "error: the file of a chunk is no zstd frame that says its length");
}

// 3 bytes said, a block of 128 KiB of one byte (RFC 8878, 3.1.1.2: type RLE) held.
TEST(Unpack, RefusesABombThatSaysLessThanItHolds) {
  const std::string frame = base::unhex("28b52ffd200303001041");

  EXPECT_EQ(refusal_of(frame, 3),
            "error: the file of a chunk is damaged: Destination buffer is too small");
}

// A window of 2 GiB asked for in three bytes of content: nothing of that size is made.
TEST(Unpack, TakesNoMemoryForALargeWindow) {
  const std::string frame = base::unhex("28b52ffd80a803000000190000616263");

  EXPECT_EQ(refusal_of(frame, 3), "unpacked: 3");
}

TEST(Unpack, RefusesASecondFrame) {
  EXPECT_EQ(refusal_of(pack("text") + pack("text"), 4),
            "error: something follows the frame in the file of a chunk");
  EXPECT_EQ(refusal_of(pack("text") + "x", 4),
            "error: something follows the frame in the file of a chunk");
}

TEST(Unpack, RefusesAnyCut) {
  const std::string text = words(4096), file = pack(text);

  for (std::size_t size = 0; size < file.size(); ++size)
    EXPECT_EQ(refusal_of(file.substr(0, size), text.size()).substr(0, 7), "error: ") << size;
}

TEST(IsZero, IsAboutEachByte) {
  const std::string zeros(4096, '\0');

  EXPECT_TRUE(is_zero(""));
  EXPECT_TRUE(is_zero(zeros));
  for (const std::size_t at : {std::size_t{0}, std::size_t{1}, std::size_t{4095}}) {
    std::string text = zeros;
    text[at] = 1;
    EXPECT_FALSE(is_zero(text)) << at;
  }
}

}  // namespace
}  // namespace provisioner::chunk
