#pragma once

#include <vector>

#include "provisioner/base/base/error.h"
#include "provisioner/base/base/source.h"
#include "provisioner/base/value/value.h"

namespace provisioner::value {

// Bounds and meaning of one reading.
struct YamlOptions {
  bool trusted = true;  // false: nothing in it will ever be templated
  std::size_t max_bytes = 16 * 1024 * 1024;
  int max_depth = 64;
  std::size_t max_aliases = 10'000;   // aliases resolved in one document
  std::size_t max_nodes = 2'000'000;  // nodes after the aliases are resolved
};

// Reads YAML 1.1 with the meaning PyYAML's SafeLoader and Ansible give it: yes/on are booleans,
// 0644 is 420, 1:30 is 90, 1_000 is 1000, 2020-01-02 a date, 1e3 and 0o10 strings; `<<` merges;
// !vault seals, !unsafe is not trusted; any other tag is an error. A duplicate key is a warning in
// `diagnostics` and the last one wins. Strictly UTF-8 (a leading BOM is skipped). An empty document
// is none. Throws Error(input) with the place.
Value read_yaml(base::SourceId source, base::Diagnostics& diagnostics,
                const YamlOptions& options = {});
std::vector<Value> read_yaml_documents(base::SourceId source, base::Diagnostics& diagnostics,
                                       const YamlOptions& options = {});

// The documents of a text that is no file: their values stand nowhere, and the text is not kept but
// for an error's sake.
std::vector<Value> read_yaml_text(const std::string& text, const std::string& name,
                                  const YamlOptions& options = {});

// Makes the texts in what was opened from a vault known to the redactor: those of eight bytes or
// more, since shorter ones would hide ordinary words.
void keep_from_sight(const Value& opened);

// The meaning YAML 1.1 gives to one plain (unquoted) scalar.
Value resolve_plain_scalar(std::string_view text);

// "a date" or "a number" for a plain scalar that has the form of one and cannot be one (2020-13-01,
// 0x_); else "".
std::string looks_like(std::string_view text);

// A whole number of any size. What does not fit into 64 bits is a text of its decimal digits: a
// serial number or a counter is shown as it is, and nobody counts on with a rounded one.
Value whole_number(const std::string& digits, int base = 10, bool is_negative = false);

}  // namespace provisioner::value
