#pragma once

#include <string>

#include "provisioner/base/value/value.h"

namespace provisioner::handoff {

// An object of Kubernetes: {apiVersion, kind, metadata}, to which its spec is added.
value::Dict object(const char* version, const char* kind, value::Dict metadata);

// A member as text, numbers too; `otherwise` where there is none.
std::string text_of(const value::Value& dict, std::string_view key,
                    const std::string& otherwise = {});

}  // namespace provisioner::handoff
