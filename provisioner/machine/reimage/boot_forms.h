#pragma once

#include <string>

namespace provisioner::reimage {

// The forms of what stands in a boot script and in dnsmasq's files: none of them has a word of
// iPXE's or dnsmasq's grammar, a newline, or more than one entry.
constexpr const char* digest_form = "[0-9a-f]{64}";
constexpr const char* address_form = "[0-9a-f.:]+/[0-9]{1,3}";  // with its prefix
constexpr const char* gateway_form = "[0-9a-f.:]+";
constexpr const char* mac_form = "(?:[0-9a-f]{2}:){5}[0-9a-f]{2}";
constexpr const char* kernel_words_form = "[A-Za-z0-9_.,=:/ -]+";

// Whether all of the text is of the form.
bool has_boot_form(const std::string& text, const char* form);

}  // namespace provisioner::reimage
