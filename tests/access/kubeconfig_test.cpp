// Files by which people of a role reach the API.

#include "provisioner/platform/access/kubeconfig.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "provisioner/base/value/json.h"

namespace provisioner::access {
namespace {

const ApiPlace place = {
    .instance = "main", .server = "https://api.example.org:8443", .authority = "CA"};
const Role role = {.name = "operators", .may = May::admin, .namespaces = {"portal", "api"}};

TEST(Kubeconfig, OfACertificateIsWhole) {
  EXPECT_EQ(
      value::write_json(certificate_kubeconfig(place, role, "CERT", "KEY")),
      R"({"apiVersion": "v1", "kind": "Config", "clusters": [{"name": "main", "cluster": )"
      R"({"server": "https://api.example.org:8443", "certificate-authority-data": "Q0E="}}], )"
      R"("users": [{"name": "operators@main", "user": {"client-certificate-data": )"
      R"("Q0VSVA==", "client-key-data": "S0VZ"}}], "contexts": [{"name": "operators@main", )"
      R"("context": {"cluster": "main", "user": "operators@main", "namespace": "portal"}}], )"
      R"("current-context": "operators@main"})");
}

TEST(Kubeconfig, ByAnIssuerHasNothingSecret) {
  const std::string text = value::write_json(
      oidc_kubeconfig(place, role, {.url = "https://id.example.org", .client = "kubernetes"}));
  EXPECT_THAT(text,
              testing::HasSubstr(R"("args": ["oidc-login", "get-token", )"
                                 R"("--oidc-issuer-url=https://id.example.org", )"
                                 R"("--oidc-client-id=kubernetes", "--oidc-extra-scope=groups"])"));
  EXPECT_THAT(text, testing::Not(testing::HasSubstr("client-key-data")));
}

TEST(Kubeconfig, AsksTheIssuerForWhatItIsToldTo) {
  const Issuer issuer = {
      .url = "https://cilogon.org", .client = "x", .scopes = {"profile", "org.cilogon.userinfo"}};
  EXPECT_THAT(value::write_json(oidc_kubeconfig(place, role, issuer)),
              testing::HasSubstr(R"("--oidc-client-id=x", "--oidc-extra-scope=profile", )"
                                 R"("--oidc-extra-scope=org.cilogon.userinfo"])"));
}

TEST(Kubeconfig, NamesItsUserAfterWhoAsked) {
  EXPECT_EQ(user_name(role, "alice@ctl1"), "provisioner:operators:alice@ctl1");
  EXPECT_EQ(user_name(role, std::string(100, 'a')).size(), 64U);
}

TEST(Kubeconfig, AsksForAShortLife) {
  const value::Value asked = signing_request("x", 2, "REQUEST");
  EXPECT_EQ(value::write_json(*asked.find("spec")),
            R"({"request": "UkVRVUVTVA==", "signerName": "kubernetes.io/kube-apiserver-client", )"
            R"("expirationSeconds": 7200, "usages": ["client auth"]})");
}

}  // namespace
}  // namespace provisioner::access
