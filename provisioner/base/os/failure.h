#pragma once

#include <string>

namespace provisioner::os {

// Where the state's place is not ours to use.
inline constexpr const char* other_state =
    "it must be writable by you; another place is chosen by PROVISIONER_STATE";

// "cannot create '/a': Permission denied"; `code` is an errno. Of a place in this program's state
// that is not ours to use the hint says how another is chosen.
[[noreturn]] void fail(const std::string& doing, const std::string& path, int code);

// Where `state_directory()` has said that the state is; before, `fail` knows of none. Any thread.
void note_state(const std::string& directory);

}  // namespace provisioner::os
