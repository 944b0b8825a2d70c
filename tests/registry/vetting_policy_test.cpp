#include "provisioner/cluster/registry/vetting_policy.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "provisioner/base/value/read_yaml.h"

namespace provisioner::registry {
namespace {

using std::chrono::system_clock;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

// 2026-11-29, at noon.
const system_clock::time_point now{std::chrono::seconds(1795953600)};

VettingPolicy policy_of(const std::string& text) {
  base::Diagnostics diagnostics;
  const auto source = base::register_source("<policy>", text);
  VettingPolicy policy = read_vetting_policy(value::read_yaml(source, diagnostics), diagnostics);
  EXPECT_FALSE(diagnostics.has_errors()) << diagnostics.render();
  return policy;
}

std::string mistakes_in(const std::string& text) {
  base::Diagnostics diagnostics;
  const auto source = base::register_source("<policy>", text);
  read_vetting_policy(value::read_yaml(source, diagnostics), diagnostics);
  return diagnostics.render();
}

PulledImage image_with(const ImageFacts& facts, std::uint64_t size = 0) {
  PulledImage image;
  ImagePart part{.sha256 = "", .manifest = {}, .facts = facts};
  part.manifest.config.size = size;
  image.parts.push_back(part);
  return image;
}

std::vector<std::string> checks_of(const Verdict& verdict) {
  std::vector<std::string> checks;
  for (const Verdict::Objection& objection : verdict.objections) checks.push_back(objection.check);
  return checks;
}

Verdict judged(const std::string& policy, const PulledImage& image,
               const std::optional<Scan>& scan = {}) {
  Examined examined{.broken_layers = {}, .scan = scan};
  for (const ImagePart& part : image.parts) examined.broken_layers[part.sha256] = {};
  return judge(policy_of(policy), "team/tool", image, examined, now);
}

const ImageFacts good{
    .platform = "linux/amd64",
    .user = "1000",
    .created = "2026-11-01T00:00:00Z",
    .labels = {{"org.opencontainers.image.base.name", "docker.io/library/debian:12"},
               {"owner", "team"}},
    .layers = {}};

TEST(VettingPolicy, AsksForNothingThatIsNotSaid) {
  EXPECT_TRUE(judged("{}", image_with({})).is_passed());
}

TEST(VettingPolicy, LooksAtUserBaseLabelsSizeAndAge) {
  const std::string policy =
      "{may_be_root: false, bases: ['docker.io/library/debian:*'], labels: [owner], "
      "largest_mib: 10, most_days: 90}";
  EXPECT_THAT(checks_of(judged(policy, image_with(good))), IsEmpty());
  EXPECT_THAT(checks_of(judged(policy, image_with({.platform = "linux/amd64",
                                                   .user = "root:root",
                                                   .created = "2026-01-01T00:00:00Z",
                                                   .labels = {},
                                                   .layers = {}},
                                                  11 << 20))),
              ElementsAre("user", "labels", "base", "size", "age"));
}

TEST(VettingPolicy, TakesAUserByNumberOrNoneAtAllForRoot) {
  for (const char* user : {"", "0", "0:0", "root", "root:root"}) {
    ImageFacts facts = good;
    facts.user = user;
    EXPECT_THAT(checks_of(judged("{may_be_root: false}", image_with(facts))), ElementsAre("user"))
        << user;
  }
}

// A layer that is fine, and one that is none.
PulledImage image_with_a_broken_layer() {
  PulledImage image = image_with(good);
  ImagePart& part = image.parts.front();
  const std::string type = "application/vnd.oci.image.layer.v1.tar";
  part.manifest.layers = {{std::string(64, '0'), type, 1}, {std::string(64, '1'), type, 1}};
  part.facts.layers = {"sha256:2", "sha256:3"};
  return image;
}

Verdict verdict_on_a_broken_layer(const std::string& policy) {
  const Examined examined{.broken_layers = {{"", {{.number = 2, .last_entry = {}}}}}};
  return judge(policy_of(policy), "team/tool", image_with_a_broken_layer(), examined, now);
}

TEST(VettingPolicy, LetsNoImagePassThatNoNodeCouldUnpack) {
  const Verdict verdict = verdict_on_a_broken_layer("{}");
  ASSERT_THAT(verdict.objections, SizeIs(1));
  EXPECT_EQ(verdict.objections.front().check, "layers");
  EXPECT_EQ(verdict.objections.front().text,
            "layer 2 of 2 (sha256:111111111111) cannot be read: it is no tar archive, plain or "
            "packed by gzip or zstd, or is damaged from its beginning on (linux/amd64)");
  EXPECT_TRUE(verdict.has("layers"));
  EXPECT_FALSE(verdict.has("configuration"));
}

TEST(VettingPolicy, LivesWithABrokenLayerThatIsWaived) {
  const Verdict verdict =
      verdict_on_a_broken_layer("{waivers: [{name: layers, reason: why, expires: 2026-11-30}]}");
  EXPECT_TRUE(verdict.is_passed());
  EXPECT_FALSE(verdict.has("layers"));
  EXPECT_THAT(verdict.waived, ElementsAre("layers: why, until 2026-11-30"));
}

TEST(VettingPolicy, LetsNoImagePassWhoseConfigurationNoNodeCouldRead) {
  ImageFacts facts = good;
  facts.mistake = "'config.Cmd' is a list of strings, found a string";
  const Verdict verdict = judged("{}", image_with(facts));
  ASSERT_THAT(verdict.objections, SizeIs(1));
  EXPECT_EQ(verdict.objections.front().check, "configuration");
  EXPECT_EQ(verdict.objections.front().text,
            "its configuration cannot be read: 'config.Cmd' is a list of strings, found a string "
            "(linux/amd64)");
}

TEST(VettingPolicy, TakesNoTextForTheTimeWhenAnImageWasMade) {
  for (const char* created : {"yesterday", "9999999-99-99T00:00:00Z", "9999-12-31T00:00:00Z", ""}) {
    ImageFacts facts = good;
    facts.created = created;
    EXPECT_THAT(checks_of(judged("{most_days: 90}", image_with(facts))), ElementsAre("age"))
        << created;
    EXPECT_TRUE(judged("{}", image_with(facts)).is_passed()) << created;
  }
}

TEST(VettingPolicy, NeverTakesAnUnscannedImageForACleanOne) {
  EXPECT_THAT(checks_of(judged("{must_be_scanned: true}", image_with(good))), ElementsAre("scan"));
}

Scan scan_with(Severity severity, const std::string& fixed) {
  return {.scanner = "trivy 0.58.1",
          .database = "2026-11-20T00:00:00Z",
          .findings = {{.name = "CVE-2026-1",
                        .severity = severity,
                        .package = "openssl",
                        .version = "3.0.1",
                        .fixed = fixed}}};
}

TEST(VettingPolicy, CountsFindingsFromASeverityOn) {
  const std::string policy = "{severity: high}";
  EXPECT_TRUE(judged(policy, image_with(good), scan_with(Severity::medium, "")).is_passed());
  EXPECT_THAT(checks_of(judged(policy, image_with(good), scan_with(Severity::high, ""))),
              ElementsAre("CVE-2026-1"));
  EXPECT_THAT(checks_of(judged(policy, image_with(good), scan_with(Severity::unknown, ""))),
              ElementsAre("CVE-2026-1"));
}

TEST(VettingPolicy, MayLetPassWhatNobodyHasMended) {
  const std::string policy = "{severity: high, counts_unfixed: false}";
  EXPECT_TRUE(judged(policy, image_with(good), scan_with(Severity::critical, "")).is_passed());
  EXPECT_FALSE(
      judged(policy, image_with(good), scan_with(Severity::critical, "3.0.2")).is_passed());
}

TEST(VettingPolicy, AsksForAFreshDatabase) {
  EXPECT_THAT(
      checks_of(judged("{most_database_days: 5}", image_with(good), scan_with(Severity::low, ""))),
      ElementsAre("database"));
}

TEST(VettingPolicy, LivesWithWhatIsWaivedUntilItsDay) {
  const std::string waiver =
      "{severity: high, waivers: [{name: CVE-2026-1, image: 'team/*', reason: not reached, "
      "expires: 2026-11-29}]}";
  const Verdict verdict = judged(waiver, image_with(good), scan_with(Severity::high, ""));
  EXPECT_TRUE(verdict.is_passed());
  EXPECT_THAT(verdict.waived, ElementsAre("CVE-2026-1: not reached, until 2026-11-29"));
}

TEST(VettingPolicy, DoesNotCountAWaiverThatRanOutOrIsForAnother) {
  const Verdict late =
      judged("{severity: high, waivers: [{name: CVE-2026-1, reason: why, expires: 2026-11-28}]}",
             image_with(good), scan_with(Severity::high, ""));
  EXPECT_FALSE(late.is_passed());
  EXPECT_THAT(late.remarks, SizeIs(1));
  EXPECT_FALSE(judged("{severity: high, waivers: [{name: CVE-2026-1, image: 'other/*', reason: "
                      "why, expires: 2027-01-01}]}",
                      image_with(good), scan_with(Severity::high, ""))
                   .is_passed());
}

TEST(VettingPolicy, TakesNoWaiverWithoutAnEnd) {
  for (const char* day : {"zzzz-zz-zz", "2027-02-30", "2027-1-1"})
    EXPECT_THAT(mistakes_in("waivers: [{name: CVE-1, reason: why, expires: \"" + std::string(day) +
                            "\"}]\n"),
                HasSubstr("a day in 'expires', like 2027-01-31"))
        << day;
}

TEST(VettingPolicy, TellsAllMistakes) {
  const std::string text =
      mistakes_in("largest_mib: many\nseverity: bad\nwaivers:\n  - {name: CVE-1}\nlabel: [x]\n");
  EXPECT_THAT(text, HasSubstr("<policy>:1:14"));
  EXPECT_THAT(text, HasSubstr("'severity' is negligible, low, medium, high or critical"));
  EXPECT_THAT(text, HasSubstr("a waiver has a name, a reason, and a day"));
  EXPECT_THAT(text, HasSubstr("'labels'"));
}

}  // namespace
}  // namespace provisioner::registry
