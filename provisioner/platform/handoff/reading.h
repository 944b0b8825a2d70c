#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "provisioner/base/value/strict_dict.h"

namespace provisioner::handoff {

using value::StrictDict;

// How what a platform is told is read, beside what StrictDict knows itself.

// No other keys than these. One that sounds like a secret is told that secrets are references.
void know(StrictDict& dict, const std::vector<std::string>& keys);

// http(s)://, without slashes at its end; a mistake where it is missing.
std::string url_in(StrictDict& dict, std::string_view key, const std::string& example);
// Of DNS, up to the 63 bytes of a label, since pods bear it as one; a mistake where it is missing.
std::string name_in(StrictDict& dict, std::string_view key, const std::string& otherwise);
int port_in(StrictDict& dict, std::string_view key, int otherwise);
std::vector<std::string> texts_in(StrictDict& dict, std::string_view key,
                                  const std::vector<std::string>& otherwise = {});

}  // namespace provisioner::handoff
