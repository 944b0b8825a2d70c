// G-12: whether a chart is the same each time.

#include "provisioner/platform/gates/chart.h"

#include <algorithm>
#include <map>

#include "provisioner/base/base/counted.h"
#include "provisioner/base/base/error.h"
#include "provisioner/base/base/text.h"
#include "provisioner/base/value/read_yaml.h"
#include "provisioner/platform/gates/manifest.h"

namespace provisioner::gates {
namespace {

using value::Dict;
using value::Value;

using Objects = std::map<std::string, Value>;  // by what they are called

Objects objects_in(const std::string& text, const std::string& name) {
  Objects objects;
  for (Value& one : value::read_yaml_text(text, name))
    if (one.is_dict()) objects[called(one)] = one;
  return objects;
}

// A member as JSON pointers have it (RFC 6901).
std::string step(const std::string& key) {
  return "/" + base::replace_all(base::replace_all(key, "~", "~0"), "/", "~1");
}

// Pointers to what differs, at the deepest.
void compare(const Value& one, const Value& other, const std::string& at,
             std::vector<std::string>& places) {
  if (one == other) return;
  if (one.is_dict() && other.is_dict()) {
    for (const auto& [key, entry] : one.dict()) {
      const std::string name = Dict::key_text(key);
      const Value* found = other.find(name);
      if (found == nullptr)
        places.push_back(at + step(name));
      else
        compare(entry, *found, at + step(name), places);
    }
    for (const auto& [key, entry] : other.dict())
      if (one.find(Dict::key_text(key)) == nullptr)
        places.push_back(at + step(Dict::key_text(key)));
    return;
  }
  if (one.is_list() && other.is_list() && one.list().size() == other.list().size()) {
    for (std::size_t index = 0; index < one.list().size(); ++index)
      compare(one.list()[index], other.list()[index], at + "/" + std::to_string(index), places);
    return;
  }
  places.push_back(at.empty() ? "/" : at);
}

// Of a Secret that is applied, texts are among its data.
std::string as_applied(const std::string& kind, const std::string& place) {
  constexpr std::string_view texts = "/stringData";
  return kind == "Secret" && place.starts_with(texts) ? "/data" + place.substr(texts.size())
                                                      : place;
}

bool is_ignored(const Value& rules, const Value& object, const std::string& at) {
  if (!rules.is_list()) return false;
  const Value* metadata = object.find("metadata");
  const std::string kind = value::text_or(object, "kind", ""),
                    name = metadata == nullptr ? "" : value::text_or(*metadata, "name", "");
  const std::string place = as_applied(kind, at);
  return std::ranges::any_of(rules.list(), [&](const Value& rule) {
    const Value* pointers = rule.find("jsonPointers");
    if (value::text_or(rule, "kind", "") != kind || value::text_or(rule, "name", name) != name ||
        pointers == nullptr || !pointers->is_list())
      return false;
    return std::ranges::any_of(pointers->list(), [&](const Value& pointer) {
      const std::string text = pointer.is_string() ? pointer.text() : "";
      return place == text || (!text.empty() && place.starts_with(text + "/"));
    });
  });
}

void judge_object(const ChartRenderings& renderings, const std::string& name, const Value& one,
                  const Value& other, std::vector<Line>& lines) {
  std::vector<std::string> places;
  compare(one, other, "", places);
  std::erase_if(
      places, [&](const std::string& place) { return is_ignored(renderings.ignored, one, place); });
  if (places.empty()) return;
  lines.push_back(wrong(
      name,
      "two renderings of " + renderings.chart + " differ in " + name + " at " + places.front() +
          (places.size() == 1 ? "" : " and " + base::counted(places.size() - 1, "more place")) +
          ": its deployer would see a difference for ever",
      "say the value, so that the chart makes up none; or have the deployer "
      "overlook it (ignoreDifferences)"));
}

}  // namespace

std::vector<Line> lines_of(const ChartRenderings& renderings) {
  if (!renderings.failure.empty())
    return {wrong("rendering", renderings.chart + " cannot be rendered: " + renderings.failure,
                  "provisioner handoff gen3 NAME --draft writes the values that it was given")};
  std::vector<Line> lines;
  try {
    const Objects first = objects_in(renderings.first, "<first rendering>");
    const Objects second = objects_in(renderings.second, "<second rendering>");
    for (const auto& [name, object] : first) {
      const auto again = second.find(name);
      if (again != second.end())
        judge_object(renderings, name, object, again->second, lines);
      else
        lines.push_back(wrong(name,
                              "the second rendering of " + renderings.chart + " has no " + name +
                                  ": its name is made up anew each time",
                              "say the name in the values"));
    }
    if (first.empty())
      lines.push_back(wrong("rendering", renderings.chart + " renders nothing", "its values"));
    else if (lines.empty())
      lines.push_back(right("two renderings of " + renderings.chart +
                            " are equal: " + base::counted(first.size(), "object")));
  } catch (const base::Error& error) {
    lines = {wrong("rendering", renderings.chart + " renders what is no YAML: " + error.message(),
                   "helm template")};
  }
  return lines;
}

}  // namespace provisioner::gates
