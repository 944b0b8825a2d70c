// Python's "%5.2f" % values.

#include "provisioner/base/base/text.h"
#include "provisioner/language/jinja/evaluator.h"

namespace provisioner::jinja {
namespace {

std::int64_t integer_of(const Object& object) {
  return object.is_boolean() ? (object.scalar().boolean() ? 1 : 0) : object.scalar().integer();
}

double real_of(const Object& object) {
  return object.is_real() ? object.scalar().real() : static_cast<double>(integer_of(object));
}

// "%(name)-5.2f" without its first sign.
struct Directive {
  std::string name, flags, width, precision;
  bool has_name = false, has_precision = false;
  char kind = 0;
};

class Format {
 public:
  Format(const std::string& format, const Object& arguments)
      : format_(format), arguments_(arguments) {
    if (arguments.is_tuple())
      values_ = items_of(arguments);
    else
      values_ = {arguments};
  }

  std::string text() {
    std::string text;
    bool has_directive = false;
    while (at_ < format_.size()) {
      if (format_[at_] != '%') {
        text += format_[at_++];
      } else if (at_ + 1 < format_.size() && format_[at_ + 1] == '%') {
        text += '%';
        at_ += 2;
      } else {
        if (++at_ >= format_.size()) type_error("incomplete format");
        has_directive = true;
        text += one();
      }
    }
    const bool is_plain_list = arguments_.is_list() && !arguments_.is_tuple();
    if (used_ < values_.size() && !arguments_.is_dict() && !(is_plain_list && !has_directive))
      type_error("not all arguments converted during string formatting");
    return text;
  }

 private:
  Object next() {
    if (used_ == values_.size()) type_error("not enough arguments for format string");
    return values_[used_++];
  }

  void read_number(std::string& into) {
    if (at_ < format_.size() && format_[at_] == '*') {
      into = text_of(next());
      ++at_;
      return;
    }
    while (at_ < format_.size() && format_[at_] >= '0' && format_[at_] <= '9')
      into += format_[at_++];
  }

  Directive read() {
    Directive directive;
    if (format_[at_] == '(') {
      const std::size_t end = format_.find(')', at_);
      if (end == std::string::npos || !arguments_.is_dict())
        type_error("format requires a mapping");
      directive.name = format_.substr(at_ + 1, end - at_ - 1);
      directive.has_name = true;
      at_ = end + 1;
    }
    constexpr std::string_view flags = "#0- +";
    while (at_ < format_.size() && flags.find(format_[at_]) != std::string_view::npos)
      directive.flags += format_[at_++];
    read_number(directive.width);
    directive.has_precision = at_ < format_.size() && format_[at_] == '.';
    if (directive.has_precision) {
      ++at_;
      read_number(directive.precision);
      if (directive.precision.empty()) directive.precision = "0";
    }
    if (at_ >= format_.size()) type_error("incomplete format");
    directive.kind = format_[at_++];
    return directive;
  }

  Object value_of(const Directive& directive) {
    if (!directive.has_name) return next();
    const auto found = arguments_.dict_box().find(value::Value(directive.name));
    if (!found) type_error("KeyError: '" + directive.name + "'");
    return *found;
  }

  std::string one() {
    const Directive directive = read();
    const Object value = value_of(directive);
    value.require_defined();
    switch (directive.kind) {
      case 's':
      case 'r':
      case 'a':
        return padded_text(directive, directive.kind == 's' ? text_of(value) : repr_of(value));
      case 'd':
      case 'i':
      case 'u':
      case 'x':
      case 'X':
      case 'o':
        return integer(directive, value);
      case 'c':
        return value.is_string() ? value.scalar().text()
                                 : std::string(1, static_cast<char>(integer_of(value)));
      case 'e':
      case 'E':
      case 'f':
      case 'F':
      case 'g':
      case 'G':
        if (!value.is_number()) type_error("must be real number, not " + type_name(value));
        return print(directive, std::string(1, directive.kind), real_of(value));
      default:
        type_error("unsupported format character '" + std::string(1, directive.kind) + "'");
    }
  }

  static std::string padded_text(const Directive& directive, std::string text) {
    if (directive.has_precision) text = text.substr(0, std::stoul(directive.precision));
    const std::size_t wanted = directive.width.empty() ? 0 : std::stoul(directive.width);
    const std::size_t shown = character_count(text);
    if (shown >= wanted) return text;
    const std::string blanks(wanted - shown, ' ');
    return directive.flags.find('-') != std::string::npos ? text + blanks : blanks + text;
  }

  static std::string integer(const Directive& directive, const Object& value) {
    if (!value.is_number())
      type_error("%" + std::string(1, directive.kind) + " format: a real number is required, not " +
                 type_name(value));
    const bool is_decimal = directive.kind == 'i' || directive.kind == 'u';
    const auto number = value.is_real() ? static_cast<long long>(value.scalar().real())
                                        : static_cast<long long>(integer_of(value));
    return print(directive, std::string("ll") + (is_decimal ? 'd' : directive.kind), number);
  }

  template <class Number>
  static std::string print(const Directive& directive, const std::string& kind, Number number) {
    const std::string format = "%" + directive.flags + directive.width +
                               (directive.has_precision ? "." + directive.precision : "") + kind;
    const int length = std::snprintf(nullptr, 0, format.c_str(), number);
    if (length < 0 || length > 1'000'000) type_error("a formatted number is too long");
    std::string text(static_cast<std::size_t>(length), '\0');
    std::snprintf(text.data(), text.size() + 1, format.c_str(), number);
    return text;
  }

  const std::string& format_;
  const Object& arguments_;
  std::vector<Object> values_;
  std::size_t used_ = 0, at_ = 0;
};

}  // namespace

std::string percent_format(const std::string& format, const Object& arguments) {
  return Format(format, arguments).text();
}

}  // namespace provisioner::jinja
