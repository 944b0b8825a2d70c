// JSON and CBOR in, and CBOR out, over nlohmann's reader.

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>

#include "provisioner/base/base/error.h"
#include "provisioner/base/base/text.h"
#include "provisioner/base/value/json.h"
#include "provisioner/base/value/read_yaml.h"

namespace provisioner::value {
namespace {

using nlohmann::ordered_json;

constexpr std::size_t deepest = 128;

// The code of a "\uXXXX" that begins at `at`; 0 for anything else.
std::uint32_t escaped_code(std::string_view text, std::size_t at) {
  std::uint32_t code = 0;
  if (at + 6 > text.size() || text[at] != '\\' || text[at + 1] != 'u') return 0;
  const char* const end = text.data() + at + 6;
  const auto read = std::from_chars(text.data() + at + 2, end, code, 16);
  return read.ec == std::errc() && read.ptr == end ? code : 0;
}

bool is_between(std::uint32_t code, std::uint32_t first, std::uint32_t last) {
  return code >= first && code <= last;
}

// A byte that is no UTF-8 is a lone "\udcXX" in JSON, as Python's surrogateescape has it, which the
// library refuses. U+F8XX, of the area for private use, stands for it on the way through; nullopt
// where nothing has to, or the text has such characters of its own.
std::optional<std::string> with_stand_ins(std::string_view text) {
  if (text.find("\\ud") == std::string_view::npos && text.find("\\uD") == std::string_view::npos)
    return std::nullopt;
  if (text.find("\xEF\xA2") != std::string_view::npos ||
      text.find("\xEF\xA3") != std::string_view::npos)
    return std::nullopt;
  std::string made(text);
  for (std::size_t at = made.find('\\'); at != std::string::npos; at = made.find('\\', at)) {
    const std::uint32_t code = escaped_code(made, at);
    if (is_between(code, 0xF880, 0xF8FF)) return std::nullopt;
    const bool is_pair =
        is_between(code, 0xD800, 0xDBFF) && is_between(escaped_code(made, at + 6), 0xDC00, 0xDFFF);
    if (is_between(code, 0xDC80, 0xDCFF)) made.replace(at + 2, 2, "f8");
    at += is_pair ? 12 : code != 0 ? 6 : 2;
  }
  return made;
}

std::string without_stand_ins(const std::string& text) {
  std::string made;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const bool is_stand_in = text[at] == '\xEF' && at + 2 < text.size() &&
                             (text[at + 1] == '\xA2' || text[at + 1] == '\xA3');
    if (!is_stand_in) {
      made += text[at];
      continue;
    }
    const auto low = static_cast<unsigned>(text[at + 2]) & 0x3FU;
    made += static_cast<char>(0x80U | (text[at + 1] == '\xA3' ? 0x40U : 0U) | low);
    at += 2;
  }
  return made;
}

// Builds a Value while the text is read; nothing of the library's own tree is made.
class Builder : public nlohmann::json_sax<ordered_json> {
 public:
  // `stand_in_for_bytes`: the text was made by `with_stand_ins`.
  explicit Builder(bool trusted, bool stand_in_for_bytes = false)
      : trusted_(trusted), stand_in_for_bytes_(stand_in_for_bytes) {}

  Value take() { return std::move(root_); }
  const std::string& problem() const { return problem_; }
  std::size_t place() const { return place_; }

  bool null() override { return add(Value()); }
  bool boolean(bool value) override { return add(Value(value)); }
  bool number_integer(std::int64_t value) override { return add(Value(value)); }
  bool number_unsigned(std::uint64_t value) override {
    return add(whole_number(std::to_string(value)));
  }
  bool number_float(double value, const std::string& written) override {
    const bool is_whole =
        !written.empty() && written.find_first_not_of("-0123456789") == std::string::npos;
    if (!is_whole) return add(Value(value));
    const bool is_negative = written.front() == '-';
    return add(whole_number(written.substr(is_negative ? 1 : 0), 10, is_negative));
  }
  bool string(std::string& text) override { return add(Value(with_bytes(std::move(text)))); }
  bool binary(ordered_json::binary_t& bytes) override {
    return add(Value(std::string(bytes.begin(), bytes.end())));
  }

