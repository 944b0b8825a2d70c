// Which run a person means.

#include "provisioner/front/cli/named_run.h"

#include "provisioner/base/base/error.h"

namespace provisioner::cli {

using base::Error;
using base::Kind;

store::RunSummary named_run(const store::RunStore& store, const std::string& name) {
  if (name == "last") {
    const auto all = store.runs();
    if (all.empty()) throw Error(Kind::usage, "there has been no run yet");
    return all.front();
  }
  if (const auto run = store.run(name)) return *run;
  throw Error(Kind::usage, "there is no run '" + name + "'").set_hint("see: provisioner runs list");
}

}  // namespace provisioner::cli
