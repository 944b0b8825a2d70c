// The group module: a group is there with this id, or it is not there.
#include "provisioner/node/modules/module.h"
#include "provisioner/node/modules/program_steps.h"

namespace provisioner::modules {
namespace {

// libuser's programs work on the local files only.
std::string program_name(const Arguments& arguments, const char* name) {
  return (arguments.boolean("local") ? "l" : "") + std::string(name);
}

wire::Plan with_program(const host::HostView& view, wire::Plan plan,
                        std::vector<std::string> argv) {
  const auto path = view.program(argv.front());
  if (!path) return missing_program(argv.front());
  argv.front() = *path;
  plan.verdict = wire::Verdict::differs;
  plan.steps = {program_step(std::move(argv))};
  return plan;
}

wire::Plan check(const host::HostView& view, const Arguments& arguments) {
  const std::string name = arguments.text("name");
  const bool is_present = arguments.text("state") == "present";
  const auto group = view.group(name);
  wire::Plan plan;
  plan.result = {{"name", name}, {"state", arguments.text("state")}};
  if (!is_present) {
    return group ? with_program(view, plan, {program_name(arguments, "groupdel"), name}) : plan;
  }
  const bool has_other_id =
      group && arguments.has("gid") && std::int64_t{group->gid} != arguments.integer("gid");
  if (group && !has_other_id) return plan;
  std::vector<std::string> argv = {program_name(arguments, group ? "groupmod" : "groupadd")};
  if (arguments.has("gid")) {
    argv.insert(argv.end(), {"-g", std::to_string(arguments.integer("gid"))});
    if (arguments.boolean("non_unique")) argv.emplace_back("-o");
  }
  if (!group && arguments.boolean("system")) argv.emplace_back("-r");
  argv.push_back(name);
  return with_program(view, plan, std::move(argv));
}

wire::Outcome apply(host::Host& host, const Arguments&, const wire::Plan& plan) {
  wire::Outcome outcome = outcome_of(perform_until_failure(host, plan.steps), plan);
  if (outcome.ending == wire::Ending::failed) {
    outcome.result.erase("state");
    outcome.result.erase("rc");
  }
  return outcome;
}

void finish(const host::HostView& view, const Arguments& arguments, value::Dict& result) {
  const auto group = view.group(arguments.text("name"));
  if (!group) return;
  result.set("system", arguments.boolean("system"));
  result.set("gid", std::int64_t{group->gid});
}

}  // namespace

extern const Module group_module{
    .spec =
        {.name = "group",
         .summary = "makes sure that a group is, or is not, there",
         .parameters = {{.name = "name", .required = true},
                        {.name = "gid", .type = Type::integer},
                        {.name = "state", .fallback = "present", .choices = {"absent", "present"}},
                        {.name = "system", .type = Type::boolean, .fallback = "no"},
                        {.name = "local", .type = Type::boolean, .fallback = "no"},
                        {.name = "non_unique", .type = Type::boolean, .fallback = "no"}},
         .constraints = {.required_if = {{"non_unique", "true", {"gid"}}}}},
    .check = check,
    .apply = apply,
    .finish = finish};

}  // namespace provisioner::modules
