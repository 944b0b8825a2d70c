// YAML as PyYAML's dumper writes it.

#include "provisioner/base/value/write_yaml.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "provisioner/base/base/text.h"
#include "provisioner/base/value/json.h"
#include "provisioner/base/value/read_yaml.h"
#include "provisioner/base/value/weight.h"

namespace provisioner::value {
namespace {

bool is_scalar(const Value& value) { return !value.is_list() && !value.is_dict(); }

bool is_empty(const Value& value) {
  return (value.is_list() && value.list().empty()) || (value.is_dict() && value.dict().is_empty());
}

bool holds_only_scalars(const Value& value) {
  if (value.is_list()) return std::all_of(value.list().begin(), value.list().end(), is_scalar);
  return std::all_of(value.dict().begin(), value.dict().end(),
                     [](const Dict::Entry& entry) { return is_scalar(entry.value); });
}

// Whether a text may stand without quotes and is read back as the same text (PyYAML's
// analyze_scalar).
bool is_plain(const std::string& text, bool in_flow) {
  if (text.empty() || !resolve_plain_scalar(text).is_string()) return false;
  if (text == "=" || text == "<<") return false;
  constexpr std::string_view never_first = "#,[]{}&*!|>'\"%@`";
  if (never_first.find(text[0]) != std::string_view::npos) return false;
  const bool is_blank_second =
      text.size() == 1 || text[1] == ' ' || text[1] == '\t' || text[1] == '\n';
  if ((text[0] == '-' || text[0] == '?' || text[0] == ':') &&
      (is_blank_second || (in_flow && text[0] != '-')))
    return false;
  if (text.starts_with("---") || text.starts_with("...")) return false;
  if (text.front() == ' ' || text.back() == ' ') return false;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const auto byte = static_cast<unsigned char>(text[at]);
    if (byte < 0x20 || byte == 0x7F) return false;
    if (text[at] == ':' && (at + 1 == text.size() || text[at + 1] == ' ')) return false;
    if (text[at] == '#' && at > 0 && text[at - 1] == ' ') return false;
    if (in_flow &&
        (std::string_view(",[]{}?").find(text[at]) != std::string_view::npos || text[at] == ':'))
      return false;
  }
  return true;
}

bool needs_double_quotes(const std::string& text) {
  if (!base::is_utf8(text)) return true;
  for (const char character : text) {
    const auto byte = static_cast<unsigned char>(character);
    if ((byte < 0x20 && character != '\n') || byte == 0x7F) return true;
  }
  // Blanks beside a line break cannot be folded.
  return text.find(" \n") != std::string::npos || text.find("\n ") != std::string::npos;
}

class Writer {
 public:
  explicit Writer(const YamlStyle& style) : style_(style) {}

  std::string document(const Value& value) {
    if (is_scalar(value)) {
      write_scalar(value, 0, false, false);
      return out_ + (out_.ends_with('\n') ? "" : "\n");
    }
    write(value, 0, false, true);
    return out_.ends_with('\n') ? out_ : out_ + "\n";
  }

 private:
  std::size_t column() {
    for (; looked_at_ < out_.size(); ++looked_at_)
      if (out_[looked_at_] == '\n') line_begin_ = looked_at_ + 1;
    return out_.size() - line_begin_;
  }

  void new_line(int indent) {
    require_size(out_.size() + static_cast<std::size_t>(indent), style_.largest);
    if (!out_.empty() && !out_.ends_with('\n')) out_ += '\n';
    out_.append(static_cast<std::size_t>(indent), ' ');
  }

  std::vector<const Dict::Entry*> entries_of(const Dict& dict) const {
    std::vector<const Dict::Entry*> entries;
    for (const Dict::Entry& entry : dict) entries.push_back(&entry);
    if (style_.sort_keys)
      std::stable_sort(entries.begin(), entries.end(),
                       [](const Dict::Entry* a, const Dict::Entry* b) {
                         if (a->key.is_integer() && b->key.is_integer())
                           return a->key.integer() < b->key.integer();
                         return Dict::key_text(a->key) < Dict::key_text(b->key);
                       });
    return entries;
  }

  // `indent` is where this value's own lines begin; `in_list` that it stands behind "- ".
  void write(const Value& value, int indent, bool in_flow, bool is_root, bool in_list = false) {
    require_size(out_.size(), style_.largest);
    if (is_scalar(value)) return write_scalar(value, indent, in_flow, false);
    if (in_flow || is_empty(value) || (!style_.is_block && holds_only_scalars(value)))
      return write_flow(value, indent);
    if (value.is_list())
      write_list(value.list(), indent, is_root || in_list);
    else
      write_dict(value.dict(), indent, is_root || in_list);
  }

  void write_list(const List& items, int indent, bool is_first_inline) {
    for (const Value& item : items) {
      if (!(is_first_inline && &item == &items.front())) new_line(indent);
      out_ += '-';
      const bool is_block =
          !is_scalar(item) && !is_empty(item) && (style_.is_block || !holds_only_scalars(item));
      out_.append(static_cast<std::size_t>(is_block ? std::max(1, style_.indent - 1) : 1), ' ');
      write(item, indent + style_.indent, false, false, true);
    }
  }

