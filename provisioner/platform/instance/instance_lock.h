#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "provisioner/base/base/source.h"
#include "provisioner/base/value/value.h"

namespace provisioner::instance {

// Whose a lock is: an instance of an inventory, as that is called in the folder that both lie in.
// "" where a lock was written before that was said.
struct LockOwner {
  std::string instance = {}, inventory = {};
};

// What an instance is held to because it was proved in another: instances/NAME.lock.
struct InstanceLock {
  LockOwner of = {};
  std::string from;                                    // the instance that it was proved in
  std::string gates;                                   // when that one's gates passed (RFC 3339)
  std::string kubernetes_version = {}, os_image = {};  // "v1.34.4"; "" where nothing says
  std::map<std::string, std::string> charts = {};      // name -> version
  std::map<std::string, std::string> releases = {};    // of platforms: "gen3", "gen3/guppy", tags
  std::map<std::string, std::string> images = {};      // "team/tool:1.2" -> SHA-256, 64 digits
};

// The file, in a stable order: what changed between two of them is what a reviewer wants to see.
std::string text_of(const InstanceLock& lock);

// Throws Error(input) with the place for anything that `text_of` would not have written, and for
// what was written for somebody else.
InstanceLock read_lock(base::SourceId source, const LockOwner& reader);

// The lock as values, and without where it came from: for what two instances differ in.
value::Value versions_of(const InstanceLock& lock);

// Where an instance is not what it was locked to, a sentence each; what the lock says nothing of
// is free, and so is an image that it does not name.
std::vector<std::string> departures(const InstanceLock& lock, const InstanceLock& actual);

}  // namespace provisioner::instance
