// P-5: Phalanx's Vault, as its cluster and its staff see it.

#include "provisioner/front/platform/gates_vault.h"

#include "provisioner/base/base/error.h"
#include "provisioner/base/value/json.h"
#include "provisioner/base/value/read_yaml.h"
#include "provisioner/front/cli/ends_all.h"
#include "provisioner/front/platform/handoff_instance.h"
#include "provisioner/front/platform/outside.h"
#include "provisioner/platform/gates/vault.h"
#include "provisioner/platform/handoff/bundle.h"
#include "provisioner/platform/handoff/standard_names.h"

namespace provisioner::platform {
namespace {

using base::Error;
using base::Kind;
using base::Secret;
using gates::Answer;
using gates::Line;
using value::Dict;
using value::Value;

constexpr std::chrono::milliseconds patience{10'000};

Answer asked(http::Request request, const Secret& token) {
  if (!token.is_empty()) request.headers.emplace_back("X-Vault-Token", std::string(token.reveal()));
  request.deadline = patience;
  return asked_from_outside(request);
}

Dict dict_in(const Value& value, const char* key) {
  const Value* found = value.find(key);
  return found != nullptr && found->is_dict() ? found->dict() : Dict();
}

// What people must give: that which the bundle's template asks for.
void take_wanted(gates::VaultAnswers& answers, const HereContext& at) {
  const std::string& name = at.site.cluster.wish.instance;
  base::Diagnostics diagnostics;
  const handoff::Files files =
      handoff::bundle_files(handed_over(at.words, name, true), diagnostics);
  const auto found = files.find("phalanx/static-secrets.yaml");
  if (found == files.end() || diagnostics.has_errors())
    throw Error(Kind::input, "the bundle of '" + name + "' has no template for Phalanx's secrets")
        .set_hint("provisioner handoff phalanx " + name + " --draft");
  for (const Value& document : value::read_yaml_text(found->second, found->first)) {
    for (const auto& [application, keys] : dict_in(document, "applications"))
      if (keys.is_dict())
        for (const auto& [key, unused] : keys.dict())
          answers.wanted[Dict::key_text(application)].push_back(Dict::key_text(key));
    const Value pull_secret(dict_in(document, "pull-secret"));
    for (const auto& [registry, unused] : dict_in(pull_secret, "registries"))
      answers.registries.push_back(Dict::key_text(registry));
  }
}

std::string asking_capabilities(const std::string& path) {
  return value::write_json(Value(Dict{{"path", path}}));
}

}  // namespace

VaultSession::VaultSession(const GatesSite& site)
    : url_(site.text("phalanx.vault_url")),
      path_(site.text(
          "phalanx.vault_path",
          handoff::standard_vault_path(site.text(
              "phalanx.environment", handoff::standard_environment(site.cluster.wish.instance))))) {
  const std::string role = site.text("phalanx_vault.role_id");
  const Secret secret(site.text("phalanx_vault.secret_id"));
  if (url_.empty() || role.empty() || secret.is_empty())
    throw Error(Kind::input, url_.empty() ? "the inventory names no Vault for Phalanx"
                                          : "the cluster's role in Vault is not known here")
        .set_hint(
            "phalanx.vault_url, and phalanx_vault: {role_id, secret_id, write_token}, sealed");
  while (url_.ends_with('/')) url_.pop_back();
  login_ = asked({.method = http::Method::post,
                  .url = url_ + "/v1/auth/approle/login",
                  .body = value::write_json(
                      Value(Dict{{"role_id", role}, {"secret_id", std::string(secret.reveal())}}))},
                 {});
  token_ = Secret(gates::token_in(login_));
}

VaultSession::~VaultSession() {
  try {
    if (!token_.is_empty()) post("auth/token/revoke-self", "", token_);
  } catch (const Error&) {
    return;  // it ends by itself, as its role has it
  }
}

Answer VaultSession::get(const std::string& path) const { return get(path, token_); }

Answer VaultSession::get(const std::string& path, const Secret& token) const {
  return asked({.url = url_ + "/v1/" + path}, token);
}

Answer VaultSession::post(const std::string& path, const std::string& body,
                          const Secret& token) const {
  return asked({.method = http::Method::post, .url = url_ + "/v1/" + path, .body = body}, token);
}

std::string VaultSession::place(const std::string& of, const std::string& name) const {
  const std::size_t slash = path_.find('/');
  const std::string below = slash == std::string::npos ? "" : path_.substr(slash + 1) + "/";
  return path_.substr(0, slash) + "/" + of + "/" + below + name;
}

std::vector<Line> try_vault(const HereContext& context) {
  const VaultSession vault(context.site);
  gates::VaultAnswers answers{.path = vault.path()};
  answers.login = vault.login();
  if (vault.token().is_empty()) return gates::lines_of(answers);
  take_wanted(answers, context);
  answers.mount = vault.get("sys/internal/ui/mounts/" + vault.path());
  answers.listing = vault.get(vault.place("metadata", "") + "?list=true");
  const std::string capabilities = asking_capabilities(vault.place("data", "provisioner-gates"));
  answers.reader_may = vault.post("sys/capabilities-self", capabilities, vault.token());
  const Secret writer(context.site.text("phalanx_vault.write_token"));
  answers.has_writer = !writer.is_empty();
  if (answers.has_writer) {
    answers.writer = vault.get("auth/token/lookup-self", writer);
    answers.writer_may = vault.post("sys/capabilities-self", capabilities, writer);
  }
  for (const auto& [application, unused] : answers.wanted)
    answers.secrets[application] = vault.get(vault.place("data", application));
  if (!answers.registries.empty())
    answers.pull_secret = vault.get(vault.place("data", "pull-secret"));
  return gates::lines_of(answers);
}

std::string certificate_in_vault(const GatesSite& site) {
  if (site.variable("phalanx_vault") == nullptr) return "";
  try {
    const VaultSession vault(site);
    const Answer said = vault.get(vault.place("data", "ingress-nginx"));
    const Value json = said.is_fine() ? value::read_json(said.body) : Value();
    const Value* data = json.find("data");
    const Value* held = data == nullptr ? nullptr : data->find("data");
    return held == nullptr ? "" : value::text_or(*held, "tls.crt", "");
  } catch (const Error& error) {
    if (cli::ends_all(error)) throw;
    return "";  // P-5 says what is wrong with it
  }
}

}  // namespace provisioner::platform
