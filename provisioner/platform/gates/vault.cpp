// P-5: where Phalanx's secrets come from.

#include "provisioner/platform/gates/vault.h"

#include <algorithm>

#include "provisioner/base/base/error.h"
#include "provisioner/base/base/text.h"
#include "provisioner/base/value/at_path.h"
#include "provisioner/base/value/json.h"

namespace provisioner::gates {
namespace {

using value::Value;

Value json_of(const Answer& answer) {
  try {
    return value::read_json(answer.body);
  } catch (const base::Error&) {
    return {};  // no answer of a Vault
  }
}

// What stands at a path of members; none where there is nothing.
Value at(const Value& value, std::string_view path) {
  const Value* found = value::at_path(value, path);
  return found == nullptr ? Value() : *found;
}

bool has(const Value& list, std::string_view word) {
  return list.is_list() && std::ranges::any_of(list.list(), [&](const Value& one) {
           return one.is_string() && one.text() == word;
         });
}

void judge_mount(const VaultAnswers& answers, std::vector<Line>& lines) {
  const Value said = at(json_of(answers.mount), "data");
  const std::string version = value::text_or(at(said, "options"), "version", "");
  if (!answers.mount.is_fine())
    lines.push_back(wrong("mount",
                          "the cluster's role does not see what is mounted at " + answers.path +
                              ": " + answers.mount.text(),
                          "phalanx/vault/read.hcl of the bundle is the role's policy"));
  else if (value::text_or(said, "type", "") != "kv" || version != "2")
    lines.push_back(wrong("mount",
                          "what is mounted at " + answers.path + " is " +
                              value::text_or(said, "type", "nothing") + " of version " +
                              (version.empty() ? "1" : version) + ", and Phalanx reads KV 2 alone",
                          "vault secrets enable -version=2 -path=... kv"));
  else
    lines.push_back(right("KV of version 2 at " + answers.path));
}

void judge_reader(const VaultAnswers& answers, std::vector<Line>& lines) {
  if (answers.listing.is_fine())
    lines.push_back(right("the cluster's role lists " + answers.path));
  else
    lines.push_back(wrong(
        "listing",
        "the cluster's role lists nothing below " + answers.path + ": " + answers.listing.text(),
        "phalanx/vault/read.hcl of the bundle; phalanx secrets sync"));
  const Value may = at(json_of(answers.reader_may), "capabilities");
  if (!answers.reader_may.is_fine())
    lines.push_back(lacking("Vault does not tell what the cluster's role may do: " +
                            answers.reader_may.text()));
  else if (has(may, "create") || has(may, "update") || has(may, "delete") || has(may, "root"))
    lines.push_back(wrong(
        "the cluster's role",
        "the cluster's role may change secrets below " + answers.path + ", and is to read them",
        "phalanx/vault/read.hcl of the bundle is all that it needs"));
  else
    lines.push_back(right("the cluster's role changes nothing"));
}

void judge_writer(const VaultAnswers& answers, std::vector<Line>& lines) {
  if (!answers.has_writer) {
    lines.push_back(lacking("no token is known here that writes secrets",
                            "phalanx_vault: {write_token: ...}, sealed"));
    return;
  }
  if (!answers.writer.is_fine()) {
    lines.push_back(wrong("write token",
                          "the token that writes secrets is not valid: " + answers.writer.text(),
                          "phalanx vault create-write-token; phalanx_vault.write_token"));
    return;
  }
  constexpr std::int64_t least = std::int64_t{7} * 24 * 3600;  // seconds
  const std::int64_t left = value::integer_or(at(json_of(answers.writer), "data"), "ttl", 0);
  if (left != 0 && left < least)
    lines.push_back(
        wrong("write token",
              "the token that writes secrets ends within " + std::to_string(left / 3600) + " hours",
              "phalanx vault create-write-token"));
  const Value may = at(json_of(answers.writer_may), "capabilities");
  if ((has(may, "create") && has(may, "update")) || has(may, "root"))
    lines.push_back(right("the write token writes"));
  else
    lines.push_back(wrong("write token",
                          "the token that writes secrets may not write below " + answers.path,
                          "phalanx/vault/write.hcl of the bundle is its policy"));
}

void judge_secret(const std::string& application, const Answer& answer,
                  const std::vector<std::string>& keys, std::vector<Line>& lines) {
  const Value held = at(json_of(answer), "data.data");
  std::vector<std::string> missing;
  for (const std::string& key : keys)
    if (value::text_or(held, key, "").empty()) missing.push_back(key);
  if (!answer.is_fine())
    lines.push_back(
        wrong(application, "there is no secret '" + application + "': " + answer.text(),
              "phalanx secrets sync --secrets, of the filled-in template of the bundle"));
  else if (!missing.empty())
    lines.push_back(
        wrong(application, "the secret '" + application + "' lacks " + base::join(missing, ", "),
              "phalanx secrets sync --secrets, of the filled-in template of the bundle"));
  else
    lines.push_back(right("the secret '" + application + "' has all that people give"));
}

// As Phalanx makes it of the registries' names and passwords (lsst-sqre/phalanx,
// src/phalanx/models/secrets.py).
void judge_pull_secret(const VaultAnswers& answers, std::vector<Line>& lines) {
  const char* const hint =
      "registries of 'pull-secret' in the filled-in template of the bundle; phalanx secrets sync "
      "--secrets";
  if (!answers.pull_secret.is_fine()) {
    lines.push_back(wrong("pull-secret",
                          "there is no secret 'pull-secret', without which Nublado's controller "
                          "does not start: " +
                              answers.pull_secret.text(),
                          hint));
    return;
  }
  const Value held = at(json_of(answers.pull_secret), "data.data");
  const Value known = at(json_of({.status = answers.pull_secret.status,
                                  .body = value::text_or(held, ".dockerconfigjson", "")}),
                         "auths");
  std::vector<std::string> missing;
  for (const std::string& registry : answers.registries) {
    const Value* its = known.find(registry);
    if (its == nullptr || value::text_or(*its, "username", "").empty()) missing.push_back(registry);
  }
  if (missing.empty())
    lines.push_back(right("the secret 'pull-secret' has a name for each registry of notebooks"));
  else
    lines.push_back(
        wrong("pull-secret",
              "the secret 'pull-secret' has no name and password for " + base::join(missing, ", "),
              hint));
}

}  // namespace

std::string token_in(const Answer& login) {
  return value::text_or(at(json_of(login), "auth"), "client_token", "");
}

std::vector<Line> lines_of(const VaultAnswers& answers) {
  if (answers.login.status == 0)
    return {wrong("Vault", "Vault does not answer: " + answers.login.failure, "phalanx.vault_url")};
  if (!answers.login.is_fine() || token_in(answers.login).empty())
    return {wrong(
        "login",
        "Vault does not let the cluster's role log in: " +
            (answers.login.is_fine() ? std::string("it gives no token") : answers.login.text()),
        "phalanx vault create-read-approle; phalanx_vault: {role_id, secret_id}")};
  std::vector<Line> lines = {right("the cluster's role logs in")};
  judge_mount(answers, lines);
  judge_reader(answers, lines);
  judge_writer(answers, lines);
  for (const auto& [application, keys] : answers.wanted) {
    const auto found = answers.secrets.find(application);
    judge_secret(application, found == answers.secrets.end() ? Answer{} : found->second, keys,
                 lines);
  }
  if (!answers.registries.empty()) judge_pull_secret(answers, lines);
  return lines;
}

}  // namespace provisioner::gates
