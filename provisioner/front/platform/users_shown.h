#pragma once

#include <chrono>
#include <iosfwd>
#include <string>
#include <vector>

#include "provisioner/base/value/value.h"
#include "provisioner/platform/users/report.h"

namespace provisioner::platform {

// A report and what it is of.
struct UsersReport {
  std::string instance;
  std::chrono::system_clock::time_point finished;
  users::Report report;
  std::vector<std::string> issuer_faults, pilots;
  std::string issuer;

  // Those of these users who must not start, by name, each once; also whom nobody knows.
  std::vector<std::string> red_among(const std::vector<std::string>& users) const;
};

// For people: whoever has a fault, or all; then how many have which, what is odd, the issuer.
enum class Shown : bool { red, all };
void print_users(const UsersReport& told, Shown which);
void print_users_csv(std::ostream& out, const UsersReport& told);  // RFC 4180, a line a user
value::Value users_as_value(const UsersReport& told);
void write_users_page(std::ostream& out, const UsersReport& told);

// What gates read: {"instance", "finished", "users", "red", "pilots", "pilots_red",
// "issuer_faults", "many_groups"}, numbers but for the names of pilots; many_groups is
// users::ManyGroups, or null.
value::Value users_record(const UsersReport& told);

}  // namespace provisioner::platform
