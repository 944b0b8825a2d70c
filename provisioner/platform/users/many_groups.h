#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "provisioner/base/value/strict_dict.h"

namespace provisioner::users {

// AUTH_SYS has room for so many groups of a user (RFC 5531, appendix A). Kernels and container
// runtimes send the primary one among them.
inline constexpr std::size_t most_groups = 16;

// A user of whose groups an NFS server is not told all.
struct ManyGroups {
  std::string user;
  std::uint32_t uid = 0, gid = 0;
  std::vector<std::uint32_t> groups = {};  // GIDs, ascending, the primary one among them

  // One that it is not told of, since kernels send the least ones; nullopt: there is none.
  std::optional<std::uint32_t> untold() const;
  // One beside the primary group that it is told of, where another is untold.
  std::uint32_t told() const;
};

// {"user", "uid", "gid", "groups": [GID, ...]}.
value::Value as_value(const ManyGroups& user);
// Mistakes are added with their places, also where no group is untold; then the answer is nullopt.
std::optional<ManyGroups> read_many_groups(value::StrictDict said);

}  // namespace provisioner::users
