#pragma once

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

#include <memory>
#include <string>

#include "provisioner/base/base/secret.h"

// For this room's own files: what OpenSSL hands out, and must get back.
namespace provisioner::crypto {

struct FreeOpenssl {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
  void operator()(BIO* bio) const { BIO_free(bio); }
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
  void operator()(X509_REQ* request) const { X509_REQ_free(request); }
  void operator()(X509* certificate) const { X509_free(certificate); }
};
template <class Handle>
using Openssl = std::unique_ptr<Handle, FreeOpenssl>;

inline std::string text_in(const Openssl<BIO>& bio) {
  char* begin = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &begin);
  return {begin, static_cast<std::size_t>(size)};
}

// A private key of P-256 as PEM. Throws Error(input) for what is none, or has a password.
Openssl<EVP_PKEY> read_ecdsa_key(const base::Secret& pem);

// Nobody is asked for a password on the terminal: what has one is none for us.
int no_openssl_password(char*, int, int, void*);

}  // namespace provisioner::crypto
