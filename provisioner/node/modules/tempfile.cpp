// tempfile: a new file or directory of a name that nobody had.
#include "provisioner/base/crypto/digest.h"
#include "provisioner/base/os/files.h"
#include "provisioner/node/modules/module.h"

namespace provisioner::modules {
namespace {

constexpr std::size_t random_letters = 8;

std::string directory_for(const host::HostView& view, const Arguments& arguments) {
  if (arguments.has("path")) return arguments.text("path");
  for (const char* name : {"TMPDIR", "TEMP", "TMP"})
    if (const auto path = view.environment(name); path && view.is_accessible(*path, 2))
      return *path;
  return view.is_accessible("/tmp", 2) ? "/tmp" : "/var/tmp";
}

wire::Plan check(const host::HostView&, const Arguments&) {
  wire::Plan plan;
  plan.verdict = wire::Verdict::will_run;
  plan.result = {{"skipped", true},
                 {"changed", false},
                 {"msg", "remote module (tempfile) does not support check mode"}};
  return plan;
}

wire::Outcome apply(host::Host& host, const Arguments& arguments, const wire::Plan&) {
  const std::string name = arguments.text("prefix") +
                           crypto::random_token().substr(0, random_letters) +
                           arguments.text("suffix");
  const std::string path = os::absolute(os::join_path(directory_for(host, arguments), name));
  wire::Attributes attributes;
  attributes.mode = arguments.text("state") == "directory" ? 0700 : 0600;
  if (arguments.text("state") == "directory") {
    host.perform(wire::MakeDirectory{path, attributes});
  } else {
    wire::WriteFile file;
    file.path = path;
    file.attributes = attributes;
    host.perform(file);
  }
  wire::Outcome outcome;
  outcome.ending = wire::Ending::changed;
  outcome.result.set("path", path);
  return outcome;
}

}  // namespace

extern const Module tempfile_module{
    .spec = {.name = "tempfile",
             .summary = "makes a file or directory of a new name",
             .kind = ModuleKind::action,
             .parameters = {{.name = "state", .fallback = "file", .choices = {"file", "directory"}},
                            {.name = "path", .type = Type::path},
                            {.name = "prefix", .fallback = "ansible."},
                            {.name = "suffix", .fallback = ""}}},
    .check = check,
    .apply = apply};

}  // namespace provisioner::modules
