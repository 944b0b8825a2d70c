// YAML 1.1 by yaml-cpp's events: positions, bounds, duplicates and meaning are ours.

#include "provisioner/base/value/read_yaml.h"

#include <yaml-cpp/anchor.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <map>
#include <sstream>

#include "provisioner/base/base/text.h"

namespace provisioner::value {
namespace {

using base::Error;
using base::Kind;
using base::Pos;

constexpr std::string_view standard = "tag:yaml.org,2002:";

// Builds the tree of one document.
class Builder : public YAML::EventHandler {
 public:
  Builder(base::SourceId source, base::Diagnostics& diagnostics, const YamlOptions& options)
      : source_(source), diagnostics_(diagnostics), options_(options) {}

  Value take() { return std::move(root_); }
  Pos last_quoted() const { return last_quoted_; }
  Pos begin() const { return begin_; }

  void OnDocumentStart(const YAML::Mark& mark) override { begin_ = place(mark); }
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    add(Value().at(place(mark)), anchor);
  }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    const auto found = anchors_.find(anchor);
    if (found == anchors_.end())
      throw Error(Kind::input, "an alias stands inside the value it names", place(mark));
    if (++aliases_ > options_.max_aliases)
      throw Error(Kind::input, "more than " + std::to_string(options_.max_aliases) + " aliases",
                  place(mark));
    count(found->second.nodes, place(mark));
    add(found->second.value, 0);
  }

  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& text) override {
    count(1, place(mark));
    if (tag == "!") last_quoted_ = place(mark);
    Value value = scalar(tag, text, place(mark)).at(place(mark));
    add(std::move(value), anchor);
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    open(false, mark, tag, anchor);
  }
  void OnSequenceEnd() override { close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    open(true, mark, tag, anchor);
  }
  void OnMapEnd() override { close(); }

 private:
  struct Open {
    bool is_dict = false;
    bool is_untrusted = false;
    Pos pos;
    YAML::anchor_t anchor = 0;
    std::size_t nodes_before = 0;
    std::optional<Value> key;
    List items;
    Dict entries;
    std::vector<Value> merged;  // of "<<", weaker than the dict's own keys
  };
  struct Anchored {
    Value value;
    std::size_t nodes = 0;
  };

  Pos place(const YAML::Mark& mark) const {
    return {source_, static_cast<std::uint32_t>(mark.line + 1),
            static_cast<std::uint32_t>(mark.column + 1)};
  }

  void count(std::size_t nodes, Pos pos) {
    nodes_ += nodes;
    if (nodes_ > options_.max_nodes)
      throw Error(
          Kind::input,
          "more than " + std::to_string(options_.max_nodes) + " values after aliases are resolved",
          pos);
  }

  Value scalar(const std::string& tag, const std::string& text, Pos pos) {
    if (tag == "?")
      return options_.trusted ? resolve_plain_scalar(text) : resolve_plain_scalar(text).untrusted();
    if (tag == "!" || tag.empty() || tag == "!!str" || tag == std::string(standard) + "str")
      return options_.trusted ? Value(text) : Value(text).untrusted();
    if (tag == "!vault" || tag == "!vault-encrypted") return Value::sealed(text);
    if (tag == "!unsafe") return Value(text).untrusted();
    if (tag.starts_with(standard)) return standard_scalar(tag.substr(standard.size()), text, pos);
    throw unknown_tag(tag, pos);
  }

  Value standard_scalar(const std::string& tag, const std::string& text, Pos pos) {
    if (tag == "null") return {};
    const Value plain = resolve_plain_scalar(text);
    if (tag == "float" && plain.is_integer()) return Value(static_cast<double>(plain.integer()));
    if (tag == "int" && plain.is_integer()) return plain;
    if (tag == "float" && plain.is_real()) return plain;
    if (tag == "bool" && plain.is_boolean()) return plain;
    if (tag == "timestamp" && plain.kind() == value::Kind::date) return plain;
    if (tag == "binary") return Value(base::base64_decode(text)).untrusted();
    if (tag == "int" || tag == "float" || tag == "bool" || tag == "timestamp")
      throw Error(Kind::input, "'" + text + "' is not of the type !!" + tag, pos);
    throw unknown_tag("!!" + tag, pos);
  }

  static Error unknown_tag(const std::string& tag, Pos pos) {
    Error error(Kind::input, "the tag '" + tag + "' is not known here", pos);
    error.set_hint("known tags are !vault and !unsafe; a text that begins with '!' must be quoted");
    return error;
  }

  void open(bool is_dict, const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor) {
    const Pos pos = place(mark);
    const bool is_untrusted = tag == "!unsafe";
    const bool is_known = is_untrusted || tag.empty() || tag == "?" || tag == "!" ||
                          tag == std::string(standard) + (is_dict ? "map" : "seq");
    if (!is_known) throw unknown_tag(tag, pos);
    if (open_.size() == static_cast<std::size_t>(options_.max_depth))
      throw Error(Kind::input, "nested deeper than " + std::to_string(options_.max_depth), pos);
    count(1, pos);
    Open entry;
    entry.is_dict = is_dict;
    entry.is_untrusted = is_untrusted;
    entry.pos = pos;
    entry.anchor = anchor;
    entry.nodes_before = nodes_;
    open_.push_back(std::move(entry));
  }

  void close() {
    Open done = std::move(open_.back());
    open_.pop_back();
    if (!done.merged.empty()) done.entries = merged(std::move(done));
    Value value = done.is_dict ? Value(std::move(done.entries)) : Value(std::move(done.items));
    if (done.is_untrusted || !options_.trusted) value = value.untrusted();
    if (done.anchor != 0) anchors_[done.anchor].nodes = nodes_ - done.nodes_before + 1;
    add(value.at(done.pos), done.anchor);
  }

  // The merged keys come first, as PyYAML flattens them; the dict's own win.
  static Dict merged(Open done) {
    Dict all;
    for (const Value& source : done.merged)
      for (const auto& [key, value] : source.dict())
        if (!all.find(key)) all.set(key, value);
    for (const auto& [key, value] : done.entries) all.set(key, value);
    return all;
  }

  void add(Value value, YAML::anchor_t anchor) {
    if (anchor != 0) {
      Anchored& anchored = anchors_[anchor];
      anchored.value = value;
      anchored.nodes = std::max<std::size_t>(anchored.nodes, 1);
    }
    if (open_.empty()) {
      root_ = std::move(value);
      return;
    }
    Open& top = open_.back();
    if (!top.is_dict) {
      top.items.push_back(std::move(value));
    } else if (!top.key) {
      if (value.is_list() || value.is_dict()) refuse_key(value);
      top.key = std::move(value);
    } else {
      add_entry(top, std::move(value));
    }
  }

  static void refuse_key(const Value& key) {
    Error error(Kind::input,
                "a key must be a plain value, this is " + std::string(name_of(key.kind())),
                key.pos());
    if (key.is_dict())
      error.set_hint("a value that begins with '{{' must be quoted: \"{{ name }}\"");
    throw error;
  }

  void add_entry(Open& top, Value value) {
    const Value key = *std::move(top.key);
    top.key.reset();
    if (key.is_string() && key.text() == "<<" && (value.is_dict() || value.is_list())) {
      add_merge(top, value, key.pos());
      return;
    }
    for (const auto& [known, unused] : top.entries) {
      if (top.entries.size() > 64) break;  // found by the index below
      if (known == key) return replace_duplicate(top, known, key, std::move(value));
    }
    if (top.entries.size() > 64 && top.entries.find(key) != nullptr) {
      const auto known = std::find_if(top.entries.begin(), top.entries.end(),
                                      [&](const auto& entry) { return entry.key == key; });
      return replace_duplicate(top, known->key, key, std::move(value));
    }
    top.entries.set(key, std::move(value));
  }

  void replace_duplicate(Open& top, const Value& known, const Value& key, Value value) {
    Error warning(
        Kind::input,
        "the key '" + Dict::key_text(key) + "' stands here a second time, the last one counts",
        key.pos());
    warning.add_context("it stood here before", known.pos());
    diagnostics_.warn(std::move(warning));
    top.entries.set(key, std::move(value));
  }

  static void add_merge(Open& top, const Value& value, Pos pos) {
    if (value.is_dict()) {
      top.merged.push_back(value);
      return;
    }
    for (const Value& one : value.list()) {
      if (!one.is_dict())
        throw Error(Kind::input, "'<<' merges dicts, this is " + std::string(name_of(one.kind())),
                    pos);
      top.merged.push_back(one);
    }
  }

  base::SourceId source_;
  base::Diagnostics& diagnostics_;
  const YamlOptions& options_;
  Value root_;
  std::vector<Open> open_;
  std::map<YAML::anchor_t, Anchored> anchors_;
  std::size_t aliases_ = 0, nodes_ = 0;
  Pos last_quoted_, begin_;
};

