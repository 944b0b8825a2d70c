#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "provisioner/language/inventory/schema.h"

namespace provisioner::inventory {

// What a text of this form is, for messages ("a MAC address as 00:00:5e:00:53:01"), and whether
// this is one.
std::string_view describe(Form form);
bool has_form(Form form, std::string_view text);

// MAC addresses and WWNs in one spelling, so that equal ones are equal texts.
std::string plain_mac(std::string_view text);
std::string plain_wwn(std::string_view text);

// An absolute path of letters, digits and "/_-." that climbs nowhere: it may stand in the files of
// systemd, sudo and a file server.
bool is_plain_path(std::string_view text);

}  // namespace provisioner::inventory
