// Users as an issuer of tokens knows them.

#include "provisioner/platform/users/accounts.h"

#include <algorithm>

namespace provisioner::users {
namespace {

using base::Error;
using base::Kind;
using value::Value;

// Keycloak has other attributes of a user than its own as lists of texts.
const Value* attribute_of(const Value& user, const std::string& claim) {
  const Value* attributes = user.find("attributes");
  const Value* found = attributes == nullptr ? nullptr : attributes->find(claim);
  if (found == nullptr || !found->is_list()) return found;
  return found->list().empty() ? nullptr : &found->list().front();
}

const Value* claim_of(const Value& user, const std::string& claim) {
  const Value* found = user.find(claim);
  if (found == nullptr) found = attribute_of(user, claim);
  if (found == nullptr && claim == "preferred_username") found = user.find("username");
  return found == nullptr || found->is_none() ? nullptr : found;
}

const Value* list_in(const Value& said) {
  if (said.is_list()) return &said;
  const Value* users = said.find("users");
  return users != nullptr && users->is_list() ? users : nullptr;
}

}  // namespace

std::vector<Account> read_accounts(const Value& said, const OidcPlace& place,
                                   base::Diagnostics& diagnostics) {
  const Value* users = list_in(said);
  if (users == nullptr) {
    diagnostics.add(Error(Kind::input,
                          "expected a list of users with their claims, found " +
                              std::string(value::name_of(said.kind())),
                          said.pos())
                        .set_hint("[{\"" + place.username_claim + "\": \"alice\"}, ...]"));
    return {};
  }
  std::vector<Account> accounts;
  for (const Value& user : users->list()) {
    if (!value::boolean_or(user, "enabled", true)) continue;
    const Value* name = claim_of(user, place.username_claim);
    if (name == nullptr) {
      diagnostics.add(
          Error(Kind::input, "a user has no claim '" + place.username_claim + "'", user.pos())
              .set_hint("identity.oidc.username_claim names the one that becomes his name"));
      continue;
    }
    const Value* uid = place.uid_claim.empty() ? nullptr : claim_of(user, place.uid_claim);
    accounts.push_back(
        {.name = value::Dict::key_text(*name),
         .uid = uid == nullptr ? std::nullopt : number_of(value::Dict::key_text(*uid))});
  }
  return accounts;
}

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
  const Value* claims = document.find("claims_supported");
  if (claims != nullptr && claims->is_list()) {
    const auto is_claim = [&](const Value& claim) {
      return claim.is_string() && claim.text() == place.username_claim;
    };
    if (std::ranges::none_of(claims->list(), is_claim))
      faults.push_back("it says that its tokens have no claim '" + place.username_claim +
                       "', which should become a user's name");
  }
  return faults;
}

}  // namespace provisioner::users
