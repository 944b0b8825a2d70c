// One more machine among those that are there.

#include "provisioner/language/inventory/check_newcomer.h"

#include "provisioner/base/base/text.h"
#include "provisioner/language/inventory/check_claims.h"
#include "provisioner/language/inventory/host_scope.h"

namespace provisioner::inventory {
namespace {

using base::Error;
using base::Kind;
using value::Value;

std::optional<Address> address_in(const KnownText& text) {
  return read_address(text.text.substr(0, text.text.find('/')));
}

std::vector<KnownText> addresses_of(const value::Dict& keys) {
  std::vector<KnownText> all;
  const CheckedNode node{"", {}, keys};
  for (const Value& link : known_items(node.member("network", "interfaces")))
    for (const Value& item : known_items(link.find("addresses")))
      if (const auto text = known_text(&item)) all.push_back(*text);
  return all;
}

// How a node is called by others, beside the addresses of its links: while it boots, and by SSH.
std::vector<KnownText> called_by(const Inventory& inventory, const jinja::Templar& templar,
                                 const CheckedNode& node) {
  std::vector<KnownText> all;
  if (const auto text = known_text(node.member("deploy", "address"))) all.push_back(*text);
  try {
    HostScope scope(inventory, templar, node.host);
    const auto host = scope.variable("ansible_host");
    if (const auto text = known_text(host ? &*host : nullptr)) all.push_back(*text);
  } catch (const Error&) {
    // A template that only a run can judge.
  }
  return all;
}

void check_name(const Inventory& inventory, const std::string& name,
                base::Diagnostics& diagnostics) {
  if (base::lower_case(name) == "localhost")
    diagnostics.add(Error(Kind::input, "'" + name + "' is this machine itself"));
  if (inventory.group(name) != nullptr)
    diagnostics.add(Error(Kind::input, "there is a group '" + name + "'")
                        .set_hint("whoever names the one would mean the other too"));
}

}  // namespace

void check_newcomer(const Inventory& inventory, const jinja::Templar& templar,
                    const std::string& name, const value::Dict& keys,
                    base::Diagnostics& diagnostics) {
  check_name(inventory, name, diagnostics);
  NodeFindings findings;
  Claims claims(findings);
  std::vector<Finding> taken;
  for (const std::string& host : inventory.host_names()) {
    const CheckedNode node = checked_node(inventory, templar, host);
    claims.add(node);
    if (base::lower_case(host) == base::lower_case(name))
      diagnostics.add(Error(Kind::input, "there is a host '" + host + "' already", node.pos));
    for (const KnownText& other : called_by(inventory, templar, node))
      for (const KnownText& own : addresses_of(keys)) {
        const auto address = address_in(own);
        if (!address || address != address_in(other)) continue;
        taken.push_back({.rule = "claim of address",
                         .message = "the address '" + own.text.substr(0, own.text.find('/')) +
                                    "' is " + host + "'s",
                         .pos = {},
                         .context = {{host + " has it here", other.pos}}});
      }
  }
  findings = NodeFindings();  // what is wrong among the others is no matter here
  findings.begin_host(name, {});
  claims.add({name, {}, keys});
  for (Finding& finding : taken) findings.add(std::move(finding));
  findings.report(diagnostics);
}

}  // namespace provisioner::inventory
