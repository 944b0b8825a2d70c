// lineinfile: makes sure that a line is, or is not, in a text file.
#include <fmt/format.h>

#include <algorithm>
#include <functional>

#include "provisioner/base/base/regex.h"
#include "provisioner/node/modules/module.h"
#include "provisioner/node/modules/text_edit.h"

namespace provisioner::modules {
namespace {

using Lines = std::vector<std::string>;

struct Edit {
  Lines lines;
  std::string message;  // "" where nothing changed
};

// What `line`, `regexp`, `insertafter` ... found in the file.
struct Found {
  std::optional<std::size_t> line;   // the one to replace
  std::optional<std::size_t> place;  // where to insert
  std::optional<std::size_t> exact;  // the wanted line itself, where the pattern matches nothing
};

std::string without_end(const std::string& line) {
  return line.substr(0, line.find_last_not_of("\r\n") + 1);
}

// A pattern that has no meaning ("EOF", "BOF", not given) is no pattern.
std::optional<base::Regex> place_pattern(const Arguments& arguments) {
  const std::string pattern = arguments.has("insertbefore") ? arguments.text("insertbefore")
                                                            : arguments.text("insertafter");
  const bool is_word = pattern.empty() || pattern == "BOF" || pattern == "EOF";
  if (is_word) return std::nullopt;
  return base::Regex(pattern);
}

// Which lines the options mean: by pattern, by text within, or the line itself.
std::function<bool(const std::string&)> line_matcher(const Arguments& arguments) {
  if (arguments.has("regexp"))
    return [pattern = base::Regex(arguments.text("regexp"))](const std::string& line) {
      return pattern.search(line).has_value();
    };
  if (arguments.has("search_string"))
    return [text = arguments.text("search_string")](const std::string& line) {
      return line.find(text) != std::string::npos;
    };
  return [text = without_end(arguments.text("line"))](const std::string& line) {
    return without_end(line) == text;
  };
}

Found find_places(const Arguments& arguments, const Lines& lines) {
  const auto matches = line_matcher(arguments);
  const auto pattern = place_pattern(arguments);
  const std::string wanted = without_end(arguments.text("line"));
  const bool first_only = arguments.boolean("firstmatch");
  const std::size_t after = arguments.has("insertbefore") ? 0 : 1;
  Found found;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (without_end(lines[i]) == wanted) found.exact = i;
    if (matches(lines[i])) {
      found.line = i;
      if (first_only) break;
    } else if (pattern && pattern->search(lines[i])) {
      found.place = i + after;
      if (first_only) break;
    }
  }
  return found;
}

// The line with \1 and \g<name> of the match filled in.
std::string expanded(const Arguments& arguments, const std::string& line) {
  const base::Regex pattern(arguments.text("regexp"));
  const auto match = pattern.search(line);
  const std::string replaced = pattern.replace(line, arguments.text("line"), 1);
  return replaced.substr(match->begin(),
                         replaced.size() - match->begin() - (line.size() - match->end()));
}

Edit replace_line(Lines lines, std::size_t at, std::string line) {
  if (!line.ends_with('\n')) line += '\n';
  if (lines[at] == line) return {std::move(lines), ""};
  lines[at] = std::move(line);
  return {std::move(lines), "line replaced"};
}

Edit insert_line(const Arguments& arguments, Lines lines, const Found& found) {
  const std::string line = arguments.text("line") + "\n";
  const bool at_begin =
      arguments.text("insertbefore") == "BOF" || arguments.text("insertafter") == "BOF";
  std::size_t place = at_begin ? 0 : found.place.value_or(lines.size());
  if (place > 0 && place == lines.size() && !lines.back().ends_with('\n')) lines.back() += '\n';
  lines.insert(lines.begin() + static_cast<std::ptrdiff_t>(place), line);
  return {std::move(lines), "line added"};
}

Edit present(const Arguments& arguments, Lines lines) {
  const Found found = find_places(arguments, lines);
  if (found.line) {
    std::string line = arguments.boolean("backrefs") ? expanded(arguments, lines[*found.line])
                                                     : arguments.text("line");
    return replace_line(std::move(lines), *found.line, std::move(line));
  }
  if (found.exact) return replace_line(std::move(lines), *found.exact, arguments.text("line"));
  if (arguments.boolean("backrefs")) return {std::move(lines), ""};
  return insert_line(arguments, std::move(lines), found);
}

Edit absent(const Arguments& arguments, Lines lines, value::Dict& result) {
  const std::size_t removed = std::erase_if(lines, line_matcher(arguments));
  result.set("found", static_cast<std::int64_t>(removed));
  return {std::move(lines), removed ? fmt::format("{} line(s) removed", removed) : ""};
}

wire::Plan failed_with(std::string message, int rc) {
  wire::Plan plan = failed(std::move(message));
  plan.result.set("rc", rc);
  return plan;
}

void warn_of_empty_pattern(const Arguments& arguments, value::Dict& result) {
  for (std::string_view option : {"regexp", "search_string"})
    if (arguments.has(option) && arguments.text(option).empty())
      result.set(
          "warnings",
          value::List{value::Value(fmt::format(
              "The {} is an empty string, which will match every line in the file. This may have "
              "unintended "
              "consequences, such as replacing the last line in the file rather than appending.{}",
              option == "regexp" ? "regular expression" : "search string",
              option == "regexp" ? " If this is desired, use '^' to match every line in the file "
                                   "and avoid this warning."
                                 : ""))});
}

// What is wrong with the options together; empty where nothing is.
std::string complaint(const Arguments& arguments) {
  const bool has_pattern = arguments.has("regexp") || arguments.has("search_string");
  if (arguments.text("state") == "absent")
    return has_pattern || arguments.has("line")
               ? ""
               : "one of line, search_string, or regexp is required with state=absent";
  if (arguments.boolean("backrefs") && !arguments.has("regexp"))
    return "regexp is required with backrefs=true";
  return arguments.has("line") ? "" : "line is required with state=present";
}

wire::Plan check(const host::HostView& view, const Arguments& arguments) {
  const std::string path = arguments.text("path");
  const bool is_present = arguments.text("state") == "present";
  const auto status = view.status(path, host::Follow::yes);
  if (status && status->type == host::FileType::directory)
    return failed_with(fmt::format("Path {} is a directory !", path), 256);
  if (std::string wrong = complaint(arguments); !wrong.empty()) return failed(std::move(wrong));
  value::Dict result;
  warn_of_empty_pattern(arguments, result);
  if (!status && !is_present) {
    result.set("msg", "file not present");
    return same(std::move(result));
  }
  if (!status && !arguments.boolean("create"))
    return failed_with(fmt::format("Destination {} does not exist !", path), 257);

  TextEdit edit{.path = path,
                .before = view.read_file(path).value_or(""),
                .is_new = !status,
                .backup = arguments.boolean("backup")};
  result.set("backup", "");
  Edit edited = is_present ? present(arguments, split_lines(edit.before))
                           : absent(arguments, split_lines(edit.before), result);
  for (const std::string& line : edited.lines) edit.after += line;
  edit.message = std::move(edited.message);
  edit.is_new = edit.is_new && !edit.message.empty();
  return plan_text_edit(view, arguments, edit, std::move(result));
}

}  // namespace

extern const Module lineinfile_module{
    .spec =
        {.name = "lineinfile",
         .summary = "makes sure that a line is, or is not, in a text file",
         .parameters = {{.name = "path",
                         .type = Type::path,
                         .required = true,
                         .aliases = {"dest", "destfile", "name"}},
                        {.name = "state", .fallback = "present", .choices = {"absent", "present"}},
                        {.name = "regexp", .aliases = {"regex"}},
                        {.name = "search_string"},
                        {.name = "line", .aliases = {"value"}},
                        {.name = "insertafter"},
                        {.name = "insertbefore"},
                        {.name = "backrefs", .type = Type::boolean, .fallback = "no"},
                        {.name = "create", .type = Type::boolean, .fallback = "no"},
                        {.name = "backup", .type = Type::boolean, .fallback = "no"},
                        {.name = "firstmatch", .type = Type::boolean, .fallback = "no"},
                        {.name = "validate"}},
         .constraints = {.mutually_exclusive = {{"insertbefore", "insertafter"},
                                                {"regexp", "search_string"},
                                                {"backrefs", "search_string"}}},
         .common_file_options = true},
    .check = check};

}  // namespace provisioner::modules
