// A file's type and permissions as keys of a result.
#include "provisioner/node/modules/status_keys.h"

#include <fmt/format.h>

namespace provisioner::modules {
namespace {

using host::FileType;
using value::Dict;

void add_type(const host::FileStatus& status, Dict& stat) {
  constexpr std::pair<const char*, FileType> names[] = {
      {"isdir", FileType::directory},    {"ischr", FileType::character_device},
      {"isblk", FileType::block_device}, {"isreg", FileType::file},
      {"isfifo", FileType::fifo},        {"islnk", FileType::link},
      {"issock", FileType::socket}};
  for (const auto& [name, type] : names) stat.set(name, status.type == type);
}

void add_permissions(const host::FileStatus& status, Dict& stat) {
  constexpr std::pair<const char*, std::uint32_t> names[] = {
      {"rusr", 0400}, {"wusr", 0200},   {"xusr", 0100},  {"rgrp", 040},
      {"wgrp", 020},  {"xgrp", 010},    {"roth", 04},    {"woth", 02},
      {"xoth", 01},   {"isuid", 04000}, {"isgid", 02000}};
  for (const auto& [name, bit] : names) stat.set(name, (status.mode & bit) != 0);
  stat.set("mode", fmt::format("{:04o}", status.mode));
}

}  // namespace

void add_type_and_permissions(const host::FileStatus& status, value::Dict& stat) {
  add_type(status, stat);
  add_permissions(status, stat);
}

}  // namespace provisioner::modules
