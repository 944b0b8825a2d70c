// ping: answers "pong" where a node can run a module at all.
#include "provisioner/base/base/error.h"
#include "provisioner/node/modules/module.h"

namespace provisioner::modules {
namespace {

wire::Plan check(const host::HostView&, const Arguments& arguments) {
  const std::string data = arguments.text("data");
  if (data == "crash") throw base::Error(base::Kind::failed, "boom");
  wire::Plan plan;
  plan.verdict = wire::Verdict::read;
  plan.result.set("ping", data);
  return plan;
}

}  // namespace

extern const Module ping_module{.spec = {.name = "ping",
                                         .summary = "answers where a node can be managed",
                                         .kind = ModuleKind::read,
                                         .parameters = {{.name = "data", .fallback = "pong"}}},
                                .check = check};

}  // namespace provisioner::modules
