// Scanners that others have made, driven: trivy and grype.

#include "provisioner/cluster/registry/scan.h"

#include <algorithm>
#include <set>
#include <tuple>

#include "provisioner/base/base/error.h"
#include "provisioner/base/base/text.h"
#include "provisioner/base/os/files.h"
#include "provisioner/base/os/process.h"
#include "provisioner/base/value/json.h"

namespace provisioner::registry {
namespace {

using base::Error;
using value::Value;
using Problem = base::Kind;

constexpr std::chrono::minutes longest_scan{60};

const std::vector<std::pair<std::string_view, Severity>> severities = {
    {"unknown", Severity::unknown}, {"negligible", Severity::negligible},
    {"low", Severity::low},         {"medium", Severity::medium},
    {"high", Severity::high},       {"critical", Severity::critical}};

std::string text_at(const Value& from, const char* key) { return value::text_or(from, key, ""); }

Severity severity_at(const Value& from, const char* key) {
  return severity_named(text_at(from, key)).value_or(Severity::unknown);
}

void sort(std::vector<Scan::Finding>& findings) {
  std::ranges::sort(findings, [](const Scan::Finding& one, const Scan::Finding& other) {
    return std::tuple(other.severity, one.name, one.package) <
           std::tuple(one.severity, other.name, other.package);
  });
}

bool is_same(const Scan::Finding& one, const Scan::Finding& other) {
  return std::tie(one.name, one.severity, one.package, one.version, one.fixed) ==
         std::tie(other.name, other.severity, other.package, other.version, other.fixed);
}

std::string run_scanner(const Scanner& scanner, std::vector<std::string> words) {
  words.insert(words.begin(), scanner.program);
  std::vector<std::pair<std::string, std::string>> environment = {
      {"GRYPE_DB_AUTO_UPDATE", "false"},
      {"GRYPE_DB_VALIDATE_AGE", "false"},  // its age is the policy's business
      {"GRYPE_CHECK_FOR_APP_UPDATE", "false"}};
  if (!scanner.database.empty()) environment.emplace_back("GRYPE_DB_CACHE_DIR", scanner.database);
  return os::run_checked({.argv = std::move(words),
                          .environment = std::move(environment),
                          .deadline = longest_scan,
                          .is_stoppable = true});
}

std::vector<std::string> with_cache(std::vector<std::string> words, const Scanner& scanner) {
  if (!scanner.database.empty()) words.insert(words.end(), {"--cache-dir", scanner.database});
  return words;
}

Scan ask_trivy(const Scanner& scanner, const std::string& folder) {
  const std::string version =
      run_scanner(scanner, with_cache({"version", "--format", "json"}, scanner));
  const std::string report =
      run_scanner(scanner, with_cache({"image", "--quiet", "--input", folder, "--format", "json",
                                       "--scanners", "vuln", "--offline-scan", "--skip-db-update",
                                       "--skip-java-db-update", "--skip-version-check"},
                                      scanner));
  return read_trivy(report, version);
}

Scan ask_grype(const Scanner& scanner, const std::string& folder) {
  return read_grype(run_scanner(scanner, {"oci-dir:" + folder, "--quiet", "--output", "json"}));
}

}  // namespace

std::string_view name_of(Severity severity) {
  return severities[static_cast<std::size_t>(severity)].first;
}

std::optional<Severity> severity_named(std::string_view word) {
  const std::string lower = base::lower_case(word);
  for (const auto& [name, severity] : severities)
    if (name == lower) return severity;
  return std::nullopt;
}

std::string Scan::text() const {
  return scanner + ", database of " +
         database.substr(0, std::min<std::size_t>(10, database.size()));
}

Scan join_scans(std::vector<PlatformScan> scans) {
  Scan all{.scanner = scans.front().second.scanner,
           .database = scans.front().second.database,
           .findings = {}};
  std::set<std::string> platforms;
  for (PlatformScan& scan : scans) {
    auto& [platform, its] = scan;
    platforms.insert(platform);
    all.database = std::min(all.database, its.database);
    for (Scan::Finding& found : its.findings) {
      const auto known = std::ranges::find_if(
          all.findings, [&](const Scan::Finding& one) { return is_same(one, found); });
      std::vector<std::string>& on =
          (known != all.findings.end() ? *known : all.findings.emplace_back(std::move(found)))
              .platforms;
      if (std::ranges::find(on, platform) == on.end()) on.push_back(platform);
    }
  }
  for (Scan::Finding& found : all.findings)
    if (found.platforms.size() == platforms.size()) found.platforms.clear();
  sort(all.findings);
  return all;
}

std::optional<Scanner> read_scanner(const Value& said) {
  if (said.is_none()) return std::nullopt;
  Scanner scanner{
      .kind = {}, .program = text_at(said, "program"), .database = text_at(said, "database")};
  const std::string name = scanner.program.substr(scanner.program.rfind('/') + 1);
  if (name != "trivy" && name != "grype")
    throw Error(Problem::input,
                "'registry_scanner' is {program, database}, the program trivy or grype, or a path "
                "that ends so",
                said.pos());
  scanner.kind = name == "trivy" ? Scanner::Kind::trivy : Scanner::Kind::grype;
  return scanner;
}

Scan scan_layout(const Scanner& scanner, const std::string& folder) {
  return base::while_doing("scanning the image by '" + scanner.program + "'", {}, [&] {
    Scan scan = scanner.kind == Scanner::Kind::trivy ? ask_trivy(scanner, folder)
                                                     : ask_grype(scanner, folder);
    if (scan.database.empty())
      throw Error(Problem::failed, "'" + scanner.program + "' does not say how old its database is")
          .set_hint("bring it one; nothing is got from the network here");
    return scan;
  });
}

// Schema 2 of trivy's reports: Results[].Vulnerabilities[].
Scan read_trivy(std::string_view report, std::string_view version) {
  const Value read = value::read_json(report, "<trivy>"),
              about = value::read_json(version, "<trivy>");
  Scan scan{.scanner = "trivy " + text_at(about, "Version"), .database = {}, .findings = {}};
  if (const Value* database = about.find("VulnerabilityDB"))
    scan.database = text_at(*database, "UpdatedAt");
  if (value::integer_or(read, "SchemaVersion", 0) != 2)
    throw Error(Problem::failed, "trivy's report is not in its schema 2");
  for (const Value& result : items_of(read.find("Results")))
    for (const Value& found : items_of(result.find("Vulnerabilities")))
      scan.findings.push_back({.name = text_at(found, "VulnerabilityID"),
                               .severity = severity_at(found, "Severity"),
                               .package = text_at(found, "PkgName"),
                               .version = text_at(found, "InstalledVersion"),
                               .fixed = text_at(found, "FixedVersion")});
  sort(scan.findings);
  return scan;
}

// grype's JSON: matches[].vulnerability, matches[].artifact, descriptor.db.
Scan read_grype(std::string_view report) {
  const Value read = value::read_json(report, "<grype>");
  const Value *matches = read.find("matches"), *descriptor = read.find("descriptor");
  if (matches == nullptr || descriptor == nullptr)
    throw Error(Problem::failed, "grype's report has no 'matches' and no 'descriptor'");
  Scan scan{.scanner = "grype " + text_at(*descriptor, "version"), .database = {}, .findings = {}};
  if (const Value* database = descriptor->find("db")) {
    const Value* status = database->find("status");
    scan.database = text_at(status == nullptr ? *database : *status, "built");
  }
  for (const Value& match : items_of(read.find("matches"))) {
    const Value *found = match.find("vulnerability"), *package = match.find("artifact");
    if (found == nullptr || package == nullptr) continue;
    const Value* fix = found->find("fix");
    std::vector<std::string> versions;
    if (fix != nullptr)
      for (const Value& fixed : items_of(fix->find("versions")))
        if (fixed.is_string()) versions.push_back(fixed.text());
    scan.findings.push_back({.name = text_at(*found, "id"),
                             .severity = severity_at(*found, "severity"),
                             .package = text_at(*package, "name"),
                             .version = text_at(*package, "version"),
                             .fixed = base::join(versions, ", ")});
  }
  sort(scan.findings);
  return scan;
}

}  // namespace provisioner::registry
