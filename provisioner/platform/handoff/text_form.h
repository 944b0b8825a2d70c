#pragma once

#include <string>
#include <vector>

#include "provisioner/base/value/strict_dict.h"
#include "provisioner/platform/handoff/instance.h"

namespace provisioner::handoff {

// What a text must be so that whoever is given it takes it: what a rule takes, or one of some
// words.
struct TextForm {
  const char* what;                                   // "'x' is no WHAT", "there is no WHAT 'x'"
  std::string example;                                // how one is written
  bool (*is_one)(const std::string& text) = nullptr;  // of words: what each must be besides
  std::vector<std::string> words = {};                // those that there are; none: any will do
  // Where words are not all that there can be, when another one is right. One that is near to a
  // word is a mistake all the same; of others there is a warning.
  std::string others = {};
};

// At the text's own place, else at that of `otherwise`. A password in a URL is not shown.
void check_form(const TextForm& form, const value::Value& text, const value::Value& otherwise,
                base::Diagnostics& diagnostics);

// Forms that no site changes.
namespace forms {

extern const TextForm ip_address;
extern const TextForm host;             // a name or an address
extern const TextForm service_host;     // one that a Service of Kubernetes can lead to
extern const TextForm url;              // of HTTP
extern const TextForm directory_url;    // of LDAP
extern const TextForm directory_entry;  // "cn=users,dc=example,dc=org"
extern const TextForm database_url;
extern const TextForm s3_place;
extern const TextForm object_name;  // as Kubernetes takes it
extern const TextForm volume_name;  // of a pod
extern const TextForm quantity;     // of Kubernetes
extern const TextForm schedule;     // of cron, as Kubernetes takes it
extern const TextForm chart_version;
extern const TextForm image_tag;
extern const TextForm image_registry;
extern const TextForm image_repository;
extern const TextForm git_revision;
extern const TextForm absolute_path;
extern const TextForm user_name;   // Gafaelfawr's rule
extern const TextForm group_name;  // and its rule for groups
extern const TextForm
    client_id;               // of OAuth, and claims of tokens (RFC 6749 A.1), which may be URLs
extern const TextForm word;  // without blanks and slashes
extern const TextForm path;  // of words
extern const TextForm gen3_frontend;
extern const TextForm gen3_access;
extern const TextForm phalanx_application;

}  // namespace forms

// A class of volumes that the inventory declares, or that somebody else makes.
TextForm class_form(const Instance& instance);
// A mistake where the address that is said behind the key is none that our load balancer gives.
void check_in_pools(value::StrictDict& said, const char* key, const Instance& instance);

}  // namespace provisioner::handoff
