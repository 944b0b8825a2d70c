#include "tests/modules/fake_programs.h"

namespace provisioner::modules {

void add_fake_account_programs(support::FakeHost& host);
void add_fake_system_programs(support::FakeHost& host);
void add_fake_package_programs(support::FakeHost& host);

void add_fake_programs(support::FakeHost& host) {
  add_fake_account_programs(host);
  add_fake_system_programs(host);
  add_fake_package_programs(host);
  host.programs["true"] = [](support::FakeHost&, const host::Host::Command&) {
    return host::CommandResult{};
  };
  host.programs["false"] = [](support::FakeHost&, const host::Host::Command&) {
    return host::CommandResult{1};
  };
}

}  // namespace provisioner::modules
