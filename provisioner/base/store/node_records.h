#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "provisioner/base/value/value.h"

namespace provisioner::store {

using WallTime = std::chrono::system_clock::time_point;

// Where a node is in its life. The words are those of the life cycle's table (machine/metal).
struct NodeState {
  std::string node;
  std::string state;   // "armed"
  std::string detail;  // what it waits for, or why it failed
  std::string changed_by;
  WallTime since;      // when `state` became this
  WallTime heard = {};  // when any of this was last told, also where it was the same
};

// One line of a node's flight recorder: what one of the parties said or saw of it.
struct NodeLine {
  std::string node;
  WallTime time;
  std::string source;  // "bmc", "dhcp", "http", "console", "agent", "job", "person"
  std::string text;    // as it came: whoever shows it escapes it
};

// The source of what a boot for writing told: there but one link is brought up.
inline constexpr const char* seen_in_reimage = "re-image";

// What a node's hardware was found to be.
struct HardwareRecord {
  std::string node;
  WallTime time;  // when it first was so
  std::string source;  // "ssh", "ram disk", "file"; seen_in_reimage
  value::Value facts;  // untrusted
  WallTime looked = {};  // when it was last seen to be so
};

// What is known of machines, kept beside the runs. Durable when a function returns. One object a
// thread. Throws Error.
class NodeRecords {
 public:
  static NodeRecords open(const std::string& directory);

  std::optional<NodeState> state(const std::string& node) const;
  std::vector<NodeState> states() const;  // by name
  // `since` is now where the state is another one than before, else what it was.
  void put_state(const NodeState& state);
  // The same where `may` says so of the state before ("": none was known), in one transaction.
  // Otherwise nothing is changed, and the answer is that state.
  std::optional<std::string> move_state(const NodeState& state,
                                        const std::function<bool(const std::string& from)>& may);

  // All of which anything is kept, by name.
  std::vector<std::string> names() const;

  // Its state and all that was found of its hardware; its lines stay.
  void forget(const std::string& node);

  void add_line(const NodeLine& line);
  // All of them or none, and written once.
  void add_lines(const std::vector<NodeLine>& lines);
  // Forgets what a source said of a node since then, but for its last so many lines.
  void keep_last_lines(const std::string& node, const std::string& source, WallTime from,
                       std::int64_t most);
  // In the order of time; of all nodes where `node` is empty.
  void each_line(const std::string& node, WallTime from,
                 const std::function<void(const NodeLine&)>& body) const;

  // Lines have numbers that rise as they are added: the last one's, 0 where there is none.
  std::int64_t newest_line() const;
  // The last so many of those up to that number, in the order of time; as for each_line.
  void last_lines(const std::string& node, std::int64_t up_to, std::int64_t most,
                  const std::function<void(const NodeLine&)>& body) const;
  // Those after that number, in the order in which they were added. Returns the last one's number.
  std::int64_t each_line_after(std::int64_t number, const std::string& node,
                               const std::function<void(const NodeLine&)>& body) const;

  // Kept with what was there before; where it says the same, only that it was looked at now.
  void put_hardware(const HardwareRecord& record);
  std::optional<HardwareRecord> hardware(const std::string& node) const;  // the last
  std::vector<HardwareRecord> hardware_history(const std::string& node) const;  // newest first

  NodeRecords(NodeRecords&&) noexcept;
  ~NodeRecords();

 private:
  struct Parts;
  explicit NodeRecords(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace provisioner::store