Pos place_of(base::SourceId source, std::string_view text, std::size_t offset) {
  const std::string_view before = text.substr(0, offset);
  return {source, static_cast<std::uint32_t>(std::count(before.begin(), before.end(), '\n') + 1),
          static_cast<std::uint32_t>(offset - (before.rfind('\n') + 1) + 1)};
}

// What yaml-cpp would take in silence, or read as something else.
void check_bytes(base::SourceId source, std::string_view text, const YamlOptions& options) {
  if (text.size() > options.max_bytes)
    throw Error(Kind::input,
                "larger than " + std::to_string(options.max_bytes / (1024 * 1024)) + " MiB",
                {source, 1, 1});
  if (text.starts_with("\xFF\xFE") || text.starts_with("\xFE\xFF"))
    throw Error(Kind::input, "this file is UTF-16, UTF-8 is expected", {source, 1, 1});
  if (const std::size_t zero = text.find('\0'); zero != std::string_view::npos)
    throw Error(Kind::input, "a zero byte stands here, this is no text",
                place_of(source, text, zero));
  const auto is_control = [](char byte) {
    return (byte >= 0 && byte < ' ' && byte != '\n' && byte != '\t' && byte != '\r') ||
           byte == 0x7F;
  };
  if (const auto found = std::find_if(text.begin(), text.end(), is_control); found != text.end())
    throw Error(Kind::input, "a control character stands here, YAML allows none",
                place_of(source, text, static_cast<std::size_t>(found - text.begin())));
  if (base::is_utf8(text)) return;
  std::size_t line_begin = 0;
  for (const std::string_view line : base::lines_of(text)) {
    if (!base::is_utf8(line)) {
      throw Error(Kind::input, "this line is not UTF-8", place_of(source, text, line_begin));
    }
    line_begin = text.find('\n', line_begin) + 1;
  }
}

