#pragma once

#include <string>
#include <vector>

#include "provisioner/base/value/value.h"

namespace provisioner::gates {

// "Secret gen3-certs", with its namespace where it says one: "Service gen3/web".
std::string called(const value::Value& manifest);

// Manifests of one object each: those of a List, and of lists of one kind, are taken out of it.
std::vector<value::Value> single_manifests(const std::vector<value::Value>& documents);

}  // namespace provisioner::gates
