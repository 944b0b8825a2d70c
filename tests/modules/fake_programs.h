#pragma once

#include "tests/support/fake_host.h"

namespace provisioner::modules {

// Programs that change the fake node's state as the real ones change a real node's: one line a
// family, each family in its own file (fake_programs_accounts.cpp ...).
void add_fake_programs(support::FakeHost& host);

}  // namespace provisioner::modules
