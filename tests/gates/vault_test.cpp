#include "provisioner/platform/gates/vault.h"

#include <gtest/gtest.h>

namespace provisioner::gates {
namespace {

Answer fine(const std::string& body) { return {.status = 200, .body = body}; }

VaultAnswers as_it_should() {
  return {.path = "secret/phalanx/base",
          .login = fine(R"({"auth": {"client_token": "hvs.x"}})"),
          .mount = fine(R"({"data": {"type": "kv", "options": {"version": "2"}}})"),
          .listing = fine(R"({"data": {"keys": ["argocd"]}})"),
          .reader_may = fine(R"({"capabilities": ["read"]})"),
          .has_writer = true,
          .writer = fine(R"({"data": {"ttl": 2764800}})"),
          .writer_may = fine(R"({"capabilities": ["create", "read", "update"]})"),
          .secrets = {{"argocd", fine(R"({"data": {"data": {"dex.clientSecret": "s3cret"}}})")}},
          .wanted = {{"argocd", {"dex.clientSecret"}}}};
}

Verdict judged(const VaultAnswers& answers) { return judge_lines({.lines = lines_of(answers)}); }

TEST(VaultGate, PassesWhatPhalanxNeeds) {
  EXPECT_EQ(judged(as_it_should()).result, Result::passed) << judged(as_it_should()).text;
}

TEST(VaultGate, FindsOneThatDoesNotAnswerOrLetIn) {
  VaultAnswers answers = as_it_should();
  answers.login = {.failure = "no connection to 'vault.example.org'"};
  EXPECT_EQ(judged(answers).text, "Vault does not answer: no connection to 'vault.example.org'");
  answers.login = {.status = 400, .body = R"({"errors":["invalid role or secret ID"]})"};
  EXPECT_EQ(judged(answers).text,
            "Vault does not let the cluster's role log in: status 400: {\"errors\":[\"invalid role "
            "or secret ID\"]}");
  answers.login = fine("<html>");
  EXPECT_EQ(judged(answers).text,
            "Vault does not let the cluster's role log in: it gives no token");
}

TEST(VaultGate, FindsAMountOfTheFirstVersion) {
  VaultAnswers answers = as_it_should();
  answers.mount = fine(R"({"data": {"type": "kv", "options": null}})");
  EXPECT_EQ(judged(answers).text,
            "what is mounted at secret/phalanx/base is kv of version 1, and Phalanx reads KV 2 "
            "alone");
}

TEST(VaultGate, FindsRolesThatMayTooLittleOrTooMuch) {
  VaultAnswers answers = as_it_should();
  answers.listing = {.status = 403};
  answers.reader_may = fine(R"({"capabilities": ["read", "update"]})");
  answers.writer_may = fine(R"({"capabilities": ["read"]})");
  const Verdict verdict = judged(answers);
  EXPECT_EQ(verdict.details,
            (std::vector<std::string>{
                "listing: the cluster's role lists nothing below secret/phalanx/base: status 403",
                "the cluster's role: the cluster's role may change secrets below "
                "secret/phalanx/base, and is to read them",
                "write token: the token that writes secrets may not write below "
                "secret/phalanx/base"}));
}

TEST(VaultGate, FindsAWriteTokenThatEnds) {
  VaultAnswers answers = as_it_should();
  answers.writer = fine(R"({"data": {"ttl": 7200}})");
  EXPECT_EQ(judged(answers).text, "the token that writes secrets ends within 2 hours");
  answers.writer = {.status = 403};
  EXPECT_EQ(judged(answers).text, "the token that writes secrets is not valid: status 403");
  answers.has_writer = false;
  EXPECT_EQ(judged(answers).result, Result::not_run);
}

TEST(VaultGate, FindsAPullSecretWithoutTheRegistryOfNotebooks) {
  VaultAnswers answers = as_it_should();
  answers.registries = {"registry.example.org:5000"};
  answers.pull_secret = fine(
      R"({"data": {"data": {".dockerconfigjson": "{\"auths\": {\"registry.example.org:5000\": )"
      R"({\"username\": \"rsp\", \"password\": \"s3cret\"}}}"}}})");
  EXPECT_EQ(judged(answers).result, Result::passed) << judged(answers).text;
  answers.registries.emplace_back("ghcr.io");
  EXPECT_EQ(judged(answers).text, "the secret 'pull-secret' has no name and password for ghcr.io");
  answers.pull_secret = fine(R"({"data": {"data": {".dockerconfigjson": "s3cret"}}})");
  EXPECT_EQ(judged(answers).text,
            "the secret 'pull-secret' has no name and password for registry.example.org:5000, "
            "ghcr.io");
  answers.pull_secret = {.status = 404, .body = R"({"errors":[]})"};
  EXPECT_EQ(judged(answers).text,
            "there is no secret 'pull-secret', without which Nublado's controller does not start: "
            "status 404: {\"errors\":[]}");
}

TEST(VaultGate, FindsSecretsThatPeopleHaveNotGivenAndShowsNone) {
  VaultAnswers answers = as_it_should();
  answers.wanted = {{"argocd", {"dex.clientSecret", "webhook"}}, {"gafaelfawr", {"oidc"}}};
  answers.secrets["gafaelfawr"] = {.status = 404, .body = R"({"errors":[]})"};
  const Verdict verdict = judged(answers);
  EXPECT_EQ(verdict.details,
            (std::vector<std::string>{
                "argocd: the secret 'argocd' lacks webhook",
                "gafaelfawr: there is no secret 'gafaelfawr': status 404: {\"errors\":[]}"}));
  for (const Line& line : lines_of(answers))
    EXPECT_EQ((line.what + line.why + line.hint).find("s3cret"), std::string::npos);
}

}  // namespace
}  // namespace provisioner::gates
