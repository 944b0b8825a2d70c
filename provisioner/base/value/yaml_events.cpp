// YAML by libyaml: its events, and what it finds wrong.

#include "provisioner/base/value/yaml_events.h"

#include <yaml.h>

#include <algorithm>

#include "provisioner/base/base/text.h"

namespace provisioner::value {
namespace {

std::string text_of(const yaml_char_t* text) {
  return text == nullptr ? std::string() : reinterpret_cast<const char*>(text);
}

// What was read is freed, whatever becomes of it.
struct Event {
  yaml_event_t raw{};
  Event() = default;
  Event(const Event&) = delete;
  Event& operator=(const Event&) = delete;
  ~Event() { yaml_event_delete(&raw); }
};

// What differs by the event's type; nullopt for the stream's own.
std::optional<YamlEvent> meaning_of(const yaml_event_t& raw) {
  using Kind = YamlEvent::Kind;
  switch (raw.type) {
    case YAML_DOCUMENT_START_EVENT:
      return YamlEvent{Kind::document, {}, {}, {}, {}};
    case YAML_DOCUMENT_END_EVENT:
      return YamlEvent{Kind::document_end, {}, {}, {}, {}};
    case YAML_ALIAS_EVENT:
      return YamlEvent{Kind::alias, {}, text_of(raw.data.alias.anchor), {}, {}};
    case YAML_SCALAR_EVENT: {
      const auto& scalar = raw.data.scalar;
      return YamlEvent{Kind::scalar,
                       {},
                       text_of(scalar.anchor),
                       text_of(scalar.tag),
                       {reinterpret_cast<const char*>(scalar.value), scalar.length},
                       scalar.plain_implicit != 0};
    }
    case YAML_SEQUENCE_START_EVENT:
      return YamlEvent{Kind::list,
                       {},
                       text_of(raw.data.sequence_start.anchor),
                       text_of(raw.data.sequence_start.tag),
                       {}};
    case YAML_SEQUENCE_END_EVENT:
      return YamlEvent{Kind::list_end, {}, {}, {}, {}};
    case YAML_MAPPING_START_EVENT:
      return YamlEvent{Kind::dict,
                       {},
                       text_of(raw.data.mapping_start.anchor),
                       text_of(raw.data.mapping_start.tag),
                       {}};
    case YAML_MAPPING_END_EVENT:
      return YamlEvent{Kind::dict_end, {}, {}, {}, {}};
    default:
      return std::nullopt;
  }
}

constexpr std::string_view bad_start = "found character that cannot start any token";

// PyYAML names the character, libyaml does not.
std::string bad_start_of(std::string_view character) {
  const std::string shown = character == "\t" ? "\\t" : std::string(character);
  return "found character '" + shown + "' that cannot start any token";
}

// The usual mistakes have a usual cure.
std::string hint_for(std::string_view line, std::string_view problem) {
  const std::string_view body = base::trim(line);
  const std::string_view indent = line.substr(0, line.find_first_not_of(" \t"));
  if (!body.empty() && indent.find('\t') != std::string_view::npos)
    return "indent with spaces, YAML allows no tabs";
  if (body.find(": {{") != std::string_view::npos)
    return "a value that begins with '{{' must be quoted: \"{{ name }}\"";
  if (problem.starts_with("mapping values are not allowed"))
    return "a value that holds ': ' must be quoted, or the line above is indented otherwise";
  if (problem.ends_with("that cannot start any token"))
    return "a value that begins with '@', '`' or '%' must be quoted";
  if (problem.starts_with("did not find expected ','"))
    return "a comma is missing here, or a bracket or quote before it is not closed";
  if (problem.starts_with("did not find expected") ||
      problem.starts_with("could not find expected"))
    return "this line is indented otherwise than its neighbours, or a quote or bracket above is "
           "not closed";
  return {};
}

}  // namespace

void YamlEvents::Free::operator()(yaml_parser_s* parser) const {
  yaml_parser_delete(parser);
  delete parser;
}

YamlEvents::YamlEvents(base::SourceId source, std::string_view text)
    : source_(source), text_(text), parser_(new yaml_parser_t{}) {
  yaml_parser_initialize(parser_.get());
  yaml_parser_set_encoding(parser_.get(), YAML_UTF8_ENCODING);
  yaml_parser_set_input_string(parser_.get(), reinterpret_cast<const unsigned char*>(text.data()),
                               text.size());
}

std::optional<YamlEvent> YamlEvents::next() {
  while (true) {
    Event event;
    if (yaml_parser_parse(parser_.get(), &event.raw) == 0) refuse();
    if (event.raw.type == YAML_STREAM_END_EVENT || event.raw.type == YAML_NO_EVENT)
      return std::nullopt;
    auto meaning = meaning_of(event.raw);
    if (!meaning) continue;
    meaning->pos = place(event.raw.start_mark.index);
    return meaning;
  }
}

base::Pos YamlEvents::place(std::size_t character) {
  if (character < character_) {
    character_ = byte_ = line_begin_ = 0;
    line_ = 1;
  }
  const auto is_continued = [&] {
    return byte_ < text_.size() && (static_cast<unsigned char>(text_[byte_]) & 0xC0U) == 0x80U;
  };
  for (; character_ < character && byte_ < text_.size(); ++character_) {
    if (text_[byte_] == '\n') {
      ++line_;
      line_begin_ = byte_ + 1;
    }
    ++byte_;
    while (is_continued()) ++byte_;
  }
  return {source_, line_, static_cast<std::uint32_t>(byte_ - line_begin_ + 1)};
}

void YamlEvents::refuse() {
  const auto said = [](const char* text) { return std::string(text == nullptr ? "" : text); };
  std::string problem = said(parser_->problem);
  const std::string context = said(parser_->context);
  const bool is_quote_open = problem == "found unexpected end of stream" ||
                             (context == "while scanning a quoted scalar" &&
                              problem == "found unexpected document indicator");
  if (is_quote_open)
    throw base::Error(base::Kind::input, "the quote that begins here is not closed",
                      place(parser_->context_mark.index));
  const base::Pos pos = place(parser_->problem_mark.index);
  if (problem == bad_start) problem = bad_start_of(text_.substr(std::min(byte_, text_.size()), 1));
  base::Error error(base::Kind::input, "this is not YAML: " + problem, pos);
  if (!context.empty() && parser_->context_mark.line != parser_->problem_mark.line)
    error.add_context(context, place(parser_->context_mark.index));
  error.set_hint(hint_for(base::line_of(source_.source(), pos.line), problem));
  throw error;
}

}  // namespace provisioner::value
