// copy: a file, a directory or a text of the controller to the node.

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>

#include "provisioner/base/os/files.h"
#include "provisioner/base/value/json.h"
#include "provisioner/engine/action/results.h"
#include "provisioner/engine/action/send_file.h"
#include "provisioner/node/modules/convert.h"

namespace provisioner::action {
namespace {

using modules::Type;
using value::Dict;
using value::Value;

// What the node half is told: all but where the bytes come from.
Dict node_arguments(const Dict& arguments) {
  Dict kept = given_arguments(arguments);
  for (const char* own : {"src", "content", "remote_src", "decrypt", "local_follow"})
    kept.erase(own);
  return kept;
}

// Ansible writes a dict or list as JSON, anything else as Python's str().
std::string text_of(const Value& content) {
  return content.is_dict() || content.is_list() ? value::write_json(content)
                                                : value::python_text(content);
}

// What stands below a directory, by names relative to it.
struct Tree {
  std::vector<std::string> files, directories;
  std::vector<std::pair<std::string, std::string>> links;  // only where links are not followed
};

class TreeWalk {
 public:
  explicit TreeWalk(bool follows_links) : follows_links_(follows_links) {}

  void walk(const std::string& directory, const std::string& prefix) {
    const std::string real = os::real_path(directory);
    if (std::find(above_.begin(), above_.end(), real) != above_.end())
      return;  // a link to a directory above
    above_.push_back(real);
    for (const std::string& name : os::entries(directory))
      add(os::join_path(directory, name), prefix + name);
    above_.pop_back();
  }

  Tree tree;

 private:
  void add(const std::string& path, const std::string& name) {
    struct stat status = {};
    const int told =
        follows_links_ ? ::stat(path.c_str(), &status) : ::lstat(path.c_str(), &status);
    if (told != 0) return;
    if (S_ISLNK(status.st_mode)) {
      std::string target(4096, '\0');
      const ssize_t length = ::readlink(path.c_str(), target.data(), target.size());
      target.resize(length < 0 ? 0 : static_cast<std::size_t>(length));
      tree.links.emplace_back(name, target);
    } else if (S_ISDIR(status.st_mode)) {
      tree.directories.push_back(name);
      walk(path, name + "/");
    } else {
      tree.files.push_back(name);
    }
  }

  bool follows_links_;
  std::vector<std::string> above_;
};

Dict directory_arguments(const Dict& arguments, const std::string& path) {
  Dict made{{"path", Value(path)}, {"state", "directory"}};
  for (const char* option :
       {"owner", "group", "attributes", "seuser", "serole", "setype", "selevel", "follow"})
    if (const Value* value = arguments.find(option); value != nullptr && !value->is_none())
      made.set(option, *value);
  if (const Value* mode = arguments.find("directory_mode"); mode != nullptr && !mode->is_none())
    made.set("mode", *mode);
  return made;
}

// Differences and changes of many calls as one result.
struct Sum {
  Reply total;
  bool is_changed = false;

