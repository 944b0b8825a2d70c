#pragma once

#include <vector>

#include "provisioner/front/platform/gates_site.h"

namespace provisioner::platform {

// C-10 as CI and those who vet see it: a robot of its own, which lives for this, pushes a small
// image to incoming/ and is refused elsewhere; the image is promoted and read. All of it is taken
// away again, on the registry's nodes by a timer too. Throws as registry_site, and Error(refused)
// where another command is at work on the registry.
std::vector<gates::Line> try_registry(const cli::RunWords& words, const GatesSite& site);

// Of whom the registry's log has a request for what stands below mirror/, that was answered since
// then: "seen NODE NODE ...", else why that cannot be told. `asked` is
// "SECONDS:docker.io/library/busybox/manifests/sha256:...".
std::string answer_from_log(const cli::RunWords& words, const GatesSite& site,
                            const std::string& asked);

}  // namespace provisioner::platform
