#pragma once

#include <functional>

namespace provisioner::tests {

// Runs the body in a thread whose mounts are its own, and waits for it. Root only.
void with_own_mounts(const std::function<void()>& body);

// The same with a network of its own, where nothing is but the loopback device.
void with_own_network(const std::function<void()>& body);

}  // namespace provisioner::tests
