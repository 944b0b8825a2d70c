#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "provisioner/base/value/value.h"

namespace provisioner::registry {

enum class Severity : std::uint8_t { unknown, negligible, low, medium, high, critical };
std::string_view name_of(Severity severity);
std::optional<Severity> severity_named(std::string_view word);  // in any case

// What a scanner has found in an image, by a database that lies on this machine.
struct Scan {
  struct Finding {
    std::string name;  // "CVE-2026-1234"
    Severity severity = Severity::unknown;
    std::string package, version, fixed;      // "" where nobody has mended it yet
    std::vector<std::string> platforms = {};  // that have it, where others of the image have not
  };
  std::string scanner;            // "trivy 0.58.1"
  std::string database;           // when its database was made, RFC 3339
  std::vector<Finding> findings;  // by severity, worst first

  std::string text() const;  // "trivy 0.58.1, database of 2026-11-20"
};

// What one scanner has found on each platform of an image ("linux/amd64"), as one: of the oldest
// database. `scans` has one at least.
using PlatformScan = std::pair<std::string, Scan>;
Scan join_scans(std::vector<PlatformScan> scans);

// Which program looks, with which database (`registry_scanner`: {program, database}).
struct Scanner {
  enum class Kind : std::uint8_t { trivy, grype };
  Kind kind = Kind::trivy;
  std::string program;   // a name, or a path that ends in one
  std::string database;  // its folder; the program's own place where this is empty
};
// Nullopt for none: then nothing is scanned, and that is said. Throws Error(input).
std::optional<Scanner> read_scanner(const value::Value& said);

// Of an OCI layout with one image. Nothing is asked of any network. Throws Error(failed) where the
// program is not there, has no database, or says what nobody can read: an image that should have
// been scanned and was not is never taken for a clean one.
Scan scan_layout(const Scanner& scanner, const std::string& folder);

// What the programs say, for `scan_layout` and its tests.
Scan read_trivy(std::string_view report, std::string_view version);
Scan read_grype(std::string_view report);

}  // namespace provisioner::registry
