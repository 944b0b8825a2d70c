// Who owns the directories of users, by what a node has said.

#include "provisioner/platform/users/homes.h"

#include <algorithm>
#include <array>

#include "provisioner/base/base/error.h"
#include "provisioner/base/base/text.h"

namespace provisioner::users {
namespace {

using base::Error;
using base::Kind;

// The types that a mount of such a kind has (findmnt's FSTYPE).
bool is_type_of(Export::Kind kind, const std::string& type) {
  switch (kind) {
    case Export::Kind::nfs:
      return type == "nfs" || type == "nfs4";
    case Export::Kind::gpfs:
      return type == "gpfs";
    default:
      return true;
  }
}

std::string kind_text(Export::Kind kind) { return kind == Export::Kind::gpfs ? "GPFS" : "NFS"; }

[[noreturn]] void refuse(const Export& one, const std::string& why, const std::string& hint) {
  throw Error(Kind::failed, "the export '" + one.name + "' at '" + one.path + "': " + why)
      .set_hint(hint);
}

void require_mount(const Export& one, const std::string& type) {
  if (!is_type_of(one.kind, type))
    refuse(one, "no " + kind_text(one.kind) + " is mounted there, but '" + type + "'",
           "mount it on that node, or name another in identity.node");
}

// "5001 5001 700 a/alice".
Home home_of(const Export& one, std::string_view line) {
  std::array<std::string_view, 3> words;
  std::string_view rest = line;
  for (std::string_view& word : words) {
    const std::size_t blank = rest.find(' ');
    if (blank == std::string_view::npos)
      refuse(one, "cannot be read: '" + std::string(line) + "'", "");
    word = rest.substr(0, blank);
    rest.remove_prefix(blank + 1);
  }
  const auto uid = number_of(words[0]), gid = number_of(words[1]);
  if (!uid || !gid) refuse(one, "cannot be read: '" + std::string(line) + "'", "");
  return {.of_export = one.name,
          .user = std::string(rest.substr(rest.rfind('/') + 1)),
          .path = one.path + "/" + std::string(rest),
          .uid = *uid,
          .gid = *gid,
          .mode = std::string(words[2])};
}

struct Answer {
  bool is_complete = false;
  std::vector<Home> homes;
};

void take(const Export& one, std::string_view line, Answer& answer) {
  if (line == "is not there")
    refuse(one, "there is no such directory", "mount it on that node, or name another node");
  if (line == "end")
    answer.is_complete = true;
  else if (line.starts_with("type "))
    require_mount(one, std::string(line.substr(5)));
  else
    answer.homes.push_back(home_of(one, line));
}

}  // namespace

std::string homes_script(std::string_view script, const std::vector<Export>& exports) {
  std::string words = "set --";
  for (const Export& one : exports)
    words += std::string(one.is_by_initial ? " 2 " : " 1 ") + base::shell_quote(one.path);
  return words + "\n" + std::string(script);
}

std::vector<Home> read_homes(std::string_view said, const std::vector<Export>& exports) {
  std::vector<Answer> answers(exports.size());
  std::size_t at = exports.size();
  for (const std::string_view line : base::lines_of(said)) {
    if (line.starts_with("== ")) {
      const auto number = number_of(line.substr(3));
      if (!number || *number >= exports.size())
        throw Error(Kind::failed, "no export has this number");
      at = *number;
    } else if (at < exports.size()) {
      take(exports[at], line, answers[at]);
    }
  }
  std::vector<Home> homes;
  for (std::size_t number = 0; number < exports.size(); ++number) {
    if (!answers[number].is_complete)
      refuse(exports[number], "not all of it could be read",
             "is root refused there (root_squash), or does the server not answer?");
    std::ranges::move(answers[number].homes, std::back_inserter(homes));
  }
  return homes;
}

}  // namespace provisioner::users
