// Links: each interface of the inventory by its MAC, then their speeds by the specification.

#include <algorithm>

#include "provisioner/language/inventory/text_forms.h"
#include "provisioner/machine/hardware/looked.h"
#include "provisioner/machine/hardware/units.h"

namespace provisioner::hardware {
namespace {

using inventory::Interface;

// Inside a bond the kernel shows the bond's address: the permanent one is the port's own.
std::string mac_of(const FoundLink& link) {
  return inventory::plain_mac(link.permanent_mac.empty() ? link.mac : link.permanent_mac);
}

bool has_its_mac(const Interface& wanted, const FoundLink& found) {
  return !wanted.mac.empty() && inventory::plain_mac(wanted.mac) == mac_of(found);
}

bool has_its_name(const Interface& wanted, const FoundLink& found) {
  return wanted.name == found.name;
}

void place_links(Looked& looked) {
  std::vector<const FoundLink*> free;
  for (const FoundLink& link : looked.machine.links) free.push_back(&link);
  for (const Interface& interface : looked.node().network.interfaces)
    looked.links.push_back({"link " + interface.name, &interface, nullptr});
  for (const auto fits : {has_its_mac, has_its_name})
    for (LinkPlace& place : looked.links) {
      if (place.found != nullptr) continue;
      const auto found = std::ranges::find_if(
          free, [&](const FoundLink* link) { return fits(*place.wanted, *link); });
      if (found == free.end()) continue;
      place.found = *found;
      free.erase(found);
    }
  for (const FoundLink* link : free) looked.links.push_back({"link " + link->name, nullptr, link});
}

void check_wanted(Looked& looked, const LinkPlace& place, const Owners& owners) {
  if (place.found == nullptr) {
    looked.differences.add(place.part, "missing",
                           place.wanted->mac.empty() ? "a link" : "MAC " + place.wanted->mac,
                           Because::inventory);
    return;
  }
  const std::string mac = mac_of(*place.found);
  if (!place.wanted->mac.empty() && !looked.is_another_machine &&
      !has_its_mac(*place.wanted, *place.found))
    looked.differences.add(place.part, "MAC " + mac + owners.link(mac),
                           "MAC " + place.wanted->mac, Because::inventory);
  looked.differences.judge(place.part, "carrier");
  if (!place.found->has_carrier)
    looked.differences.add(place.part, "down", "up", Because::inventory);
}

// The specification's links against those that are up, fastest first; a link that is down is told
// already and stands for the last.
void check_speeds(Looked& looked) {
  const std::optional<Spec>& spec = looked.subject->spec;
  if (!spec || spec->links.empty()) return;
  std::vector<std::int64_t> speeds;
  for (const LinkKind& kind : spec->links)
    speeds.insert(speeds.end(), static_cast<std::size_t>(kind.count), kind.speed);
  std::ranges::sort(speeds, std::greater<>());
  std::vector<const LinkPlace*> places;
  const bool is_listed = !looked.node().network.interfaces.empty();
  for (const LinkPlace& place : looked.links)
    if (is_listed ? place.wanted != nullptr : place.found->has_carrier) places.push_back(&place);
  const auto rank = [](const LinkPlace* place) {
    return place->found == nullptr || !place->found->has_carrier ? -1 : place->found->speed;
  };
  std::ranges::stable_sort(places, std::greater<>(), rank);
  for (std::size_t at = 0; at < std::min(places.size(), speeds.size()); ++at) {
    const LinkPlace& place = *places[at];
    if (rank(&place) <= 0) continue;
    looked.differences.judge(place.part, "speed");
    if (place.found->speed < speeds[at])
      looked.differences.add(place.part, speed_text(place.found->speed), speed_text(speeds[at]),
                             Because::spec);
  }
  if (places.size() < speeds.size())
    looked.differences.add("links", counted(static_cast<std::int64_t>(places.size()), "link"),
                           counted(static_cast<std::int64_t>(speeds.size()), "link"),
                           Because::spec);
}

}  // namespace

void check_links(Looked& looked, const Owners& owners) {
  if (!looked.machine.knows_links) return;
  place_links(looked);
  for (const LinkPlace& place : looked.links)
    if (place.wanted != nullptr) check_wanted(looked, place, owners);
  check_speeds(looked);
}

}  // namespace provisioner::hardware
