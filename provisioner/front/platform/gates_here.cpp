// What of gates is tried by the controller.

#include "provisioner/front/platform/gates_here.h"

#include <algorithm>
#include <array>

#include "provisioner/base/base/error.h"
#include "provisioner/base/base/text.h"
#include "provisioner/front/cli/ends_all.h"
#include "provisioner/front/platform/gates_bundle.h"
#include "provisioner/front/platform/gates_chart.h"
#include "provisioner/front/platform/gates_directory.h"
#include "provisioner/front/platform/gates_notebooks.h"
#include "provisioner/front/platform/gates_objects.h"
#include "provisioner/front/platform/gates_phalanx.h"
#include "provisioner/front/platform/gates_registry.h"
#include "provisioner/front/platform/gates_vault.h"
#include "provisioner/front/platform/gates_words.h"

namespace provisioner::platform {
namespace {

using gates::Line;

constexpr std::chrono::seconds longest_giving{30};

struct Here {
  const char* gate;
  std::vector<Line> (*tried)(const HereContext& context);
};
constexpr std::array<Here, 10> all_here = {{
    {"C-10", [](const HereContext& at) { return try_registry(at.words, at.site); }},
    {"C-14", render_for_capacity},
    {"C-16", [](const HereContext& at) { return try_bundle(at.words, at.site); }},
    {"G-5", [](const HereContext& at) { return try_objects(at.site); }},
    {"G-12", try_chart},
    {"P-4", give_certificate},
    {"P-5", try_vault},
    {"P-7", [](const HereContext& at) { return try_directory(at.site); }},
    {"P-9", try_notebooks},
    {"P-13", try_phalanx_files},
}};

const Here* find_here(const gates::Gate& gate) {
  const auto* const found = std::ranges::find(all_here, std::string_view(gate.id), &Here::gate);
  return found == all_here.end() ? nullptr : found;
}

}  // namespace

bool is_tried_here(const gates::Gate& gate) { return find_here(gate) != nullptr; }

void give_script(const HereContext& at, const std::string& name, const std::string& text) {
  if (at.host.empty()) return;
  const std::string path = at.place + "/" + name;
  script_answers(at.words, {at.host},
                 "set -eu\numask 077\n" + put_file(path + ".new", text) + "mv " +
                     base::shell_quote(path + ".new") + " " + base::shell_quote(path) + "\n",
                 longest_giving);
}

void try_here(Trials& trials, const HereContext& context, const gates::Gate& gate) {
  const Here* here = find_here(gate);
  if (here == nullptr) return;
  auto& lines = trials[gate.id].lines;
  try {
    for (Line& line : here->tried(context)) lines.push_back(std::move(line));
  } catch (const base::Error& error) {
    if (cli::ends_all(error)) throw;
    lines.push_back(gates::lacking(error.message(), error.hint()));
  }
}

}  // namespace provisioner::platform
