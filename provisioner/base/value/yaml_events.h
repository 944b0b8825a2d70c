#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "provisioner/base/base/error.h"

struct yaml_parser_s;

namespace provisioner::value {

// One event of a YAML text, in the order of the text.
struct YamlEvent {
  enum class Kind { document, document_end, alias, scalar, list, list_end, dict, dict_end };

  Kind kind = Kind::document;
  base::Pos pos;
  std::string anchor;  // of an alias: the one it names
  std::string tag;     // resolved ("tag:yaml.org,2002:str"); empty where none was written
  std::string text;
  bool is_plain = false;  // a scalar without quotes and tag, whose text says what it is
};

// libyaml over one text, which is UTF-8 and outlives this: the parser that Ansible reads by, so
// that what is a mistake to one is a mistake to the other.
class YamlEvents {
 public:
  YamlEvents(base::SourceId source, std::string_view text);

  std::optional<YamlEvent> next();  // nullopt at the end; throws Error(input) with the place

 private:
  struct Free {
    void operator()(yaml_parser_s* parser) const;
  };

  base::Pos place(std::size_t character);
  [[noreturn]] void refuse();

  base::SourceId source_;
  std::string_view text_;
  std::unique_ptr<yaml_parser_s, Free> parser_;
  // Where `place` was last: libyaml counts characters, a Pos counts bytes.
  std::size_t character_ = 0, byte_ = 0;
  std::uint32_t line_ = 1;
  std::size_t line_begin_ = 0;
};

}  // namespace provisioner::value
