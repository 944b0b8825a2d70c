#pragma once

#include <string>
#include <vector>

#include "provisioner/base/base/secret.h"
#include "provisioner/platform/handoff/instance.h"

namespace provisioner::handoff {

// A text that may be in no bundle, and what people call it.
struct KeptSecret {
  std::string name;  // "the variable 'db_password' of group_vars/all.yml:3:14"
  base::Secret text;
};

// A file that shows one, and where in it.
struct Leak {
  std::string file, name;
};

// Each file is looked through for each secret: as it is, in hex, as URLs and JSON write it, within
// base64 at each of its three places, also twice over (as a pull secret has it); of one with
// several lines each long line by itself. Texts of fewer than four bytes are not looked for, those
// of fewer than eight only as whole words: they would be found in ordinary ones. A private key in
// PEM is found whoever's it is. At most one leak for each file and secret.
std::vector<Leak> leaks(const Files& files, const std::vector<KeptSecret>& secrets);

}  // namespace provisioner::handoff
