#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "provisioner/base/value/value.h"

namespace provisioner::wire {

// Who owns a path and who may do what; an absent member is left as it is. Ids are numbers: names
// were resolved when the plan was made. `mode` holds the twelve permission bits.
struct Attributes {
  std::optional<std::uint32_t> uid;
  std::optional<std::uint32_t> gid;
  std::optional<std::uint32_t> mode;
  auto operator<=>(const Attributes&) const = default;
};

// Bytes for a file: given here, or sent before as a blob and named by its SHA-256 (hex), or those
// of another file on the node.
struct Content {
  std::string bytes = {};
  std::string digest = {};  // a blob's
  std::string file = {};    // a path on the node; with both empty, `bytes` are meant
};

// What `apply` may do to a node: a closed list, as data, so that a plan can be shown, hashed, sent,
// and later be laid over a HostView as a prediction. Paths are absolute.
struct WriteFile {  // atomic and durable: temporary beside it, attributes, write, fsync, rename,
                    // fsync(dir)
  std::string path;
  Content content;
  Attributes attributes;
  bool backup = false;                // keeps "PATH.PID.YYYY-MM-DD@HH:MM:SS~"; named in the result
  std::vector<std::string> validate;  // argv run first; "%s" is the temporary; non-zero refuses
  bool in_place =
      false;  // unsafe_writes, and files that cannot be renamed over (/proc, bind mounts)
};
struct MakeDirectory {
  std::string path;
  Attributes attributes;
};  // one level
struct MakeLink {
  std::string path;
  std::string target;
  bool hard = false;
};  // replaces atomically
struct TouchFile {
  std::string path;
  std::optional<double> access_time, modification_time;
};  // seconds; absent: now
struct Remove {
  std::string path;
  bool recursive = false;
};  // never follows links, never crosses a mount
struct SetAttributes {
  std::string path;
  Attributes attributes;
  bool follow = true;
};
struct RunProgram {
  std::vector<std::string> argv;  // never through a shell
  std::string input;
  std::vector<std::pair<std::string, std::string>> environment;  // added to the worker's
  std::string directory;
  std::vector<int> accepted = {0};  // other exit codes fail the step; empty: the caller judges
  std::chrono::milliseconds deadline{std::chrono::minutes(30)};
};
struct SetHostname {
  std::string name;
};  // the running kernel's

using Step = std::variant<WriteFile, MakeDirectory, MakeLink, TouchFile, Remove, SetAttributes,
                          RunProgram, SetHostname>;

// One difference between what is and what should be, for a person: the texts of a unified diff, or
// two states. A header names what is compared ("/etc/hosts", "/etc/hosts (content)").
struct Difference {
  std::string before_header, after_header;
  std::string before, after;
  bool is_state =
      false;  // `before` and `after` are JSON of attributes, as Ansible's file module shows them
};

// The answer of a module's check.
enum class Verdict : std::uint8_t {
  same,      // nothing to do
  differs,   // `steps` make it so
  will_run,  // an action: it always does something
  read,      // a query: `result` is the answer
  unknown,   // cannot be told before an earlier task has run
  failed,    // `result.msg` says why nothing can be done
  skipped,   // not applicable in check mode or by creates/removes
};

struct Plan {
  Verdict verdict = Verdict::same;
  std::vector<Step> steps;
  std::vector<Difference> differences;
  value::Dict result;  // the keys that Ansible's module returns, without `changed`
};

// How a task ended on a node. `unknown` is a result: the link or the worker was lost, nobody may
// guess.
enum class Ending : std::uint8_t { ok, changed, failed, skipped, unknown };

struct Outcome {
  Ending ending = Ending::ok;
  value::Dict result;                   // Ansible's keys: msg, rc, stdout, diff parts are apart
  std::vector<Difference> differences;  // only if the request asked for them
};

// Between an outcome and the CBOR value that travels; reading throws Error(input) for what does not
// fit.
value::Value to_value(const Outcome& outcome);
Outcome outcome_from(const value::Value& value);

}  // namespace provisioner::wire