// A depth that the parser itself would exhaust its stack on, counted before it sees the text.
void check_flow_depth(base::SourceId source, std::string_view text, const YamlOptions& options) {
  int depth = 0, deepest = 0;
  std::size_t place = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] == '[' || text[at] == '{') {
      if (++depth > deepest) {
        deepest = depth;
        place = at;
      }
    } else if ((text[at] == ']' || text[at] == '}') && depth > 0) {
      --depth;
    } else if (text[at] == '\n' && depth > 0 &&
               text.substr(at).find_first_of("]}") == std::string_view::npos) {
      depth = 0;
    }
  }
  if (deepest > options.max_depth * 16)
    throw Error(Kind::input, "nested deeper than " + std::to_string(options.max_depth),
                place_of(source, text, place));
}

// yaml-cpp takes the end of the file for the end of an open quote; only the last quoted scalar can
// be one.
void check_quote(std::string_view text, Pos begin) {
  if (!begin.is_known()) return;
  std::size_t at = 0;
  for (std::uint32_t line = 1; line < begin.line; ++line) at = text.find('\n', at) + 1;
  at += begin.column - 1;
  if (at >= text.size()) return;
  const char quote = text[at];
  if (quote != '"' && quote != '\'') return;
  while (++at < text.size()) {
    if (quote == '"' && text[at] == '\\')
      ++at;
    else if (text[at] == quote)
      return;
  }
  throw Error(Kind::input, "the quote that begins here is not closed", begin);
}

// The usual mistakes have a usual cure.
std::string hint_for(std::string_view line, const std::string& message) {
  const std::string_view body = base::trim(line);
  if (line.find('\t') != std::string_view::npos &&
      line.find_first_not_of(" \t") != std::string_view::npos &&
      line.substr(0, line.find_first_not_of(" \t")).find('\t') != std::string_view::npos)
    return "indent with spaces, YAML allows no tabs";
  if (const std::size_t colon = body.find(": {{"); colon != std::string_view::npos)
    return "a value that begins with '{{' must be quoted: \"{{ name }}\"";
  if (message.find("illegal map value") != std::string::npos)
    return "a value that holds ': ' must be quoted, or the line above is indented otherwise";
  if (message.find("end of map") != std::string::npos ||
      message.find("end of sequence") != std::string::npos)
    return "this line is indented otherwise than its neighbours, or a quote or bracket above is "
           "not closed";
  if (body.starts_with("@") || body.find(": @") != std::string_view::npos ||
      body.find(": %") != std::string_view::npos)
    return "a value that begins with '@' or '%' must be quoted";
  return {};
}

[[noreturn]] void refuse(base::SourceId source, const YAML::ParserException& problem) {
  const Pos pos{source, static_cast<std::uint32_t>(problem.mark.line + 1),
                static_cast<std::uint32_t>(problem.mark.column + 1)};
  Error error(Kind::input, "this is not YAML: " + problem.msg, pos);
  error.set_hint(hint_for(base::line_of(source.source(), pos.line), problem.msg));
  throw error;
}

}  // namespace

std::vector<Value> read_yaml_documents(base::SourceId source, base::Diagnostics& diagnostics,
                                       const YamlOptions& options) {
  std::string_view text = source.source().text;
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  check_bytes(source, text, options);
  check_flow_depth(source, text, options);
  std::istringstream stream{std::string(text)};
  std::vector<Value> documents;
  base::Pos last_begin;
  try {
    YAML::Parser parser(stream);
    while (true) {
      Builder builder(source, diagnostics, options);
      if (!parser.HandleNextDocument(builder)) break;
      // yaml-cpp begins with a stray sign again and again.
      if (builder.begin().is_known() && builder.begin() == last_begin)
        throw base::Error(base::Kind::input, "this is not YAML: nothing may stand here",
                          last_begin);
      last_begin = builder.begin();
      check_quote(text, builder.last_quoted());
      documents.push_back(builder.take());
    }
  } catch (const YAML::ParserException& problem) {
    refuse(source, problem);
  }
  return documents;
}

Value read_yaml(base::SourceId source, base::Diagnostics& diagnostics, const YamlOptions& options) {
  std::vector<Value> documents = read_yaml_documents(source, diagnostics, options);
  if (documents.size() > 1)
    throw base::Error(
        base::Kind::input,
        "one document is expected here, this file holds " + std::to_string(documents.size()),
        documents[1].pos());
  return documents.empty() ? Value() : std::move(documents.front());
}

}  // namespace provisioner::value
