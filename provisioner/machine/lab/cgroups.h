#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace provisioner::lab {

// Which of this machine's hierarchies a lab has groups in. The naming ones tell whose a process is;
// nodes that limit what they run need all, each with its controllers.
enum class Hierarchies : std::uint8_t { naming, all };

// The control groups of one node, in whichever hierarchies this machine has: the unified one of a
// host under systemd, or the "systemd" and "unified" ones of a hybrid layout and, where all are
// asked for, those with a controller each (cgroups v1). `chassis` is for the node's own process,
// `machine` for what runs while it is powered on; in the unified hierarchy no group may hold both
// processes and groups.
class Cgroups {
 public:
  explicit Cgroups(std::string lab, Hierarchies hierarchies = Hierarchies::naming)
      : lab_(std::move(lab)), hierarchies_(hierarchies) {}

  static std::string layout();  // "hybrid", "unified"; throws Error(failed) where there is neither
  static void
  require_controllers();  // that the kubelet needs; throws Error(failed) for one missing

  void make(const std::string& node) const;
  void enter_chassis(const std::string& node) const;  // this process
  void enter_machine(
      const std::string& node) const;  // this process; what an earlier boot left is removed first
  std::vector<int> processes() const;  // of the whole lab
  std::vector<int> processes(const std::string& node_part) const;  // "n01", "n01/machine"
  void remove(const std::string& node_part) const;  // with all groups below it; a busy one stays
  void remove_all() const { remove(""); }
  bool is_there() const;

 private:
  std::vector<std::string> roots() const;  // the lab's group in each hierarchy
  std::string lab_;
  Hierarchies hierarchies_;
};

}  // namespace provisioner::lab
