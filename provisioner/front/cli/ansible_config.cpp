// ansible.cfg.

#include "provisioner/front/cli/ansible_config.h"

#include <sys/stat.h>

#include <algorithm>
#include <cstdlib>
#include <set>

#include "provisioner/base/base/edit_distance.h"
#include "provisioner/base/base/text.h"
#include "provisioner/base/os/files.h"
#include "provisioner/front/cli/ansible_settings.h"

namespace provisioner::cli {
namespace {

using base::Error;
using base::Kind;

std::string find_file(base::Diagnostics& diagnostics) {
  if (const char* given = std::getenv("ANSIBLE_CONFIG"); given != nullptr && *given != '\0') {
    const std::string path = os::is_directory(given) ? os::join_path(given, "ansible.cfg") : given;
    if (os::is_file(path)) return os::absolute(path);
  }
  if (os::is_file("ansible.cfg")) {
    struct stat status {};
    if (::stat(".", &status) == 0 && (status.st_mode & S_IWOTH) == 0)
      return os::absolute("ansible.cfg");
    diagnostics.warn(
        Error(Kind::input,
              "this directory can be written to by anybody: its ansible.cfg is not read")
            .set_hint("chmod o-w . or set ANSIBLE_CONFIG"));
  }
  for (const std::string& path :
       {os::home_directory() + "/.ansible.cfg", std::string("/etc/ansible/ansible.cfg")})
    if (os::is_file(path)) return path;
  return "";
}

bool is_truth(const std::string& text) {
  static const std::set<std::string> words = {"y", "yes", "on", "1", "true", "t", "1.0"};
  return words.contains(base::lower_case(base::trim(text)));
}

// "; comment" behind a value ends it, "# comment" does not, as Python's configparser is set up by
// Ansible.
std::string_view without_comment(std::string_view line) {
  for (std::size_t at = 1; at < line.size(); ++at)
    if (line[at] == ';' && (line[at - 1] == ' ' || line[at - 1] == '\t')) return line.substr(0, at);
  return line;
}

std::vector<std::string> known_names() {
  std::vector<std::string> names = idle_setting_names();
  for (const Setting& setting : settings()) names.emplace_back(setting.key);
  return names;
}

// The nearest key of the section, or the section where the key is at home.
std::string hint_for(const std::string& section, const std::string& key) {
  std::vector<std::string> siblings;
  for (const std::string& name : known_names()) {
    const std::size_t dot = name.find('.');
    if (name.substr(dot + 1) == key) return "it belongs to [" + name.substr(0, dot) + "]";
    if (name.substr(0, dot) == section) siblings.push_back(name.substr(dot + 1));
  }
  return base::suggestion(key, siblings);
}

void check_key(const std::string& section, const std::string& key, base::Pos pos,
               base::Diagnostics& diagnostics) {
  const std::vector<std::string> known = known_names();
  if (is_idle_section(section) || departure(section + "." + key) != nullptr ||
      std::find(known.begin(), known.end(), section + "." + key) != known.end())
    return;
  Error warning(Kind::input, "nothing is known about '" + key + "' in [" + section + "]", pos);
  diagnostics.warn(warning.set_hint(hint_for(section, key)));
}

void check_departure(const std::string& name, const std::string& value, base::Pos pos,
                     base::Diagnostics& diagnostics) {
  const Departure* found = departure(name);
  if (found == nullptr || base::lower_case(value) == base::lower_case(found->usual)) return;
  const bool is_flag =
      std::string_view(found->usual) == "true" || std::string_view(found->usual) == "false";
  if (is_flag && is_truth(value) == is_truth(found->usual)) return;
  diagnostics.warn(Error(Kind::input,
                         "'" + name.substr(name.find('.') + 1) + " = " + value +
                             "' has no effect here: " + found->what_holds,
                         pos));
}

// As the user would type it.
std::string shown_path(const std::string& path) {
  const std::string here = os::absolute(".") + "/";
  return path.starts_with(here) ? path.substr(here.size()) : path;
}

}  // namespace

AnsibleConfig AnsibleConfig::load(base::Diagnostics& diagnostics) {
  AnsibleConfig config;
  config.path_ = find_file(diagnostics);
  if (!config.path_.empty()) config.read(diagnostics);
  for (const Setting& setting : settings())
    for (const char* variable : setting.variables)
      if (const char* value = std::getenv(variable))
        config.entries_[setting.key] = {value, true, {}};
  return config;
}

void AnsibleConfig::read(base::Diagnostics& diagnostics) {
  const base::SourceId source = base::register_source(shown_path(path_), os::require_file(path_));
  std::string section;
  Entry* last = nullptr;
  std::uint32_t number = 0;
  for (const std::string_view line : base::lines_of(source.source().text)) {
    const base::Pos pos{source, ++number, 1};
    const std::string_view text = base::trim(line);
    if (text.empty() || text.starts_with('#') || text.starts_with(';')) continue;
    if (text.starts_with('[') && text.ends_with(']')) {
      section = text.substr(1, text.size() - 2);
      last = nullptr;
    } else if ((line[0] == ' ' || line[0] == '\t') && last != nullptr) {
      last->text += "\n" + std::string(without_comment(text));
    } else {
      last = &read_key(section, text, pos, diagnostics);
    }
  }
}

AnsibleConfig::Entry& AnsibleConfig::read_key(const std::string& section, std::string_view text,
                                              base::Pos pos, base::Diagnostics& diagnostics) {
  const std::size_t end = text.find_first_of("=:");
  if (end == std::string_view::npos || section.empty())
    throw Error(Kind::input, "this is neither a [section] nor 'key = value'", pos);
  const std::string key = base::lower_case(base::trim(text.substr(0, end)));
  check_key(section, key, pos, diagnostics);
  const std::string name = section + "." + key;
  if (const auto before = entries_.find(name); before != entries_.end())
    diagnostics.warn(
        Error(Kind::input, "'" + key + "' stands here a second time, the last one counts", pos)
            .add_context("it stood here before", before->second.pos));
  const std::string value(base::trim(without_comment(text.substr(end + 1))));
  check_departure(name, value, pos, diagnostics);
  return entries_[name] = {value, false, pos};
}

const AnsibleConfig::Entry* AnsibleConfig::find(const std::string& section,
                                                const std::string& key) const {
  const auto entry = entries_.find(section + "." + key);
  return entry == entries_.end() ? nullptr : &entry->second;
}

std::optional<std::string> AnsibleConfig::text(const std::string& section,
                                               const std::string& key) const {
  const Entry* entry = find(section, key);
  if (entry == nullptr) return std::nullopt;
  return entry->text;
}

bool AnsibleConfig::flag(const std::string& section, const std::string& key, bool otherwise) const {
  const auto value = text(section, key);
  return value ? is_truth(*value) : otherwise;
}

int AnsibleConfig::number(const std::string& section, const std::string& key, int otherwise) const {
  const Entry* entry = find(section, key);
  if (entry == nullptr) return otherwise;
  char* end = nullptr;
  const long number = std::strtol(entry->text.c_str(), &end, 10);
  if (end == entry->text.c_str() || *end != '\0')
    throw Error(Kind::input, "'" + key + "' must be a whole number, not '" + entry->text + "'",
                entry->pos);
  return static_cast<int>(number);
}

std::string AnsibleConfig::resolved(const Entry& entry, const std::string& path) const {
  std::string text = base::replace_all(std::string(base::trim(path)), "{{CWD}}", os::absolute("."));
  if (text == "~" || text.starts_with("~/")) text = os::home_directory() + text.substr(1);
  if (text.empty() || text.starts_with('/')) return text;
  return entry.is_of_environment || path_.empty()
             ? os::absolute(text)
             : os::absolute(os::join_path(os::parent_of(path_), text));
}

std::optional<std::string> AnsibleConfig::file(const std::string& section,
                                               const std::string& key) const {
  const Entry* entry = find(section, key);
  if (entry == nullptr || entry->text.empty()) return std::nullopt;
  return resolved(*entry, entry->text);
}

std::vector<std::string> AnsibleConfig::files(const std::string& section, const std::string& key,
                                              char separator) const {
  std::vector<std::string> all;
  const Entry* entry = find(section, key);
  if (entry == nullptr) return all;
  for (const std::string& path : base::split(entry->text, separator))
    if (!base::trim(path).empty()) all.push_back(resolved(*entry, path));
  return all;
}

}  // namespace provisioner::cli
