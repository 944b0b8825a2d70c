#pragma once

#include <string>
#include <vector>

#include "provisioner/base/base/error.h"
#include "provisioner/platform/handoff/instance.h"

namespace provisioner::handoff {

// The files that a bundle has beside its parts.
inline constexpr const char* summary_file = "handoff.json";
inline constexpr const char* checksums_file = "checksums";
inline constexpr const char* signature_file = "checksums.sig";

// All files of a bundle but its signature; the same instance makes the same bytes. What the
// inventory says wrongly of the platform goes to `diagnostics` with its place.
Files bundle_files(const Instance& instance, base::Diagnostics& diagnostics);

// The same mistakes without a bundle, of an instance by its inventory alone. What its platform is
// told is looked at as soon as something is said of it.
void check_instance(const Instance& instance, base::Diagnostics& diagnostics);

// What handoff.json says, for the command's own answer.
value::Value summary_of(const Files& bundle);

// Paths of the manifests of a bundle, in the order in which they are applied.
std::vector<std::string> manifests_of(const Files& bundle);

// The text of `checksums`: sha256sum's format, sorted, of all files but itself and its signature.
std::string checksums_of(const Files& files);

// What of a tree is not as its own list of checksums has it: files that were changed or added, a
// sentence each. Whose list it is does not count.
std::vector<std::string> changes_in(const Files& tree);

// What is wrong with a tree, a sentence each; none: it is as it was signed. `signature` is that of
// cosign's sign-blob, base64 of DER; `public_key` is PEM. Throws Error(input) where that is no key.
std::vector<std::string> faults_of(const Files& tree, const std::string& public_key);

}  // namespace provisioner::handoff
