// YAML 1.1 as Ansible reads it: libyaml's events, and bounds, duplicates and meaning of our own.

#include "provisioner/base/value/read_yaml.h"

#include <algorithm>
#include <charconv>
#include <map>

#include "provisioner/base/base/secret.h"
#include "provisioner/base/base/text.h"
#include "provisioner/base/value/yaml_events.h"

namespace provisioner::value {
namespace {

using base::Error;
using base::Kind;
using base::Pos;

constexpr std::string_view standard = "tag:yaml.org,2002:";

// What Python's float() takes beyond YAML's own forms: 1e5.
std::optional<double> real_in(std::string_view text) {
  double real = 0;
  if (text.starts_with('+')) text.remove_prefix(1);
  const auto read = std::from_chars(text.data(), text.data() + text.size(), real);
  const bool is_whole = read.ec == std::errc() && read.ptr == text.data() + text.size();
  return is_whole ? std::optional(real) : std::nullopt;
}

// Builds the tree of one document.
class Builder {
 public:
  Builder(base::Diagnostics& diagnostics, const YamlOptions& options)
      : diagnostics_(diagnostics), options_(options) {}

  Value take() { return std::move(root_); }

  void take(YamlEvent event) {
    using enum YamlEvent::Kind;
    switch (event.kind) {
      case alias:
        return take_alias(event);
      case scalar: {
        count(1, event.pos);
        name(event);
        return add(scalar_value(event).at(event.pos), event.anchor);
      }
      case list:
      case dict:
        return open(std::move(event));
      case list_end:
      case dict_end:
        return close();
      default:
        return;
    }
  }

 private:
  struct Open {
    bool is_dict = false;
    bool is_untrusted = false;
    Pos pos;
    std::string anchor;
    std::size_t nodes_before = 0;
    std::optional<Value> key;
    bool is_merge = false;  // the key is a plain "<<"
    List items;
    Dict entries;
    Dict merged;  // by "<<", weaker than the dict's own keys
  };
  struct Anchored {
    std::optional<Value> value;  // not there while it is being read
    std::size_t nodes = 1;
  };

  void take_alias(const YamlEvent& event) {
    const auto found = anchors_.find(event.anchor);
    if (found == anchors_.end())
      throw Error(Kind::input, "there is no anchor '&" + event.anchor + "' above this alias",
                  event.pos);
    if (!found->second.value)
      throw Error(Kind::input, "an alias stands inside the value it names", event.pos);
    if (++aliases_ > options_.max_aliases)
      throw Error(Kind::input, "more than " + std::to_string(options_.max_aliases) + " aliases",
                  event.pos);
    count(found->second.nodes, event.pos);
    add(*found->second.value, {});
  }

  // An anchor is known from where it stands.
  void name(const YamlEvent& event) {
    if (event.anchor.empty() || anchors_.try_emplace(event.anchor).second) return;
    throw Error(Kind::input, "the anchor '&" + event.anchor + "' stands here a second time",
                event.pos);
  }

  void count(std::size_t nodes, Pos pos) {
    nodes_ += nodes;
    if (nodes_ > options_.max_nodes)
      throw Error(
          Kind::input,
          "more than " + std::to_string(options_.max_nodes) + " values after aliases are resolved",
          pos);
  }

  bool is_key_next() const { return !open_.empty() && open_.back().is_dict && !open_.back().key; }

  Value scalar_value(const YamlEvent& event) {
    const std::string& tag = event.tag;
    if (event.is_plain) return plain_value(event);
    if (tag.empty() || tag == "!" || tag == std::string(standard) + "str")
      return options_.trusted ? Value(event.text) : Value(event.text).untrusted();
    if (tag == "!vault" || tag == "!vault-encrypted") return Value::sealed(event.text);
    if (tag == "!unsafe") return Value(event.text).untrusted();
    if (tag.starts_with(standard))
      return standard_scalar(tag.substr(standard.size()), event.text, event.pos);
    throw unknown_tag(tag, event.pos);
  }

  // "=" and "<<" are types of their own in YAML 1.1, which only a key may be.
  Value plain_value(const YamlEvent& event) {
    const std::string& text = event.text;
    if ((text == "=" || text == "<<") && !is_key_next()) {
      Error error(Kind::input, "a lone '" + text + "' is no value in YAML", event.pos);
      throw error.set_hint("quote it: '" + text + "'");
    }
    if (is_key_next() && text == "<<") open_.back().is_merge = true;
    if (const std::string meant = looks_like(text); !meant.empty()) {
      Error error(Kind::input, "'" + text + "' is written like " + meant + ", and is none",
                  event.pos);
      throw error.set_hint("quote it, if it is meant to be a text");
    }
    const Value value = resolve_plain_scalar(text);
    return options_.trusted ? value : value.untrusted();
  }

