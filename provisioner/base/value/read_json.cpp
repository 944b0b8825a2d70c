// JSON and CBOR in, and CBOR out, over nlohmann's reader.

#include <algorithm>
#include <nlohmann/json.hpp>

#include "provisioner/base/base/error.h"
#include "provisioner/base/base/text.h"
#include "provisioner/base/value/json.h"
#include "provisioner/base/value/read_yaml.h"

namespace provisioner::value {
namespace {

using nlohmann::ordered_json;

constexpr std::size_t deepest = 128;

// Builds a Value while the text is read; nothing of the library's own tree is made.
class Builder : public nlohmann::json_sax<ordered_json> {
 public:
  explicit Builder(bool trusted) : trusted_(trusted) {}

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
  bool string(std::string& text) override { return add(Value(std::move(text))); }
  bool binary(ordered_json::binary_t& bytes) override {
    return add(Value(std::string(bytes.begin(), bytes.end())));
  }

  bool start_object(std::size_t) override { return open(true); }
  bool key(std::string& key) override {
    open_.back().key = std::move(key);
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

  bool trusted_;
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
      ordered_json items = ordered_json::array();
      for (const Value& item : value.list()) items.push_back(to_library(item));
      return items;
    }
    case Kind::dict: {
      ordered_json entries = ordered_json::object();
      for (const auto& [key, member] : value.dict())
        entries[Dict::key_text(key)] = to_library(member);
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
  Builder builder(trusted);
  if (!ordered_json::sax_parse(text.begin(), text.end(), &builder)) refuse(text, name, builder);
  return builder.take();
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
