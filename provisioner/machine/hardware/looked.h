#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "provisioner/machine/hardware/check.h"
#include "provisioner/machine/hardware/machine.h"

namespace provisioner::hardware {

// A disk or a link of a node as the inventory wants it, as it was found, or both.
struct DiskPlace {
  std::string part;  // "disk data", "disk slot 3", "disk sdb"
  const inventory::Disk* wanted = nullptr;
  const FoundDisk* found = nullptr;
};
struct LinkPlace {
  std::string part;  // "link eno1"
  const inventory::Interface* wanted = nullptr;
  const FoundLink* found = nullptr;
};

// A node in the middle of its check. Places point into the subject and into `machine`: it is moved,
// never copied.
struct Looked {
  explicit Looked(const Subject& of) : subject(&of), machine(read_machine(of.facts)) {
    if (of.tells_links) return;
    machine.links.clear();
    machine.knows_links = false;
  }
  Looked(Looked&&) = default;
  Looked& operator=(Looked&&) = default;

  const inventory::Node& node() const { return subject->node; }

  const Subject* subject;
  Machine machine;
  std::vector<DiskPlace> disks = {};
  std::vector<LinkPlace> links = {};
  std::vector<std::string> empty_slots = {};  // of memory, that most peers have filled
  bool is_another_machine = false;  // by its serial number: so are its disks and links
  Differences differences = {};
};

// Whose the serial numbers, WWNs and MACs of the inventory are: "n07", "n07's data", "n07's eno1".
class Owners {
 public:
  explicit Owners(const std::vector<Subject>& subjects);
  std::string machine(const std::string& serial) const;  // a node's name; "" for nobody's
  // " (n07's data)", or "" for nobody's.
  std::string disk(const FoundDisk& disk) const;
  std::string link(const std::string& mac) const;

 private:
  std::map<std::string, std::string> machines_, disks_, links_;
};

// What must hold, and who says so: the node's own key, else the specification's.
template <class Amount>
struct Must {
  std::optional<Amount> amount;
  Because because;
};
template <class Amount>
Must<Amount> must(const std::optional<Amount>& own, const std::optional<Amount>& of_spec) {
  return own ? Must<Amount>{own, Because::inventory} : Must<Amount>{of_spec, Because::spec};
}

// Each judges one side of a node.
void check_machine(Looked& looked, const Owners& owners);
void check_processors(Looked& looked);
void check_memory(Looked& looked);
void place_disks(Looked& looked);
void check_disks(Looked& looked, const Owners& owners);  // once they have their places
void check_links(Looked& looked, const Owners& owners);
void check_burnin(Looked& looked);  // likewise

// "12 x 16 GiB"; "8 x 16 GiB, 4 x 8 GiB".
std::string modules_text(const std::vector<Dimm>& dimms);

// Cables against LLDP, all at once: a swap has two ends.
std::vector<Finding> check_cables(const std::vector<Looked>& all,
                                  std::vector<std::string>& unheard);

// Nodes that should be alike; by their numbers in `all`.
using Peers = std::vector<std::size_t>;
constexpr std::size_t fewest_peers = 3;  // who must have told something before peers say anything
void find_empty_slots(std::vector<Looked>& all, const Peers& peers);
void compare_peers(std::vector<Looked>& all, const Peers& peers);
// Who is below 80 % of the middle of what at least three nodes have measured.
void compare_burnins(std::vector<Looked>& all, const Peers& peers);

}  // namespace provisioner::hardware
