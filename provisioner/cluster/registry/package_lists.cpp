// Lists of packages, as their managers write them.

#include "provisioner/cluster/registry/package_lists.h"

#include "provisioner/base/base/error.h"
#include "provisioner/base/base/text.h"
#include "provisioner/base/value/json.h"

namespace provisioner::registry {
namespace {

using value::Value;
using Stanza = std::map<std::string, std::string>;

// Stanzas of "Key: text" lines with empty lines between (deb822, and apk's one-letter keys); false
// from `take` ends it.
template <class Take>
void each_stanza(const std::string& text, Take take) {
  Stanza stanza;
  for (const std::string_view line : base::lines_of(text)) {
    if (line.empty()) {
      if (!stanza.empty() && !take(stanza)) return;
      stanza.clear();
    } else if (const std::size_t colon = line.find(':');
               line.front() != ' ' && line.front() != '\t' && colon != std::string_view::npos) {
      stanza[std::string(line.substr(0, colon))] = std::string(base::trim(line.substr(colon + 1)));
    }
  }
  if (!stanza.empty()) take(stanza);
}

Package package_of(const char* manager, const std::string& name, const std::string& version,
                   const char* key = "", const std::string& more = {}) {
  Package package{.manager = manager, .name = name, .version = version, .more = {}};
  if (!more.empty()) package.more[key] = more;
  return package;
}

// What an image holds may be anything.
std::optional<Value> read_quietly(const std::string& text) {
  try {
    Value read = value::read_json(text, "<package>");
    if (read.is_dict()) return read;
  } catch (const base::Error&) {
    return std::nullopt;
  }
  return std::nullopt;
}

}  // namespace

std::vector<Package> read_dpkg_status(const std::string& text) {
  std::vector<Package> packages;
  each_stanza(text, [&](Stanza& stanza) {
    const auto status = stanza.find("Status");
    // Files of status.d have none: they are there because the package is.
    if (status != stanza.end() && !status->second.ends_with(" installed")) return true;
    if (!stanza["Package"].empty())
      packages.push_back(
          package_of("deb", stanza["Package"], stanza["Version"], "arch", stanza["Architecture"]));
    return true;
  });
  return packages;
}

std::vector<Package> read_apk_installed(const std::string& text) {
  std::vector<Package> packages;
  each_stanza(text, [&](Stanza& stanza) {
    if (!stanza["P"].empty())
      packages.push_back(package_of("apk", stanza["P"], stanza["V"], "arch", stanza["A"]));
    return true;
  });
  return packages;
}

// The description that follows the first empty line may look like anything.
std::optional<Package> read_python_metadata(const std::string& text) {
  std::optional<Package> package;
  each_stanza(text, [&](Stanza& stanza) {
    if (!stanza["Name"].empty() && !stanza["Version"].empty())
      package = package_of("pypi", base::replace_all(base::lower_case(stanza["Name"]), "_", "-"),
                           stanza["Version"]);
    return false;
  });
  return package;
}

std::optional<Package> read_conda_meta(const std::string& text) {
  const auto read = read_quietly(text);
  if (!read) return std::nullopt;
  const std::string name = value::text_or(*read, "name", "");
  if (name.empty()) return std::nullopt;
  return package_of("conda", name, value::text_or(*read, "version", ""), "build",
                    value::text_or(*read, "build", ""));
}

std::optional<Package> read_node_package(const std::string& text) {
  const auto read = read_quietly(text);
  if (!read) return std::nullopt;
  return package_of("npm", value::text_or(*read, "name", ""), value::text_or(*read, "version", ""));
}

}  // namespace provisioner::registry
