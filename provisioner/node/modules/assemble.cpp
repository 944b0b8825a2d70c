// assemble: one file of the fragments in a directory.
#include <fmt/format.h>

#include <algorithm>

#include "provisioner/base/base/regex.h"
#include "provisioner/base/crypto/digest.h"
#include "provisioner/base/os/files.h"
#include "provisioner/node/modules/file_options.h"
#include "provisioner/node/modules/module.h"

namespace provisioner::modules {
namespace {

// "\n" and the like in a delimiter are what they stand for.
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

// A fragment begins on a line of its own; so does the delimiter between two, and what follows it.
std::string joined(const host::HostView& view, const Arguments& arguments) {
  const std::string directory = arguments.text("src"),
                    delimiter = unescaped(arguments.text("delimiter"));
  std::vector<std::string> names = view.entries(directory).value_or(std::vector<std::string>{});
  std::ranges::sort(names);
  std::string text;
  bool is_first = true, lacks_newline = false;
  for (const std::string& name : names) {
    const bool is_left_out =
        arguments.has("regexp") && !base::Regex(arguments.text("regexp")).search(name);
    if (is_left_out || (arguments.boolean("ignore_hidden") && name.starts_with('.'))) continue;
    const std::string path = os::join_path(directory, name);
    const auto status = view.status(path, host::Follow::yes);
    if (!status || status->type != host::FileType::file) continue;
    const std::string fragment = view.read_file(path).value_or("");
    if (lacks_newline) text += '\n';
    if (!is_first && !delimiter.empty()) {
      text += delimiter;
      if (!delimiter.ends_with('\n')) text += '\n';
    }
    text += fragment;
    is_first = false;
    lacks_newline = !fragment.ends_with('\n');
  }
  return text;
}

wire::Plan check(const host::HostView& view, const Arguments& arguments) {
  const std::string source = arguments.text("src"), path = arguments.text("dest");
  const auto directory = view.status(source, host::Follow::yes);
  if (!directory) return failed(fmt::format("Source ({}) does not exist", source));
  if (directory->type != host::FileType::directory)
    return failed(fmt::format("Source ({}) is not a directory", source));
  const std::string text = joined(view, arguments);
  const auto now = view.status(path, host::Follow::yes);
  const std::string before = now ? view.read_file(path).value_or("") : "";
  const bool is_new_text = !now || before != text;
  const AttributeChange attributes =
      attribute_change(view, arguments, now ? *now : new_file(view, path));
  wire::Plan plan;
  plan.result = {
      {"src", source}, {"dest", path}, {"checksum", crypto::digest("sha1", text)}, {"msg", "OK"}};
  plan.result.set("md5sum", crypto::digest("md5", text));
  if (is_new_text) {
    plan.verdict = wire::Verdict::differs;
    plan.differences.push_back({path, path, before, text, false});
    plan.steps.push_back(wire::WriteFile{.path = path,
                                         .content = {.bytes = text},
                                         .attributes = attributes.wanted,
                                         .backup = arguments.boolean("backup") && now.has_value(),
                                         .validate = validate_command(arguments),
                                         .in_place = arguments.boolean("unsafe_writes")});
  } else if (attributes.is_needed) {
    plan.verdict = wire::Verdict::differs;
    plan.steps.push_back(wire::SetAttributes{path, attributes.wanted, true});
  }
  return plan;
}

}  // namespace

extern const Module assemble_module{
    .spec = {.name = "assemble",
             .summary = "makes one file of the fragments in a directory",
             .parameters = {{.name = "src", .type = Type::path, .required = true},
                            {.name = "dest", .type = Type::path, .required = true},
                            {.name = "delimiter"},
                            {.name = "backup", .type = Type::boolean, .fallback = "no"},
                            {.name = "remote_src", .type = Type::boolean, .fallback = "yes"},
                            {.name = "regexp"},
                            {.name = "ignore_hidden", .type = Type::boolean, .fallback = "no"},
                            {.name = "validate"},
                            {.name = "decrypt", .type = Type::boolean, .fallback = "yes"}},
             .common_file_options = true},
    .check = check};

}  // namespace provisioner::modules
