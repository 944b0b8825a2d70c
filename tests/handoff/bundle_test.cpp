// All of a bundle, and whether one is whole.

#include "provisioner/platform/handoff/bundle.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "provisioner/base/base/text.h"
#include "provisioner/base/crypto/ecdsa.h"
#include "provisioner/base/value/json.h"
#include "provisioner/platform/handoff/object.h"
#include "sites.h"

namespace provisioner::handoff {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using value::Dict;
using value::List;
using value::Value;

Files bundle_of(const Instance& instance) {
  base::Diagnostics diagnostics;
  const Files files = bundle_files(instance, diagnostics);
  EXPECT_EQ(mistakes_in(diagnostics), "");
  return files;
}

class SignedBundle : public testing::Test {
 protected:
  SignedBundle() : files_(bundle_of(instance_with("gen3", gen3_variables))) { sign(); }
  void sign() {
    files_[signature_file] =
        base::base64_encode(crypto::ecdsa_sign(files_.at(checksums_file), key_)) + "\n";
  }
  std::vector<std::string> faults() const {
    return faults_of(files_, crypto::ecdsa_public_key(key_));
  }

  base::Secret key_ = crypto::make_ecdsa_key();
  Files files_;
};

TEST(Bundle, IsTheSameBytesTwice) {
  for (const auto& [platform, variables] :
       {std::pair{"gen3", gen3_variables}, std::pair{"phalanx", phalanx_variables}})
    EXPECT_EQ(bundle_of(instance_with(platform, variables)),
              bundle_of(instance_with(platform, variables)));
}

TEST(Bundle, ListsEachFileAndWhatIsAppliedInWhichOrder) {
  const Files files = bundle_of(instance_with("gen3", gen3_variables));
  const Value summary = summary_of(files);
  EXPECT_EQ(summary.find("files")->list().size(), files.size() - 2);
  EXPECT_THAT(manifests_of(files),
              ElementsAre("gen3/namespace.yaml", "storage/classes.yaml", "storage/volumes.yaml",
                          "network/pools.yaml", "network/ingress-class.yaml"));
  EXPECT_THAT(files.at("README.md"), HasSubstr("kubectl apply -f storage/classes.yaml"));
}

TEST(Bundle, OfPhalanxHasNothingThatPhalanxBrings) {
  const Files files = bundle_of(instance_with("phalanx", phalanx_variables));
  EXPECT_FALSE(files.contains("network/ingress-class.yaml"));
  EXPECT_FALSE(files.contains("network/pools.yaml"));
  EXPECT_THAT(files.at("network/dns.zone"), HasSubstr("rsp.example.org. 3600 IN A 192.0.2.10"));
}

TEST(Bundle, SaysThatItIsADraft) {
  Instance instance = instance_with("plain", "instance_domain: x.example.org\n");
  instance.is_draft = true;
  const Files files = bundle_of(instance);
  EXPECT_TRUE(value::boolean_or(summary_of(files), "draft", false));
  EXPECT_THAT(files.at("README.md"), HasSubstr("**This is a draft"));
}

TEST(Bundle, TellsHowTheGatesCameOut) {
  Instance instance = instance_with("plain", "instance_domain: x.example.org\n");
  instance.gates = gates::read_proof(value::read_json(
      R"({"instance": "main", "finished": "2026-11-28T17:00:00Z", "passed": true, "whole": true,
          "waivers": [{"gate": "C-11", "name": "amara", "reason": "no store", "until": "2026-12-31"}],
          "gates": [{"id": "C-3", "name": "pods", "result": "passed", "text": "all"},
                    {"id": "C-11", "name": "logs", "result": "not run", "text": "no\u001b[2J store"}]})",
      "gates.json"));
  const Files files = bundle_of(instance);
  EXPECT_THAT(files.at("README.md"),
              HasSubstr("1 of 2 gates passed, on 2026-11-28T17:00:00Z.\n\n"
                        "- C-11 logs: not run: no\\x1b[2J store\n\n"
                        "- C-11 is waived by amara until 2026-12-31: no store\n"));
  const Value summary = summary_of(files);
  const Value* gates = summary.find("gates");
  ASSERT_NE(gates, nullptr);
  EXPECT_EQ(value::text_or(*gates, "finished", ""), "2026-11-28T17:00:00Z");
}

