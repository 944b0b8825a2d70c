// Lookups in tables: INI files, property files and CSV.

#include "provisioner/language/jinja/lookup_tables.h"

#include "provisioner/base/base/regex.h"
#include "provisioner/base/base/text.h"
#include "provisioner/language/jinja/text_methods.h"

namespace provisioner::jinja {
namespace {

using Section = std::vector<std::pair<std::string, std::string>>;
using Sections = std::map<std::string, Section, std::less<>>;

void set(Section& section, std::string key, std::string text) {
  for (auto& [known, kept] : section)
    if (known == key) {
      kept = std::move(text);
      return;
    }
  section.emplace_back(std::move(key), std::move(text));
}

// As Python's configparser reads it: "=" or ":", comments at the line's start, deeper lines go on.
Sections sections_in(const std::string& text, bool is_case_sensitive, std::string now) {
  Sections sections;
  if (!now.empty()) sections[now];
  std::string* open = nullptr;
  for (const std::string_view line : base::lines_of(text)) {
    const std::string_view body = base::trim(line);
    if (body.starts_with('#') || body.starts_with(';')) continue;
    const bool is_deeper = !line.empty() && (line.front() == ' ' || line.front() == '\t');
    if (open != nullptr && is_deeper && !body.empty()) {
      *open += "\n" + std::string(body);
      continue;
    }
    if (body.empty()) continue;
    open = nullptr;
    if (body.starts_with('[') && body.find(']') != std::string_view::npos) {
      now = body.substr(1, body.find(']') - 1);
      sections[now];
      continue;
    }
    const std::size_t sign = body.find_first_of("=:");
    std::string key(base::trim(body.substr(0, sign)));
    if (!is_case_sensitive) key = lower_text(key);
    Section& section = sections[now];
    set(section, key,
        sign == std::string_view::npos ? "" : std::string(base::trim(body.substr(sign + 1))));
    for (auto& [known, kept] : section)
      if (known == key) open = &kept;
  }
  return sections;
}

const std::string* found_in(const Section& section, const std::string& key) {
  for (const auto& [known, text] : section)
    if (known == key) return &text;
  return nullptr;
}

// %(name)s is another option's text, %% a per cent sign.
std::string interpolated(const std::string& text, const Section& section, int depth) {
  if (depth > 10) type_error("Recursion limit exceeded in value substitution");
  std::string result;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] != '%') {
      result += text[at];
    } else if (at + 1 < text.size() && text[at + 1] == '%') {
      result += text[at++];
    } else {
      const std::size_t end = text.find(")s", at);
      if (at + 1 >= text.size() || text[at + 1] != '(' || end == std::string::npos)
        type_error("'%' must be followed by '%' or '(', found: '" + text.substr(at) + "'");
      const std::string name = lower_text(text.substr(at + 2, end - at - 2));
      const std::string* other = found_in(section, name);
      if (other == nullptr) type_error("Bad value substitution: '" + name + "'");
      add_text(result, interpolated(*other, section, depth + 1));
      at = end + 1;
    }
  }
  return result;
}

// Fields of one record, quotes removed.
std::vector<std::vector<std::string>> records_in(const std::string& text, char delimiter) {
  std::vector<std::vector<std::string>> records = {{""}};
  bool is_quoted = false;
  for (std::size_t at = 0; at < text.size(); ++at) {
    std::string& field = records.back().back();
    if (is_quoted && text[at] == '"') {
      if (at + 1 < text.size() && text[at + 1] == '"')
        field += text[at++];
      else
        is_quoted = false;
    } else if (!is_quoted && text[at] == '"' && field.empty()) {
      is_quoted = true;
    } else if (!is_quoted && text[at] == delimiter) {
      records.back().emplace_back();
    } else if (!is_quoted && (text[at] == '\n' || text[at] == '\r')) {
      if (records.back().size() > 1 || !field.empty()) records.push_back({""});
    } else {
      field += text[at];
    }
  }
  return records;
}

}  // namespace

Object lookup_ini(const Call& call) {
  std::vector<Object> all;
  for (const Object& term : call.arguments) {
    const TermOptions options = options_in(term);
    const std::string path =
        found_file(call, options.text(call, "file", "ansible.ini"), "files", "ini");
    const bool is_properties = options.text(call, "type", "ini") == "properties";
    const bool is_case_sensitive =
        boolean_of(Object(options.text(call, "case_sensitive", "false")));
    const std::string name =
        is_properties ? "java_properties" : options.text(call, "section", "global");
    const Sections sections = sections_in(world_of(call).read_file(path).text, is_case_sensitive,
                                          is_properties ? name : "");
    const auto section = sections.find(name);
    if (section == sections.end()) type_error("No section '" + name + "' in " + path);
    if (boolean_of(Object(options.text(call, "re", "false")))) {
      const base::Regex pattern(options.name);
      for (const auto& [key, text] : section->second)
        if (pattern.match_start(key)) all.emplace_back(interpolated(text, section->second, 0));
      continue;
    }
    const std::string key = is_case_sensitive ? options.name : lower_text(options.name);
    const std::string* found = found_in(section->second, key);
    all.emplace_back(found != nullptr ? interpolated(*found, section->second, 0)
                                      : options.text(call, "default", ""));
  }
  return Object::list(std::move(all));
}

Object lookup_csv(const Call& call) {
  std::vector<Object> all;
  for (const Object& term : call.arguments) {
    const TermOptions options = options_in(term);
    const std::string path =
        found_file(call, options.text(call, "file", "ansible.csv"), "files", "csvfile");
    std::string delimiter = options.text(call, "delimiter", "TAB");
    if (delimiter == "TAB" || delimiter == "\\t") delimiter = "\t";
    const auto column =
        static_cast<std::size_t>(std::atoll(options.text(call, "col", "1").c_str()));
    bool is_found = false;
    for (const auto& record : records_in(world_of(call).read_file(path).text, delimiter[0])) {
      if (is_found || record[0] != options.name || record.size() + record[0].size() < 2) continue;
      if (column >= record.size()) type_error("csvfile: list index out of range");
      all.emplace_back(record[column]);
      is_found = true;
    }
    const bool has_default = options.options.contains("default") || call.has(1'000'000, "default");
    if (!is_found && has_default) all.emplace_back(options.text(call, "default", ""));
  }
  return Object::list(std::move(all));
}

}  // namespace provisioner::jinja
