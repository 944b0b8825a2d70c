// Sealed results: only whole, only for whom they were sealed, only with their key.

#include "provisioner/base/crypto/sealing.h"

#include <gtest/gtest.h>

#include "provisioner/base/base/error.h"

namespace provisioner::crypto {
namespace {

std::string refusal_of(const SealingKey& key, const std::string& sealed, const std::string& bound) {
  try {
    return "opened: " + key.open(sealed, bound);
  } catch (const base::Error& error) {
    return error.render();
  }
}

constexpr const char* refused =
    "error: a sealed result cannot be opened: it was damaged, or the key is another's";

TEST(Sealing, OpensWhatItSealed) {
  const SealingKey key = SealingKey::make();

  EXPECT_EQ(key.open(key.seal("text", "run 1"), "run 1"), "text");
  EXPECT_EQ(key.open(key.seal("", ""), ""), "");
}

TEST(Sealing, OpensWithTheSameKeyReadAgain) {
  const SealingKey key = SealingKey::make();

  EXPECT_EQ(SealingKey::from_bytes(key.bytes()).open(key.seal("text", "a"), "a"), "text");
}

TEST(Sealing, ShowsNothingAndNeverTheSameTwice) {
  const SealingKey key = SealingKey::make();
  const std::string first = key.seal("a secret text", ""), second = key.seal("a secret text", "");

  EXPECT_EQ(first.find("secret"), std::string::npos);
  EXPECT_NE(first, second);
}

TEST(Sealing, RefusesAnotherKeyAndAnotherPlace) {
  const SealingKey key = SealingKey::make();
  const std::string sealed = key.seal("text", "run 1");

  EXPECT_EQ(refusal_of(SealingKey::make(), sealed, "run 1"), refused);
  EXPECT_EQ(refusal_of(key, sealed, "run 2"), refused);
}

TEST(Sealing, RefusesAnyBitThatWasTurnedOverAndAnyCut) {
  const SealingKey key = SealingKey::make();
  const std::string sealed = key.seal("text", "");

  for (std::size_t bit = 0; bit < sealed.size() * 8; ++bit) {
    std::string damaged = sealed;
    damaged[bit / 8] = static_cast<char>(damaged[bit / 8] ^ 1 << bit % 8);
    EXPECT_EQ(refusal_of(key, damaged, ""), refused) << bit;
  }
  for (std::size_t length = 0; length < sealed.size(); ++length)
    EXPECT_EQ(refusal_of(key, sealed.substr(0, length), ""), refused) << length;
}

TEST(SealingKey, HasThirtyTwoBytes) {
  EXPECT_EQ(SealingKey::make().bytes().size(), 32U);
  EXPECT_THROW(SealingKey::from_bytes("short"), base::Error);
}

}  // namespace
}  // namespace provisioner::crypto
