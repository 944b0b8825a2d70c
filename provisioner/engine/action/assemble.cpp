// assemble: one file of the fragments in a directory, of the node or of the controller.

#include "provisioner/base/crypto/digest.h"
#include "provisioner/base/os/files.h"
#include "provisioner/engine/action/results.h"
#include "provisioner/engine/action/send_file.h"
#include "provisioner/node/modules/fragments.h"

namespace provisioner::action {
namespace {

using value::Dict;

// The options of the file itself.
Dict node_arguments(const Dict& arguments) {
  Dict kept = given_arguments(arguments);
  for (const char* own : {"src", "remote_src", "regexp", "delimiter", "ignore_hidden", "decrypt"})
    kept.erase(own);
  return kept;
}

// Ansible's action breaks the line behind every delimiter, its module only where none is.
std::string joined(const Context& context, const std::string& directory) {
  const modules::Arguments arguments(context.arguments);
  std::vector<std::string> fragments;
  for (const std::string& name : modules::fragment_names(os::entries(directory), arguments)) {
    const std::string path = os::join_path(directory, name);
    if (!os::is_file(path)) continue;
    fragments.push_back(arguments.boolean("decrypt") ? context.surroundings.read_file(path).text
                                                     : os::require_file(path));
  }
  return modules::joined_fragments(fragments, arguments.text("delimiter"), true);
}

// A file that was right is told as one that was copied, too.
void name_file(Dict& result, const std::string& directory, const std::string& text) {
  if (!result.has("src")) result.set("src", directory);
  result.set("md5sum", crypto::digest("md5", text));
  result.erase("diff");
  result.erase("path");
}

Steps<Result> run(Context& context) {
  const modules::Arguments arguments(context.arguments);
  Result result;
  if (arguments.boolean("remote_src")) {
    CallModule call{"assemble", given_arguments(context.arguments)};
    call.arguments.erase("decrypt");
    Reply reply = co_await std::move(call);
    result = from_reply(std::move(reply));
  } else {
    const std::string directory = find_source(context, arguments.text("src"), "files");
    if (!os::is_directory(directory))
      co_return failed("Source (" + directory + ") is not a directory");
    const std::string text = joined(context, directory);
    Steps<Reply> sending =
        send_file(context, source_from_bytes(text), node_arguments(context.arguments), "src");
    Reply reply = co_await std::move(sending);
    const bool is_told_whole = has_failed(reply) || context.diff || context.check;
    result = from_reply(std::move(reply));
    if (!is_told_whole) name_file(result.outcome.result, directory, text);
  }
  result.outcome.result.set("invocation", invocation(context.spec, context.arguments));
  co_return result;
}

}  // namespace

extern const Action assemble_action{
    .spec = {.name = "assemble",
             .summary = "makes one file of the fragments in a directory",
             .parameters = modules::assemble_parameters(),
             .common_file_options = true},
    .run = run};

}  // namespace provisioner::action
