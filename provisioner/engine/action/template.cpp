// template: a Jinja2 file of the controller, rendered, to the node.

#include <fmt/chrono.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <ctime>
#include <map>

#include "provisioner/base/base/text.h"
#include "provisioner/base/os/files.h"
#include "provisioner/engine/action/results.h"
#include "provisioner/engine/action/send_file.h"

namespace provisioner::action {
namespace {

using modules::Type;
using value::Dict;
using value::Value;

// The task's variables with those over them that only a template sees.
class TemplateScope : public jinja::Scope {
 public:
  TemplateScope(jinja::Scope& under, Dict own) : under_(under), own_(std::move(own)) {}

  std::optional<Value> variable(const std::string& name) override {
    if (const Value* found = own_.find(name)) return *found;
    return under_.variable(name);
  }
  const Value* raw(const std::string& name) override {
    const Value* found = own_.find(name);
    return found != nullptr ? found : under_.raw(name);
  }
  std::vector<std::string> names() override {
    std::vector<std::string> all = under_.names();
    for (const auto& [name, unused] : own_) all.push_back(Dict::key_text(name));
    return all;
  }
  std::optional<Value> host_variable(const std::string& host, const std::string& name) override {
    return under_.host_variable(host, name);
  }
  std::vector<std::string> host_names() override { return under_.host_names(); }
  std::vector<std::string> host_variable_names(const std::string& host) override {
    return under_.host_variable_names(host);
  }

