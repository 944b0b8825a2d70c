// Frames: whole, in pieces, damaged, of another version, too large.

#include "provisioner/node/wire/frame.h"

#include <gtest/gtest.h>

#include "provisioner/base/base/error.h"

namespace provisioner::wire {
namespace {

const Frame request{FrameKind::request, 0x01020304, std::string("a\0\xff", 3)};

std::string refusal_of(std::string_view bytes) {
  FrameReader reader;
  reader.add(bytes);
  try {
    while (reader.next()) continue;
  } catch (const base::Error& error) {
    return error.message() + " | " + reader.noise();
  }
  return "";
}

TEST(Frame, HasTheShapeThatWasAgreed) {
  EXPECT_EQ(encode(request), std::string("Pv\x01\x01\x01\x02\x03\x04\0\0\0\3a\0\xff", 15));
}

TEST(Frame, ComesBackAsItWas) {
  FrameReader reader;
  reader.add(encode(request));

  const auto frame = reader.next();

  ASSERT_TRUE(frame);
  EXPECT_EQ(frame->kind, request.kind);
  EXPECT_EQ(frame->task, request.task);
  EXPECT_EQ(frame->body, request.body);
  EXPECT_FALSE(reader.next());
}

TEST(Frame, ComesBackFromSingleBytes) {
  FrameReader reader;
  const std::string bytes = encode(request) + encode({FrameKind::bye, 0, {}});
  std::vector<FrameKind> kinds;
  for (const char byte : bytes) {
    reader.add({&byte, 1});
    while (const auto frame = reader.next()) kinds.push_back(frame->kind);
  }

  EXPECT_EQ(kinds, (std::vector{FrameKind::request, FrameKind::bye}));
}

TEST(Frame, MayHaveTheLargestBodyAndNoLargerOne) {
  const Frame largest{FrameKind::outcome, 1, std::string(max_frame_size, 'x')};
  FrameReader reader;
  reader.add(encode(largest));

  EXPECT_EQ(reader.next()->body.size(), max_frame_size);
  EXPECT_THROW(encode({FrameKind::outcome, 1, std::string(max_frame_size + 1, 'x')}), base::Error);
}

TEST(Frame, IsRefusedAtTheFirstByteThatIsNoFrame) {
  EXPECT_EQ(refusal_of("x"), "something else came where a frame should begin | x");
  EXPECT_EQ(refusal_of("PX"), "something else came where a frame should begin | PX");
  EXPECT_EQ(refusal_of(encode(request) + "bash: oops\n"),
            "something else came where a frame should begin | bash: oops\n");
}

TEST(Frame, TellsOfNoiseOnlyItsBeginning) {
  EXPECT_EQ(refusal_of(std::string(100'000, 'n')).size(),
            std::string("something else came where a frame should begin | ").size() + 200);
}

TEST(Frame, OfAnotherVersionIsRefused) {
  std::string bytes = encode(request);
  bytes[2] = 9;

  EXPECT_EQ(refusal_of(bytes).substr(0, 73),
            "the other side speaks version 9 of the protocol, this is version 1 | Pv\x09\x01");
}

TEST(Frame, ThatClaimsToBeHugeIsRefusedBeforeItIsWaitedFor) {
  EXPECT_EQ(refusal_of(std::string("Pv\x01\x01\0\0\0\1\xff\xff\xff\xff", 12)).substr(0, 49),
            "a frame claims to be larger than a frame may be |");
}

// Whatever bit is turned over on the way: a frame, or a refusal, and no reading beyond what came.
TEST(Frame, WithAnyBitTurnedOverIsReadOrRefused) {
  const std::string whole = encode(request) + encode(request);
  std::size_t read = 0, refused = 0;
  for (std::size_t bit = 0; bit < whole.size() * 8; ++bit) {
    std::string bytes = whole;
    bytes[bit / 8] = static_cast<char>(bytes[bit / 8] ^ 1 << bit % 8);
    (refusal_of(bytes).empty() ? read : refused) += 1;
  }

  EXPECT_EQ(read + refused, whole.size() * 8);
  EXPECT_GE(refused, 2U * 3 * 8);  // magic and version of both
}

}  // namespace
}  // namespace provisioner::wire
