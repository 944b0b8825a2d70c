// From what came in to what was vetted, by two real registries.

#include "provisioner/cluster/registry/vet.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "provisioner/base/base/error.h"
#include "provisioner/base/crypto/digest.h"
#include "provisioner/base/crypto/ecdsa.h"
#include "provisioner/base/os/process.h"
#include "provisioner/base/value/json.h"
#include "provisioner/cluster/registry/bill_of_materials.h"
#include "provisioner/cluster/registry/cosign.h"
#include "provisioner/cluster/registry/withdraw.h"
#include "tests/registry/real_registry.h"
#include "tests/registry/small_files.h"

namespace provisioner::registry {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using value::Dict;
using value::List;
using value::Value;

constexpr const char* manifest_type = "application/vnd.oci.image.manifest.v1+json";
constexpr const char* index_type = "application/vnd.oci.image.index.v1+json";
constexpr const char* dpkg_status =
    "Package: libc6\nStatus: install ok installed\nArchitecture: amd64\nVersion: 2.36-9+deb12u8\n\n"
    "Package: gone\nStatus: deinstall ok config-files\nArchitecture: amd64\nVersion: 1\n";

struct Vet : testing::Test {
  // A layer of these files, by their paths.
  std::string layer(const tests::FileTexts& files) {
    const os::TemporaryDirectory folder;
    tests::write_files(folder.path(), files);
    return os::run_checked(
        {.argv = {"tar", "--create", "--directory", folder.path(), "--file", "-", "."}});
  }
  Value described(const char* type, const std::string& bytes) {
    return Value(Dict{{"mediaType", type},
                      {"digest", "sha256:" + crypto::sha256(bytes)},
                      {"size", static_cast<std::int64_t>(bytes.size())}});
  }
  StoredManifest image(RegistryClient& registry, const std::vector<std::string>& layers,
                       const std::string& user = "1000",
                       const std::string& architecture = "amd64") {
    List unpacked;
    for (const std::string& one : layers) unpacked.emplace_back("sha256:" + crypto::sha256(one));
    return image_of(registry, layers,
                    value::write_json(
                        Value(Dict{{"os", architecture == "unknown" ? "unknown" : "linux"},
                                   {"architecture", architecture},
                                   {"config", Dict{{"User", user}}},
                                   {"rootfs", Dict{{"type", "layers"}, {"diff_ids", unpacked}}}})));
  }
  StoredManifest image_of(RegistryClient& registry, const std::vector<std::string>& layers,
                          const std::string& config,
                          const char* type = "application/vnd.oci.image.layer.v1.tar") {
    List described_layers;
    for (const std::string& one : layers) {
      registry.push_blob_bytes(repository, one);
      described_layers.push_back(described(type, one));
    }
    registry.push_blob_bytes(repository, config);
    const std::string bytes = value::write_json(
        Value(Dict{{"schemaVersion", 2},
                   {"mediaType", manifest_type},
                   {"config", described("application/vnd.oci.image.config.v1+json", config)},
                   {"layers", std::move(described_layers)}}));
    return {crypto::sha256(bytes), manifest_type, bytes};
  }
  StoredManifest index_of(const std::vector<StoredManifest>& manifests,
                          const std::string& architecture = "") {
    List described_manifests;
    for (const StoredManifest& one : manifests) {
      Dict its = described(manifest_type, one.bytes).dict();
      if (!architecture.empty())
        its.set("platform", Dict{{"os", "linux"}, {"architecture", architecture}});
      described_manifests.emplace_back(std::move(its));
    }
    const std::string bytes = value::write_json(Value(
        Dict{{"schemaVersion", 2}, {"mediaType", index_type}, {"manifests", described_manifests}}));
    return {crypto::sha256(bytes), index_type, bytes};
  }
  Candidate pushed(const StoredManifest& manifest, const std::string& tag) {
    incoming.push_manifest(repository, tag, manifest);
    return Candidates(incoming, own, {}).named("team/tool:" + tag).front();
  }
  Vetting vetting(const VettingPolicy& policy = {}) {
    return {.policy = policy,
            .scanner = {},
            .key = key,
            .place = "registry.lab:5000",
            .directory = directory.path() + "/vetting",
            .by = "alice@ctl1",
            .now = [] { return std::chrono::system_clock::time_point{}; }};
  }

