// INI inventories: sections of hosts, children and vars.

#include <map>
#include <optional>

#include "provisioner/base/base/edit_distance.h"
#include "provisioner/base/base/regex.h"
#include "provisioner/base/base/text.h"
#include "provisioner/language/inventory/ini_words.h"
#include "provisioner/language/inventory/python_literal.h"
#include "provisioner/language/inventory/sources.h"

namespace provisioner::inventory {
namespace {

using base::Error;
using base::Kind;
using base::Pos;
using value::Value;

Value value_of(const std::string& text, Pos pos) {
  const std::optional<Value> literal = python_literal(text);
  return (literal ? *literal : Value(text)).at(pos);
}

Pos shifted(Pos pos, std::size_t offset) {
  pos.column += static_cast<std::uint32_t>(offset);
  return pos;
}

class IniReader {
 public:
  IniReader(Reading& reading, base::SourceId source) : reading_(reading), source_(source) {}

  void read() {
    std::uint32_t number = 0;
    for (const std::string_view line : base::lines_of(source_.source().text)) {
      ++number;
      const std::string_view body = base::trim(line);
      if (body.empty() || body.front() == '#' || body.front() == ';') continue;
      const Pos pos{source_, number, static_cast<std::uint32_t>(body.data() - line.data()) + 1};
      try {
        read_line(body, pos);
      } catch (const Error& error) {
        reading_.diagnostics.add(error);
      }
    }
    report_undefined();
  }

 private:
  enum class State { hosts, children, vars, skipped };
  struct Awaited {  // a group that is named before it is defined
    Pos pos;
    bool is_child = false;
    std::vector<std::string> parents;
  };

  void read_line(std::string_view line, Pos pos) {
    static const base::Regex section(R"(^\[([^:\]\s]+)(?::(\w+))?\]\s*(?:#.*)?$)");
    if (const auto match = section.match_start(line)) {
      state_ = State::skipped;
      return begin_section(*base::group_text(*match, line, 1), base::group_text(*match, line, 2),
                           pos);
    }
    if (line.front() == '[' && line.back() == ']') {
      state_ = State::skipped;
      Error error(Kind::input, "the section '" + std::string(line) + "' cannot be read", pos);
      error.set_hint("a section is [group], [group:children] or [group:vars], without blanks");
      throw error;
    }
    if (state_ == State::hosts) read_host(line, pos);
    if (state_ == State::children) read_child(line, pos);
    if (state_ == State::vars) read_variable(line, pos);
  }

  void begin_section(const std::string& group, const std::optional<std::string>& kind, Pos pos) {
    const std::vector<std::string> kinds{"hosts", "children", "vars"};
    if (kind && *kind != "hosts" && *kind != "children" && *kind != "vars") {
      Error error(Kind::input, "a section has no kind '" + *kind + "'",
                  shifted(pos, group.size() + 2));
      error.set_hint(base::suggestion(*kind, kinds));
      throw error;
    }
    group_ = group;
    state_ = !kind || *kind == "hosts" ? State::hosts
             : *kind == "children"     ? State::children
                                       : State::vars;
    const auto awaited = awaited_.find(group);
    if (state_ == State::vars && !reading_.graph.has_group(group) && awaited == awaited_.end())
      awaited_[group] = {pos, false, {}};
    reading_.graph.add_group(group, shifted(pos, 1));
    if (state_ == State::vars || awaited == awaited_.end()) return;
    const Awaited found = awaited->second;
    awaited_.erase(awaited);
    for (const std::string& parent : found.parents)
      reading_.graph.add_child(parent, group, found.pos);
  }

  void read_host(std::string_view line, Pos pos) {
    const std::vector<Word> words = split_words(line, pos);
    if (words.empty()) return;
    const std::string& pattern = words.front().text;
    if (pattern.ends_with(':')) {
      Error error(Kind::input, "a host's name may not end in ':'", pos);
      throw error.set_hint("':' stands before a port: " + pattern +
                           "22; a file in YAML is named .yml");
    }
    if (pattern.starts_with("---")) {
      Error error(Kind::input, "'---' is no host", pos);
      throw error.set_hint("a file in YAML is named .yml or .yaml");
    }
    value::Dict variables;
    for (std::size_t at = 1; at < words.size(); ++at) {
      const Word& word = words[at];
      const std::size_t equals = word.text.find('=');
      if (equals == std::string::npos) {
        Error error(Kind::input, "key=value is expected behind a host, found '" + word.text + "'",
                    shifted(pos, word.offset));
        throw error.set_hint("a value with blanks is quoted: key=\"some words\"");
      }
      const Pos at_key = shifted(pos, word.offset);
      variables.set(Value(word.text.substr(0, equals)).at(at_key),
                    value_of(word.text.substr(equals + 1), shifted(at_key, equals + 1)));
    }
    add_hosts(reading_, pattern, Value(std::move(variables)).at(pos), group_, pos);
  }

  void read_child(std::string_view line, Pos pos) {
    static const base::Regex name(R"(^([^:\]\s]+)\s*(?:#.*)?$)");
    const auto match = name.match_start(line);
    if (!match)
      throw Error(Kind::input, "a group's name is expected, found '" + std::string(line) + "'",
                  pos);
    const std::string child = *base::group_text(*match, line, 1);
    if (reading_.graph.has_group(child)) return reading_.graph.add_child(group_, child, pos);
    Awaited& awaited = awaited_.try_emplace(child, Awaited{pos, true, {}}).first->second;
    awaited.parents.push_back(group_);
  }

  void read_variable(std::string_view line, Pos pos) {
    const std::size_t equals = line.find('=');
    if (equals == std::string_view::npos)
      throw Error(Kind::input, "key=value is expected, found '" + std::string(line) + "'", pos);
    const std::string_view key = base::trim(line.substr(0, equals)),
                           text = base::trim(line.substr(equals + 1));
    const Pos at_value =
        shifted(pos, text.empty() ? equals : static_cast<std::size_t>(text.data() - line.data()));
    reading_.graph.set_variable(group_, Value(key).at(pos), value_of(std::string(text), at_value));
  }

  void report_undefined() {
    std::vector<std::string> known;
    for (const Graph::GroupNode& group : reading_.graph.groups()) known.push_back(group.name);
    for (const auto& [name, awaited] : awaited_) {
      Error error = awaited.is_child
                        ? Error(Kind::input,
                                "[" + awaited.parents.front() +
                                    ":children] names a group that is not there: '" + name + "'",
                                awaited.pos)
                        : Error(Kind::input, "[" + name + ":vars] is for a group that is not there",
                                awaited.pos);
      std::erase(known, name);
      error.set_hint(base::suggestion(name, known));
      reading_.diagnostics.add(std::move(error));
    }
  }

  Reading& reading_;
  base::SourceId source_;
  State state_ = State::hosts;
  std::string group_ = "ungrouped";
  std::map<std::string, Awaited> awaited_;
};

}  // namespace

void read_ini_source(Reading& reading, base::SourceId source) { IniReader(reading, source).read(); }

}  // namespace provisioner::inventory
