// An issuer of tokens, asked over HTTPS.

#include "provisioner/front/platform/users_issuer.h"

#include "provisioner/base/base/regex.h"
#include "provisioner/base/base/sentence.h"
#include "provisioner/base/base/text.h"
#include "provisioner/base/http/client.h"
#include "provisioner/base/os/files.h"
#include "provisioner/base/value/json.h"
#include "provisioner/platform/users/issuer.h"

namespace provisioner::platform {
namespace {

using base::Error;
using base::Kind;
using value::Value;

constexpr std::chrono::seconds longest_document{15};
constexpr int http_fine = 200, http_unauthorized = 401, http_forbidden = 403;

Value document_at(http::Client& client, const std::string& url) {
  const http::Response answer = client.send({.url = url, .deadline = longest_document});
  if (answer.status != http_fine)
    throw Error(Kind::failed, "it answers " + std::to_string(answer.status) + " for '" + url + "'");
  return value::read_json(answer.body, url);
}

std::vector<std::string> faults_of_keys(http::Client& client, const Value& document) {
  const std::string url = value::text_or(document, "jwks_uri", "");
  if (!url.starts_with("https://")) return {};
  try {
    return users::keys_faults(document_at(client, url));
  } catch (const Error& error) {
    return {"its keys cannot be had: " + base::sentence_of(error)};
  }
}

base::Secret token_in(const std::string& file) {
  const std::string text = os::require_file(file);
  const std::string_view token = base::trim(text);
  // RFC 6750, section 2.1: what a bearer token is made of; all else would be another header.
  static const base::Regex form(R"([A-Za-z0-9._~+/-]+=*\Z)");
  if (!form.match_start(token))
    throw Error(Kind::input, "'" + file + "' holds no access token")
        .set_hint("the token alone, as the issuer gives it");
  return base::Secret(std::string(token));
}

struct TokenFile {
  std::string path;
  base::Secret token;
};

Value claims_of(http::Client& client, const std::string& url, const TokenFile& file) {
  const http::Response answer =
      client.send({.url = url,
                   .headers = {{"Authorization", "Bearer " + std::string(file.token.reveal())},
                               {"Accept", "application/json"}},
                   .deadline = longest_document});
  if (answer.status == http_unauthorized || answer.status == http_forbidden)
    throw Error(Kind::failed, "the issuer refuses the token in '" + file.path + "'")
        .set_hint("it may have ended: get a new one, with the scope 'openid'");
  if (answer.status != http_fine)
    throw Error(Kind::failed,
                "the issuer answers " + std::to_string(answer.status) + " for '" + url + "'");
  return value::read_json(answer.body, url);
}

users::Account account_of(const Value& claims, const users::OidcPlace& place) {
  base::Diagnostics found;
  std::vector<users::Account> accounts =
      users::read_accounts(Value(value::List{claims}), place, found);
  found.throw_if_any();
  if (accounts.empty()) throw Error(Kind::failed, "the issuer has shut that account");
  return std::move(accounts.front());
}

}  // namespace

std::vector<std::string> faults_of_issuer(const users::OidcPlace& place) {
  if (place.issuer.empty()) return {};
  try {
    http::Client client({.ca_file = place.ca_file});
    const Value document = document_at(client, users::discovery_url(place.issuer));
    std::vector<std::string> faults = users::discovery_faults(document, place);
    std::ranges::move(faults_of_keys(client, document), std::back_inserter(faults));
    return faults;
  } catch (const Error& error) {
    return {base::sentence_of(error)};
  }
}

std::vector<users::Account> accounts_of_tokens(const users::OidcPlace& place,
                                               const std::vector<std::string>& files) {
  if (files.empty()) return {};
  if (place.issuer.empty())
    throw Error(Kind::usage, "there is no issuer to ask whose tokens these are")
        .set_hint("identity: {oidc: {issuer: https://...}}");
  std::vector<TokenFile> tokens;
  for (const std::string& file : files) tokens.push_back({file, token_in(file)});
  http::Client client({.ca_file = place.ca_file});
  const Value document = document_at(client, users::discovery_url(place.issuer));
  const std::string url = value::text_or(document, "userinfo_endpoint", "");
  if (!url.starts_with("https://"))
    throw Error(Kind::failed, "the issuer '" + place.issuer +
                                  "' has no 'userinfo_endpoint' that is an https URL: it tells "
                                  "nobody whose token one is");
  std::vector<users::Account> accounts;
  for (const TokenFile& file : tokens)
    accounts.push_back(
        base::while_doing("asking the issuer whose the token in '" + file.path + "' is", {},
                          [&] { return account_of(claims_of(client, url, file), place); }));
  return accounts;
}

}  // namespace provisioner::platform