TEST(Bundle, HasAFileForEachKindOfWhatAccessIsMadeOf) {
  Instance instance = instance_with("plain", "instance_domain: x.example.org\n");
  for (const char* kind :
       {"Namespace", "ResourceQuota", "RoleBinding", "NetworkPolicy", "ConfigMap"})
    instance.access_objects.emplace_back(object("v1", kind, {{"name", "x"}}));
  const Files files = bundle_of(instance);
  EXPECT_THAT(manifests_of(files),
              ElementsAre("namespaces/namespaces.yaml", "namespaces/bindings.yaml",
                          "namespaces/flows.yaml", "namespaces/limits.yaml",
                          "namespaces/others.yaml", "network/ingress-class.yaml"));
}

TEST(Bundle, LetsPeopleOfTheIssuerInByAFileWithoutAKey) {
  Instance instance = instance_with("plain", "instance_domain: x.example.org\n");
  instance.roles = {{"viewers", Value(Dict{{"kind", "Config"}})}, {"operators"}};
  const Files files = bundle_of(instance);
  EXPECT_EQ(files.at("kubeconfig/viewers.yaml"),
            "# For people of the role 'viewers', who log in at the site's issuer.\nkind: Config\n");
  EXPECT_FALSE(files.contains("kubeconfig/operators.yaml"));
  EXPECT_THAT(files.at("kubeconfig/README.md"),
              HasSubstr("provisioner access kubeconfig main operators --out FILE"));
}

TEST(Bundle, HasTheDatabasesOwnFolders) {
  Instance instance =
      instance_with("plain", "storage_classes: [{name: disk, kind: local, default: true}]\n");
  instance.nodes.push_back(
      {.name = "n18",
       .labels = {{"tier", "worker"}},
       .taints = {Value("key=qserv:NoSchedule")},
       .local_volumes = {Value(Dict{{"class", "disk"}, {"path", "/srv/qserv"}, {"size", "1Ti"}})}});
  const Files files = bundle_of(instance);
  EXPECT_THAT(files.at("qserv/volumes.yaml"), HasSubstr("metadata: {name: disk-n18-srv-qserv}"));
  EXPECT_THAT(files.at("qserv/qserv.yaml"), HasSubstr("replicas: 1"));
  EXPECT_THAT(files.at("qserv/qserv.yaml"),
              HasSubstr("{key: key, operator: Equal, value: qserv, effect: NoSchedule}"));
  EXPECT_FALSE(files.contains("storage/volumes.yaml"));
  EXPECT_THAT(files.at("qserv/kustomization.yaml"),
              HasSubstr("\nnamespace: qserv\nresources:\n"
                        "  - \"https://github.com/lsst/qserv-operator/manifests/base?ref="
                        "7b1bbd2fb97562f9aafa4d3d15724a3f66fe78c7\"\n"));
}

TEST_F(SignedBundle, IsWhole) { EXPECT_THAT(faults(), IsEmpty()); }

TEST_F(SignedBundle, NamesWhatWasChangedRemovedAndAdded) {
  files_["gen3/values.yaml"] += "x";
  files_.erase("storage/classes.yaml");
  files_["evil.sh"] = "x";
  EXPECT_THAT(faults(), ElementsAre("'gen3/values.yaml' was changed",
                                    "'storage/classes.yaml' is missing", "'evil.sh' was added"));
}

TEST_F(SignedBundle, IsNotItsOwnWitness) {
  files_["gen3/values.yaml"] += "x";
  files_[checksums_file] = checksums_of(files_);
  EXPECT_THAT(faults(),
              ElementsAre("'checksums' was not signed by this key, or was changed since"));
}

TEST_F(SignedBundle, OfAnotherKeyIsNotOurs) {
  const auto found = faults_of(files_, crypto::ecdsa_public_key(crypto::make_ecdsa_key()));
  EXPECT_THAT(found, ElementsAre("'checksums' was not signed by this key, or was changed since"));
}

TEST_F(SignedBundle, IsIncompleteThoughItWasSignedSo) {
  files_.erase("storage/classes.yaml");
  files_[checksums_file] = checksums_of(files_);
  sign();
  EXPECT_THAT(faults(),
              ElementsAre("'storage/classes.yaml' belongs to the bundle, and 'checksums' does "
                          "not name it"));
}

TEST_F(SignedBundle, WithoutItsListsSaysSo) {
  files_.erase(signature_file);
  files_.erase(summary_file);
  EXPECT_THAT(faults(), ElementsAre("'checksums.sig' is missing", "'handoff.json' is missing"));
  files_.erase(checksums_file);
  EXPECT_THAT(faults(), Contains("'checksums' is missing"));
}

TEST_F(SignedBundle, WithASignatureThatIsNoneSaysSo) {
  files_[signature_file] = "%%%";
  EXPECT_THAT(faults(),
              ElementsAre("'checksums' was not signed by this key, or was changed since"));
}

}  // namespace
}  // namespace provisioner::handoff
