#pragma once

#include <string>

#include "provisioner/base/value/value.h"

namespace provisioner::handoff {

// An object of Kubernetes: {apiVersion, kind, metadata}, to which its spec is added.
value::Dict object(const char* version, const char* kind, value::Dict metadata);

// The items of a list variable, the entries of a dict; empty where it is none.
const value::List& items_of(const value::Value* list);

// A member as text, numbers too; `otherwise` where there is none.
std::string text_of(const value::Value& dict, std::string_view key,
                    const std::string& otherwise = {});

}  // namespace provisioner::handoff