 private:
  jinja::Scope& under_;
  Dict own_;
};

std::string host_name() {
  std::array<char, 256> name = {};
  ::gethostname(name.data(), name.size() - 1);
  return name.data();
}

std::string owner_of(uid_t uid) {
  std::array<char, 4096> buffer = {};
  struct passwd entry = {};
  struct passwd* found = nullptr;
  ::getpwuid_r(uid, &entry, buffer.data(), buffer.size(), &found);
  return found != nullptr ? found->pw_name : std::to_string(uid);
}

std::string local_time(std::time_t seconds, long microseconds) {
  struct tm parts = {};
  ::localtime_r(&seconds, &parts);
  std::string text = fmt::format("{:%Y-%m-%d %H:%M:%S}", parts);
  if (microseconds != 0) text += fmt::format(".{:06}", microseconds);
  return text;
}

// template_host, template_path ... and ansible_managed, as Ansible gives them.
Dict template_variables(const Context& context, const std::string& given, const std::string& path) {
  struct stat status = {};
  ::stat(path.c_str(), &status);
  const auto now = std::chrono::duration_cast<std::chrono::microseconds>(
      context.clock->wall().time_since_epoch());
  Dict made{
      {"template_host", Value(host_name())},
      {"template_path", Value(given)},
      {"template_fullpath", Value(path)},
      {"template_mtime", Value(local_time(status.st_mtim.tv_sec, status.st_mtim.tv_nsec / 1000))},
      {"template_uid", Value(owner_of(status.st_uid))},
      {"template_run_date", Value(local_time(now.count() / 1'000'000, now.count() % 1'000'000))},
      {"template_destpath", Value(modules::Arguments(context.arguments).text("dest"))}};
  if (!context.scope.variable("ansible_managed")) made.set("ansible_managed", "Ansible managed");
  return made;
}

std::string or_default(const modules::Arguments& arguments, const char* name,
                       const std::string& otherwise) {
  return arguments.has(name) ? arguments.text(name) : otherwise;
}

jinja::FileStyle style_of(const modules::Arguments& arguments) {
  jinja::FileStyle style;
  style.trim_blocks = arguments.boolean("trim_blocks");
  style.lstrip_blocks = arguments.boolean("lstrip_blocks");
  static const std::map<std::string, std::string> newlines = {{"\\n", "\n"},      {"\\r", "\r"},
                                                              {"\\r\\n", "\r\n"}, {"\n", "\n"},
                                                              {"\r", "\r"},       {"\r\n", "\r\n"}};
  const auto newline = newlines.find(or_default(arguments, "newline_sequence", "\n"));
  style.newline = newline == newlines.end() ? "\n" : newline->second;
  style.variable_start = or_default(arguments, "variable_start_string", style.variable_start);
  style.variable_end = or_default(arguments, "variable_end_string", style.variable_end);
  style.block_start = or_default(arguments, "block_start_string", style.block_start);
  style.block_end = or_default(arguments, "block_end_string", style.block_end);
  style.comment_start = or_default(arguments, "comment_start_string", style.comment_start);
  style.comment_end = or_default(arguments, "comment_end_string", style.comment_end);
  return style;
}

SourceFile rendered(Context& context, const std::string& given, const std::string& path) {
  const base::Pos start{base::register_source(context.surroundings.read_file(path)), 1, 1};
  const std::string& text = start.source.source().text;
  TemplateScope scope(context.scope, template_variables(context, given, path));
  const modules::Arguments arguments(context.arguments);
  SourceFile source =
      source_from_bytes(context.templar.render(text, start, scope, style_of(arguments)));
  struct stat status = {};
  if (::stat(path.c_str(), &status) == 0) source.mode = status.st_mode & 07777;
  source.path = path;
  return source;
}

// What the node half of copy is told: the options that are about the file.
Dict node_arguments(const Dict& arguments) {
  static constexpr std::string_view own[] = {"src",
                                             "newline_sequence",
                                             "block_start_string",
                                             "block_end_string",
                                             "variable_start_string",
                                             "trim_blocks",
                                             "lstrip_blocks",
                                             "comment_start_string",
                                             "comment_end_string",
                                             "variable_end_string",
                                             "output_encoding"};
  Dict kept = given_arguments(arguments);
  for (const std::string_view name : own) kept.erase(name);
  return kept;
}

Steps<Result> run(Context& context) {
  const modules::Arguments arguments(context.arguments);
  const std::string given = arguments.text("src");
  const std::string path = find_source(context, given, "templates");
  if (os::is_directory(path)) co_return failed("the template '" + given + "' is a directory");
  SourceFile source = rendered(context, given, path);
  Dict told = node_arguments(context.arguments);
  if (const Value* mode = told.find("mode")) told.set("mode", settled_mode(*mode, source));
  Steps<Reply> sending =
      send_file(context, std::move(source), std::move(told), path.substr(path.rfind('/') + 1));
  Reply reply = co_await std::move(sending);
  Result result = from_reply(std::move(reply));
  result.outcome.result.set("invocation", invocation(context.spec, context.arguments));
  co_return result;
}

}  // namespace

extern const Action template_action{
    .spec = {.name = "template",
             .summary = "renders a file to the node",
             .parameters = {{.name = "src", .type = Type::path, .required = true},
                            {.name = "dest", .type = Type::path, .required = true},
                            {.name = "backup", .type = Type::boolean, .fallback = "no"},
                            {.name = "force", .type = Type::boolean, .fallback = "yes"},
                            {.name = "follow", .type = Type::boolean, .fallback = "no"},
                            {.name = "validate"},
                            {.name = "newline_sequence",
                             .choices = {"\\n", "\\r", "\\r\\n", "\n", "\r", "\r\n"}},
                            {.name = "block_start_string"},
                            {.name = "block_end_string"},
                            {.name = "variable_start_string"},
                            {.name = "variable_end_string"},
                            {.name = "comment_start_string"},
                            {.name = "comment_end_string"},
                            {.name = "trim_blocks", .type = Type::boolean, .fallback = "yes"},
                            {.name = "lstrip_blocks", .type = Type::boolean, .fallback = "no"},
                            {.name = "output_encoding", .fallback = "utf-8"}},
             .common_file_options = true},
    .run = run};

}  // namespace provisioner::action
