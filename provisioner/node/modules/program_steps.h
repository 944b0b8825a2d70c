#pragma once

#include <string>
#include <vector>

#include "provisioner/node/host/host_view.h"
#include "provisioner/node/wire/plan.h"

namespace provisioner::modules {

// A program as a step whose exit code the module judges itself.
wire::Step program_step(std::vector<std::string> argv, std::string input = {});

// What a row of steps printed. The first program that fails ends the row.
struct StepsResult {
  int status = 0;
  std::string out, err;
};
StepsResult perform_until_failure(host::Host& host, const std::vector<wire::Step>& steps);

// The result of a module that changes a node by programs, as Ansible's modules give it: where a
// program failed `msg` is what it said and `rc` its code; otherwise `stdout` and `stderr`, where
// there is some.
wire::Outcome outcome_of(const StepsResult& result, const wire::Plan& plan);

// Ansible's words for a program that is needed and not there.
wire::Plan missing_program(const std::string& name);

}  // namespace provisioner::modules
