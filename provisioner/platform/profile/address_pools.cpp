// Whether the addresses that services may get are nobody else's.

#include "provisioner/platform/profile/address_pools.h"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <optional>

#include "provisioner/base/base/ip_address.h"
#include "provisioner/base/base/text.h"
#include "provisioner/platform/profile/object_name.h"

namespace provisioner::profile {
namespace {

using base::Diagnostics;
using base::Error;
using base::Kind;
using value::StrictDict;
using value::Value;

constexpr unsigned bits = 32, most_parts = 4;

struct Range {
  std::uint32_t first = 0, last = 0;
  std::string pool = {}, text = {};

  bool has(std::uint32_t address) const { return first <= address && address <= last; }
};

std::optional<unsigned> number_of(std::string_view text, unsigned most) {
  unsigned number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool is_whole = error == std::errc() && end == text.data() + text.size();
  if (!is_whole || number > most) return std::nullopt;
  return number;
}

std::optional<std::uint32_t> address_of(std::string_view text) {
  const std::vector<std::string> parts = base::split(text, '.');
  if (parts.size() != most_parts) return std::nullopt;
  std::uint32_t address = 0;
  for (const std::string& part : parts) {
    const auto number = number_of(part, 255);
    if (!number) return std::nullopt;
    address = address << 8 | *number;
  }
  return address;
}

std::optional<Range> network_of(const std::string& text, std::size_t slash) {
  const auto address = address_of(text.substr(0, slash));
  const auto length = number_of(std::string_view(text).substr(slash + 1), bits);
  if (!address || !length) return std::nullopt;
  const std::uint32_t hosts = *length == bits ? 0 : ~std::uint32_t{0} >> *length;
  return Range{.first = *address & ~hosts, .last = *address | hosts};
}

std::optional<Range> range_of(const std::string& text) {
  if (const std::size_t slash = text.find('/'); slash != std::string::npos)
    return network_of(text, slash);
  const std::size_t dash = text.find('-');
  if (dash == std::string::npos) return std::nullopt;
  const auto first = address_of(base::trim(std::string_view(text).substr(0, dash)));
  const auto last = address_of(base::trim(std::string_view(text).substr(dash + 1)));
  if (!first || !last || *last < *first) return std::nullopt;
  return Range{.first = *first, .last = *last};
}

class Check {
 public:
  Check(const std::vector<TakenAddress>& taken, Diagnostics& diagnostics)
      : taken_(taken), diagnostics_(diagnostics) {}

  void look_at(const Value& said) {
    StrictDict pool(&said, "load_balancer_pools", said, diagnostics_);
    pool.know({"name", "addresses", "visibility", "interfaces"});
    const std::string name = pool.text("name");
    if (!pool.is_said("name")) return pool.add("a pool of addresses has no name", "name");
    if (!name.empty()) check_object_name(pool, "name", name);
    if (!name.empty() && std::ranges::find(names_, name) != names_.end())
      pool.add("there are two pools '" + name + "'", "name");
    names_.push_back(name);
    look_at_visibility(pool, name);
    pool.has("interfaces", value::Form::texts);
    pool.add_missing("addresses", "[10.23.0.200-10.23.0.219]");
    for (const Value& text : pool.texts("addresses")) look_at_range(text, name);
  }

  void require(const std::string& visibility, const Value& pools) {
    if (visibility.empty() || std::ranges::find(seen_for_, visibility) != seen_for_.end()) return;
    add("no pool of addresses is for what is '" + visibility + "'", pools,
        "give one of 'load_balancer_pools' the visibility that 'ingress_visibility' asks for");
  }

 private:
  void add(const std::string& message, const Value& place, const std::string& hint = {}) {
    diagnostics_.add(Error(Kind::input, message, place.pos()).set_hint(hint));
  }

  void look_at_visibility(StrictDict& pool, const std::string& name) {
    const std::string word = pool.text("visibility");
    const bool is_told = pool.is_said("visibility") && word.empty();
    if (word != "inward" && word != "external" && !is_told)
      pool.add("the pool '" + name + "' is for whom? found '" + word + "'", "visibility",
               "visibility: inward, or external");
    seen_for_.push_back(word);
  }

  void look_at_range(const Value& text, const std::string& pool) {
    const std::string& written = text.text();
    std::optional<Range> range = range_of(written);
    if (!range)
      return add("'" + written + "' is no range of addresses", text,
                 "as 10.23.0.200-10.23.0.219, or 10.23.0.208/28");
    range->pool = pool;
    range->text = written;
    for (const TakenAddress& taken : taken_)
      if (const auto address = address_of(taken.address); address && range->has(*address))
        add("the pool '" + pool + "' has the address of " + taken.of + ": " + taken.address, text,
            "two machines would answer for it");
    for (const Range& other : ranges_)
      if (other.first <= range->last && range->first <= other.last)
        add("'" + written + "' and '" + other.text + "' have addresses in common", text);
    ranges_.push_back(*std::move(range));
  }

  const std::vector<TakenAddress>& taken_;
  Diagnostics& diagnostics_;
  std::vector<std::string> names_, seen_for_;
  std::vector<Range> ranges_;
};

// Those of all pools that are ranges.
std::vector<Range> ranges_of(const Value& pools) {
  std::vector<Range> ranges;
  for (const Value& pool : items_of(&pools))
    for (const Value& text : items_of(pool.find("addresses")))
      if (const auto range = text.is_string() ? range_of(text.text()) : std::nullopt)
        ranges.push_back(*range);
  return ranges;
}

}  // namespace

void check_pools(const Value& pools, const std::string& wanted,
                 const std::vector<TakenAddress>& taken, Diagnostics& diagnostics) {
  const std::size_t before = diagnostics.errors().size();
  Check check(taken, diagnostics);
  for (const Value& pool : value::dicts_of("load_balancer_pools", &pools, diagnostics))
    check.look_at(pool);
  if (diagnostics.errors().size() == before) check.require(wanted, pools);
}

void check_asked_address(StrictDict& said, const char* key, const Value& pools) {
  const std::string text = said.text(key);
  const std::vector<Range> ranges = ranges_of(pools);
  if (ranges.empty() || !base::is_ip_address(text)) return;
  const auto address = address_of(text);  // no pool has one of IPv6
  const auto has_it = [&](const Range& range) { return address && range.has(*address); };
  if (std::ranges::none_of(ranges, has_it))
    said.add("'" + text + "' is in none of 'load_balancer_pools'", key,
             "nobody gets an address that no pool has");
}

}  // namespace provisioner::profile
