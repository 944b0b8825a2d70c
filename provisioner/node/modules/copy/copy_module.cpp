// copy: a content at a path. The bytes come with the arguments, as a blob that was sent before, or
// (remote_src) from the node itself. `template` and `script` use it too.
#include <fmt/format.h>

#include "provisioner/base/base/error.h"
#include "provisioner/base/crypto/digest.h"
#include "provisioner/base/os/files.h"
#include "provisioner/node/modules/copy/copy_task.h"
#include "provisioner/node/modules/text_edit.h"

namespace provisioner::modules {
namespace {

constexpr std::size_t max_diff_size = 104448;  // what Ansible still compares

CopySource source_of(const Arguments& arguments) {
  CopySource source;
  source.name = arguments.text("_original_basename");
  source.shown = arguments.text("_source");
  if (arguments.has("_digest")) {
    source.content.digest = source.sha256 = arguments.text("_digest");
    source.sha1 = arguments.text("_checksum");
  } else {
    source.content.bytes = arguments.text("content");
    source.sha1 = crypto::digest("sha1", source.content.bytes);
  }
  return source;
}

bool can_be_compared(std::string_view text) {
  return text.size() <= max_diff_size && text.find('\0') == text.npos;
}

// The texts before and after, where both are known and are texts.
std::vector<wire::Difference> content_difference(const host::HostView& view,
                                                 const std::string& path,
                                                 const CopySource& source) {
  const auto status = view.status(path, host::Follow::yes);
  const bool is_file =
      status && status->type == host::FileType::file && status->size <= max_diff_size;
  if (!source.content.digest.empty() || (status && !is_file)) return {};
  const std::string before = is_file ? view.read_file(path).value_or("") : "";
  if (!can_be_compared(before) || !can_be_compared(source.content.bytes)) return {};
  return {{is_file ? path : "", source.shown, before, source.content.bytes, false}};
}

// The content is right: what remains is `file`'s work.
wire::Plan plan_attributes(const host::HostView& view, const Arguments& arguments,
                           const std::string& path, const CopySource& source) {
  const FileTask task{view,
                      arguments,
                      Phase::apply,
                      path,
                      file_state(view, path),
                      arguments.boolean("follow"),
                      false,
                      {},
                      {}};
  wire::Plan plan = plan_file(task);
  plan.result.set("dest", path);
  plan.result.set("checksum", source.sha1);
  return plan;
}

wire::Plan plan_write(const host::HostView& view, const Arguments& arguments,
                      const std::string& path, const CopySource& source, Phase phase) {
  wire::Plan plan;
  plan.verdict = wire::Verdict::differs;
  if (arguments.text("dest").ends_with('/'))
    plan.steps = directory_steps(view, arguments, path, phase);
  plan.steps.emplace_back(write_step(view, arguments, path, source, phase));
  plan.differences = content_difference(view, path, source);
  plan.result.set("diff", value::List{});
  return plan;
}

wire::Plan plan_copy(const host::HostView& view, const Arguments& arguments, Phase phase) {
  if (arguments.boolean("remote_src")) return plan_remote_copy(view, arguments, phase);
  const CopySource source = source_of(arguments);
  std::string path = destination(view, arguments, source);
  const bool leads_somewhere = view.status(path, host::Follow::yes).has_value();
  const bool is_followed = arguments.boolean("follow") && view.link_target(path).has_value();
  if (leads_somewhere && is_followed) path = followed(view, path);
  const auto status = view.status(path, host::Follow::no);
  if (status && status->type == host::FileType::directory)
    return failed("can not use content with a dir as dest");
  if (status && !arguments.boolean("force")) return same({{"dest", path}, {"src", source.shown}});
  const bool is_right = status && status->type == host::FileType::file && holds(view, path, source);
  return is_right ? plan_attributes(view, arguments, path, source)
                  : plan_write(view, arguments, path, source, phase);
}

wire::Plan check(const host::HostView& view, const Arguments& arguments) {
  return plan_copy(view, arguments, Phase::check);
}

value::Dict failure(std::string message, const CopySource& source) {
  value::Dict result{{"failed", true}, {"msg", std::move(message)}};
  if (!source.sha1.empty()) result.set("checksum", source.sha1);
  return result;
}

// Why the directory cannot take a new file; empty where it can.
std::string directory_complaint(const host::HostView& view, const std::string& path) {
  const std::string directory = os::parent_of(path);
  if (!view.status(directory, host::Follow::yes))
    return fmt::format("Destination directory {} does not exist", directory);
  return view.is_accessible(directory, 2) ? ""
                                          : fmt::format("Destination {} not writable", directory);
}

// What the validator said, where it said no.
std::optional<value::Dict> refusal(const host::CommandResult& answer, const CopySource& source) {
  if (answer.status == 0) return std::nullopt;
  value::Dict result = failure("failed to validate", source);
  result.set("exit_status", answer.status);
  result.set("stdout", answer.out);
  result.set("stderr", answer.err);
  return result;
}

wire::Outcome outcome_of(value::Dict result, wire::Ending ending) {
  wire::Outcome outcome;
  outcome.ending = ending;
  outcome.result = std::move(result);
  return outcome;
}

wire::Outcome apply(host::Host& host, const Arguments& arguments, const wire::Plan&) {
  const wire::Plan plan = plan_copy(host, arguments, Phase::apply);
  const CopySource source = arguments.boolean("remote_src") ? CopySource{} : source_of(arguments);
  value::Dict result = plan.result;
  for (const wire::Step& step : plan.steps) {
    const auto* write = std::get_if<wire::WriteFile>(&step);
    const std::string complaint =
        write && !write->in_place ? directory_complaint(host, write->path) : "";
    if (!complaint.empty()) return outcome_of(failure(complaint, source), wire::Ending::failed);
    const host::CommandResult answer = host.perform(step);
    if (write == nullptr) continue;
    if (auto refused = refusal(answer, source))
      return outcome_of(std::move(*refused), wire::Ending::failed);
    if (write->backup) result.set("backup_file", host.backup_name(write->path));
    if (result.has("checksum")) continue;
    result.set("dest", write->path);
    result.set("src", source.shown);
    result.set("checksum", host.digest(write->path, "sha1").value_or(""));
    result.set("md5sum", host.digest(write->path, "md5").value_or(""));
  }
  return outcome_of(std::move(result), wire::Ending::changed);
}

}  // namespace

extern const Module copy_module{
    .spec = {.name = "copy",
             .summary = "a content at a path",
             .parameters = {{.name = "dest", .type = Type::path, .required = true},
                            {.name = "content"},
                            {.name = "_digest"},
                            {.name = "_checksum"},
                            {.name = "_size", .type = Type::integer},
                            {.name = "_original_basename"},
                            {.name = "_source"},
                            {.name = "src", .type = Type::path},
                            {.name = "remote_src", .type = Type::boolean},
                            {.name = "backup", .type = Type::boolean, .fallback = "no"},
                            {.name = "force", .type = Type::boolean, .fallback = "yes"},
                            {.name = "validate"},
                            {.name = "directory_mode", .type = Type::mode},
                            {.name = "follow", .type = Type::boolean, .fallback = "no"},
                            {.name = "local_follow", .type = Type::boolean},
                            {.name = "checksum"}},
             .common_file_options = true},
    .check = check,
    .apply = apply};

}  // namespace provisioner::modules
