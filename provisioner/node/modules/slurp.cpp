// slurp: a file's content in base64.
#include <fmt/format.h>

#include "provisioner/base/base/text.h"
#include "provisioner/node/modules/module.h"

namespace provisioner::modules {
namespace {

wire::Plan check(const host::HostView& view, const Arguments& arguments) {
  const std::string path = arguments.text("src");
  const auto status = view.status(path, host::Follow::yes);
  if (!status) return failed("file not found: " + path);
  if (status->type == host::FileType::directory)
    return failed("source is a directory and must be a file: " + path);
  if (!view.is_accessible(path, 4)) return failed("file is not readable: " + path);
  const auto content = view.read_file(path);
  if (!content) return failed("file not found: " + path);
  wire::Plan plan;
  plan.verdict = wire::Verdict::read;
  plan.result.set("content", base::base64_encode(*content));
  plan.result.set("source", path);
  plan.result.set("encoding", "base64");
  return plan;
}

}  // namespace

extern const Module slurp_module{
    .spec = {.name = "slurp",
             .summary = "reads a file of a node",
             .kind = ModuleKind::read,
             .parameters =
                 {{.name = "src", .type = Type::path, .required = true, .aliases = {"path"}}}},
    .check = check};

}  // namespace provisioner::modules
