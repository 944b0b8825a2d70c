#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "provisioner/base/value/value.h"

namespace provisioner::reimage {

// What a group must not fall below while nodes of it are re-imaged: its variable `reimage_guard`.
struct Guard {
  // How a member shows that it is alive: it lets us log in, a command of the site's ends with 0
  // there, or it says so of itself in the words of etcdctl or mmgetstate.
  enum class Alive : std::uint8_t { ssh, command, etcd, gpfs };

  std::string group;
  std::vector<std::string> members;
  bool is_protected = false;  // its nodes stay, unless somebody names the group
  bool is_counted = false;    // the members that are alive are counted, by what follows
  std::optional<std::int64_t> minimum;
  Alive alive = Alive::ssh;
  std::string command;  // run on each member; "" for `ssh`

  // Members that must be alive. A majority where no minimum is given; for etcd and GPFS never less.
  std::int64_t needed() const;
};

// From the variable as the group has it, evaluated. Throws Error(input) that names the group and
// the member which is unknown, of the wrong type or missing.
Guard read_guard(const std::string& group, const value::Value& variable,
                 std::vector<std::string> members);

// What a member said of itself, or why it counts as dead.
struct Health {
  bool is_alive = false;
  std::string because = {};
  std::int64_t quorum = 0;  // members that the cluster itself says it needs; 0: it says nothing
};

// Which members of a group are asked.
struct Question {
  const Guard* guard;
  std::vector<std::string> members;
};
using Answers = std::map<std::string, std::map<std::string, Health>>;  // by group and member

// Asks members at this moment, those of all groups that one decision needs in one go: answers of
// several ages are no picture of any moment. A member that gives none in time counts as dead.
class GroupProbe {
 public:
  virtual ~GroupProbe() = default;
  virtual Answers ask(const std::vector<Question>& questions) = 0;
};

// Groups that somebody named as an exception.
struct Allowed {
  std::vector<std::string> below;       // may fall below what they need
  std::vector<std::string> protection;  // may lose nodes although they are protected
  bool keeps_disks = false;             // the nodes come back as they are: none is protected then
};

// What the groups say of taking nodes away.
struct Verdict {
  std::map<std::string, std::vector<std::string>> objections;  // by node: sentences
  std::vector<std::string> agreed;  // what would have been objected to
  std::set<std::string> lasting = {};  // nodes that waiting alone does not let go
};

// Whether all of `leaving` may be away at once. `away` are nodes that do not count whatever they
// answer, each with what it is ("is 'armed'"). Only groups that lose a node are asked, all of them
// at once.
Verdict ask_guards(const std::vector<Guard>& guards, const std::vector<std::string>& leaving,
                   const std::map<std::string, std::string>& away, const Allowed& allowed,
                   GroupProbe& probe);

// Adds one sentence against these nodes' leaving, or to what `option` agrees to.
void object(Verdict& verdict, const std::vector<std::string>& nodes, const std::string& sentence,
            bool is_agreed, const std::string& option);

// Throws Error(usage) with the nearest name where one of `allowed` is no guarded group, nor one of
// `others` that may fall below something.
void require_guarded(const Allowed& allowed, const std::vector<Guard>& guards,
                     const std::vector<std::string>& others = {});

// So many nodes may be erased on a plain yes, in an inventory of so many machines.
std::size_t nodes_at_ease(std::size_t machines);

}  // namespace provisioner::reimage
