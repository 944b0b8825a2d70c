// Nodes that go down for a while, told to the controller's other processes by files that are held.

#include "provisioner/machine/reimage/departed_nodes.h"

#include <optional>

#include "provisioner/base/base/error.h"
#include "provisioner/base/base/text.h"
#include "provisioner/base/os/file_lock.h"
#include "provisioner/base/value/json.h"

namespace provisioner::reimage {
namespace {

using base::Error;
using base::Kind;
using std::chrono::sys_seconds;

// Longer than a machine takes to stop answering: from then on it is known to be down by asking it.
constexpr std::chrono::minutes after_its_process{5};
// Whoever looks at a file holds it for a moment.
constexpr std::chrono::seconds longest_look{2};

constexpr std::string_view being_written = ".tmp";

std::string folder_in(const std::string& state_directory) {
  return os::join_path(state_directory, "departed");
}

std::string path_of(const std::string& folder, const std::string& node) {
  return os::join_path(folder, base::replace_all(node, "/", "%2F"));
}

struct Departed {
  std::string node, because;
  sys_seconds since;
};

// Nullopt for one that has returned meanwhile: whoever looked at it then may have made it anew.
std::optional<Departed> read(const std::string& path) {
  const auto text = os::read_file(path);
  if (!text || text->empty()) return std::nullopt;
  const value::Value told = value::read_json(*text, path);
  return Departed{value::text_or(told, "node", ""), value::text_or(told, "because", ""),
                  sys_seconds(std::chrono::seconds(value::integer_or(told, "since", 0)))};
}

}  // namespace

DepartedNodes::DepartedNodes(std::string state_directory, std::string because,
                             const os::Clock& clock)
    : folder_(folder_in(state_directory)), because_(std::move(because)), clock_(clock) {}

void DepartedNodes::leave(const std::string& node) {
  os::make_directories(folder_, 0700);
  const std::string path = path_of(folder_, node);
  const auto since = std::chrono::floor<std::chrono::seconds>(clock_.wall()).time_since_epoch();
  held_.erase(node);
  const value::Dict told{
      {"node", node}, {"because", because_}, {"since", std::int64_t{since.count()}}};
  os::write_file(path, value::write_json(told), 0600);
  auto held = os::hold(path, longest_look);
  if (!held)
    throw Error(Kind::failed,
                "another process has '" + node + "' go down: it holds '" + path + "'");
  held_[node] = *std::move(held);
}

void DepartedNodes::returned(const std::string& node) {
  const auto found = held_.find(node);
  if (found == held_.end()) return;
  os::remove_file(path_of(folder_, node));
  held_.erase(found);
}

std::map<std::string, std::string> departed_nodes(const std::string& state_directory,
                                                  const os::Clock& clock) {
  const std::string folder = folder_in(state_directory);
  std::map<std::string, std::string> away;
  if (!os::is_directory(folder)) return away;
  for (const std::string& name : os::entries(folder)) {
    if (name.ends_with(being_written)) continue;
    const std::string path = os::join_path(folder, name);
    const auto departed = read(path);
    if (!departed) continue;
    const bool is_fresh = clock.wall() - departed->since < after_its_process;
    if (is_fresh || !os::try_to_hold(path)) away[departed->node] = departed->because;
  }
  return away;
}

}  // namespace provisioner::reimage