  // Answers whether the call failed: then its result is the task's.
  bool add(Reply reply) {
    if (has_failed(reply)) {
      total = std::move(reply);
      return true;
    }
    is_changed = is_changed || reply.outcome.ending == wire::Ending::changed;
    for (wire::Difference& difference : reply.outcome.differences)
      total.outcome.differences.push_back(std::move(difference));
    return false;
  }
};

Steps<Result> copy_directory(Context& context, std::string src, std::string dest) {
  const modules::Arguments arguments(context.arguments);
  const bool is_content_only = src.ends_with('/');
  const std::string target = dest.ends_with('/') ? dest : dest + "/";
  TreeWalk walk(arguments.optional_boolean("local_follow").value_or(true));
  const std::string base = is_content_only ? "" : src.substr(src.rfind('/') + 1) + "/";
  if (!is_content_only) walk.tree.directories.push_back(src.substr(src.rfind('/') + 1));
  walk.walk(src, base);
  const std::string root = is_content_only ? src : os::parent_of(src);
  Sum sum;
  for (const std::string& name : walk.tree.files) {
    SourceFile source =
        read_source(context, os::join_path(root, name), arguments.boolean("decrypt"));
    Dict told = node_arguments(context.arguments);
    if (const Value* mode = told.find("mode")) told.set("mode", settled_mode(*mode, source));
    told.set("dest", target);
    Steps<Reply> sending = send_file(context, std::move(source), std::move(told), name);
    Reply reply = co_await std::move(sending);
    if (sum.add(std::move(reply))) co_return from_reply(std::move(sum.total));
  }
  for (const std::string& name : walk.tree.directories) {
    CallModule call{"file", directory_arguments(context.arguments, target + name)};
    Reply reply = co_await std::move(call);
    if (sum.add(std::move(reply))) co_return from_reply(std::move(sum.total));
  }
  for (const auto& [name, link_target] : walk.tree.links) {
    CallModule call{"file", Dict{{"path", Value(target + name)},
                                 {"src", Value(link_target)},
                                 {"state", "link"},
                                 {"force", true},
                                 {"follow", false}}};
    Reply reply = co_await std::move(call);
    if (sum.add(std::move(reply))) co_return from_reply(std::move(sum.total));
  }
  Dict told{{"dest", Value(target)}, {"src", Value(src)}};
  Result result = sum.is_changed ? changed(std::move(told)) : ok(std::move(told));
  result.outcome.differences = std::move(sum.total.outcome.differences);
  if (context.diff)
    result.outcome.result.set("diff", modules::diff_value(result.outcome.differences));
  co_return result;
}

Steps<Result> copy_file(Context& context, SourceFile source, std::string name) {
  Dict told = node_arguments(context.arguments);
  if (const Value* mode = told.find("mode")) told.set("mode", settled_mode(*mode, source));
  Steps<Reply> sending = send_file(context, std::move(source), std::move(told), std::move(name));
  Reply reply = co_await std::move(sending);
  co_return from_reply(std::move(reply));
}

std::string wrong(const modules::Arguments& arguments) {
  const bool has_content = arguments.has("content"), has_src = arguments.has("src");
  const std::string dest = arguments.text("dest");
  if (!has_src && !has_content) return "src (or content) is required";
  if (dest.empty()) return "dest is required";
  if (has_src && has_content) return "src and content are mutually exclusive";
  if (has_content && dest.ends_with('/')) return "can not use content with a dir as dest";
  return {};
}

Steps<Result> copy_from_controller(Context& context) {
  const modules::Arguments arguments(context.arguments);
  if (arguments.has("content")) {
    Steps<Result> copying =
        copy_file(context, source_from_bytes(text_of(arguments.raw("content"))), "");
    Result result = co_await std::move(copying);
    co_return result;
  }
  const std::string given = arguments.text("src");
  std::string path = find_source(context, given, "files");
  if (os::is_directory(path)) {
    if (given.ends_with('/') && !path.ends_with('/')) path += '/';
    Steps<Result> copying = copy_directory(context, path, arguments.text("dest"));
    Result result = co_await std::move(copying);
    co_return result;
  }
  SourceFile source = read_source(context, path, arguments.boolean("decrypt"));
  Steps<Result> copying = copy_file(context, std::move(source), path.substr(path.rfind('/') + 1));
  Result result = co_await std::move(copying);
  co_return result;
}

Steps<Result> run(Context& context) {
  const modules::Arguments arguments(context.arguments);
  const std::string mistake = wrong(arguments);
  Result result;
  if (!mistake.empty()) {
    result = failed(mistake);
  } else if (arguments.boolean("remote_src")) {
    CallModule call{"copy", given_arguments(context.arguments)};
    call.arguments.erase("decrypt");
    Reply reply = co_await std::move(call);
    result = from_reply(std::move(reply));
  } else {
    Steps<Result> copying = copy_from_controller(context);
    result = co_await std::move(copying);
  }
  result.outcome.result.set("invocation", invocation(context.spec, context.arguments));
  co_return result;
}

}  // namespace

extern const Action copy_action{
    .spec = {.name = "copy",
             .summary = "copies a file, a directory or a text to the node",
             .parameters = {{.name = "src", .type = Type::path},
                            {.name = "content", .type = Type::raw, .secret = true},
                            {.name = "dest", .type = Type::path, .required = true},
                            {.name = "backup", .type = Type::boolean, .fallback = "no"},
                            {.name = "force", .type = Type::boolean, .fallback = "yes"},
                            {.name = "validate"},
                            {.name = "directory_mode", .type = Type::mode},
                            {.name = "remote_src", .type = Type::boolean},
                            {.name = "follow", .type = Type::boolean, .fallback = "no"},
                            {.name = "local_follow", .type = Type::boolean},
                            {.name = "checksum"},
                            {.name = "decrypt", .type = Type::boolean, .fallback = "yes"}},
             .constraints = {.mutually_exclusive = {{"src", "content"}},
                             .required_one_of = {{"src", "content"}}},
             .common_file_options = true},
    .run = run};

}  // namespace provisioner::action
