// What can be said of a template before it is evaluated, and where its errors stand.

#include "provisioner/language/jinja/template_check.h"

#include <algorithm>

#include "provisioner/base/base/edit_distance.h"
#include "provisioner/base/base/text.h"

namespace provisioner::jinja {

using base::Error;
using base::Kind;
using base::Pos;

namespace {

std::string_view rest_of(const base::Source& source, std::uint32_t line) {
  std::string_view rest = source.text;
  for (std::uint32_t at = 1; at < line && !rest.empty(); ++at)
    rest.remove_prefix(std::min(rest.find('\n'), rest.size() - 1) + 1);
  return rest;
}

}  // namespace

Pos place_of(const std::string& text, std::size_t offset, Pos begin) {
  if (!begin.is_known()) return begin;
  const base::Source& source = begin.source.source();
  const std::string_view before = std::string_view(text).substr(0, std::min(offset, text.size()));
  const auto line = static_cast<std::uint32_t>(std::count(before.begin(), before.end(), '\n'));
  const std::size_t line_begin =
      before.rfind('\n') == std::string_view::npos ? 0 : before.rfind('\n') + 1;
  const auto column = static_cast<std::uint32_t>(before.size() - line_begin);
  // A whole template file, perhaps without the first line that sets options.
  if (begin.column == 1 && source_lines(rest_of(source, begin.line)) == text)
    return {begin.source, begin.line + line, column + 1};

  const std::string_view written =
      std::string_view(text).substr(line_begin, text.find('\n', line_begin) - line_begin);
  if (line == 0) {
    const std::string_view first = base::line_of(source, begin.line);
    for (std::uint32_t quote = 0; quote < 2; ++quote)
      if (begin.column - 1 + quote <= first.size() &&
          first.substr(begin.column - 1 + quote).starts_with(written))
        return {begin.source, begin.line, begin.column + quote + column};
  }
  // A block scalar: its lines stand below, indented.
  const std::string_view below = base::line_of(source, begin.line + line + 1);
  const std::size_t indent = below.find_first_not_of(' ');
  if (indent != std::string_view::npos && !written.empty()) {
    const std::size_t at = below.find(written);
    if (at != std::string_view::npos)
      return {begin.source, begin.line + line + 1, static_cast<std::uint32_t>(at + 1) + column};
  }
  return begin;
}

Error syntax_error(const SyntaxError& problem, const std::string& text, Pos begin) {
  return Error(Kind::input, "template error: " + problem.message,
               place_of(text, problem.offset, begin));
}

void place_error(Error& error, const std::string& text, std::size_t offset, Pos begin,
                 Scope& scope) {
  if (error.pos().is_known() || error.kind() == Kind::bug) return;
  Error placed(error.kind(), error.message(), place_of(text, offset, begin));
  if (!error.hint().empty()) placed.set_hint(error.hint());
  const std::string& message = error.message();
  constexpr std::string_view tail = "' is undefined";
  if (message.starts_with('\'') && message.ends_with(tail)) {
    const std::string name = message.substr(1, message.size() - 1 - tail.size());
    const std::vector<std::string> known = scope.names();
    if (const std::string hint = base::suggestion(name, known); !hint.empty())
      placed.set_hint(hint);
  }
  static_cast<Error&>(error) = placed;
}

namespace {

template <class Map>
void require_name(const Map& known, const std::string& kind, const std::string& name, Pos pos,
                  bool is_foreign, base::Diagnostics& diagnostics) {
  if (known.find(short_name(name)) != known.end() || is_foreign) return;
  std::vector<std::string> names;
  for (const auto& [one, unused] : known) names.push_back(one);
  Error error(Kind::input, "there is no " + kind + " '" + name + "'", pos);
  error.set_hint(base::suggestion(short_name(name), names));
  diagnostics.add(std::move(error));
}

}  // namespace

void check_names(const Node& node, const std::string& text, Pos begin,
                 const ForeignPlugins* foreign, base::Diagnostics& diagnostics) {
  const Pos pos = place_of(text, node.offset, begin);
  if (node.kind == NodeKind::filter)
    require_name(filters(), "filter", node.word, pos,
                 foreign != nullptr && foreign->filter(node.word).has_value(), diagnostics);
  if (node.kind == NodeKind::test)
    require_name(tests(), "test", node.word, pos,
                 foreign != nullptr && foreign->test(node.word).has_value(), diagnostics);
  const bool is_lookup = node.kind == NodeKind::call && node.children.size() > 1 &&
                         node.children[0]->kind == NodeKind::name &&
                         (node.children[0]->word == "lookup" || node.children[0]->word == "query" ||
                          node.children[0]->word == "q") &&
                         node.children[1]->kind == NodeKind::constant &&
                         node.children[1]->constant.is_string();
  if (is_lookup) {
    const std::string& name = node.children[1]->constant.text();
    require_name(lookups(), "lookup", name, pos,
                 foreign != nullptr && foreign->lookup(name).has_value(), diagnostics);
  }
  for (const NodePtr& child : node.children)
    if (child) check_names(*child, text, begin, foreign, diagnostics);
}

void collect_names(const Node& node, std::set<std::string>& names) {
  if (node.kind == NodeKind::name && !globals().contains(node.word)) names.insert(node.word);
  for (const NodePtr& child : node.children)
    if (child) collect_names(*child, names);
}

std::string without_overrides(const std::string& text, FileStyle& style) {
  constexpr std::string_view head = "#jinja2:";
  if (!text.starts_with(head)) return text;
  const std::size_t end = text.find('\n');
  const std::string line =
      text.substr(head.size(), end == std::string::npos ? std::string::npos : end - head.size());
  for (const std::string& pair : base::split(line, ',')) {
    const std::size_t colon = pair.find(':');
    if (colon == std::string::npos) continue;
    const std::string key(base::trim(std::string_view(pair).substr(0, colon)));
    std::string value(base::trim(std::string_view(pair).substr(colon + 1)));
    if (value.size() > 1 && (value.front() == '\'' || value.front() == '"'))
      value = value.substr(1, value.size() - 2);
    const bool flag = base::lower_case(value) == "true";
    if (key == "trim_blocks") style.trim_blocks = flag;
    if (key == "lstrip_blocks") style.lstrip_blocks = flag;
    if (key == "newline_sequence")
      style.newline = base::replace_all(base::replace_all(value, "\\n", "\n"), "\\r", "\r");
    if (key == "variable_start_string") style.variable_start = value;
    if (key == "variable_end_string") style.variable_end = value;
    if (key == "block_start_string") style.block_start = value;
    if (key == "block_end_string") style.block_end = value;
    if (key == "comment_start_string") style.comment_start = value;
    if (key == "comment_end_string") style.comment_end = value;
  }
  return end == std::string::npos ? std::string() : text.substr(end + 1);
}

}  // namespace provisioner::jinja
