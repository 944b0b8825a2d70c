#pragma once

#include <optional>
#include <string>

#include "provisioner/base/value/value.h"

namespace provisioner::cluster {

// A record that the state directory keeps of an instance, as JSON.
struct InstanceRecord {
  std::string path, text;
  value::Value said;  // stands at the file's begin, for whoever tells what is wrong with it
};

// The one of this name ("gates.json"); nullopt: nobody has written one. Throws Error with the file
// for what cannot be read, and for what is no JSON.
std::optional<InstanceRecord> instance_record(const std::string& instance, const std::string& name);

}  // namespace provisioner::cluster
