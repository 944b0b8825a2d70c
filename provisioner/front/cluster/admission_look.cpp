// What the policy of vetted images would refuse, before a cluster has it.

#include "provisioner/front/cluster/admission_look.h"

#include <algorithm>
#include <set>

#include "provisioner/base/base/counted.h"
#include "provisioner/base/base/regex.h"
#include "provisioner/base/base/text.h"
#include "provisioner/front/cli/node_answers.h"
#include "provisioner/front/cluster/admission_look_script.h"

namespace provisioner::cluster {
namespace {

constexpr std::chrono::seconds longest_look{70};  // kubectl tells by itself before
constexpr std::size_t most_told = 10;

std::optional<RefusedPod> refused_pod(const std::vector<std::string>& cells,
                                      const AdmittedImages& admitted) {
  for (const std::string& image : base::split(cells[3], ' '))
    if (!image.empty() && !admitted.has(image))
      return RefusedPod{.name = cells[1] + "/" + cells[2], .image = image};
  return std::nullopt;
}

}  // namespace

bool AdmittedImages::has(const std::string& image) const {
  static const base::Regex form("^([^@]+)@sha256:([0-9a-f]{64})\\Z");
  const std::string place = registry + "/vetted/";
  if (!image.starts_with(place)) return false;
  const std::string rest = image.substr(place.size());
  const auto found = form.match_start(rest);
  if (!found) return false;
  const value::Value* of = digests.find(*base::group_text(*found, rest, 2));
  if (of == nullptr) return false;
  const std::string name = base::split(*base::group_text(*found, rest, 1), ':').front();
  const std::vector<std::string> names = base::split(of->text(), ' ');
  return std::ranges::find(names, name) != names.end();
}

std::optional<std::vector<RefusedPod>> read_admission_look(const std::string& answer,
                                                           const AdmittedImages& admitted) {
  const std::vector<std::string_view> lines = base::lines_of(answer);
  if (lines.empty() || lines.front() != "begins") return std::nullopt;
  std::set<std::string> bound(admitted.namespaces.begin(), admitted.namespaces.end());
  std::vector<RefusedPod> refused;
  for (const std::string_view line : lines) {
    const std::vector<std::string> cells = base::split(line, '\t');
    if (cells.size() == 2 && cells[0] == "namespace") bound.insert(cells[1]);
    if (cells.size() == 4 && cells[0] == "pod" && bound.contains(cells[1]))
      if (auto pod = refused_pod(cells, admitted)) refused.push_back(std::move(*pod));
  }
  return refused;
}

std::string beginning_text(const std::string& instance, const std::vector<RefusedPod>& refused) {
  std::string text = "nothing holds '" + instance +
                     "' to vetted images so far, and the next `cluster up` does so; ";
  if (refused.empty()) return text + "all pods that are there run such images";
  std::vector<std::string> told;
  for (const RefusedPod& pod : refused)
    if (told.size() < most_told) told.push_back(pod.name + " (" + pod.image + ")");
  if (refused.size() > told.size())
    told.push_back(std::to_string(refused.size() - told.size()) + " more");
  return text + base::counted(refused.size(), "pod") +
         " would not be let in again: " + base::escape_for_terminal(base::join(told, ", "));
}

std::optional<std::string> beginning_admission(const cli::RunWords& words,
                                               const cli::ClusterSite& site,
                                               const AdmittedImages& admitted) {
  const std::string script = "set -- " + base::shell_quote(site.wish.instance) + "\n" +
                             std::string(admission_look_script());
  const auto answers =
      cli::node_answers(words, site.wish.control_names(),
                        {.script = script, .longest = longest_look, .is_verbatim = true});
  for (const auto& [node, answer] : answers)
    if (const auto refused = read_admission_look(answer, admitted))
      return beginning_text(site.wish.instance, *refused);
  return std::nullopt;
}

}  // namespace provisioner::cluster
