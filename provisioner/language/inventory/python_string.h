#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace provisioner::inventory {

// One Python string literal at the start of a text: prefix, quotes and escapes resolved to UTF-8.
struct PythonString {
  std::string text;
  std::size_t length = 0;  // bytes of the literal
  bool is_bytes = false;
};

bool begins_python_string(std::string_view text);
std::optional<PythonString> read_python_string(std::string_view text);

}  // namespace provisioner::inventory
