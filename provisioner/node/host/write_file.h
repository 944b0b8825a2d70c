#pragma once

#include <string>

#include "provisioner/node/host/host_view.h"

namespace provisioner::host {

// Performs a WriteFile. The answer is the validator's; with a status other than 0 nothing was
// written.
CommandResult write_file(const wire::WriteFile& step, const std::string& blob_directory,
                         const std::string& backup,
                         const std::vector<std::pair<std::string, std::string>>& environment);

// Takes away the temporary of a file that is being written. For signal handlers of a process that
// ends with it.
void remove_unfinished_file() noexcept;

// Owner first, then mode: a change of owner drops the set-user bit. Throws Error(failed).
void set_descriptor_attributes(int descriptor, const wire::Attributes& attributes,
                               const std::string& path);

}  // namespace provisioner::host
