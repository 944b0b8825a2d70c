// Somebody means it.

#include "provisioner/front/cluster/typed_name.h"

#include <unistd.h>

#include <iostream>

#include "provisioner/base/base/error.h"

namespace provisioner::cluster {

using base::Error;
using base::Kind;

void require_typed_name(const std::string& name, const std::string& what) {
  if (::isatty(STDIN_FILENO) == 0)
    throw Error(Kind::refused, what + ", and nobody is there to be asked")
        .set_hint("say with --yes that it is meant");
  std::cout << what << ".\nType '" << name << "' to go on: " << std::flush;
  std::string typed;
  std::getline(std::cin, typed);
  if (typed != name)
    throw Error(Kind::refused, "'" + typed + "' was typed, not '" + name + "': nothing was done");
}

}  // namespace provisioner::cluster
