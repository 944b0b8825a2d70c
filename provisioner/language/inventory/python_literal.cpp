// The literal part of Python's expression grammar
// (https://docs.python.org/3/reference/lexical_analysis.html).

#include "provisioner/language/inventory/python_literal.h"

#include <charconv>
#include <cstdlib>
#include <string>

#include "provisioner/language/inventory/python_string.h"

namespace provisioner::inventory {
namespace {

using value::Dict;
using value::List;
using value::Value;

constexpr int max_depth = 90;  // Python's own parser gives up near there

bool is_digit(char byte) { return byte >= '0' && byte <= '9'; }
bool is_name(char byte) {
  return is_digit(byte) || byte == '_' || (byte >= 'a' && byte <= 'z') ||
         (byte >= 'A' && byte <= 'Z') || static_cast<unsigned char>(byte) >= 0x80;
}

// Digits with single underscores between them.
bool is_number_part(std::string_view text, std::string_view digits) {
  if (text.empty() || text.front() == '_' || text.back() == '_' ||
      text.find("__") != std::string_view::npos)
    return false;
  return text.find_first_not_of(std::string(digits) + "_") == std::string_view::npos;
}

std::string without_underscores(std::string_view text) {
  std::string plain;
  for (const char byte : text)
    if (byte != '_') plain += byte;
  return plain;
}

class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  std::optional<Value> read() {
    std::optional<Value> value = items_or_item();
    skip_blanks();
    return at_ == text_.size() ? value : std::nullopt;
  }

 private:
  bool is_at(char wanted) const { return at_ < text_.size() && text_[at_] == wanted; }

  bool take(char wanted) {
    skip_blanks();
    if (!is_at(wanted)) return false;
    ++at_;
    return true;
  }

  // Newlines are blanks within brackets only.
  void skip_blanks() {
    while (at_ < text_.size()) {
      const char byte = text_[at_];
      if (byte == '#')
        at_ = std::min(text_.find('\n', at_), text_.size());
      else if (byte == ' ' || byte == '\t' || byte == '\f' ||
               (depth_ > 0 && (byte == '\n' || byte == '\r')))
        ++at_;
      else
        return;
    }
  }

  // At the top a tuple needs no brackets: "1, 2".
  std::optional<Value> items_or_item() {
    std::optional<Value> first = item();
    if (!first || !take(',')) return first;
    List items{*std::move(first)};
    skip_blanks();
    while (at_ < text_.size()) {
      std::optional<Value> next = item();
      if (!next) return std::nullopt;
      items.push_back(*std::move(next));
      if (!take(',')) break;
      skip_blanks();
    }
    return Value(std::move(items));
  }

  std::optional<Value> item() {
    skip_blanks();
    if (at_ == text_.size() || depth_ > max_depth) return std::nullopt;
    const char byte = text_[at_];
    if (byte == '[') return bracketed(']', false);
    if (byte == '(') return bracketed(')', true);
    if (byte == '{') return dict();
    if (byte == '+' || byte == '-') return signed_number();
    if (is_digit(byte) || byte == '.') return number();
    if (begins_python_string(text_.substr(at_))) return strings();
    return name();
  }

  std::optional<Value> name() {
    const std::size_t begin = at_;
    while (at_ < text_.size() && is_name(text_[at_])) ++at_;
    const std::string_view word = text_.substr(begin, at_ - begin);
    if (word == "True") return Value(true);
    if (word == "False") return Value(false);
    if (word == "None") return Value();
    return std::nullopt;
  }

  std::optional<Value> strings() {
    std::string all;
    std::optional<bool> is_bytes;
    while (begins_python_string(text_.substr(at_))) {
      const auto part = read_python_string(text_.substr(at_));
      if (!part || (is_bytes && *is_bytes != part->is_bytes)) return std::nullopt;
      is_bytes = part->is_bytes;
      all += part->text;
      at_ += part->length;
      skip_blanks();
    }
    return Value(std::move(all));
  }

  std::optional<Value> signed_number() {
    const bool is_negative = text_[at_++] == '-';
    skip_blanks();
    if (at_ == text_.size() || !(is_digit(text_[at_]) || text_[at_] == '.')) return std::nullopt;
    const std::optional<Value> value = number();
    if (!value || !is_negative) return value;
    return value->is_integer() ? Value(-value->integer()) : Value(-value->real());
  }

