#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <system_error>

namespace provisioner::os {

// All bytes, however few of them one call takes: what was interrupted goes on. What ends it before
// is the answer, for whoever knows by which name to tell of the file.
std::error_code write_all(int descriptor, std::string_view bytes);
std::error_code write_all_at(int descriptor, std::uint64_t offset, std::string_view bytes);
// Fills `bytes` with what lies at `offset`, and cuts them where the file ends or cannot be read.
std::error_code read_all_at(int descriptor, std::uint64_t offset, std::string& bytes);

}  // namespace provisioner::os
