// What trivy and grype say, in the form of their reports; the programs themselves are doubles here.

#include "provisioner/cluster/registry/scan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "provisioner/base/base/error.h"
#include "provisioner/base/base/text.h"
#include "provisioner/base/os/files.h"
#include "provisioner/base/value/read_yaml.h"

namespace provisioner::registry {
namespace {

using testing::HasSubstr;
using testing::SizeIs;

constexpr const char* trivy_version = R"json({"Version": "0.58.1",
  "VulnerabilityDB": {"Version": 2, "UpdatedAt": "2026-11-20T06:00:00Z"}})json";
constexpr const char* trivy_report = R"json({"SchemaVersion": 2, "Results": [
  {"Target": "x (debian 12)", "Vulnerabilities": [
    {"VulnerabilityID": "CVE-2026-2", "PkgName": "zlib1g", "InstalledVersion": "1",
     "Severity": "LOW"},
    {"VulnerabilityID": "CVE-2026-1", "PkgName": "openssl", "InstalledVersion": "3.0.1",
     "FixedVersion": "3.0.2", "Severity": "CRITICAL"}]},
  {"Target": "nothing in it"}]})json";
constexpr const char* grype_report = R"json({"matches": [
  {"vulnerability": {"id": "CVE-2026-1", "severity": "High",
                     "fix": {"versions": ["3.0.2"], "state": "fixed"}},
   "artifact": {"name": "openssl", "version": "3.0.1"}}],
  "descriptor": {"name": "grype", "version": "0.86.1",
                 "db": {"built": "2026-11-20T06:00:00Z"}}})json";

TEST(Trivy, TellsFindingsWorstFirst) {
  const Scan scan = read_trivy(trivy_report, trivy_version);
  EXPECT_EQ(scan.text(), "trivy 0.58.1, database of 2026-11-20");
  ASSERT_THAT(scan.findings, SizeIs(2));
  EXPECT_EQ(scan.findings[0].name, "CVE-2026-1");
  EXPECT_EQ(scan.findings[0].severity, Severity::critical);
  EXPECT_EQ(scan.findings[0].fixed, "3.0.2");
}

TEST(Grype, TellsFindingsAndItsDatabase) {
  const Scan scan = read_grype(grype_report);
  EXPECT_EQ(scan.text(), "grype 0.86.1, database of 2026-11-20");
  ASSERT_THAT(scan.findings, SizeIs(1));
  EXPECT_EQ(scan.findings[0].severity, Severity::high);
}

TEST(Scans, OfPlatformsAreJoinedAndTellWhichHasWhat) {
  const Scan::Finding both{
      .name = "CVE-1", .severity = Severity::low, .package = "zlib1g", .version = "1", .fixed = ""};
  Scan::Finding one = both;
  one.version = "2";
  one.severity = Severity::high;
  const Scan all = join_scans(
      {{"linux/amd64", {.scanner = "trivy 1", .database = "2026-11-20", .findings = {both}}},
       {"linux/arm64", {.scanner = "trivy 1", .database = "2026-11-19", .findings = {both, one}}}});
  EXPECT_EQ(all.text(), "trivy 1, database of 2026-11-19");
  ASSERT_THAT(all.findings, SizeIs(2));
  EXPECT_EQ(all.findings[0].version, "2");
  EXPECT_THAT(all.findings[0].platforms, testing::ElementsAre("linux/arm64"));
  EXPECT_THAT(all.findings[1].platforms, testing::IsEmpty());
}

TEST(Scanner, IsNoneWhereNoneIsGiven) { EXPECT_FALSE(read_scanner(value::Value()).has_value()); }

TEST(Scanner, IsOneOfThoseThatWeKnow) {
  EXPECT_THROW(read_scanner(value::read_yaml_text("{program: clamscan}", "<x>").front()),
               base::Error);
}

// Stands for trivy: says what a report of it looks like, and what it was called with.
struct TrivyDouble : testing::Test {
  void write(const std::string& body) {
    os::write_file(program(), "#!/bin/sh\n" + body, 0755);
    ::chmod(program().c_str(), 0755);
  }
  std::string program() const { return directory.path() + "/trivy"; }
  Scanner scanner() const { return {Scanner::Kind::trivy, program(), directory.path() + "/db"}; }

  os::TemporaryDirectory directory;
};

TEST_F(TrivyDouble, IsCalledSoThatItAsksNoNetwork) {
  write("echo \"$*\" >>" + directory.path() + "/called\nif [ $1 = version ]; then echo '" +
        trivy_version + "'; else echo '" + base::replace_all(trivy_report, "\n", " ") + "'; fi\n");
  EXPECT_THAT(scan_layout(scanner(), "/layout").findings, SizeIs(2));
  const std::string called = os::require_file(directory.path() + "/called");
  for (const char* word : {"--skip-db-update", "--skip-java-db-update", "--offline-scan",
                           "--input /layout", "--cache-dir"})
    EXPECT_THAT(called, HasSubstr(word));
}

TEST_F(TrivyDouble, WithoutADatabaseIsNoScan) {
  write(
      "if [ $1 = version ]; then echo '{\"Version\": \"1\"}'; else echo '{\"SchemaVersion\": 2}'; "
      "fi\n");
  EXPECT_THROW(scan_layout(scanner(), "/layout"), base::Error);
}

TEST_F(TrivyDouble, ThatFailsIsNoScan) {
  write("echo no database >&2; exit 1\n");
  EXPECT_THROW(scan_layout(scanner(), "/layout"), base::Error);
}

}  // namespace
}  // namespace provisioner::registry
