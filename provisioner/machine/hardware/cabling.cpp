// Which cable ends where.

#include <algorithm>

#include "provisioner/base/base/text.h"
#include "provisioner/machine/hardware/looked.h"

namespace provisioner::hardware {
namespace {

struct Cable {
  std::string node, interface;
  const inventory::Interface* wanted;
  const Neighbour* found;

  std::string end() const { return node + " " + interface; }
  std::string wanted_place() const {
    return wanted->switch_name + (wanted->port.empty() ? "" : " " + wanted->port);
  }
  std::string found_place() const { return found->switch_name + " " + found->port; }
};

// "tor1" and "tor1.example.org": where one says no domain, the name decides.
bool is_same_switch(const std::string& a, const std::string& b) {
  const std::string one = base::lower_case(a), other = base::lower_case(b);
  if (one == other) return true;
  const std::size_t dot = one.find('.'), other_dot = other.find('.');
  if ((dot == std::string::npos) == (other_dot == std::string::npos)) return false;
  return one.substr(0, dot) == other.substr(0, other_dot);
}

// "Eth1/7" and "Ethernet1/7": the kind of a port may be shortened, its number not.
bool is_same_port(const std::string& a, const std::string& b) {
  const std::string one = base::lower_case(a), other = base::lower_case(b);
  const std::size_t digit = std::min(one.find_first_of("0123456789"), one.size());
  const std::size_t other_digit = std::min(other.find_first_of("0123456789"), other.size());
  if (one.substr(digit) != other.substr(other_digit)) return false;
  const std::string kind = one.substr(0, digit), other_kind = other.substr(0, other_digit);
  if (kind.empty() || other_kind.empty() || digit == one.size()) return kind == other_kind;
  return kind.starts_with(other_kind) || other_kind.starts_with(kind);
}

bool leads_to(const Neighbour& found, const inventory::Interface& place) {
  const bool is_switch = place.switch_name.empty() ||
                         is_same_switch(found.switch_name, place.switch_name);
  return is_switch && (place.port.empty() || is_same_port(found.port, place.port) ||
                       base::lower_case(found.port_description) == base::lower_case(place.port));
}

std::vector<Cable> known_cables(const std::vector<Looked>& all, std::vector<std::string>& unheard) {
  std::vector<Cable> cables;
  for (const Looked& looked : all)
    for (const LinkPlace& place : looked.links) {
      if (place.wanted == nullptr) continue;
      if (place.wanted->switch_name.empty() && place.wanted->port.empty()) continue;
      const FoundLink* link = place.found;
      const bool is_heard = link != nullptr && !link->neighbour.switch_name.empty();
      cables.push_back({looked.node().name, place.wanted->name, place.wanted,
                        is_heard ? &link->neighbour : nullptr});
      if (!is_heard && looked.subject->is_meant && link != nullptr && link->has_carrier)
        unheard.push_back(cables.back().end());
    }
  return cables;
}

class Cabling {
 public:
  explicit Cabling(const std::vector<Cable>& cables)
      : cables_(cables), is_told_(cables.size(), false) {}

  std::vector<Finding> findings() {
    for (std::size_t at = 0; at < cables_.size(); ++at)
      if (is_wrong(at) && !is_told_[at]) tell_ring(at);
    for (std::size_t at = 0; at < cables_.size(); ++at)
      if (is_wrong(at) && !is_told_[at]) tell_alone(at);
    return std::move(findings_);
  }

 private:
  bool is_wrong(std::size_t at) const {
    return cables_[at].found != nullptr && !leads_to(*cables_[at].found, *cables_[at].wanted);
  }

  // Whose place this cable has taken: the cable whose port it leads to.
  std::optional<std::size_t> place_of(std::size_t at) const {
    for (std::size_t other = 0; other < cables_.size(); ++other)
      if (other != at && !cables_[other].wanted->port.empty() &&
          !cables_[other].wanted->switch_name.empty() &&
          leads_to(*cables_[at].found, *cables_[other].wanted))
        return other;
    return std::nullopt;
  }

  // Cables that stand in each other's places, one after the other, back to the first.
  void tell_ring(std::size_t first) {
    std::vector<std::size_t> ring = {first};
    while (true) {
      const auto next = place_of(ring.back());
      if (!next || !is_wrong(*next)) return;
      if (*next == first) break;
      if (std::ranges::find(ring, *next) != ring.end()) return;
      ring.push_back(*next);
    }
    std::vector<std::string> ends, found, wanted;
    Finding finding{.node = cables_[first].node, .part = "cable " + cables_[first].interface,
                    .is = {}, .should = {}, .because = Because::cabling};
    for (const std::size_t at : ring) {
      is_told_[at] = true;
      const Cable& cable = cables_[at];
      ends.push_back(cable.end());
      found.push_back(cable.end() + " is in " + cable.found_place());
      wanted.push_back(cable.end() + " in " + cable.wanted_place());
      if (cable.node != finding.node &&
          std::ranges::find(finding.others, cable.node) == finding.others.end())
        finding.others.push_back(cable.node);
    }
    const std::string last = ends.back();
    ends.pop_back();
    finding.is = base::join(ends, ", ") + " and " + last + " are swapped: " +
                 base::join(found, ", ");
    finding.should = base::join(wanted, ", ");
    findings_.push_back(std::move(finding));
  }

  void tell_alone(std::size_t at) {
    const Cable& cable = cables_[at];
    const auto taken = place_of(at);
    findings_.push_back(
        {.node = cable.node, .part = "cable " + cable.interface,
         .is = "in " + cable.found_place() +
               (taken ? ", where " + cables_[*taken].end() + " belongs" : ""),
         .should = "in " + cable.wanted_place(), .because = Because::cabling});
  }

  const std::vector<Cable>& cables_;
  std::vector<bool> is_told_;
  std::vector<Finding> findings_;
};

}  // namespace

std::vector<Finding> check_cables(const std::vector<Looked>& all,
                                  std::vector<std::string>& unheard) {
  return Cabling(known_cables(all, unheard)).findings();
}

}  // namespace provisioner::hardware
