#pragma once

#include <chrono>
#include <iosfwd>
#include <string>
#include <utility>
#include <vector>

namespace provisioner::view {

// One user, as words.
struct UserLine {
  std::string user;
  std::string uid, gid, groups, homes;  // homes: who owns them, by export
  bool has_account = false, is_pilot = false;
  struct Fault {
    std::string verdict, because, next;
  };
  std::vector<Fault> faults;  // none: all is well
};

struct UsersPage {
  std::chrono::system_clock::time_point time;
  std::string instance, summary;
  std::vector<std::pair<std::string, std::size_t>> verdicts;  // and how many users have it
  std::vector<std::string> issuer_faults, notes;
  std::vector<UserLine> users;
};

// Who would own what, as one HTML page that needs nothing else: how many have which fault, whoever
// has one with its cause and the next step, and all others folded away. All text is escaped;
// nothing is fetched, nothing runs; it reads by day, in the dark and on paper.
void write_users_page(std::ostream& out, const UsersPage& page);

}  // namespace provisioner::view
