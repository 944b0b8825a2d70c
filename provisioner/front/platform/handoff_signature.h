#pragma once

#include <string>

namespace provisioner::platform {

// The site's word for a list of checksums: cosign's (sign-blob), base64 of DER with a newline. Each
// making of one gives other bytes, so what was signed once keeps its signature, in the state of the
// instance: the same bundle is the same bytes.
std::string signature_of(const std::string& checksums, const std::string& instance);

}  // namespace provisioner::platform
