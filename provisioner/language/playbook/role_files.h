#pragma once

#include <string>
#include <vector>

#include "provisioner/language/playbook/loading.h"

namespace provisioner::playbook {

// The file (or, where allowed, the files of the folder) that KIND/main of a role means; `from`
// replaces "main".
std::vector<std::string> role_files(const std::string& directory, const std::string& kind,
                                    const std::string& from, bool is_folder_allowed);

// What a role's meta says of the arguments of an entry point; none where it says nothing.
value::Value argument_specification(Loading& loading, const std::string& directory,
                                    const std::string& entry_point, base::Pos asked_at);

}  // namespace provisioner::playbook
