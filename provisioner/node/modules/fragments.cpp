// Fragments of a directory as one text.

#include "provisioner/node/modules/fragments.h"

#include <algorithm>

#include "provisioner/base/base/regex.h"

namespace provisioner::modules {
namespace {

std::string unescaped(const std::string& text) {
  std::string out;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char next = at + 1 < text.size() ? text[at + 1] : '\0';
    const bool is_escape =
        text[at] == '\\' && (next == 'n' || next == 't' || next == 'r' || next == '\\');
    out += !is_escape    ? text[at]
           : next == 'n' ? '\n'
           : next == 't' ? '\t'
           : next == 'r' ? '\r'
                         : '\\';
    if (is_escape) ++at;
  }
  return out;
}

}  // namespace

std::vector<Parameter> assemble_parameters() {
  return {{.name = "src", .type = Type::path, .required = true},
          {.name = "dest", .type = Type::path, .required = true},
          {.name = "delimiter"},
          {.name = "backup", .type = Type::boolean, .fallback = "no"},
          {.name = "remote_src", .type = Type::boolean, .fallback = "yes"},
          {.name = "regexp"},
          {.name = "ignore_hidden", .type = Type::boolean, .fallback = "no"},
          {.name = "validate"},
          {.name = "decrypt", .type = Type::boolean, .fallback = "yes"}};
}

std::vector<std::string> fragment_names(std::vector<std::string> entries,
                                        const Arguments& arguments) {
  std::optional<base::Regex> wanted;
  if (arguments.has("regexp")) wanted.emplace(arguments.text("regexp"));
  std::erase_if(entries, [&](const std::string& name) {
    return (wanted && !wanted->search(name)) ||
           (arguments.boolean("ignore_hidden") && name.starts_with('.'));
  });
  std::ranges::sort(entries);
  return entries;
}

std::string joined_fragments(const std::vector<std::string>& fragments,
                             const std::string& delimiter, bool always_breaks) {
  const std::string between = unescaped(delimiter);
  std::string text;
  for (std::size_t at = 0; at < fragments.size(); ++at) {
    if (at > 0 && !fragments[at - 1].ends_with('\n')) text += '\n';
    if (at > 0 && !between.empty()) {
      text += between;
      if (always_breaks || !between.ends_with('\n')) text += '\n';
    }
    text += fragments[at];
  }
  return text;
}

}  // namespace provisioner::modules
