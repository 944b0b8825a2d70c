// What copying a content and copying a file of the node have in common.
#include "provisioner/base/os/files.h"
#include "provisioner/node/modules/copy/copy_task.h"
#include "provisioner/node/modules/text_edit.h"

namespace provisioner::modules {
namespace {

auto settle(Phase phase) {
  return phase == Phase::check ? known_attribute_change : attribute_change;
}

// "x/" where x is no directory: the system will say so.
bool is_file(const host::HostView& view, std::string path) {
  while (path.ends_with('/')) path.pop_back();
  return view.status(path, host::Follow::yes).has_value();
}

}  // namespace

bool holds(const host::HostView& view, const std::string& path, const CopySource& source) {
  const auto status = view.status(path, host::Follow::yes);
  if (!status || status->type != host::FileType::file) return false;
  if (!source.content.bytes.empty() && status->size != source.content.bytes.size()) return false;
  const bool by_sha1 = !source.sha1.empty();
  return view.digest(path, by_sha1 ? "sha1" : "sha256") == (by_sha1 ? source.sha1 : source.sha256);
}

std::string destination(const host::HostView& view, const Arguments& arguments,
                        const CopySource& source) {
  const std::string dest = arguments.text("dest");
  const auto status = view.status(dest, host::Follow::yes);
  const bool is_directory = status ? status->type == host::FileType::directory
                                   : dest.ends_with('/') && !is_file(view, dest);
  return is_directory && !source.name.empty() ? os::join_path(dest, source.name) : dest;
}

std::vector<wire::Step> directory_steps(const host::HostView& view, const Arguments& arguments,
                                        const std::string& path, Phase phase) {
  std::vector<wire::Step> steps = missing_parents(view, path);
  value::Dict options = arguments.values();
  options.set("mode", arguments.raw("directory_mode"));
  const Arguments of_directory(std::move(options));
  for (wire::Step& step : steps) {
    auto& made = std::get<wire::MakeDirectory>(step);
    made.attributes = settle(phase)(view, of_directory, new_directory(view, made.path)).wanted;
  }
  return steps;
}

wire::WriteFile write_step(const host::HostView& view, const Arguments& arguments,
                           const std::string& path, const CopySource& source, Phase phase) {
  const auto status = view.status(path, host::Follow::no);
  const bool is_replaced = status && status->type == host::FileType::file;
  wire::WriteFile write;
  write.path = path;
  write.content = source.content;
  write.attributes =
      settle(phase)(view, arguments, is_replaced ? *status : new_file(view, path)).wanted;
  write.backup = arguments.boolean("backup") && view.status(path, host::Follow::yes).has_value();
  write.validate = validate_command(arguments);
  write.in_place = arguments.boolean("unsafe_writes");
  return write;
}

}  // namespace provisioner::modules
