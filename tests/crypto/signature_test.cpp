// Signatures: of one text, by one key, whole.

#include "provisioner/base/crypto/signature.h"

#include <gtest/gtest.h>

#include "provisioner/base/base/error.h"
#include "provisioner/base/base/text.h"

namespace provisioner::crypto {
namespace {

TEST(Signature, HoldsForItsTextAndItsKey) {
  const SigningKey key = SigningKey::make();

  EXPECT_TRUE(is_signed("text", sign("text", key), key.public_key));
  EXPECT_TRUE(is_signed("", sign("", key), key.public_key));
}

TEST(Signature, IsTheOneOfRfc8032) {
  // Section 7.1, test 2. The secret key is the seed and behind it the public key.
  const std::string seed = "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb";
  const std::string open = "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c";
  const SigningKey key{base::unhex(open), base::Secret(base::unhex(seed + open))};

  EXPECT_EQ(base::hex(sign("\x72", key)),
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
            "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00");
  EXPECT_TRUE(is_signed("\x72", sign("\x72", key), base::unhex(open)));
}

TEST(Signature, DoesNotHoldForAnotherTextOrKey) {
  const SigningKey key = SigningKey::make();
  const std::string signature = sign("text", key);

  EXPECT_FALSE(is_signed("texu", signature, key.public_key));
  EXPECT_FALSE(is_signed("text", signature, SigningKey::make().public_key));
}

TEST(Signature, DoesNotHoldWithAnyBitTurnedOver) {
  const SigningKey key = SigningKey::make();
  const std::string signature = sign("text", key);

  for (std::size_t bit = 0; bit < signature.size() * 8; ++bit) {
    std::string damaged = signature;
    damaged[bit / 8] = static_cast<char>(damaged[bit / 8] ^ 1 << bit % 8);
    EXPECT_FALSE(is_signed("text", damaged, key.public_key)) << bit;
  }
}

TEST(Signature, OfAWrongLengthDoesNotHold) {
  const SigningKey key = SigningKey::make();
  const std::string signature = sign("text", key);

  EXPECT_FALSE(is_signed("text", "", key.public_key));
  EXPECT_FALSE(is_signed("text", signature + "a", key.public_key));
  EXPECT_FALSE(is_signed("text", signature.substr(1), key.public_key));
  EXPECT_FALSE(is_signed("text", signature, ""));
  EXPECT_FALSE(is_signed("text", signature, key.public_key + "a"));
}

TEST(Signature, IsNotMadeWithHalfAKey) {
  const SigningKey half{"", base::Secret("only some bytes")};

  try {
    sign("text", half);
    FAIL() << "half a key signed";
  } catch (const base::Error& error) {
    EXPECT_EQ(error.render(), "error: a signing key has 64 bytes");
  }
}

}  // namespace
}  // namespace provisioner::crypto
