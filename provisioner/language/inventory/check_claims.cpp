// What two nodes cannot both have.

#include "provisioner/language/inventory/check_claims.h"

#include "provisioner/base/base/text.h"
#include "provisioner/language/inventory/addresses.h"
#include "provisioner/language/inventory/text_forms.h"

namespace provisioner::inventory {

using value::Value;

void Claims::claim(const CheckedNode& node, const std::string& kind, const std::string& plain,
                   const KnownText& written) {
  const auto [owner, is_new] = owners_.try_emplace({kind, plain}, Owner{node.host, written.pos});
  if (is_new) return;
  const Owner& first = owner->second;
  Finding finding{.rule = "claim of " + kind,
                  .message = "the " + kind + " '" + written.text + "' is " +
                             (first.host == node.host ? "there twice" : first.host + "'s"),
                  .pos = written.pos};
  if (first.pos.is_known() && first.pos != written.pos)
    finding.context.push_back({first.host + " has it here", first.pos});
  findings_.add(std::move(finding));
}

void Claims::claim_address(const CheckedNode& node, const std::string& text,
                           const KnownText& written) {
  const auto address = read_address(text.substr(0, text.find('/')));
  if (!address) return;
  const std::string_view bytes(reinterpret_cast<const char*>(address->bytes.data()),
                               address->is_v6 ? 16 : 4);
  claim(node, "address", base::hex(bytes), {text.substr(0, text.find('/')), written.pos});
}

void Claims::claim_links(const CheckedNode& node) {
  for (const char* list : {"interfaces", "bonds", "vlans"}) {
    for (const Value& link : known_items(node.member("network", list))) {
      if (const auto mac = known_text(link, "mac"))
        claim(node, "MAC address", plain_mac(mac->text), *mac);
      for (const Value& item : known_items(link.find("addresses")))
        if (const auto address = known_text(&item); address && read_subnet(address->text))
          claim_address(node, address->text, *address);
    }
  }
}

void Claims::add(const CheckedNode& node) {
  if (const auto serial = known_text(node.member("hardware", "serial")))
    claim(node, "serial number", serial->text, *serial);
  if (const auto tag = known_text(node.member("hardware", "asset_tag")))
    claim(node, "asset tag", tag->text, *tag);
  if (const auto mac = known_text(node.member("bmc", "mac")))
    claim(node, "MAC address", plain_mac(mac->text), *mac);
  if (const auto url = known_text(node.member("bmc", "address")))
    if (const auto read = read_url(url->text)) {
      if (read->port.empty())
        claim_address(node, read->host, *url);
      else
        claim(node, "BMC", read->host + ":" + read->port,
              {read->host + ":" + read->port, url->pos});
    }
  if (const auto name = known_text(node.member("network", "hostname")))
    claim(node, "host name", base::lower_case(name->text), *name);
  for (const Value& disk : known_items(node.key("disks"))) {
    if (const auto serial = known_text(disk, "serial"))
      claim(node, "disk serial number", serial->text, *serial);
    if (const auto wwn = known_text(disk, "wwn")) claim(node, "WWN", plain_wwn(wwn->text), *wwn);
  }
  claim_links(node);
}

}  // namespace provisioner::inventory
