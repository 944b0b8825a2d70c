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
    if (name->is_list() || name->is_dict()) {
      diagnostics.add(Error(Kind::input,
                            "the claim '" + place.username_claim + "' of a user is a text, found " +
                                std::string(value::name_of(name->kind())),
                            name->pos().is_known() ? name->pos() : user.pos()));
      continue;
    }
    const Value* uid = place.uid_claim.empty() ? nullptr : claim_of(user, place.uid_claim);
    accounts.push_back(
        {.name = value::Dict::key_text(*name),
         .uid = uid == nullptr ? std::nullopt : number_of(value::Dict::key_text(*uid))});
  }
  return accounts;
}

void add_account(std::vector<Account>& accounts, Account account) {
  const auto found = std::ranges::find(accounts, account.name, &Account::name);
  if (found == accounts.end()) return accounts.push_back(std::move(account));
  if (account.uid) found->uid = account.uid;
}

}  // namespace provisioner::users
