// Which instance comes before which.

#include "provisioner/platform/instance/waves.h"

#include <algorithm>
#include <array>

namespace provisioner::instance {
namespace {

constexpr std::array<std::string_view, 4> order = {"dev", "qa", "pre", "prod"};

std::size_t rank_of(const std::string& stage) {
  return static_cast<std::size_t>(std::ranges::find(order, stage) - order.begin());
}

bool is_of_one_project(const Staged& one, const Staged& other) {
  if (one.project.empty() && other.project.empty()) return one.platform == other.platform;
  return one.project == other.project;
}

}  // namespace

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
  std::size_t nearest = order.size();  // the rank right before this one's that somebody has
  for (const Staged& other : all)
    if (is_of_one_project(one, other) && rank_of(other.stage) < rank_of(one.stage) &&
        (nearest == order.size() || rank_of(other.stage) > nearest))
      nearest = rank_of(other.stage);
  if (nearest == order.size()) return std::nullopt;
  for (const Staged& other : all) {
    if (!is_of_one_project(one, other) || rank_of(other.stage) != nearest) continue;
    if (const auto objection = objections.find(other.name); objection != objections.end())
      return Waiting{other.name, objection->second};
  }
  return std::nullopt;
}

}  // namespace provisioner::instance
