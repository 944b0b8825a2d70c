#pragma once

#include "provisioner/base/base/error.h"
#include "provisioner/base/value/value.h"
#include "provisioner/platform/access/access.h"

namespace provisioner::access {

// From the inventory's `access`; nullptr where it has none, which gives nobody anything:
//
//   access:
//     namespaces:
//       portal: {aspect: portal, pod_security: baseline, quota: {requests.cpu: 40},
//                limits: {default: {memory: 1Gi}, default_request: {cpu: 100m}},
//                flows_from: [ingress, api], flows_to: [outside]}
//     others: [gafaelfawr]                # made by somebody else, named in flows
//     ingress_namespace: site-ingress     # where it is not ours and not the platform's
//     roles:
//       operators: {groups: [lsst-ops], may: admin, in: [portal, "aspect:api"]}
//       viewers: {groups: [lsst-all], may: view, in: all, kubeconfig: certificate, hours: 8}
//
// Flows come from names of namespaces, "pods" (of any namespace), "ingress", "api-server" (which
// calls webhooks), "outside" (whatever is no pod and no API) or a network; they go to the same, but
// to a declared namespace only by what that one says. Keys, names and words that there are not
// become mistakes with the nearest one, as do groups of Kubernetes itself, what is there twice, and
// what the platform must make itself. A quota that pods cannot keep without saying so is a warning.
Access read_access(const value::Value* declaration, Cluster cluster,
                   base::Diagnostics& diagnostics);

// From the inventory's `kubernetes_oidc`: {issuer: https://..., client: NAME, username_claim,
// groups_claim, username_prefix, groups_prefix, scopes}; nullopt where it has none.
std::optional<Issuer> read_issuer(const value::Value* said, base::Diagnostics& diagnostics);

}  // namespace provisioner::access