  const std::string repository = "incoming/team/tool";
  tests::RegistryServer incoming_server, own_server;
  RegistryClient incoming{incoming_server.access()}, own{own_server.access()};
  os::TemporaryDirectory directory;
  base::Secret key = crypto::make_ecdsa_key();
};

TEST_F(Vet, CopiesAnImageByItsDigestAndSignsIt) {
  const Candidate candidate = pushed(image(incoming, {layer({{"f", "x"}})}), "1");
  const Vetted vetted = vet(candidate, incoming, own, vetting());
  EXPECT_TRUE(vetted.verdict.is_passed());
  EXPECT_EQ(own.digest_of("vetted/team/tool", "1"), candidate.sha256);
  EXPECT_TRUE(
      is_image_signed(own, "vetted/team/tool", candidate.sha256, crypto::ecdsa_public_key(key)));
  EXPECT_EQ(vetted.image.scan, "not scanned");
  ImagesLock lock;
  add_vetted(lock, vetted.image);
  EXPECT_TRUE(is_vetted(candidate, lock, own, crypto::ecdsa_public_key(key)));
}

TEST_F(Vet, SignsOnceByOneKeyAndBesideOthers) {
  const Candidate candidate = pushed(image(incoming, {layer({{"f", "x"}})}), "1");
  vet(candidate, incoming, own, vetting());
  EXPECT_FALSE(sign_image(own, "vetted/team/tool", candidate.sha256, "r/vetted/team/tool", key));
  const base::Secret other = crypto::make_ecdsa_key();
  EXPECT_TRUE(sign_image(own, "vetted/team/tool", candidate.sha256, "r/vetted/team/tool", other));
  for (const base::Secret& one : {key, other})
    EXPECT_TRUE(
        is_image_signed(own, "vetted/team/tool", candidate.sha256, crypto::ecdsa_public_key(one)));
  EXPECT_FALSE(is_image_signed(own, "vetted/team/tool", candidate.sha256,
                               crypto::ecdsa_public_key(crypto::make_ecdsa_key())));
}

TEST_F(Vet, CopiesAllOfAnIndex) {
  const StoredManifest one = image(incoming, {layer({{"a", "1"}})}),
                       two = image(incoming, {layer({{"a", "2"}})});
  for (const StoredManifest& part : {one, two})
    incoming.push_manifest(repository, "sha256:" + part.sha256, part);
  const Candidate candidate = pushed(index_of({one, two}), "1");
  EXPECT_TRUE(vet(candidate, incoming, own, vetting()).verdict.is_passed());
  EXPECT_EQ(own.digest_of("vetted/team/tool", "1"), candidate.sha256);
  for (const StoredManifest& part : {one, two})
    EXPECT_EQ(own.digest_of("vetted/team/tool", "sha256:" + part.sha256), part.sha256);
}

// Stands for trivy: finds something in the image with this digest, where a layout has that alone.
Scanner finding_in(const std::string& folder, const std::string& sha256) {
  const std::string program = folder + "/trivy";
  os::write_file(
      program,
      "#!/bin/sh\n"
      "[ $1 = image ] || { echo '{\"Version\": \"1\", \"VulnerabilityDB\": {\"UpdatedAt\": "
      "\"2026-11-20T00:00:00Z\"}}'; exit; }\n"
      "while [ $1 != --input ]; do shift; done\n"
      "[ $(grep -o sha256: $2/index.json | wc -l) = 1 ] || exit 1\n"
      "[ -e $2/blobs/sha256/$(sed 's/.*sha256:\\([0-9a-f]*\\).*/\\1/' $2/index.json) ] || exit 1\n"
      "found=\n"
      "if grep -q " +
          sha256 +
          " $2/index.json; then found='{\"VulnerabilityID\": \"CVE-2026-1\", "
          "\"PkgName\": \"openssl\", \"InstalledVersion\": \"3.0.1\", \"FixedVersion\": \"3.0.2\", "
          "\"Severity\": \"CRITICAL\"}'; fi\n"
          "echo '{\"SchemaVersion\": 2, \"Results\": [{\"Vulnerabilities\": ['\"$found\"']}]}'\n",
      0755);
  return {Scanner::Kind::trivy, program, ""};
}

TEST_F(Vet, LooksIntoEachPlatformOfAnIndexAndNamesThatWhichStandsAgainstIt) {
  const StoredManifest one = image(incoming, {layer({{"a", "1"}})}),
                       two = image(incoming, {layer({{"a", "2"}})}, "1000", "arm64"),
                       about = image(incoming, {layer({{"a", "3"}})}, "1000", "unknown");
  for (const StoredManifest& part : {one, two, about})
    incoming.push_manifest(repository, "sha256:" + part.sha256, part);
  const Candidate candidate = pushed(index_of({one, two, about}), "1");
  VettingPolicy policy;
  policy.severity = Severity::high;
  Vetting with = vetting(policy);
  with.scanner = finding_in(directory.path(), two.sha256);
  const Vetted vetted = vet(candidate, incoming, own, with);
  ASSERT_EQ(vetted.verdict.objections.size(), 1U);
  EXPECT_EQ(vetted.verdict.objections.front().text,
            "critical: openssl 3.0.1, mended in 3.0.2 (linux/arm64)");
  EXPECT_THAT(own.tags("vetted/team/tool"), IsEmpty());
  with.scanner = finding_in(directory.path(), about.sha256);
  EXPECT_EQ(vet(candidate, incoming, own, with).image.scan, "trivy 1, database of 2026-11-20");
}

TEST_F(Vet, TakesNothingThatANodeWouldRunForAnAttestation) {
  VettingPolicy policy;
  policy.may_be_root = false;
  const StoredManifest nameless = image(incoming, {layer({{"f", "x"}})}, "root", "unknown");
  EXPECT_FALSE(vet(pushed(nameless, "1"), incoming, own, vetting(policy)).verdict.is_passed());
  const Candidate in_index = pushed(index_of({nameless}, "amd64"), "2");
  EXPECT_FALSE(vet(in_index, incoming, own, vetting(policy)).verdict.is_passed());
}

TEST_F(Vet, ChangesNothingWhereAnImageIsRefused) {
  const Candidate candidate = pushed(image(incoming, {layer({{"f", "x"}})}, "root"), "1");
  VettingPolicy policy;
  policy.may_be_root = false;
  const Vetted vetted = vet(candidate, incoming, own, vetting(policy));
  EXPECT_FALSE(vetted.verdict.is_passed());
  EXPECT_THAT(own.tags("vetted/team/tool"), IsEmpty());
}

std::vector<std::string> checks_of(const Vetted& vetted) {
  std::vector<std::string> checks;
  for (const auto& objection : vetted.verdict.objections) checks.push_back(objection.check);
  return checks;
}

TEST_F(Vet, RefusesAnImageWithALayerThatNoNodeCouldUnpack) {
  const std::string fine = layer({{"f", "x"}}),
                    packed = tests::tar_of({{"f", std::string(5000, 'x')}}, {"--gzip"});
  for (const std::string& broken : {std::string("no archive"), packed.substr(0, packed.size() / 2),
                                    fine.substr(0, 700), "\x28\xb5\x2f\xfd" + fine}) {
    const Candidate candidate = pushed(image(incoming, {fine, broken}), "1");
    const Vetted vetted = vet(candidate, incoming, own, vetting());
    EXPECT_THAT(checks_of(vetted), ElementsAre("layers"));
    EXPECT_THAT(vetted.verdict.objections.front().text,
                HasSubstr("layer 2 of 2 (sha256:" + crypto::sha256(broken).substr(0, 12) + ")"));
    EXPECT_THAT(own.tags("vetted/team/tool"), IsEmpty());
  }
}

TEST_F(Vet, RefusesAnImageWhoseLayersAreOfAnotherKind) {
  const std::string fine = layer({{"f", "x"}});
  const std::string config = R"({"os":"linux","architecture":"amd64","rootfs":{"diff_ids":["x"]}})";
  const StoredManifest of_another = image_of(incoming, {fine}, config, "application/octet-stream");
  EXPECT_THAT(checks_of(vet(pushed(of_another, "1"), incoming, own, vetting())),
              ElementsAre("layers"));
}

TEST_F(Vet, RefusesAnImageWhoseConfigurationNoNodeCouldRead) {
  const std::string fine = layer({{"f", "x"}});
  const auto checks_with = [&](const std::string& config) {
    return checks_of(
        vet(pushed(image_of(incoming, {fine}, config), "1"), incoming, own, vetting()));
  };
  EXPECT_THAT(checks_with("null"), ElementsAre("configuration"));
  EXPECT_THAT(checks_with(R"({"rootfs":{"diff_ids":"x"}})"), ElementsAre("configuration"));
  EXPECT_THAT(checks_with(R"({"config":[],"rootfs":{"diff_ids":["x"]}})"),
              ElementsAre("configuration"));
  EXPECT_THAT(checks_with(R"({"rootfs":{"diff_ids":["x","y"]}})"), ElementsAre("layers"));
  EXPECT_THAT(checks_with(R"({"os":"linux","architecture":"amd64"})"), ElementsAre("layers"));
}

// It would fail there, and nothing that stands against the image would be told.
TEST_F(Vet, ScansNoImageThatCannotBeRead) {
  const Candidate candidate = pushed(image(incoming, {"no archive"}), "1");
  Vetting with = vetting();
  with.scanner = Scanner{Scanner::Kind::trivy, directory.path() + "/none/trivy", ""};
  EXPECT_THAT(checks_of(vet(candidate, incoming, own, with)), ElementsAre("layers"));
  with.policy.waivers = {
      {.name = "layers", .image = "*", .reason = "why", .expires = "2027-01-31"}};
  EXPECT_THROW(vet(candidate, incoming, own, with), base::Error);
}

TEST_F(Vet, TakesAnImageWithABrokenLayerThatIsWaived) {
  const Candidate candidate = pushed(image(incoming, {"no archive"}), "1");
  VettingPolicy policy;
  policy.waivers = {{.name = "layers", .image = "*", .reason = "why", .expires = "2027-01-31"}};
  EXPECT_EQ(vet(candidate, incoming, own, vetting(policy)).image.verdict, "passed with waivers");
}

// What BuildKit lays beside an image: no node runs it, and its layers are no archives.
TEST_F(Vet, AsksNothingOfLayersOfAnAttestation) {
  const StoredManifest one = image(incoming, {layer({{"a", "1"}})}),
                       about = image_of(incoming, {"{}"}, "{}", "application/vnd.in-toto+json");
  for (const StoredManifest& part : {one, about})
    incoming.push_manifest(repository, "sha256:" + part.sha256, part);
  const Candidate candidate = pushed(index_of({one, about}), "1");
  EXPECT_TRUE(vet(candidate, incoming, own, vetting()).verdict.is_passed());
}

TEST_F(Vet, PutsAListOfPackagesBesideIt) {
  const Candidate candidate =
      pushed(image(incoming, {layer({{"var/lib/dpkg/status", "Package: old\nVersion: 1\n"},
                                     {"usr/lib/os-release", "ID=debian\nVERSION_ID=\"12\"\n"}}),
                              layer({{"var/lib/dpkg/status", dpkg_status}})}),
             "1");
  vet(candidate, incoming, own, vetting());
  const auto stored = own.manifest("vetted/team/tool", "sha256-" + candidate.sha256 + ".sbom");
  ASSERT_TRUE(stored.has_value());
  const Value read = value::read_json(stored->bytes);
  const std::string digest = value::text_or(read.find("layers")->list().front(), "digest", "");
  own.fetch_blob("vetted/team/tool", digest.substr(7), directory.path() + "/bill");
  const std::string bill = os::require_file(directory.path() + "/bill");
  EXPECT_THAT(bill, HasSubstr("pkg:deb/debian/libc6@2.36-9%2bdeb12u8?arch=amd64"));
  EXPECT_THAT(bill, HasSubstr(R"("provisioner:complete","value":"true")"));
  EXPECT_THAT(bill, testing::Not(HasSubstr("gone")));
  EXPECT_THAT(bill, testing::Not(HasSubstr("/old@")));
}

TEST_F(Vet, SeesNoPackagesThatAnUpperLayerRemoves) {
  const Candidate candidate = pushed(image(incoming, {layer({{"var/lib/dpkg/status", dpkg_status}}),
                                                      layer({{"var/lib/.wh.dpkg", ""}})}),
                                     "1");
  const os::TemporaryDirectory place;
  const PulledImage pulled = pull_image(incoming, repository, "1", place.path());
  EXPECT_THAT(bill_of(pulled, pulled.parts.front()).packages, IsEmpty());
}

TEST_F(Vet, SaysWhereALayerIsNoArchive) {
  pushed(image(incoming, {layer({{"var/lib/dpkg/status", dpkg_status}}), "no archive"}), "1");
  const os::TemporaryDirectory place;
  const PulledImage pulled = pull_image(incoming, repository, "1", place.path());
  const BillOfMaterials bill = bill_of(pulled, pulled.parts.front());
  EXPECT_TRUE(bill.has_unread);
  EXPECT_EQ(bill.packages.size(), 1U);
  EXPECT_THAT(write_cyclonedx(bill, "tool", "0"),
              HasSubstr(R"("provisioner:complete","value":"false")"));
}

TEST_F(Vet, FollowsNoLinkOutOfALayer) {
  const os::TemporaryDirectory folder;
  os::make_directories(folder.path() + "/var/lib/dpkg");
  ASSERT_EQ(::symlink("/etc/passwd", (folder.path() + "/var/lib/dpkg/status").c_str()), 0);
  const std::string archive = os::run_checked(
      {.argv = {"tar", "--create", "--directory", folder.path(), "--file", "-", "."}});
  pushed(image(incoming, {archive}), "1");
  const os::TemporaryDirectory place;
  const PulledImage pulled = pull_image(incoming, repository, "1", place.path());
  EXPECT_THAT(bill_of(pulled, pulled.parts.front()).packages, IsEmpty());
}

TEST_F(Vet, TakesWholeFamiliesOfTags) {
  const StoredManifest manifest = image(incoming, {layer({{"f", "x"}})});
  for (const char* tag : {"w_2026_47", "w_2026_48", "d_2026_11_28", "exp_1", "r29_0_0"})
    pushed(manifest, tag);
  Candidates candidates(incoming, own, read_families({}));
  std::vector<std::string> tags;
  for (const Candidate& one : candidates.named("team/tool:weeklies")) tags.push_back(one.tag);
  EXPECT_THAT(tags, ElementsAre("w_2026_47", "w_2026_48"));
  EXPECT_EQ(candidates.named("incoming/team/tool:[rd]*").size(), 2U);
  EXPECT_THROW(candidates.named("team/tool:x_*"), base::Error);
  EXPECT_THROW(candidates.named("team/tool:none"), base::Error);
}

TEST_F(Vet, WithdrawsADemotedIndexAndLeavesWhatOthersShare) {
  const StoredManifest shared = image(incoming, {layer({{"a", "1"}})}),
                       alone = image(incoming, {layer({{"a", "2"}})});
  for (const StoredManifest& part : {shared, alone})
    incoming.push_manifest(repository, "sha256:" + part.sha256, part);
  const Candidate stays = pushed(shared, "stays"), goes = pushed(index_of({shared, alone}), "goes");
  ImagesLock lock;
  for (const Candidate& one : {stays, goes})
    add_vetted(lock, vet(one, incoming, own, vetting()).image);
  const DemotedImage demoted{"team/tool", goes.sha256, "why", "bob", "now"};
  demote(lock, demoted);
  withdraw(own, demoted, lock);
  withdraw(own, demoted, lock);
  EXPECT_EQ(own.digest_of("vetted/team/tool", "goes"), std::nullopt);
  EXPECT_EQ(own.digest_of("vetted/team/tool", "sha256:" + alone.sha256), std::nullopt);
  EXPECT_EQ(own.digest_of("vetted/team/tool", "stays"), shared.sha256);
}

TEST_F(Vet, TakesNoImageWhoseBlobIsDamaged) {
  const std::string bytes = layer({{"f", "x"}});
  const Candidate candidate = pushed(image(incoming, {bytes}), "1");
  incoming_server.damage(crypto::sha256(bytes));
  EXPECT_THROW(vet(candidate, incoming, own, vetting()), base::Error);
  EXPECT_THAT(own.tags("vetted/team/tool"), IsEmpty());
}

}  // namespace
}  // namespace provisioner::registry
