#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

namespace provisioner::base {

// Text that a user gave us: a file, or an argument of the command line. `name` is what the user
// would type to find it: "site.yml", "<command line>".
struct Source {
  std::string name;
  std::string text;
  bool is_secret = false;  // opened from a vault: no line of it is ever shown
};

// A Source that was registered. Ids are small, are never reused and never dangle: sources live as
// long as the process, because any value may still point into them. The default id is "no source".
class SourceId {
 public:
  SourceId() = default;

  bool is_known() const { return number_ != 0; }
  const Source& source() const;  // the default id answers an empty Source

  auto operator<=>(const SourceId&) const = default;

 private:
  friend SourceId register_source(Source source);
  explicit SourceId(std::uint32_t number) : number_(number) {}

  std::uint32_t number_ = 0;
};

// Keeps a text for positions to point into. The same name and text twice give the same id. Any
// thread.
SourceId register_source(Source source);
SourceId register_source(std::string name, std::string text);

// A place in a source; by default, nowhere. Lines and columns count from 1, columns in bytes.
struct Pos {
  SourceId source;
  std::uint32_t line = 0;
  std::uint32_t column = 0;

  bool is_known() const { return source.is_known() && line != 0; }
  std::string text() const;  // "site.yml:4:7", or "" when nowhere

  auto operator<=>(const Pos&) const = default;
};

// The text of one line, without its newline; empty where there is no such line.
std::string_view line_of(const Source& source, std::uint32_t line);

}  // namespace provisioner::base
