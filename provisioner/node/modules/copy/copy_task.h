#pragma once

#include <string>

#include "provisioner/node/host/host_view.h"
#include "provisioner/node/modules/file/file_task.h"
#include "provisioner/node/modules/module.h"

namespace provisioner::modules {

// Where a copy's bytes come from and how they are known.
struct CopySource {
  wire::Content content = {};
  std::string name = {};               // of the file, for a destination that is a directory
  std::string shown = {};              // `src` of the result
  std::string sha1 = {}, sha256 = {};  // either may be empty
};

// True where the regular file at `path` holds these bytes already.
bool holds(const host::HostView& view, const std::string& path, const CopySource& source);

// `dest`, or the source's name below it where it is (or is to be) a directory.
std::string destination(const host::HostView& view, const Arguments& arguments,
                        const CopySource& source);

// Steps that make the directories of a destination that ends in "/", with `directory_mode`.
std::vector<wire::Step> directory_steps(const host::HostView& view, const Arguments& arguments,
                                        const std::string& path, Phase phase);

// The step that writes `path`, over what is there or new. As a prediction it leaves out an owner
// nobody knows yet.
wire::WriteFile write_step(const host::HostView& view, const Arguments& arguments,
                           const std::string& path, const CopySource& source, Phase phase);

// remote_src: a file or a tree of the node itself.
wire::Plan plan_remote_copy(const host::HostView& view, const Arguments& arguments, Phase phase);

}  // namespace provisioner::modules
