// Steps that run programs whose answers a module looks at.
#include "provisioner/node/modules/program_steps.h"

#include "provisioner/node/modules/module.h"

namespace provisioner::modules {

wire::Step program_step(std::vector<std::string> argv, std::string input) {
  wire::RunProgram program;
  program.argv = std::move(argv);
  program.input = std::move(input);
  program.environment = {{"LANG", "C.UTF-8"}, {"LC_ALL", "C.UTF-8"}};
  program.accepted.clear();
  return program;
}

StepsResult perform_until_failure(host::Host& host, const std::vector<wire::Step>& steps) {
  StepsResult all;
  for (const wire::Step& step : steps) {
    const host::CommandResult answer = host.perform(step);
    all.out += answer.out;
    all.err += answer.err;
    all.status = answer.status;
    if (answer.status != 0) break;
  }
  return all;
}

wire::Outcome outcome_of(const StepsResult& result, const wire::Plan& plan) {
  wire::Outcome outcome{
      .ending = wire::Ending::changed, .result = plan.result, .differences = plan.differences};
  if (result.status != 0) {
    outcome.ending = wire::Ending::failed;
    outcome.result.set("msg", result.err);
    outcome.result.set("rc", result.status);
    return outcome;
  }
  if (!result.out.empty()) outcome.result.set("stdout", result.out);
  if (!result.err.empty()) outcome.result.set("stderr", result.err);
  return outcome;
}

wire::Plan missing_program(const std::string& name) {
  return failed("Failed to find required executable \"" + name +
                "\" in paths: /usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin");
}

}  // namespace provisioner::modules
