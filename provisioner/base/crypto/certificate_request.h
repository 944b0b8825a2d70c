#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "provisioner/base/base/secret.h"

namespace provisioner::crypto {

// Who a certificate is for: CN and O of its subject (RFC 5280). To Kubernetes a user and its
// groups.
struct CertificateSubject {
  std::string common_name;
  std::vector<std::string> organizations;
  bool operator==(const CertificateSubject&) const = default;
};

// A PKCS#10 request (RFC 2986) as PEM, signed with the key that it is for: one of
// `make_ecdsa_key`. Throws Error(input) for another.
std::string certificate_request(const base::Secret& key, const CertificateSubject& subject);

// What a certificate (the first of a PEM text) says. Throws Error(input) for what is none.
struct ReadCertificate {
  CertificateSubject subject;
  std::chrono::sys_seconds ends;
  bool is_for_key = false;  // it has the public half of the key
};
ReadCertificate read_certificate(std::string_view pem, const base::Secret& key);

}  // namespace provisioner::crypto