  void write_dict(const Dict& dict, int indent, bool is_first_inline) {
    bool is_first = true;
    for (const Dict::Entry* entry : entries_of(dict)) {
      if (!(is_first_inline && is_first)) new_line(indent);
      is_first = false;
      write_scalar(entry->key, indent, false, true);
      out_ += ':';
      const Value& value = entry->value;
      const bool is_block =
          !is_scalar(value) && !is_empty(value) && (style_.is_block || !holds_only_scalars(value));
      if (!is_block) {
        out_ += ' ';
        write(value, indent + style_.indent, false, false);
      } else {
        // PyYAML does not indent a list below its key.
        write(value, value.is_list() ? indent : indent + style_.indent, false, false);
      }
    }
  }

  void break_flow(int indent) {
    if (column() > static_cast<std::size_t>(style_.width)) {
      while (out_.ends_with(' ')) out_.pop_back();
      looked_at_ = std::min(looked_at_, out_.size());
      new_line(indent);
    }
  }

  void write_flow(const Value& value, int indent) {
    const int inner = indent == 0 ? style_.indent : indent;
    if (value.is_list()) {
      out_ += '[';
      for (const Value& item : value.list()) {
        if (&item != &value.list().front()) out_ += ", ";
        break_flow(inner);
        write(item, inner + style_.indent, true, false);
      }
      out_ += ']';
      return;
    }
    out_ += '{';
    bool is_first = true;
    for (const Dict::Entry* entry : entries_of(value.dict())) {
      if (!is_first) out_ += ", ";
      is_first = false;
      break_flow(inner);
      write_scalar(entry->key, inner, true, true);
      out_ += ": ";
      write(entry->value, inner + style_.indent, true, false);
    }
    out_ += '}';
  }

  void write_scalar(const Value& value, int indent, bool in_flow, bool is_key) {
    switch (value.kind()) {
      case Kind::none:
        out_ += "null";
        return;
      case Kind::boolean:
        out_ += value.boolean() ? "true" : "false";
        return;
      case Kind::integer:
        out_ += std::to_string(value.integer());
        return;
      case Kind::real:
        out_ += real_text(value.real());
        return;
      case Kind::date:
        out_ += value.text();
        return;
      case Kind::sealed:
        return write_sealed(value.text(), indent, in_flow);
      default:
        if (style_.marks_unsafe && !value.is_trusted() && !is_key) out_ += "!unsafe ";
        write_text(value.text(), indent, in_flow, is_key);
    }
  }

  void write_sealed(const std::string& text, int indent, bool in_flow) {
    if (in_flow) {
      out_ += "!vault ";
      return write_double(text);
    }
    out_ += "!vault |";
    for (const std::string_view line : base::lines_of(text)) {
      new_line(std::max(indent, style_.indent));
      out_ += line;
    }
  }

  static std::string real_text(double real) {
    if (std::isnan(real)) return ".nan";
    if (std::isinf(real)) return real > 0 ? ".inf" : "-.inf";
    std::string text = write_json(Value(real));
    if (text.find('.') == std::string::npos) {
      const std::size_t exponent = text.find('e');
      if (exponent != std::string::npos) text.insert(exponent, ".0");
    }
    return text;
  }

  void write_text(const std::string& text, int indent, bool in_flow, bool is_key) {
    const bool has_lines = text.find('\n') != std::string::npos;
    if (!has_lines && is_plain(text, in_flow)) return write_folded(text, indent, is_key);
    if (needs_double_quotes(text) || (has_lines && is_key)) return write_double(text);
    write_single(text, indent, is_key);
  }

  // Long texts are folded at a blank once the line is full.
  void write_folded(const std::string& text, int indent, bool is_key) {
    std::size_t begin = 0;
    while (begin < text.size()) {
      std::size_t end = text.find(' ', begin);
      if (end == std::string::npos) end = text.size();
      out_ += text.substr(begin, end - begin);
      if (end == text.size()) return;
      const std::size_t next = text.find_first_not_of(' ', end);
      const bool is_single_blank = next == end + 1;
      if (!is_key && is_single_blank && column() > static_cast<std::size_t>(style_.width)) {
        new_line(std::max(indent, style_.indent));
        begin = next;
      } else {
        out_ += text.substr(end, next - end);
        begin = next;
      }
    }
  }

  void write_single(const std::string& text, int indent, bool is_key) {
    out_ += '\'';
    const std::vector<std::string> lines = base::split(text, '\n');
    for (std::size_t at = 0; at < lines.size(); ++at) {
      if (at > 0) {
        // A line break is an empty line; the text goes on, indented.
        out_ += '\n';
        const bool goes_on = !lines[at].empty() || at + 1 == lines.size();
        if (goes_on)
          out_ +=
              "\n" + std::string(static_cast<std::size_t>(std::max(indent, style_.indent)), ' ');
      }
      write_folded(base::replace_all(lines[at], "'", "''"), indent, is_key);
    }
    out_ += '\'';
  }

  void write_double(const std::string& text) {
    JsonStyle style;
    style.ascii_only = false;
    std::string quoted = write_json(Value(text), style);
    for (const auto& [from, to] : {std::pair("\\u0000", "\\0"), std::pair("\\u0007", "\\a"),
                                   std::pair("\\u000b", "\\v"), std::pair("\\u001b", "\\e")})
      quoted = base::replace_all(std::move(quoted), from, to);
    out_ += quoted;
  }

  const YamlStyle& style_;
  std::string out_;
  std::size_t looked_at_ = 0, line_begin_ = 0;  // for the column
};

}  // namespace

std::string write_yaml(const Value& value, const YamlStyle& style) {
  return Writer(style).document(value);
}

}  // namespace provisioner::value
