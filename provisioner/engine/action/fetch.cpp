// fetch: a file of the node to the controller.

#include "provisioner/base/base/text.h"
#include "provisioner/base/crypto/digest.h"
#include "provisioner/base/os/files.h"
#include "provisioner/engine/action/results.h"
#include "provisioner/engine/action/steps.h"

namespace provisioner::action {
namespace {

using modules::Type;
using value::Dict;
using value::Value;

std::string base_name(const std::string& path) { return path.substr(path.rfind('/') + 1); }

// Where the file goes: below DEST/HOST/, or `flat` to DEST itself. Relative names start at the
// playbook.
std::string local_path(const Context& context, const std::string& src) {
  const modules::Arguments arguments(context.arguments);
  const std::string dest = arguments.text("dest");
  const std::vector<std::string> folders = context.surroundings.search_paths("");
  const std::string start = folders.empty() ? os::absolute(".") : folders.back();
  const std::string target = os::join_path(start, dest);
  if (!arguments.boolean("flat"))
    return os::absolute(target + "/" + context.host + "/" +
                        (src.starts_with('/') ? src.substr(1) : src));
  return os::absolute(dest.ends_with('/') ? target + "/" + base_name(src) : target);
}

Result missing(const std::string& src, bool is_failure, const std::string& why) {
  if (is_failure) return failed(why);
  return ok({{"msg", Value(why + ", ignored")}, {"file", Value(src)}});
}

Result unchanged(const std::string& path, const std::string& src, const std::string& sha1) {
  return ok({{"md5sum", Value(crypto::file_digest("md5", path))},
             {"file", Value(src)},
             {"dest", Value(path)},
             {"checksum", Value(sha1)}});
}

Steps<Result> fetch_bytes(Context& context, std::string src, std::string path,
                          std::string remote_sha1) {
  CallModule call{"slurp", Dict{{"src", Value(src)}}};
  Reply reply = co_await std::move(call);
  if (has_failed(reply)) co_return from_reply(std::move(reply));
  const std::string bytes =
      base::base64_decode(value::text_or(Value(reply.outcome.result), "content", ""));
  const std::string sha1 = crypto::digest("sha1", bytes);
  const modules::Arguments arguments(context.arguments);
  Dict told{{"md5sum", Value(crypto::digest("md5", bytes))},
            {"dest", Value(path)},
            {"remote_md5sum", Value()},
            {"checksum", Value(sha1)},
            {"remote_checksum", Value(remote_sha1)}};
  if (arguments.boolean("validate_checksum") && !remote_sha1.empty() && sha1 != remote_sha1) {
    told.set("file", src);
    co_return failed("checksum mismatch", std::move(told));
  }
  os::make_directories(os::parent_of(path));
  os::write_file(path, bytes);
  co_return changed(std::move(told));
}

Steps<Result> run(Context& context) {
  const modules::Arguments arguments(context.arguments);
  if (context.check) co_return skipped({{"msg", "check mode not (yet) supported for this module"}});
  const std::string src = arguments.text("src");
  const bool is_missing_failure = arguments.boolean("fail_on_missing");
  if (!arguments.boolean("flat") || arguments.text("dest").ends_with('/')) {
    // A directory is made for it.
  } else if (os::is_directory(local_path(context, src))) {
    co_return failed(
        "dest is an existing directory, use a trailing slash if you want to fetch src into that "
        "directory");
  }
  CallModule look{"stat", Dict{{"path", Value(src)}, {"follow", true}, {"get_checksum", true}}};
  Reply seen = co_await std::move(look);
  const Value* stat = seen.outcome.result.find("stat");
  if (has_failed(seen) || stat == nullptr)
    co_return is_missing_failure
        ? from_reply(std::move(seen))
        : missing(src, false, value::text_or(Value(seen.outcome.result), "msg", ""));
  if (!value::boolean_or(*stat, "exists", false))
    co_return is_missing_failure
        ? failed("the remote file does not exist, not transferring, ignored")
        : missing(src, false, "the remote file does not exist, not transferring");
  if (value::boolean_or(*stat, "isdir", false))
    co_return is_missing_failure
        ? failed("remote file is a directory, fetch cannot work on directories")
        : missing(src, false, "remote file is a directory, fetch cannot work on directories");
  const std::string path = local_path(context, src);
  const std::string remote = value::text_or(*stat, "checksum", "");
  if (os::is_file(path) && !remote.empty() && crypto::file_digest("sha1", path) == remote)
    co_return unchanged(path, src, remote);
  Steps<Result> fetching = fetch_bytes(context, src, path, remote);
  Result result = co_await std::move(fetching);
  co_return result;
}

}  // namespace

extern const Action fetch_action{
    .spec =
        {.name = "fetch",
         .summary = "brings a file of the node to the controller",
         .kind = modules::ModuleKind::action,
         .parameters = {{.name = "src", .required = true},
                        {.name = "dest", .required = true},
                        {.name = "flat", .type = Type::boolean, .fallback = "no"},
                        {.name = "fail_on_missing", .type = Type::boolean, .fallback = "yes"},
                        {.name = "validate_checksum", .type = Type::boolean, .fallback = "yes"}}},
    .run = run};

}  // namespace provisioner::action
