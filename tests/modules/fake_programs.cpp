#include "tests/modules/fake_programs.h"

namespace provisioner::modules {

void add_fake_programs(support::FakeHost& host) {
  host.programs["true"] = [](support::FakeHost&, const host::Host::Command&) {
    return host::CommandResult{};
  };
  host.programs["false"] = [](support::FakeHost&, const host::Host::Command&) {
    return host::CommandResult{1};
  };
}

}  // namespace provisioner::modules
