// blockinfile: makes sure that a block of lines stands between two marker lines of a text file.
#include <fmt/format.h>

#include "provisioner/base/base/regex.h"
#include "provisioner/base/base/text.h"
#include "provisioner/node/modules/module.h"
#include "provisioner/node/modules/text_edit.h"

namespace provisioner::modules {
namespace {

using Lines = std::vector<std::string>;

// Lines as Python splits bytes: after "\n", "\r\n" or a lone "\r".
Lines lines_with_ends(const std::string& text) {
  Lines lines;
  for (std::size_t begin = 0; begin < text.size();) {
    std::size_t end = std::min(text.find_first_of("\r\n", begin), text.size() - 1);
    if (text[end] == '\r' && end + 1 < text.size() && text[end + 1] == '\n') ++end;
    lines.push_back(text.substr(begin, end + 1 - begin));
    begin = end + 1;
  }
  return lines;
}

std::string marker_line(const Arguments& arguments, std::string_view which) {
  return base::replace_all(arguments.text("marker"), "{mark}", arguments.text(which)) + "\n";
}

// The block with its markers; nothing where it is to be gone.
Lines block_lines(const Arguments& arguments) {
  std::string block = arguments.text("block");
  if (arguments.text("state") != "present" || block.empty()) return {};
  if (!block.ends_with('\n')) block += '\n';
  Lines lines = lines_with_ends(block);
  lines.insert(lines.begin(), marker_line(arguments, "marker_begin"));
  lines.push_back(marker_line(arguments, "marker_end"));
  return lines;
}

// Where a new block goes: by pattern after or before its last match, at the beginning, or at the
// end.
std::size_t place_for(const Arguments& arguments, const Lines& lines) {
  const bool is_before = arguments.has("insertbefore");
  const std::string pattern = arguments.text(is_before ? "insertbefore" : "insertafter");
  if (is_before && pattern == "BOF") return 0;
  if (pattern.empty() || (!is_before && pattern == "EOF")) return lines.size();
  const base::Regex expression(pattern);
  for (std::size_t i = lines.size(); i > 0; --i)
    if (expression.search(lines[i - 1])) return is_before ? i - 1 : i;
  return lines.size();
}

std::optional<std::size_t> last_of(const Lines& lines, const std::string& wanted) {
  for (std::size_t i = lines.size(); i > 0; --i)
    if (lines[i - 1] == wanted) return i - 1;
  return std::nullopt;
}

// Takes the old block out and answers where it was.
std::size_t take_out(const Arguments& arguments, Lines& lines) {
  const auto begin = last_of(lines, marker_line(arguments, "marker_begin"));
  const auto end = last_of(lines, marker_line(arguments, "marker_end"));
  if (!begin || !end) return place_for(arguments, lines);
  const auto [first, last] = std::minmax(*begin, *end);
  lines.erase(lines.begin() + static_cast<std::ptrdiff_t>(first),
              lines.begin() + static_cast<std::ptrdiff_t>(last + 1));
  return first;
}

void edit_text(const Arguments& arguments, TextEdit& edit) {
  Lines lines = lines_with_ends(edit.before);
  const Lines block = block_lines(arguments);
  const std::size_t place = take_out(arguments, lines);
  if (place > 0 && !lines[place - 1].ends_with('\n')) lines[place - 1] += '\n';
  lines.insert(lines.begin() + static_cast<std::ptrdiff_t>(place), block.begin(), block.end());
  edit.after = base::join(lines, "");
  if (edit.is_new)
    edit.message = "File created";
  else if (edit.after != edit.before)
    edit.message = block.empty() ? "Block removed" : "Block inserted";
}

wire::Plan refused(const std::string& path, std::string_view why, int rc) {
  wire::Plan plan = failed(fmt::format("Path {} {} !", path, why));
  plan.result.set("rc", rc);
  return plan;
}

wire::Plan check(const host::HostView& view, const Arguments& arguments) {
  const std::string path = arguments.text("path");
  const auto status = view.status(path, host::Follow::yes);
  if (status && status->type == host::FileType::directory)
    return refused(path, "is a directory", 256);
  if (!status && !arguments.boolean("create")) return refused(path, "does not exist", 257);
  if (!status && arguments.text("state") == "absent")
    return same({{"msg", fmt::format("File {} not present", path)}});
  TextEdit edit{.path = path,
                .before = view.read_file(path).value_or(""),
                .is_new = !status,
                .backup = arguments.boolean("backup")};
  edit_text(arguments, edit);
  return plan_text_edit(view, arguments, edit, {});
}

}  // namespace

extern const Module blockinfile_module{
    .spec =
        {.name = "blockinfile",
         .summary = "makes sure that a marked block of lines is, or is not, in a text file",
         .parameters = {{.name = "path",
                         .type = Type::path,
                         .required = true,
                         .aliases = {"dest", "destfile", "name"}},
                        {.name = "state", .fallback = "present", .choices = {"absent", "present"}},
                        {.name = "marker", .fallback = "# {mark} ANSIBLE MANAGED BLOCK"},
                        {.name = "block", .aliases = {"content"}},
                        {.name = "insertafter"},
                        {.name = "insertbefore"},
                        {.name = "create", .type = Type::boolean, .fallback = "no"},
                        {.name = "backup", .type = Type::boolean, .fallback = "no"},
                        {.name = "validate"},
                        {.name = "marker_begin", .fallback = "BEGIN"},
                        {.name = "marker_end", .fallback = "END"}},
         .constraints = {.mutually_exclusive = {{"insertbefore", "insertafter"}}},
         .common_file_options = true},
    .check = check};

}  // namespace provisioner::modules
