#pragma once

#include <sys/stat.h>

#include "provisioner/node/host/host_view.h"

namespace provisioner::host {

FileStatus status_from(const struct stat& raw);
std::optional<FileStatus> file_status(const std::string& path, Follow follow);
std::optional<std::string> file_content(const std::string& path, std::size_t limit);
std::optional<std::string> file_part(const std::string& path, std::uint64_t offset,
                                     std::size_t length);
std::optional<std::vector<std::string>> directory_entries(const std::string& directory);
std::optional<std::string> link_text(const std::string& path);
std::optional<FileFlags> file_flags(const std::string& path);
std::optional<FileSystemSpace> file_system_space(const std::string& path);

}  // namespace provisioner::host
