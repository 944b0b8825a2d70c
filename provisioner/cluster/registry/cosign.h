#pragma once

#include <string>

#include "provisioner/base/base/secret.h"
#include "provisioner/cluster/registry/registry_client.h"

namespace provisioner::registry {

// Signatures as cosign keeps them beside an image (sigstore/cosign, specs/SIGNATURE_SPEC.md): under
// the tag sha256-DIGEST.sig, with a "simple signing" payload, by a key of the site's own; no
// transparency log. `reference` is the name the image is signed for: "HOST:PORT/vetted/team/tool".

// The signed text.
std::string signature_payload(const std::string& reference, const std::string& sha256);

// False where the image has a signature of this key already. Those of others stay.
bool sign_image(RegistryClient& registry, const std::string& repository, const std::string& sha256,
                const std::string& reference, const base::Secret& key);
bool is_image_signed(RegistryClient& registry, const std::string& repository,
                     const std::string& sha256, const std::string& public_key);

// Puts a file beside an image, under the tag sha256-DIGEST.ENDING ("sbom"), as cosign does.
void attach(RegistryClient& registry, const std::string& repository, const std::string& sha256,
            const std::string& ending, const std::string& media_type, const std::string& bytes);

}  // namespace provisioner::registry
