#pragma once

#include <string>
#include <string_view>

#include "provisioner/base/value/value.h"
#include "provisioner/platform/access/access.h"

namespace provisioner::access {

// Where an API is, and by whose certificate it is known.
struct ApiPlace {
  std::string instance, server;  // "https://api.example.org:8443"
  std::string authority;         // PEM
};

// A kubeconfig file (kubernetes.io, Config v1) for one role: its context is "ROLE@INSTANCE", in the
// role's first namespace. `certificate` and `key` are PEM; what comes back is as secret as the key.
value::Value certificate_kubeconfig(const ApiPlace& place, const Role& role,
                                    std::string_view certificate, std::string_view key);

// One that has nothing secret in it: who uses it logs in at the issuer, by the plug-in of kubectl
// that is called oidc-login (github.com/int128/kubelogin), which must be there.
value::Value oidc_kubeconfig(const ApiPlace& place, const Role& role, const Issuer& issuer);

// The name of a user who has a role's certificate, for the API's audit log: the role, and who
// asked for it ("alice@ctl1"), as far as a subject's CN has room (64, RFC 5280).
std::string user_name(const Role& role, const std::string& operator_name);

// What the cluster is asked for a client certificate by: a CertificateSigningRequest
// (certificates.k8s.io/v1) for the signer of the API's clients. `request` is PEM; no less than 10
// minutes, which is the API's least.
value::Value signing_request(const std::string& name, int hours, std::string_view request);

}  // namespace provisioner::access
