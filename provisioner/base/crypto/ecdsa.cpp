// Signatures over P-256, by OpenSSL.

#include "provisioner/base/crypto/ecdsa.h"

#include <openssl/ec.h>
#include <openssl/pem.h>

#include "provisioner/base/base/error.h"
#include "provisioner/base/crypto/openssl_handles.h"

namespace provisioner::crypto {
namespace {

using Key = Openssl<EVP_PKEY>;
using Bio = Openssl<BIO>;
using Context = Openssl<EVP_MD_CTX>;

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

void require(bool is_well) {
  if (!is_well) throw base::Error(base::Kind::failed, "the crypto library does not sign");
}

template <class Read>
Key read_key(std::string_view pem, Read read) {
  const Bio bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  Key key(read(bio.get(), nullptr, no_openssl_password, nullptr));
  const bool is_p256 = key && EVP_PKEY_is_a(key.get(), "EC") && EVP_PKEY_get_bits(key.get()) == 256;
  if (!is_p256) throw base::Error(base::Kind::input, "this is no key of P-256 as PEM");
  return key;
}

}  // namespace

int no_openssl_password(char*, int, int, void*) { return -1; }

Key read_ecdsa_key(const base::Secret& pem) {
  return read_key(pem.reveal(), PEM_read_bio_PrivateKey);
}

base::Secret make_ecdsa_key() {
  const Key key(EVP_EC_gen("P-256"));
  const Bio bio(BIO_new(BIO_s_mem()));
  require(key && PEM_write_bio_PKCS8PrivateKey(bio.get(), key.get(), nullptr, nullptr, 0, nullptr,
                                               nullptr) == 1);
  return base::Secret(text_in(bio));
}

std::string ecdsa_public_key(const base::Secret& secret) {
  const Key key = read_ecdsa_key(secret);
  const Bio bio(BIO_new(BIO_s_mem()));
  require(PEM_write_bio_PUBKEY(bio.get(), key.get()) == 1);
  return text_in(bio);
}

std::string ecdsa_sign(std::string_view text, const base::Secret& secret) {
  const Key key = read_ecdsa_key(secret);
  const Context context(EVP_MD_CTX_new());
  std::size_t size = 0;
  require(EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, key.get()) == 1 &&
          EVP_DigestSign(context.get(), nullptr, &size, bytes_of(text), text.size()) == 1);
  std::string signature(size, '\0');
  require(EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()), &size,
                         bytes_of(text), text.size()) == 1);
  signature.resize(size);
  return signature;
}

bool is_ecdsa_signed(std::string_view text, std::string_view signature,
                     std::string_view public_key) {
  const Key key = read_key(public_key, PEM_read_bio_PUBKEY);
  const Context context(EVP_MD_CTX_new());
  require(EVP_DigestVerifyInit(context.get(), nullptr, EVP_sha256(), nullptr, key.get()) == 1);
  return EVP_DigestVerify(context.get(), bytes_of(signature), signature.size(), bytes_of(text),
                          text.size()) == 1;
}

}  // namespace provisioner::crypto
