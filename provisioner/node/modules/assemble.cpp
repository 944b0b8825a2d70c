// assemble: one file of the fragments in a directory.
#include <fmt/format.h>

#include "provisioner/base/crypto/digest.h"
#include "provisioner/base/os/files.h"
#include "provisioner/node/modules/file_options.h"
#include "provisioner/node/modules/fragments.h"
#include "provisioner/node/modules/module.h"

namespace provisioner::modules {
namespace {

std::string joined(const host::HostView& view, const Arguments& arguments) {
  const std::string directory = arguments.text("src");
  std::vector<std::string> fragments;
  for (const std::string& name :
       fragment_names(view.entries(directory).value_or(std::vector<std::string>{}), arguments)) {
    const std::string path = os::join_path(directory, name);
    const auto status = view.status(path, host::Follow::yes);
    if (status && status->type == host::FileType::file)
      fragments.push_back(view.read_file(path).value_or(""));
  }
  return joined_fragments(fragments, arguments.text("delimiter"));
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
             .parameters = assemble_parameters(),
             .common_file_options = true},
    .check = check};

}  // namespace provisioner::modules
