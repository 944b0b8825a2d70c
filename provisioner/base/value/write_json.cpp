// JSON as Python's json.dumps writes it.

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <vector>

#include "provisioner/base/value/json.h"
#include "provisioner/base/value/python_text.h"
#include "provisioner/base/value/weight.h"

namespace provisioner::value {
namespace {

// JSON as json.dumps has it where it has no word of its own.
std::string real_text(double real) {
  if (std::isnan(real)) return "NaN";
  if (std::isinf(real)) return real > 0 ? "Infinity" : "-Infinity";
  return python_real(real);
}

class Writer {
 public:
  explicit Writer(const JsonStyle& style) : style_(style) {}

  std::string take() { return std::move(out_); }

  void write(const Value& value, int depth) {
    require_size(out_.size(), style_.largest);
    switch (value.kind()) {
      case Kind::none:
        out_ += "null";
        break;
      case Kind::boolean:
        out_ += value.boolean() ? "true" : "false";
        break;
      case Kind::integer:
        out_ += std::to_string(value.integer());
        break;
      case Kind::real:
        out_ += real_text(value.real());
        break;
      case Kind::string:
        write_text(value.text());
        break;
      case Kind::date: {
        // As isoformat(): a date with a time has a T between them.
        std::string text = value.text();
        if (text.size() > 10 && text[10] == ' ') text[10] = 'T';
        write_text(text);
        break;
      }
      case Kind::list:
        write_list(value.list(), depth);
        break;
      case Kind::dict:
        write_dict(value.dict(), depth);
        break;
      case Kind::sealed:
        write_dict(Dict{{"__ansible_vault", Value(value.text())}}, depth);
        break;
    }
  }

 private:
  void new_line(int depth) {
    if (style_.indent < 0) return;
    const std::size_t blanks =
        static_cast<std::size_t>(style_.indent) * static_cast<std::size_t>(depth);
    require_size(out_.size() + blanks, style_.largest);
    out_ += '\n';
    out_.append(blanks, ' ');
  }

  std::string_view separator() const { return style_.compact || style_.indent >= 0 ? "," : ", "; }

  void write_list(const List& items, int depth) {
    if (items.empty()) {
      out_ += "[]";
      return;
    }
    out_ += '[';
    for (const Value& item : items) {
      if (&item != &items.front()) out_ += separator();
      new_line(depth + 1);
      write(item, depth + 1);
    }
    new_line(depth);
    out_ += ']';
  }

  void write_dict(const Dict& dict, int depth) {
    if (dict.is_empty()) {
      out_ += "{}";
      return;
    }
    std::vector<const Dict::Entry*> entries;
    for (const Dict::Entry& entry : dict) entries.push_back(&entry);
    if (style_.sort_keys)
      std::stable_sort(entries.begin(), entries.end(),
                       [](const Dict::Entry* a, const Dict::Entry* b) {
                         return Dict::key_text(a->key) < Dict::key_text(b->key);
                       });
    out_ += '{';
    for (const Dict::Entry* entry : entries) {
      if (entry != entries.front()) out_ += separator();
      new_line(depth + 1);
      write_text(Dict::key_text(entry->key));
      out_ += style_.compact ? ":" : ": ";
      write(entry->value, depth + 1);
    }
    new_line(depth);
    out_ += '}';
  }

  void unicode_escape(std::uint32_t code) {
    std::array<char, 12> buffer{};
    std::snprintf(buffer.data(), buffer.size(), "\\u%04x", code);
    out_ += buffer.data();
  }

  // The code point at `at`; a byte that begins no character stands for itself as Python's
  // surrogateescape.
  void write_character(std::string_view text, std::size_t& at) {
    const auto byte = [&](std::size_t index) {
      return static_cast<std::uint32_t>(static_cast<unsigned char>(text[index]));
    };
    const std::uint32_t first = byte(at);
    const std::size_t length = first >= 0xF0 && first < 0xF5   ? 4
                               : first >= 0xE0 && first < 0xF0 ? 3
                               : first >= 0xC2 && first < 0xE0 ? 2
                                                               : 0;
    bool is_whole = length != 0 && at + length <= text.size();
    std::uint32_t code = length == 0 ? 0 : first & (0x7FU >> length);
    for (std::size_t index = 1; is_whole && index < length; ++index) {
      is_whole = (byte(at + index) & 0xC0U) == 0x80U;
      code = code << 6U | (byte(at + index) & 0x3FU);
    }
    // Surrogates, and what would have been written shorter, are no characters either.
    const std::uint32_t least = length == 4 ? 0x10000U : length == 3 ? 0x800U : 0x80U;
    is_whole = is_whole && code >= least && code <= 0x10FFFF && (code < 0xD800 || code > 0xDFFF);
    if (!is_whole) {
      unicode_escape(0xDC00U + first);
      ++at;
      return;
    }
    if (!style_.ascii_only) {
      out_ += text.substr(at, length);
    } else if (code < 0x10000) {
      unicode_escape(code);
    } else {
      unicode_escape(0xD800U + ((code - 0x10000U) >> 10U));
      unicode_escape(0xDC00U + ((code - 0x10000U) & 0x3FFU));
    }
    at += length;
  }

  void write_text(std::string_view text) {
    out_ += '"';
    for (std::size_t at = 0; at < text.size();) {
      const auto byte = static_cast<unsigned char>(text[at]);
      if (byte >= 0x80) {
        write_character(text, at);
        continue;
      }
      ++at;
      switch (byte) {
        case '"':
          out_ += "\\\"";
          break;
        case '\\':
          out_ += "\\\\";
          break;
        case '\n':
          out_ += "\\n";
          break;
        case '\r':
          out_ += "\\r";
          break;
        case '\t':
          out_ += "\\t";
          break;
        case '\b':
          out_ += "\\b";
          break;
        case '\f':
          out_ += "\\f";
          break;
        default:
          if (byte < 0x20)
            unicode_escape(byte);
          else
            out_ += static_cast<char>(byte);
      }
    }
    out_ += '"';
  }

  const JsonStyle& style_;
  std::string out_;
};

}  // namespace

std::string write_json(const Value& value, const JsonStyle& style) {
  Writer writer(style);
  writer.write(value, 0);
  return writer.take();
}

}  // namespace provisioner::value
