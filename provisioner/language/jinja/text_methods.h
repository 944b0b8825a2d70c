#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "provisioner/language/jinja/object.h"

namespace provisioner::jinja {

// A method of Python's str, bound to `text`; nullopt for a name it does not have.
std::optional<Object> text_method(const Object& text, const std::string& name);

// The UTF-8 of a code point.
std::string text_of_point(std::uint32_t code);

// Upper, lower and title case with Python's meaning for Latin, Greek and Cyrillic letters; others
// stay.
std::string upper_text(std::string_view text);
std::string lower_text(std::string_view text);
std::string title_text(std::string_view text);
std::string capitalized(std::string_view text);

// str.strip of `characters` (blanks where empty) at the left, the right, or both.
enum class Side : std::uint8_t { left, right, both };
std::string stripped(std::string_view text, std::string_view characters, Side side);

// str.split: by blanks where the separator is absent.
std::vector<std::string> split_text(std::string_view text,
                                    const std::optional<std::string>& separator, std::int64_t most);

// str.rsplit, likewise.
std::vector<std::string> split_text_right(std::string_view text,
                                          const std::optional<std::string>& separator,
                                          std::int64_t most);

// str.replace, as often as `most` says (all where it is negative): an empty text stands between all
// letters and at both ends.
std::string replaced(const std::string& text, const std::string& from, const std::string& to,
                     std::int64_t most = -1);

// The text filled up to a width; `side` says where the filling stands.
std::string padded(const std::string& text, std::int64_t width, const std::string& fill, Side side);

// str.center: an odd blank goes left where the width is odd.
std::string centered(const std::string& text, std::int64_t width, const std::string& fill);

// str.format.
std::string brace_format(const std::string& format, const Call& call);

}  // namespace provisioner::jinja
