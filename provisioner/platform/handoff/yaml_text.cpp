// YAML as people would write it.

#include "provisioner/platform/handoff/yaml_text.h"

#include <algorithm>
#include <array>

#include "provisioner/base/base/text.h"
#include "provisioner/base/value/json.h"

namespace provisioner::handoff {
namespace {

using value::Dict;
using value::List;
using value::Value;

constexpr std::size_t widest = 100;
constexpr int step = 2;

bool is_letter(char byte) { return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z'); }

bool is_plain(const std::string& text) {
  constexpr std::array<std::string_view, 11> words = {"true", "false", "yes", "no",   "on", "off",
                                                      "null", "y",     "n",   "none", "nan"};
  if (text.empty() || !(is_letter(text[0]) || text[0] == '/' || text[0] == '_')) return false;
  if (std::ranges::find(words, base::lower_case(text)) != words.end()) return false;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const bool is_inner = at + 1 < text.size();
    if (text[at] == ':' && is_inner && text[at + 1] != ':') continue;
    if (!is_letter(text[at]) &&
        std::string_view("0123456789_./@+-").find(text[at]) == std::string_view::npos)
      return false;
  }
  return true;
}

std::string quoted(const Value& scalar) { return value::write_json(scalar, {.ascii_only = false}); }

std::string scalar_text(const Value& scalar) {
  if (scalar.is_none()) return "null";
  if (scalar.is_boolean()) return scalar.boolean() ? "true" : "false";
  if (scalar.is_integer() || scalar.is_real()) return quoted(scalar);
  return is_plain(scalar.text()) ? scalar.text() : quoted(Value(scalar.text()));
}

bool is_container(const Value& value) { return value.is_list() || value.is_dict(); }

bool is_empty(const Value& value) {
  return value.is_list() ? value.list().empty() : value.dict().is_empty();
}

// A text that stands below its key as it is: its first line may not begin with a blank.
bool is_block_text(const Value& value) {
  if (!value.is_string()) return false;
  const std::string& text = value.text();
  const bool is_odd = text.starts_with(' ') || text.starts_with('\n') || text.ends_with("\n\n") ||
                      text.find_first_of("\r\t") != std::string::npos;
  return text.find('\n') != std::string::npos && !is_odd;
}

std::string flow_text(const Value& value) {
  if (!is_container(value)) return scalar_text(value);
  std::vector<std::string> parts;
  if (value.is_list()) {
    for (const Value& item : value.list()) parts.push_back(flow_text(item));
    return "[" + base::join(parts, ", ") + "]";
  }
  for (const auto& [key, entry] : value.dict())
    parts.push_back(scalar_text(Dict::key_text(key)) + ": " + flow_text(entry));
  return "{" + base::join(parts, ", ") + "}";
}

bool has_block_text(const Value& value) {
  if (value.is_list()) return std::ranges::any_of(value.list(), has_block_text);
  if (!value.is_dict()) return is_block_text(value);
  return std::any_of(value.dict().begin(), value.dict().end(),
                     [](const Dict::Entry& entry) { return has_block_text(entry.value); });
}

int depth_of(const Value& value) {
  int deepest = 0;
  if (value.is_list())
    for (const Value& item : value.list()) deepest = std::max(deepest, depth_of(item));
  if (value.is_dict())
    for (const auto& [key, entry] : value.dict()) deepest = std::max(deepest, depth_of(entry));
  return is_container(value) ? deepest + 1 : 0;
}

bool fits_one_line(const Value& value, std::size_t begin) {
  if (!is_container(value) || is_empty(value)) return true;
  return depth_of(value) <= 3 && !has_block_text(value) &&
         begin + flow_text(value).size() <= widest;
}

std::string margin(int indent) { return std::string(static_cast<std::size_t>(indent), ' '); }

std::string block(const Value& value, int indent);

std::string literal(const std::string& text, int indent) {
  std::string out = text.ends_with('\n') ? "|\n" : "|-\n";
  for (const std::string_view line : base::lines_of(text))
    out += line.empty() ? "\n" : margin(indent) + std::string(line) + "\n";
  return out;
}

// What follows "key:" of a dict whose keys stand at `indent`, up to the end of its last line.
std::string behind_key(const Value& value, int indent, std::size_t begin) {
  if (is_block_text(value)) return " " + literal(value.text(), indent + step);
  if (fits_one_line(value, begin)) return " " + flow_text(value) + "\n";
  return "\n" + block(value, indent + step);
}

std::string block(const Value& value, int indent) {
  std::string out;
  if (value.is_dict()) {
    for (const auto& [key, entry] : value.dict()) {
      const std::string head = margin(indent) + scalar_text(Dict::key_text(key)) + ":";
      out += head + behind_key(entry, indent, head.size() + 1);
    }
    return out;
  }
  for (const Value& item : value.list()) {
    out += margin(indent) + "- ";
    if (is_block_text(item))
      out += literal(item.text(), indent + step);
    else if (fits_one_line(item, static_cast<std::size_t>(indent + step)))
      out += flow_text(item) + "\n";
    else
      out += block(item, indent + step).substr(static_cast<std::size_t>(indent + step));
  }
  return out;
}

}  // namespace

std::string yaml_text(const Value& value) {
  if (!is_container(value)) return scalar_text(value) + "\n";
  return is_empty(value) ? flow_text(value) + "\n" : block(value, 0);
}

std::string yaml_documents(const std::string& comment, const std::vector<Value>& documents) {
  std::string text = "# " + comment + "\n";
  for (const Value& one : documents)
    text += (&one == &documents.front() ? "" : "---\n") + yaml_text(one);
  return text;
}

}  // namespace provisioner::handoff
