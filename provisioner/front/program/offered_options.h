#pragma once

#include <CLI/CLI.hpp>
#include <vector>

namespace provisioner::program {

// Those without a group are taken, and nobody is told of them.
inline std::vector<const CLI::Option*> offered_options(const CLI::App& app) {
  return app.get_options([](const CLI::Option* one) { return !one->get_group().empty(); });
}

}  // namespace provisioner::program
