// Bills as CycloneDX has them.

#include <string_view>

#include "provisioner/base/base/text.h"
#include "provisioner/base/value/json.h"
#include "provisioner/cluster/registry/bill_of_materials.h"

namespace provisioner::registry {
namespace {

using value::Dict;
using value::List;
using value::Value;

// Package URLs (purl-spec): what is no letter, digit or one of .-_~ is written as %XX.
std::string url_part(std::string_view text) {
  std::string out;
  for (const char letter : text) {
    const bool is_plain = (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') ||
                          (letter >= '0' && letter <= '9') ||
                          std::string_view(".-_~").find(letter) != std::string_view::npos;
    out += is_plain ? std::string(1, letter) : "%" + base::hex(std::string_view(&letter, 1));
  }
  return out;
}

// "@scope/name" of Node, a path of Go, which counts in lower case, "group:artifact" of Maven.
std::string url_name(const Package& package) {
  const bool is_of_go = package.manager == "golang";
  std::vector<std::string> parts =
      base::split(is_of_go ? base::lower_case(package.name) : package.name,
                  package.manager == "maven" ? ':' : '/');
  for (std::string& part : parts) part = url_part(part);
  return base::join(parts, "/");
}

// Managers of a system's packages have their names below the system's; others are the same
// everywhere.
std::string url_of(const Package& package, const std::string& system) {
  const bool is_of_system =
      package.manager == "deb" || package.manager == "apk" || package.manager == "rpm";
  std::string url = "pkg:" + package.manager + "/";
  if (is_of_system) url += url_part(system) + "/";
  url += url_name(package);
  if (!package.version.empty()) url += "@" + url_part(package.version);
  char mark = '?';
  for (const auto& [key, text] : package.more) {
    url += mark + key + "=" + url_part(text);
    mark = '&';
  }
  return url;
}

}  // namespace

std::string write_cyclonedx(const BillOfMaterials& bill, const std::string& name,
                            const std::string& sha256) {
  List components;
  if (!bill.system.empty())
    components.emplace_back(Dict{
        {"type", "operating-system"}, {"name", bill.system}, {"version", bill.system_version}});
  for (const Package& package : bill.packages) {
    const std::string url = url_of(package, bill.system);
    components.emplace_back(Dict{{"type", "library"},
                                 {"bom-ref", url},
                                 {"name", package.name},
                                 {"version", package.version},
                                 {"purl", url}});
  }
  const Value packages_read(
      Dict{{"name", "provisioner:complete"}, {"value", bill.has_unread ? "false" : "true"}});
  const Dict about{{"component", Dict{{"type", "container"},
                                      {"bom-ref", "image"},
                                      {"name", name},
                                      {"version", "sha256:" + sha256}}},
                   {"properties", List{packages_read}}};
  return value::write_json(Value(Dict{{"bomFormat", "CycloneDX"},
                                      {"specVersion", "1.5"},
                                      {"version", 1},
                                      {"metadata", about},
                                      {"components", std::move(components)}}),
                           {.ascii_only = false, .compact = true}) +
         "\n";
}

}  // namespace provisioner::registry
