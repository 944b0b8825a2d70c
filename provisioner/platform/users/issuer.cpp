// What an issuer of tokens says of itself.

#include "provisioner/platform/users/issuer.h"

#include <algorithm>

#include "provisioner/base/base/counted.h"

namespace provisioner::users {
namespace {

using value::Value;

constexpr const char* signature = "RS256";

// True where there is no such list: it need not be said then.
bool lists(const Value& document, const char* key, const std::string& word) {
  const Value* list = document.find(key);
  return list == nullptr || !list->is_list() ||
         std::ranges::any_of(
             list->list(), [&](const Value& one) { return one.is_string() && one.text() == word; });
}

bool signs_by_it(const Value& key) {
  return value::text_or(key, "kty", "") == "RSA" && value::text_or(key, "use", "sig") == "sig" &&
         value::text_or(key, "alg", signature) == signature;
}

}  // namespace

std::string discovery_url(const std::string& issuer) {
  const bool has_slash = issuer.ends_with('/');
  return issuer + (has_slash ? "" : "/") + ".well-known/openid-configuration";
}

std::vector<std::string> discovery_faults(const Value& document, const OidcPlace& place) {
  std::vector<std::string> faults;
  const std::string said = value::text_or(document, "issuer", "");
  if (said != place.issuer)
    faults.push_back("it calls itself '" + said + "', so that tokens of '" + place.issuer +
                     "' are refused: the inventory has to name it as it names itself");
  for (const char* key : {"authorization_endpoint", "token_endpoint", "jwks_uri"}) {
    const std::string url = value::text_or(document, key, "");
    if (url.empty())
      faults.push_back("it has no '" + std::string(key) + "': nobody can log in by it");
    else if (!url.starts_with("https://"))
      faults.push_back("its '" + std::string(key) + "' is no https URL: '" + url + "'");
  }
  if (!lists(document, "claims_supported", place.username_claim))
    faults.push_back("it says that its tokens have no claim '" + place.username_claim +
                     "', which should become a user's name");
  if (!lists(document, "id_token_signing_alg_values_supported", signature))
    faults.push_back("it does not sign tokens by " + std::string(signature) +
                     ", and no others are taken: let it");
  return faults;
}

std::vector<std::string> keys_faults(const Value& keys) {
  const Value* all = keys.find("keys");
  if (all == nullptr || !all->is_list())
    return {"its 'jwks_uri' tells no list of keys: nobody can hold a token against one"};
  if (std::ranges::any_of(all->list(), signs_by_it)) return {};
  return {"its 'jwks_uri' has " + base::counted(all->list().size(), "key") +
          ", and none that signs by " + signature + ": no token of it is taken"};
}

}  // namespace provisioner::users