  bool start_object(std::size_t) override { return open(true); }
  bool key(std::string& key) override {
    open_.back().key = with_bytes(std::move(key));
    return true;
  }
  bool end_object() override { return close(); }
  bool start_array(std::size_t) override { return open(false); }
  bool end_array() override { return close(); }
  bool parse_error(std::size_t place, const std::string&,
                   const nlohmann::detail::exception& error) override {
    place_ = place;
    problem_ = error.what();
    return false;
  }

 private:
  struct Open {
    bool is_dict = false;
    std::string key;
    List items;
    Dict entries;
  };

  bool open(bool is_dict) {
    if (open_.size() == deepest) {
      problem_ = "nested deeper than " + std::to_string(deepest);
      return false;
    }
    open_.push_back({is_dict, {}, {}, {}});
    return true;
  }

  bool close() {
    Open done = std::move(open_.back());
    open_.pop_back();
    return add(done.is_dict ? Value(std::move(done.entries)) : Value(std::move(done.items)));
  }

  bool add(Value value) {
    if (!trusted_) value = value.untrusted();
    if (open_.empty())
      root_ = std::move(value);
    else if (open_.back().is_dict)
      open_.back().entries.set(open_.back().key, std::move(value));
    else
      open_.back().items.push_back(std::move(value));
    return true;
  }

  std::string with_bytes(std::string text) const {
    return stand_in_for_bytes_ ? without_stand_ins(text) : text;
  }

  bool trusted_;
  bool stand_in_for_bytes_;
  Value root_;
  std::vector<Open> open_;
  std::string problem_;
  std::size_t place_ = 0;
};

ordered_json to_library(const Value& value) {
  switch (value.kind()) {
    case Kind::none:
      return nullptr;
    case Kind::boolean:
      return value.boolean();
    case Kind::integer:
      return value.integer();
    case Kind::real:
      return value.real();
    case Kind::list: {
      ordered_json::array_t items;
      items.reserve(value.list().size());
      for (const Value& item : value.list()) items.push_back(to_library(item));
      return items;
    }
    case Kind::dict: {
      ordered_json::object_t entries;  // a vector, that would look for each key
      entries.reserve(value.dict().size());
      for (const auto& [key, member] : value.dict())
        entries.emplace_back(Dict::key_text(key), to_library(member));
      return entries;
    }
    default:
      // CBOR's texts are UTF-8; anything else travels as bytes.
      if (base::is_utf8(value.text())) return value.text();
      return ordered_json::binary({value.text().begin(), value.text().end()});
  }
}

[[noreturn]] void refuse(std::string_view text, std::string_view name, const Builder& builder) {
  const std::size_t place = std::min(builder.place() == 0 ? 0 : builder.place() - 1, text.size());
  const std::string_view before = text.substr(0, place);
  const auto line = static_cast<std::uint32_t>(std::count(before.begin(), before.end(), '\n') + 1);
  const auto column = static_cast<std::uint32_t>(place - (before.rfind('\n') + 1) + 1);
  // "[json.exception.parse_error.101] parse error at line 1, column 2: syntax error ..."
  std::string problem = builder.problem();
  if (const std::size_t colon = problem.find(": ");
      problem.starts_with('[') && colon != std::string::npos)
    problem.erase(0, colon + 2);
  throw base::Error(base::Kind::input, "this is not JSON: " + problem,
                    {base::register_source(std::string(name), std::string(text)), line, column});
}

}  // namespace

Value read_json(std::string_view text, std::string_view name, bool trusted) {
  const std::optional<std::string> with_bytes = with_stand_ins(text);
  const std::string_view read = with_bytes ? *with_bytes : text;
  Builder builder(trusted, with_bytes.has_value());
  if (!ordered_json::sax_parse(read.begin(), read.end(), &builder)) refuse(text, name, builder);
  return builder.take();
}

Value read_json(base::SourceId source) {
  const base::Source& file = source.source();
  Value read = read_json(file.text, file.name, true);
  if (file.is_secret) keep_from_sight(read);
  return read;
}

std::string write_cbor(const Value& value) {
  std::string bytes;
  ordered_json::to_cbor(to_library(value), nlohmann::detail::output_adapter<char>(bytes));
  return bytes;
}

Value read_cbor(std::string_view bytes) {
  Builder builder(false);
  if (!ordered_json::sax_parse(bytes.begin(), bytes.end(), &builder,
                               ordered_json::input_format_t::cbor))
    throw base::Error(base::Kind::input, "this is not CBOR: " + builder.problem());
  return builder.take();
}

}  // namespace provisioner::value
