#pragma once

#include "provisioner/language/playbook/loading.h"

namespace provisioner::playbook {

// What an import_playbook hands to the plays it brings in.
struct PlayImport {
  Keywords keywords;  // when, tags, vars
};

// One play, whole. `file` is absolute.
Play read_play(Loading& loading, const value::Dict& given, base::Pos pos, const std::string& file,
               const PlayImport& import);

}  // namespace provisioner::playbook