  Value standard_scalar(const std::string& tag, const std::string& text, Pos pos) {
    if (tag == "null") return {};
    const bool is_number = tag == "int" || tag == "float";
    const Value plain = resolve_plain_scalar(is_number ? base::trim(text) : text);
    if (tag == "float" && plain.is_integer()) return Value(static_cast<double>(plain.integer()));
    if (tag == "float" && plain.is_string())
      if (const auto real = real_in(plain.text())) return Value(*real);
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

  void open(YamlEvent event) {
    const bool is_dict = event.kind == YamlEvent::Kind::dict;
    const bool is_untrusted = event.tag == "!unsafe";
    const bool is_known = is_untrusted || event.tag.empty() || event.tag == "!" ||
                          event.tag == std::string(standard) + (is_dict ? "map" : "seq");
    if (!is_known) throw unknown_tag(event.tag, event.pos);
    if (open_.size() == static_cast<std::size_t>(options_.max_depth))
      throw Error(Kind::input, "nested deeper than " + std::to_string(options_.max_depth),
                  event.pos);
    count(1, event.pos);
    name(event);
    Open entry;
    entry.is_dict = is_dict;
    entry.is_untrusted = is_untrusted;
    entry.pos = event.pos;
    entry.anchor = std::move(event.anchor);
    entry.nodes_before = nodes_;
    open_.push_back(std::move(entry));
  }

  void close() {
    Open done = std::move(open_.back());
    open_.pop_back();
    if (!done.merged.is_empty()) {
      for (const auto& [key, value] : done.entries) done.merged.set(key, value);
      done.entries = std::move(done.merged);
    }
    Value value = done.is_dict ? Value(std::move(done.entries)) : Value(std::move(done.items));
    if (done.is_untrusted || !options_.trusted) value = value.untrusted();
    if (!done.anchor.empty()) anchors_[done.anchor].nodes = nodes_ - done.nodes_before + 1;
    add(value.at(done.pos), done.anchor);
  }

  void add(Value value, const std::string& anchor) {
    if (!anchor.empty()) anchors_[anchor].value = value;
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
    if (std::exchange(top.is_merge, false)) return add_merge(top, value);
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

  // PyYAML's order: what is merged stands before the dict's own keys, of a list the first counts
  // and stands last.
  static void add_merge(Open& top, const Value& value) {
    const List sources = value.is_list() ? value.list() : List{value};
    for (auto source = sources.rbegin(); source != sources.rend(); ++source) {
      if (!source->is_dict())
        throw Error(Kind::input,
                    "'<<' merges dicts, this is " + std::string(name_of(source->kind())),
                    source->pos());
      for (const auto& [key, member] : source->dict()) top.merged.set(key, member);
    }
  }

  base::Diagnostics& diagnostics_;
  const YamlOptions& options_;
  Value root_;
  std::vector<Open> open_;
  std::map<std::string, Anchored> anchors_;
  std::size_t aliases_ = 0, nodes_ = 0;
};

Pos place_of(base::SourceId source, std::string_view text, std::size_t offset) {
  const std::string_view before = text.substr(0, offset);
  return {source, static_cast<std::uint32_t>(std::count(before.begin(), before.end(), '\n') + 1),
          static_cast<std::uint32_t>(offset - (before.rfind('\n') + 1) + 1)};
}

// What libyaml would say less clearly of.
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

std::vector<Value> documents_in(std::string_view text, base::SourceId source,
                                base::Diagnostics& diagnostics, const YamlOptions& options) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  check_bytes(source, text, options);
  std::vector<Value> documents;
  YamlEvents events(source, text);
  std::optional<Builder> builder;
  while (std::optional<YamlEvent> event = events.next()) {
    if (event->kind == YamlEvent::Kind::document)
      builder.emplace(diagnostics, options);
    else if (event->kind == YamlEvent::Kind::document_end)
      documents.push_back(builder->take());
    else
      builder->take(*std::move(event));
  }
  return documents;
}

}  // namespace

void keep_from_sight(const Value& opened) {
  constexpr std::size_t shortest = 8;
  if (opened.is_string() && opened.text().size() >= shortest) base::Secret{opened.text()};
  if (opened.is_list())
    for (const Value& item : opened.list()) keep_from_sight(item);
  if (opened.is_dict())
    for (const auto& [key, member] : opened.dict()) keep_from_sight(member);
}

std::vector<Value> read_yaml_documents(base::SourceId source, base::Diagnostics& diagnostics,
                                       const YamlOptions& options) {
  std::vector<Value> documents = documents_in(source.source().text, source, diagnostics, options);
  if (source.source().is_secret)
    for (const Value& document : documents) keep_from_sight(document);
  return documents;
}

std::vector<Value> read_yaml_text(const std::string& text, const std::string& name,
                                  const YamlOptions& options) {
  base::Diagnostics unheard;
  try {
    return documents_in(text, {}, unheard, options);
  } catch (const Error&) {
    return documents_in(text, base::register_source(name, text), unheard, options);
  }
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
