// Python's ConfigParser, as far as facts.d needs it.
#include "provisioner/node/modules/facts/ini.h"

#include <algorithm>
#include <map>
#include <vector>

#include "provisioner/base/base/text.h"

namespace provisioner::modules::facts {
namespace {

using Options = std::vector<std::pair<std::string, std::string>>;

struct Section {
  std::string name;
  Options options;
};

const std::string* find(const Options& options, const std::string& name) {
  const auto found = std::ranges::find(options, name, &Options::value_type::first);
  return found == options.end() ? nullptr : &found->second;
}

std::string right_trimmed(std::string text) {
  while (!text.empty() && (text.back() == '\n' || text.back() == ' ' || text.back() == '\t'))
    text.pop_back();
  return text;
}

class Reader {
 public:
  bool read(std::string_view text) {
    for (const std::string_view line : base::lines_of(text)) {
      if (!take(line)) return false;
    }
    return true;
  }
  std::vector<Section>& sections() { return sections_; }
  Options& defaults() { return defaults_; }

 private:
  bool take(std::string_view line) {
    const std::string_view content = base::trim(line);
    if (content.empty() || content.front() == '#' || content.front() == ';') {
      if (content.empty() && option_) *option_ += '\n';
      if (content.empty()) indent_ = std::string_view::npos;
      return true;
    }
    const std::size_t indent = line.find_first_not_of(" \t");
    if (option_ && indent_ != std::string_view::npos && indent > indent_) {
      *option_ += "\n" + std::string(content);
      return true;
    }
    indent_ = indent;
    const std::size_t end = content.rfind(']');
    if (content.front() == '[' && end != std::string_view::npos && end > 1)
      return begin_section(std::string(content.substr(1, end - 1)));
    return current_ != nullptr && add_option(content);
  }

  bool begin_section(const std::string& name) {
    option_ = nullptr;
    if (name == "DEFAULT") {
      current_ = &defaults_;
      return true;
    }
    for (const Section& section : sections_) {
      if (section.name == name) return false;
    }
    sections_.push_back({name, {}});
    current_ = &sections_.back().options;
    return true;
  }

  bool add_option(std::string_view content) {
    const std::size_t delimiter = content.find_first_of("=:");
    if (delimiter == std::string_view::npos || delimiter == 0) return false;
    const std::string name = base::lower_case(base::trim(content.substr(0, delimiter)));
    if (name.empty() || find(*current_, name)) return false;
    current_->emplace_back(name, base::trim(content.substr(delimiter + 1)));
    option_ = &current_->back().second;
    return true;
  }

  std::vector<Section> sections_;
  Options defaults_;
  Options* current_ = nullptr;
  std::string* option_ = nullptr;
  std::size_t indent_ = 0;
};

// "%(name)s" filled in from the section and the defaults, "%%" a percent sign.
std::optional<std::string> filled_in(const std::string& text, const Options& section,
                                     const Options& defaults, int depth) {
  if (depth > 10) return std::nullopt;
  std::string result;
  for (std::size_t at = 0; at < text.size();) {
    if (text[at] != '%') {
      result += text[at++];
      continue;
    }
    if (text.compare(at, 2, "%%") == 0) {
      result += '%';
      at += 2;
      continue;
    }
    const std::size_t end = text.find(")s", at);
    if (text.compare(at, 2, "%(") != 0 || end == std::string::npos) return std::nullopt;
    const std::string name = base::lower_case(text.substr(at + 2, end - at - 2));
    const std::string* other = find(section, name);
    if (!other) other = find(defaults, name);
    if (!other) return std::nullopt;
    const auto inner = filled_in(*other, section, defaults, depth + 1);
    if (!inner) return std::nullopt;
    result += *inner;
    at = end + 2;
  }
  return result;
}

}  // namespace

std::optional<value::Dict> read_ini(std::string_view text) {
  Reader reader;
  if (!reader.read(text)) return std::nullopt;
  for (auto& [name, option] : reader.defaults()) option = right_trimmed(option);
  value::Dict result;
  for (Section& section : reader.sections()) {
    for (auto& [name, option] : section.options) option = right_trimmed(option);
    value::Dict options;
    Options all = reader.defaults();
    for (const auto& option : section.options) all.push_back(option);
    for (const auto& [name, option] : all) {
      const auto content = filled_in(option, section.options, reader.defaults(), 0);
      if (!content) return std::nullopt;
      options.set(name, *content);
    }
    result.set(section.name, options);
  }
  return result;
}

}  // namespace provisioner::modules::facts
