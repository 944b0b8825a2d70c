// Requests for certificates, and what a certificate says, by OpenSSL.

#include "provisioner/base/crypto/certificate_request.h"

#include <openssl/asn1.h>
#include <openssl/pem.h>

#include <ctime>

#include "provisioner/base/base/error.h"
#include "provisioner/base/crypto/openssl_handles.h"

namespace provisioner::crypto {
namespace {

using base::Error;
using base::Kind;
using Bio = Openssl<BIO>;

void require(bool is_well) {
  if (!is_well) throw Error(Kind::failed, "the crypto library makes no request for a certificate");
}

void add_entry(X509_NAME* name, int what, const std::string& text) {
  require(X509_NAME_add_entry_by_NID(name, what, MBSTRING_UTF8,
                                     reinterpret_cast<const unsigned char*>(text.data()),
                                     static_cast<int>(text.size()), -1, 0) == 1);
}

std::vector<std::string> entries(const X509_NAME* name, int what) {
  std::vector<std::string> texts;
  for (int at = X509_NAME_get_index_by_NID(name, what, -1); at >= 0;
       at = X509_NAME_get_index_by_NID(name, what, at)) {
    unsigned char* text = nullptr;
    const int size =
        ASN1_STRING_to_UTF8(&text, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, at)));
    if (size < 0) throw Error(Kind::input, "a certificate's subject is no text");
    texts.emplace_back(reinterpret_cast<const char*>(text), static_cast<std::size_t>(size));
    OPENSSL_free(text);
  }
  return texts;
}

std::chrono::sys_seconds time_of(const ASN1_TIME* time) {
  std::tm parts{};
  if (ASN1_TIME_to_tm(time, &parts) != 1)
    throw Error(Kind::input, "a certificate's end is no time");
  return std::chrono::sys_seconds(std::chrono::seconds(timegm(&parts)));
}

}  // namespace

std::string certificate_request(const base::Secret& secret, const CertificateSubject& subject) {
  const Openssl<EVP_PKEY> key = read_ecdsa_key(secret);
  const Openssl<X509_REQ> request(X509_REQ_new());
  X509_NAME* name = X509_REQ_get_subject_name(request.get());
  for (const std::string& organization : subject.organizations)
    add_entry(name, NID_organizationName, organization);
  add_entry(name, NID_commonName, subject.common_name);
  require(X509_REQ_set_version(request.get(), X509_REQ_VERSION_1) == 1 &&
          X509_REQ_set_pubkey(request.get(), key.get()) == 1 &&
          X509_REQ_sign(request.get(), key.get(), EVP_sha256()) > 0);
  const Bio bio(BIO_new(BIO_s_mem()));
  require(PEM_write_bio_X509_REQ(bio.get(), request.get()) == 1);
  return text_in(bio);
}

ReadCertificate read_certificate(std::string_view pem, const base::Secret& secret) {
  const Bio bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  const Openssl<X509> certificate(
      PEM_read_bio_X509(bio.get(), nullptr, no_openssl_password, nullptr));
  if (!certificate) throw Error(Kind::input, "this is no certificate as PEM");
  const X509_NAME* name = X509_get_subject_name(certificate.get());
  const std::vector<std::string> common = entries(name, NID_commonName);
  return {.subject = {common.empty() ? "" : common.front(), entries(name, NID_organizationName)},
          .ends = time_of(X509_get0_notAfter(certificate.get())),
          .is_for_key =
              EVP_PKEY_eq(X509_get0_pubkey(certificate.get()), read_ecdsa_key(secret).get()) == 1};
}

}  // namespace provisioner::crypto
