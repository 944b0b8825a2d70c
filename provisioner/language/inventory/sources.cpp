// Which reader an inventory source gets.

#include "provisioner/language/inventory/sources.h"

#include <array>

#include "provisioner/base/base/edit_distance.h"
#include "provisioner/base/base/text.h"
#include "provisioner/base/os/files.h"
#include "provisioner/base/os/regular_file.h"
#include "provisioner/language/inventory/data_file.h"
#include "provisioner/language/inventory/host_pattern.h"

namespace provisioner::inventory {
namespace {

using base::Error;
using base::Kind;
using value::Value;

// Endings of files in a directory that are no inventories: Ansible's INVENTORY_IGNORE_EXTS, and
// that of the locks which we write beside inventories ourselves.
constexpr std::array<std::string_view, 14> ignored_endings = {
    ".pyc", ".pyo", ".swp",  ".bak", "~",    ".rpm",   ".md",
    ".txt", ".rst", ".orig", ".ini", ".cfg", ".retry", ".lock"};

bool is_ignored(const std::string& name) {
  if (name.starts_with('.') || name == "group_vars" || name == "host_vars" ||
      name == "vars_plugins")
    return true;
  for (const std::string_view ending : ignored_endings)
    if (name.ends_with(ending)) return true;
  return false;
}

std::string extension_of(const std::string& path) {
  const std::string name = path.substr(path.rfind('/') + 1);
  const std::size_t first = name.find_first_not_of('.');
  const std::size_t dot = name.rfind('.');
  return dot == std::string::npos || first == std::string::npos || dot < first ? ""
                                                                               : name.substr(dot);
}

void read_host_list(Reading& reading, const std::string& text) {
  const base::Pos pos{base::register_source("<host list>", text), 1, 1};
  for (const std::string& part : base::split(text, ',')) {
    const std::string_view word = base::trim(part);
    if (word.empty()) continue;
    const HostAddress address = split_port(word, false);
    if (!reading.graph.has_host(address.pattern))
      reading.graph.add_host(address.pattern, "ungrouped", address.port, pos);
  }
}

// A program of its own: the bit alone does not make one, as on file systems where all files have
// it.
bool is_program(const std::string& path) {
  if (!os::is_executable(path)) return false;
  const std::string text = os::read_file(path).value_or("");
  return text.starts_with("#!") || text.starts_with(
                                       "\x7f"
                                       "ELF");
}

// The first line that says something: "all:" or "---" is YAML's.
bool looks_like_yaml(std::string_view text) {
  for (const std::string_view line : base::lines_of(text)) {
    const std::string_view body = base::trim(line);
    if (body.empty() || body.front() == '#') continue;
    return body.starts_with("---") || body.ends_with(':') || body.front() == '{';
  }
  return false;
}

// A file without an ending may be either, as Ansible tries YAML and then INI.
void read_yaml_or_ini(Reading& reading, base::SourceId source) {
  Value data;
  try {
    base::Diagnostics found;
    std::vector<Error> doubled;
    data = read_data(source, {reading.files.open_vault, found, doubled});
  } catch (const Error&) {
    if (looks_like_yaml(source.source().text)) throw;
    return read_ini_source(reading, source);
  }
  if (!data.is_dict()) return read_ini_source(reading, source);
  read_yaml_source(reading, read_data(source, reading.files));
}

void read_file(Reading& reading, const std::string& path) {
  if (is_program(path)) return read_script_source(reading, path);
  const std::string ending = extension_of(path);
  const base::SourceId source = open_file(path, reading.files.open_vault);
  if (!base::is_utf8(source.source().text))
    throw Error(Kind::input, "'" + path + "' is no text in UTF-8");
  if (ending == ".yml" || ending == ".yaml" || ending == ".json")
    return read_yaml_source(reading, read_data(source, reading.files));
  if (ending == ".csv") return read_csv_source(reading, source);
  if (ending == ".toml") {
    Error error(Kind::input, "inventories in TOML are not read here: '" + path + "'");
    throw error.set_hint("write it as YAML: ansible-inventory -i " + path +
                         " --list --export -y > hosts.yml");
  }
  if (ending.empty()) return read_yaml_or_ini(reading, source);
  read_ini_source(reading, source);
}

void read_directory(Reading& reading, const std::string& path) {
  for (const std::string& name : os::entries(path))
    if (!is_ignored(name)) read_source(reading, os::join_path(path, name));
}

bool is_host_list(const std::string& input) {
  return !os::exists(input) && input.find(',') != std::string::npos;
}

}  // namespace

void require_source(const std::string& input) {
  if (os::exists(input) || is_host_list(input)) return;
  os::open_regular_file(input);  // tells of links that lead in a circle
  Error error(Kind::input, "there is no inventory '" + input + "'");
  const std::string folder = os::parent_of(input);
  const std::string nearest =
      os::is_directory(folder)
          ? base::suggestion(input.substr(input.rfind('/') + 1), os::entries(folder))
          : "";
  throw error.set_hint(!nearest.empty() ? nearest
                                        : "a list of hosts needs a comma, also behind a single "
                                          "one: '" +
                                              input + ",'");
}

void read_source(Reading& reading, const std::string& input) {
  try {
    if (os::is_directory(input)) return read_directory(reading, input);
    if (is_host_list(input)) {
      reading.graph.begin_source("the host list", input);
      return read_host_list(reading, input);
    }
    require_source(input);
    reading.graph.begin_source(input, os::absolute(input));
    read_file(reading, input);
  } catch (const Error& error) {
    reading.diagnostics.add(error);
  }
}

}  // namespace provisioner::inventory
