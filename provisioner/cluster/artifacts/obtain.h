#pragma once

#include <string>

#include "provisioner/cluster/artifacts/artifact_store.h"
#include "provisioner/cluster/artifacts/recipe.h"

namespace provisioner::artifacts {

// What is to be brought into the store.
struct Order {
  std::string name, version;
  Kind kind = Kind::file;
  Origin from;
  std::string folder = {};    // that paths of "file:" begin in: the list's own
  std::string expected = {};  // SHA-256; "" takes what comes
};

// Gets it, checks it, keeps it. A download that breaks off is gone on with where it was, some
// times. Throws Error(unreachable) where the origin gives no answer, Error(input) where it has no
// such thing or another than is expected; Error(stopped) after a signal, but in a download, which
// it ends.
Kept obtain(const Order& order, const Store& store, const Progress& progress);

}  // namespace provisioner::artifacts
