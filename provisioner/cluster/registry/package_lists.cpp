// Lists of packages, as their managers write them.

#include "provisioner/cluster/registry/package_lists.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "provisioner/base/base/error.h"
#include "provisioner/base/base/text.h"
#include "provisioner/base/value/json.h"

namespace provisioner::registry {
namespace {

using value::Value;
using Stanza = std::map<std::string, std::string>;

// What is wanted of stanzas: of dpkg, of apk, of Python.
bool is_wanted(std::string_view key) {
  constexpr std::array<std::string_view, 8> wanted{"Package", "Status", "Version", "Architecture",
                                                   "P",       "V",      "A",       "Name"};
  return std::ranges::find(wanted, key) != wanted.end();
}

// One after the other: a list of them all may be many times as large as the text.
std::string_view take_line(std::string_view& text) {
  const std::size_t end = text.find('\n');
  std::string_view line = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

// Stanzas of "Key: text" lines with empty lines between (deb822, and apk's one-letter keys); false
// from `take` ends it.
template <class Take>
void each_stanza(std::string_view text, Take take) {
  Stanza stanza;
  bool is_begun = false;
  while (!text.empty()) {
    const std::string_view line = take_line(text);
    const std::string_view key = line.substr(0, line.find(':'));
    if (line.empty()) {
      if (is_begun && !take(stanza)) return;
      stanza.clear();
    }
    is_begun = !line.empty() && (is_begun || key.size() < line.size());
    if (key.size() < line.size() && is_wanted(key))
      stanza[std::string(key)] = std::string(base::trim(line.substr(key.size() + 1)));
  }
  if (is_begun) take(stanza);
}

// False where it is one too many.
bool add(Package package, FoundPackages& found) {
  found.is_unread = found.packages.size() >= most_packages;
  if (!found.is_unread) found.packages.push_back(std::move(package));
  return !found.is_unread;
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

FoundPackages read_dpkg_status(const std::string& text) {
  FoundPackages found;
  each_stanza(text, [&](Stanza& stanza) {
    const auto status = stanza.find("Status");
    // Files of status.d have none: they are there because the package is.
    if (status != stanza.end() && !status->second.ends_with(" installed")) return true;
    return stanza["Package"].empty() || add(package_of("deb", stanza["Package"], stanza["Version"],
                                                       "arch", stanza["Architecture"]),
                                            found);
  });
  return found;
}

FoundPackages read_apk_installed(const std::string& text) {
  FoundPackages found;
  each_stanza(text, [&](Stanza& stanza) {
    return stanza["P"].empty() ||
           add(package_of("apk", stanza["P"], stanza["V"], "arch", stanza["A"]), found);
  });
  return found;
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
