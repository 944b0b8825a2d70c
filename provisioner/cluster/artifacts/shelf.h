#pragma once

#include <set>
#include <string>
#include <vector>

#include "provisioner/base/http/server.h"
#include "provisioner/base/value/value.h"
#include "provisioner/cluster/artifacts/artifact_store.h"

namespace provisioner::artifacts {

// What nodes may have over HTTP: the files that these entries name, at /sha256/DIGEST, and nothing
// else of the store. Nodes check the digest, so nothing here is secret or signed. Any thread.
class Shelf {
 public:
  Shelf(const Store& store, const std::vector<Locked>& entries);
  http::Answer answer(const http::Call& call) const;

 private:
  const Store& store_;
  std::set<std::string> digests_;
};

// The variable `artifacts` of roles: by name and version {url, sha256, size, kind, image}. `url` is
// where a Shelf is asked: "http://10.79.0.1:8088".
value::Value role_variable(const std::vector<Locked>& entries, const std::string& url);

}  // namespace provisioner::artifacts
