// LLDP as bytes.
#include "provisioner/node/modules/facts/lldp_frame.h"

#include <algorithm>
#include <string>

#include "provisioner/base/base/text.h"

namespace provisioner::modules::facts {
namespace {

constexpr unsigned end_of_unit = 0, chassis = 1, port = 2, lifetime = 3, port_description = 4,
                   system_name = 5;
constexpr char mac_of_chassis = 4, mac_of_port = 3;  // kinds of identities
constexpr std::size_t mac_size = 6, longest_id = 256;

unsigned number(std::string_view bytes, std::size_t at) {
  return static_cast<unsigned char>(bytes[at]) * 256u + static_cast<unsigned char>(bytes[at + 1]);
}

// What can be shown of a text.
std::string text_of(std::string_view bytes) {
  std::string text;
  for (const char byte : bytes)
    if (byte >= ' ' && byte <= '~') text += byte;
  return text;
}

std::string mac_of(std::string_view bytes) {
  std::string mac;
  for (std::size_t at = 0; at < bytes.size(); ++at)
    mac += (at == 0 ? "" : ":") + base::hex(bytes.substr(at, 1));
  return mac;
}

// An identity is its kind, then what that kind has: a MAC's bytes, or a text.
void take(unsigned type, std::string_view content, value::Dict& found) {
  const char* name = nullptr;
  if (type == port) name = "port";
  if (type == port_description) name = "port_description";
  if (type == chassis || type == system_name) name = "switch";
  if (name == nullptr || content.empty()) return;
  const bool is_identity = type < lifetime;
  const bool is_mac = is_identity && content.size() == mac_size + 1 &&
                      content[0] == (type == chassis ? mac_of_chassis : mac_of_port);
  if (is_mac && type == chassis) name = "switch_mac";
  if (is_identity) content.remove_prefix(1);
  found.set(name, is_mac ? mac_of(content) : text_of(content));
}

}  // namespace

value::Dict neighbour_in(std::string_view unit) {
  value::Dict found;
  unsigned place = 1;
  for (; unit.size() >= 2; ++place) {
    const unsigned head = number(unit, 0), type = head >> 9;
    const std::size_t size = head & 511u;
    if (unit.size() < 2 + size) return {};
    const std::string_view content = unit.substr(2, size);
    unit.remove_prefix(2 + size);
    const bool is_of_the_first = place <= lifetime || (type != end_of_unit && type <= lifetime);
    if (is_of_the_first && type != place) return {};
    if (type == end_of_unit) return found;
    if (type == lifetime && (size < 2 || number(content, 0) == 0)) return {};
    if (type < lifetime && (size < 2 || size > longest_id)) return {};
    take(type, content, found);
  }
  return unit.empty() && place > lifetime ? found : value::Dict();
}

}  // namespace provisioner::modules::facts
