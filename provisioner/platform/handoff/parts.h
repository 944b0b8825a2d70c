#pragma once

#include "provisioner/platform/handoff/instance.h"

namespace provisioner::handoff {

// The parts of a bundle that every platform has: files of one folder each, named from the top.
// Classes of volumes and of their snapshots, and the volumes that are there already.
Files storage_files(const Instance& instance);
// Pools of addresses, classes of the ways in, networks beside the pods' own, the names that the
// site's DNS should know, and where the site has what the platform finds there.
Files network_files(const Instance& instance);
// Whether pages of the platform have names, and nobody says to which address these should lead.
bool lacks_address_of_pages(const Instance& instance);
// The site's authority, for whoever checks its certificates, and who signs them in the cluster.
Files tls_files(const Instance& instance);
// The ClusterIssuer that is asked where nobody names one; "" where there is none.
std::string standard_issuer(const Instance& instance);
// Where a service is that somebody else has: "https://files.example.org"; "" where nobody says.
std::string place_of(const Instance& instance, std::string_view component);
// Where images come from, which may run, and who signed them.
Files registry_files(const Instance& instance);
// Namespaces with all that is in them; how people of each role come in.
Files access_files(const Instance& instance);
// Volumes of the database's own nodes, and what qserv-operator is to make on them; none where no
// node is the database's.
Files qserv_files(const Instance& instance);
// How the operator and the database come there, for people; where there are such files.
std::string qserv_step(const Instance& instance);

// A client of the site's OIDC issuer that must be registered there.
struct OidcClient {
  std::string client, of;  // "rsp", "gafaelfawr"
  std::vector<std::string> redirect_urls;
  std::string secret;  // where its secret is kept, never the secret
};
// How people are known: the report on users, and clients of the issuer.
Files identity_files(const Instance& instance, const std::vector<OidcClient>& clients);

}  // namespace provisioner::handoff
