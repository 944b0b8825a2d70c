#pragma once

#include <cstdint>
#include <string>

#include "provisioner/base/value/value.h"

namespace provisioner::users {

// What `users report` keeps of how it came out: users.json. Throws Error(input), at the place of
// the record, for what is none, or is of another instance than this.
void require_record(const value::Value& record, const std::string& instance);

// The same for users.csv, the table beside it: RFC 4180, a line a user. `source` is for what is
// told.
inline constexpr const char* table_head =
    "user,at_issuer,dn,uid_number,gid_number,groups,homes,verdict,because,next";
void require_table(const std::string& table, const value::Value& record, const base::Pos& place);

}  // namespace provisioner::users
