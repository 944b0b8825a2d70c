#pragma once

#include <optional>
#include <string>
#include <vector>

#include "provisioner/node/host/host_view.h"
#include "provisioner/node/modules/module.h"

namespace provisioner::modules {

// What `owner`, `group` and `mode` ask of a file that is otherwise as `now` says. `wanted` holds
// only what was asked for; `before` and `after` what would change, as Ansible's diff shows it.
struct AttributeChange {
  wire::Attributes wanted = {};
  value::Dict before = {}, after = {};
  bool is_needed = false;
};

// Resolves names on the node; an unknown one throws Error(failed) in ansible-core's words. Links
// have no mode.
AttributeChange attribute_change(const host::HostView& view, const Arguments& arguments,
                                 const host::FileStatus& now);

// The same for a prediction: an owner, group or mode that cannot be told yet (an earlier task may
// make the user) is left out instead of failing.
AttributeChange known_attribute_change(const host::HostView& view, const Arguments& arguments,
                                       const host::FileStatus& now);

// A file or directory that a module is about to make at `path`: the worker's, or of the directory's
// group where that one hands its group down.
host::FileStatus new_file(const host::HostView& view, const std::string& path);
host::FileStatus new_directory(const host::HostView& view, const std::string& path);

// "message" or "message and ownership, perms or SE linux context changed".
std::string with_attributes_message(std::string message, bool attributes_change);

// argv of `validate`; "%s" stays. Throws Error(failed) where it lacks "%s".
std::vector<std::string> validate_command(const Arguments& arguments);

}  // namespace provisioner::modules
