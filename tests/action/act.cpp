#include "tests/action/act.h"

#include <fmt/format.h>

namespace provisioner::action {

Reply Act::call(const CallModule& request) {
  const bool is_look = request.force_check || (check && !request.even_in_check_mode);
  asked.push_back(request.module + (is_look ? "?" : ""));
  if (on_call)
    if (std::optional<Reply> answered = on_call(request)) return *answered;
  for (const transport::Blob& blob : request.blobs) {
    const std::string bytes = blob.path.empty() ? blob.bytes : os::require_file(blob.path);
    bytes_sent += bytes.size();
    node.blobs[blob.digest] = bytes;
  }
  const modules::Module* module = modules::find_module(request.module);
  if (module == nullptr) throw base::Error(base::Kind::bug, "no module '" + request.module + "'");
  return {modules::run_module(*module, node, value::Value(request.arguments), is_look,
                              diff ? modules::Differences::wanted : modules::Differences::left_out),
          std::nullopt, false};
}

Reply Act::answer(const Request& request) {
  if (const auto* asked_call = std::get_if<CallModule>(&request)) return call(*asked_call);
  if (const auto* raw = std::get_if<CallRaw>(&request)) {
    asked.push_back("raw:" + raw->command);
    return {on_raw(raw->command), std::nullopt, false};
  }
  if (const auto* pause = std::get_if<Pause>(&request)) {
    asked.push_back(fmt::format("pause:{}", pause->duration.count()));
    clock.pass(pause->duration);
    return {};
  }
  if (std::holds_alternative<AskToLeave>(request)) {
    asked.emplace_back("leave");
    return on_leave ? on_leave() : Reply{};
  }
  asked.emplace_back(std::holds_alternative<TellReturn>(request) ? "back" : "reset");
  return {};
}

Result Act::run(const std::string& module, value::Dict arguments) {
  const tests::PlainSurroundings surroundings(folders);
  const jinja::Templar templar(surroundings);
  playbook::Task task;
  task.module = module;
  const modules::Spec* spec = find_spec(module);
  if (spec == nullptr) throw base::Error(base::Kind::bug, "no module '" + module + "'");
  modules::BoundArguments bound = modules::bind_at_run_time(*spec, arguments);
  if (!bound.failure.empty()) throw base::Error(base::Kind::input, bound.failure);
  Context context{task,  templar, scope,     surroundings, *spec, std::move(bound.values),
                  check, diff,    verbosity, "node",       &clock};
  context.given = std::move(arguments);
  const std::unique_ptr<Execution> execution = start_action(context, nullptr);
  Execution::Next next = execution->start();
  while (auto* request = std::get_if<Request>(&next)) next = execution->proceed(answer(*request));
  return std::get<Result>(std::move(next));
}

}  // namespace provisioner::action
