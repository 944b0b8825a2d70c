#pragma once

#include <functional>
#include <string>
#include <vector>

namespace provisioner::platform {

// Results that took minutes to have, each written where it is kept. All are tried; those that
// cannot be written are told, the last of them as the Error that is thrown. `hint` says what that
// means.
void keep_results(const std::vector<std::function<void()>>& writes, const std::string& hint);

}  // namespace provisioner::platform
