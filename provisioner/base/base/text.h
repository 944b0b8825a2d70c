#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace provisioner::base {

std::vector<std::string> split(std::string_view text, char separator);
std::vector<std::string_view> lines_of(
    std::string_view text);  // without "\n" or "\r\n"; no empty last line
std::string_view trim(std::string_view text);
std::string join(const std::vector<std::string>& parts, std::string_view separator);
std::string replace_all(std::string text, std::string_view from, std::string_view to);
std::string lower_case(std::string_view text);  // ASCII only
bool is_utf8(std::string_view text);            // strict: no surrogates, no overlong forms

// Of a text that is a whole number and nothing else: "-12".
std::optional<std::int64_t> integer_in(std::string_view text);

// Remote bytes made safe for a terminal or a log: control, C1, bidirectional and invalid bytes
// become \xNN or \u{NNNN}; newline and tab stay.
std::string escape_for_terminal(std::string_view text);

// Quoted for a POSIX shell as Python's shlex.quote does.
std::string shell_quote(std::string_view word);

// Split as Python's shlex.split does in POSIX mode with comments off. Throws Error(input) on an
// open quote.
std::vector<std::string> shell_split(std::string_view text);

std::string hex(std::string_view bytes);
std::string unhex(std::string_view digits);  // throws Error(input)
std::string base64_encode(std::string_view bytes);
std::string base64_decode(std::string_view text);  // throws Error(input)

}  // namespace provisioner::base