  std::optional<Value> number() {
    std::size_t end = at_;
    while (end < text_.size()) {
      const bool is_exponent_sign = (text_[end] == '+' || text_[end] == '-') &&
                                    (text_[end - 1] | 32) == 'e' && text_.substr(at_, 2) != "0x" &&
                                    text_.substr(at_, 2) != "0X" && end > at_;
      if (!is_name(text_[end]) && text_[end] != '.' && !is_exponent_sign) break;
      ++end;
    }
    const std::string_view word = text_.substr(at_, end - at_);
    at_ = end;
    return number_of(word);
  }

  static std::optional<Value> integer(std::string_view digits, int base) {
    const std::string plain = without_underscores(digits);
    std::int64_t number = 0;
    const auto [end, code] =
        std::from_chars(plain.data(), plain.data() + plain.size(), number, base);
    if (code != std::errc() || end != plain.data() + plain.size()) return std::nullopt;
    return Value(number);
  }

  static std::optional<Value> number_of(std::string_view word) {
    if (word.size() > 2 && word.front() == '0') {
      const char kind = static_cast<char>(word[1] | 32);
      std::string_view digits = word.substr(2);
      if (digits.front() == '_') digits.remove_prefix(1);
      if (kind == 'x' && is_number_part(digits, "0123456789abcdefABCDEF"))
        return integer(digits, 16);
      if (kind == 'o' && is_number_part(digits, "01234567")) return integer(digits, 8);
      if (kind == 'b' && is_number_part(digits, "01")) return integer(digits, 2);
    }
    if (is_number_part(word, "0123456789")) {
      const bool is_octal_of_old =
          word.front() == '0' && word.find_first_not_of("0_") != std::string_view::npos;
      if (is_octal_of_old) return std::nullopt;
      return integer(word, 10);
    }
    return real(word);
  }

  static std::optional<Value> real(std::string_view word) {
    const std::size_t exponent = word.find_first_of("eE");
    const std::string_view mantissa = word.substr(0, exponent);
    if (exponent != std::string_view::npos) {
      std::string_view power = word.substr(exponent + 1);
      if (power.starts_with('+') || power.starts_with('-')) power.remove_prefix(1);
      if (!is_number_part(power, "0123456789")) return std::nullopt;
    }
    const std::size_t point = mantissa.find('.');
    const std::string_view whole = mantissa.substr(0, point);
    const std::string_view fraction =
        point == std::string_view::npos ? "" : mantissa.substr(point + 1);
    if (point == std::string_view::npos && exponent == std::string_view::npos) return std::nullopt;
    if (whole.empty() && fraction.empty()) return std::nullopt;
    if (!whole.empty() && !is_number_part(whole, "0123456789")) return std::nullopt;
    if (!fraction.empty() && !is_number_part(fraction, "0123456789")) return std::nullopt;
    return Value(std::strtod(without_underscores(word).c_str(), nullptr));
  }

  // A list, a tuple, or (for round brackets without a comma) the item itself.
  std::optional<Value> bracketed(char close, bool is_round) {
    ++at_;
    ++depth_;
    List items;
    bool has_comma = false;
    while (!take(close)) {
      if (!items.empty() && !has_comma) return std::nullopt;
      std::optional<Value> next = item();
      if (!next) return std::nullopt;
      items.push_back(*std::move(next));
      has_comma = take(',');
    }
    --depth_;
    const bool is_grouping = is_round && items.size() == 1 && !has_comma;
    return is_grouping ? items.front() : Value(std::move(items));
  }

  std::optional<Value> dict() {
    ++at_;
    ++depth_;
    Dict entries;
    bool has_comma = true;
    while (!take('}')) {
      if (!has_comma) return std::nullopt;
      std::optional<Value> key = item();
      if (!key || key->is_list() || key->is_dict() || !take(':')) return std::nullopt;
      std::optional<Value> value = item();
      if (!value) return std::nullopt;
      entries.set(*std::move(key), *std::move(value));
      has_comma = take(',');
    }
    --depth_;
    return Value(std::move(entries));
  }

  std::string_view text_;
  std::size_t at_ = 0;
  int depth_ = 0;
};

}  // namespace

std::optional<Value> python_literal(std::string_view text) {
  while (text.starts_with(' ') || text.starts_with('\t')) text.remove_prefix(1);
  return Reader(text).read();
}

}  // namespace provisioner::inventory
