#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "provisioner/language/playbook/playbook.h"

namespace provisioner::playbook {

// The folders a task's relative file names are looked for in, most specific first: its role, the
// roles above it, its own file's folder. The playbook's folder comes last and is `play_directory`.
std::vector<std::string> search_path(const Task& task, const std::string& play_directory);

// Every place a relative name may stand at, in order. `kind` is "files", "templates", "vars",
// "tasks" or "".
std::vector<std::string> candidates(const std::vector<std::string>& search_path,
                                    std::string_view kind, const std::string& name);

// The first of them that is there.
std::optional<std::string> find_file(const std::vector<std::string>& search_path,
                                     std::string_view kind, const std::string& name);

// The tasks file an include or import means: looked for beside the files that include it, from the
// inside out, then in its role, then beside the playbook. Where none is there: where it would be
// looked for first.
std::string find_tasks_file(const std::string& play_directory, const Task& include,
                            const std::string& name);

}  // namespace provisioner::playbook
