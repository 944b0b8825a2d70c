#pragma once

#include <string>

#include "provisioner/engine/action/action.h"

namespace provisioner::action {

// Results as Ansible's actions give them; `result` gets `changed`, `failed` or `skipped` where they
// belong.
Result ok(value::Dict result);
Result changed(value::Dict result);
Result failed(std::string message, value::Dict result = {});
Result skipped(value::Dict result);

// What a call on a node came to, as the result of the task.
Result from_reply(Reply reply);
bool has_failed(const Reply& reply);

// `invocation` as Ansible registers it: all arguments, secret ones masked.
value::Value invocation(const modules::Spec& spec, const value::Dict& arguments);

// The arguments without those that were not given.
value::Dict given_arguments(const value::Dict& arguments);

}  // namespace provisioner::action
