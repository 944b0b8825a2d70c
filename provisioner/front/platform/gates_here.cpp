// What of gates is tried by the controller.

#include "provisioner/front/platform/gates_here.h"

#include <array>

#include "provisioner/base/base/error.h"
#include "provisioner/front/platform/gates_bundle.h"
#include "provisioner/front/platform/gates_objects.h"
#include "provisioner/front/platform/gates_registry.h"

namespace provisioner::platform {
namespace {

using gates::Line;

struct Here {
  const char* gate;
  std::vector<Line> (*tried)(const cli::RunWords& words, const GatesSite& site);
};
constexpr std::array<Here, 3> all_here = {{
    {"C-10", try_registry},
    {"C-16", try_bundle},
    {"G-5", [](const cli::RunWords&, const GatesSite& site) { return try_objects(site); }},
}};

}  // namespace

void try_here(Trials& trials, const cli::RunWords& words, const GatesSite& site,
              const std::vector<gates::Gate>& some) {
  for (const gates::Gate& gate : some)
    for (const Here& here : all_here) {
      if (here.gate != std::string_view(gate.id)) continue;
      auto& lines = trials[gate.id].lines;
      try {
        for (Line& line : here.tried(words, site)) lines.push_back(std::move(line));
      } catch (const base::Error& error) {
        lines.push_back(gates::lacking(error.message(), error.hint()));
      }
    }
}

}  // namespace provisioner::platform
