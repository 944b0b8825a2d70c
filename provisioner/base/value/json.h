#pragma once

#include <string>
#include <string_view>

#include "provisioner/base/base/source.h"
#include "provisioner/base/value/value.h"

namespace provisioner::value {

// How Python's json.dumps would be called. Defaults are its own.
struct JsonStyle {
  int indent = -1;  // -1: one line with ", " and ": "
  bool sort_keys = false;
  bool ascii_only = true;
  bool compact = false;            // "," and ":" (indent must be -1)
  std::size_t largest = SIZE_MAX;  // a longer text throws TooMuch
};

// The text that Python's json.dumps gives for the same data: floats as repr, NaN, keys as text. A
// string that is not UTF-8 has its bad bytes as U+DCxx escapes, as Python's surrogateescape. Sealed
// values become
// {"__ansible_vault": "..."} as Ansible's encoder does.
std::string write_json(const Value& value, const JsonStyle& style = {});

// Strict JSON, and the bad bytes of a text as write_json writes them: both together change nothing.
// Throws Error(input) with line and column in `name`.
Value read_json(std::string_view text, std::string_view name = "<json>", bool trusted = false);

// A file of the user's own, which is trusted; what was opened from a vault is kept from sight.
Value read_json(base::SourceId source);

// CBOR (RFC 8949) for frames between controller and node: compact, binary-safe. What is read is
// untrusted. Limits: depth 128. Throws Error(input).
std::string write_cbor(const Value& value);
Value read_cbor(std::string_view bytes);

}  // namespace provisioner::value
