// Which instance comes before which.

#include "provisioner/platform/instance/waves.h"

#include <algorithm>

#include "provisioner/base/base/edit_distance.h"
#include "provisioner/base/base/text.h"
#include "provisioner/base/value/strict_dict.h"

namespace provisioner::instance {
namespace {

std::size_t rank_of(const std::string& stage) {
  const std::vector<std::string>& order = stage_names();
  return static_cast<std::size_t>(std::ranges::find(order, stage) - order.begin());
}

bool is_of_one_project(const Staged& one, const Staged& other) {
  if (one.project.empty() && other.project.empty()) return one.platform == other.platform;
  return one.project == other.project;
}

}  // namespace

const std::vector<std::string>& stage_names() {
  static const std::vector<std::string> order = {"dev", "qa", "pre", "prod"};
  return order;
}

void check_stage(const std::string& stage, const base::Pos& pos, base::Diagnostics& diagnostics) {
  const std::vector<std::string>& known = stage_names();
  if (stage.empty() || std::ranges::find(known, stage) != known.end()) return;
  const std::string near = base::suggestion(stage, known);
  value::add_once(diagnostics,
                  base::Error(base::Kind::input, "there is no stage '" + stage + "'", pos)
                      .set_hint(near.empty() ? "there are " + base::join(known, ", ") : near));
}

std::vector<Wave> waves(const std::vector<Staged>& instances) {
  std::vector<Wave> all;
  std::vector<Staged> sorted = instances;
  std::ranges::stable_sort(sorted, {}, [](const Staged& one) { return rank_of(one.stage); });
  for (const Staged& one : sorted) {
    const auto wave = std::ranges::find(all, one.stage, &Wave::stage);
    if (wave != all.end())
      wave->instances.push_back(one.name);
    else
      all.push_back({one.stage, {one.name}});
  }
  return all;
}

std::optional<Waiting> reason_to_wait(const Staged& one, const std::vector<Staged>& all,
                                      const std::map<std::string, std::string>& objections) {
  const std::size_t none = stage_names().size();
  std::size_t nearest = none;  // the rank right before this one's that somebody has
  for (const Staged& other : all)
    if (is_of_one_project(one, other) && rank_of(other.stage) < rank_of(one.stage) &&
        (nearest == none || rank_of(other.stage) > nearest))
      nearest = rank_of(other.stage);
  if (nearest == none) return std::nullopt;
  for (const Staged& other : all) {
    if (!is_of_one_project(one, other) || rank_of(other.stage) != nearest) continue;
    if (const auto objection = objections.find(other.name); objection != objections.end())
      return Waiting{other.name, objection->second};
  }
  return std::nullopt;
}

}  // namespace provisioner::instance
