#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace provisioner::base {

// The passwords of all URLs in a text, as they stand there: "pw" of "postgres://user:pw@host/db"
// (RFC 3986, userinfo).
std::vector<std::string> url_passwords(std::string_view text);

// Where the first of them begins; npos where there is none.
std::size_t first_url_password(std::string_view text);

// The text with "***" in their places.
std::string without_url_passwords(std::string_view text);

}  // namespace provisioner::base
