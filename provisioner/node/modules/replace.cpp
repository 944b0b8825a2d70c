// replace: every match of a pattern in a text file becomes another text.
#include <fmt/format.h>

#include "provisioner/base/base/error.h"
#include "provisioner/base/base/regex.h"
#include "provisioner/node/modules/module.h"
#include "provisioner/node/modules/text_edit.h"

namespace provisioner::modules {
namespace {

using Span = std::pair<std::size_t, std::size_t>;

// The pattern whose group "subsection" is the part of the file that `after` and `before` leave; ""
// for all of it.
std::string section_pattern(const Arguments& arguments) {
  const std::string after = arguments.text("after"), before = arguments.text("before");
  if (!after.empty() && !before.empty())
    return fmt::format("{}(?P<subsection>.*?){}", after, before);
  if (!after.empty()) return after + "(?P<subsection>.*)";
  return before.empty() ? "" : "(?P<subsection>.*)" + before;
}

std::optional<Span> section_of(const std::string& pattern, const std::string& text) {
  if (pattern.empty()) return Span{0, text.size()};
  const base::Regex expression(pattern, base::Regex::dot_all);
  const auto match = expression.search(text);
  if (!match) return std::nullopt;
  for (const auto& [name, group] : expression.group_names())
    if (name == "subsection") return match->groups.at(group);
  return std::nullopt;
}

wire::Plan refused(const std::string& path, std::string_view why, int rc) {
  wire::Plan plan = failed(fmt::format("Path {} {} !", path, why));
  plan.result.set("rc", rc);
  return plan;
}

// As plan_text_edit, with the one difference that this module shows, and only where the text
// changes.
wire::Plan plan_replacement(const host::HostView& view, const Arguments& arguments,
                            const TextEdit& edit) {
  wire::Plan plan = plan_text_edit(view, arguments, edit, {});
  plan.differences.clear();
  if (edit.before != edit.after)
    plan.differences.push_back({edit.path, edit.path, edit.before, edit.after, false});
  plan.result.erase("diff");
  plan.result.set("rc", 0);
  return plan;
}

wire::Plan check(const host::HostView& view, const Arguments& arguments) {
  const std::string path = arguments.text("path");
  const auto status = view.status(path, host::Follow::yes);
  if (status && status->type == host::FileType::directory)
    return refused(path, "is a directory", 256);
  const auto text = view.read_file(path);
  if (!text) return refused(path, "does not exist", 257);
  TextEdit edit{
      .path = path, .before = *text, .after = *text, .backup = arguments.boolean("backup")};

  const std::string pattern = section_pattern(arguments);
  const auto section = section_of(pattern, *text);
  if (!section)
    return same(
        {{"rc", 0},
         {"msg", "Pattern for before/after params did not match the given file: " + pattern}});
  const auto [begin, end] = *section;
  const std::string part = text->substr(begin, end - begin);
  const base::Regex expression(arguments.text("regexp"), base::Regex::multiline);
  const std::size_t count = expression.find_all(part).size();
  if (count > 0) {
    edit.after = text->substr(0, begin) + expression.replace(part, arguments.text("replace")) +
                 text->substr(end);
    if (edit.after != edit.before) edit.message = fmt::format("{} replacements made", count);
  }
  return plan_replacement(view, arguments, edit);
}

}  // namespace

extern const Module replace_module{
    .spec = {.name = "replace",
             .summary = "replaces every match of a pattern in a text file",
             .parameters = {{.name = "path",
                             .type = Type::path,
                             .required = true,
                             .aliases = {"dest", "destfile", "name"}},
                            {.name = "regexp", .required = true},
                            {.name = "replace", .fallback = ""},
                            {.name = "after"},
                            {.name = "before"},
                            {.name = "backup", .type = Type::boolean, .fallback = "no"},
                            {.name = "validate"},
                            {.name = "encoding", .fallback = "utf-8"}},
             .common_file_options = true},
    .check = check};

}  // namespace provisioner::modules
