#pragma once

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "provisioner/engine/run/linear.h"

namespace provisioner::run {

// A task that is known by its name alone.
inline std::shared_ptr<const Step> step(const std::string& name, const std::string& meta = "") {
  auto task = std::make_shared<playbook::Task>();
  task->name = name;
  if (!meta.empty()) {
    task->module = "meta";
    task->kind = playbook::TaskKind::meta;
    task->arguments.set("_raw_params", meta);
  }
  return std::make_shared<const Step>(Step{task, name});
}

inline std::vector<Item> steps(const std::vector<std::string>& names) {
  std::vector<Item> items;
  for (const std::string& name : names) items.emplace_back(step(name));
  return items;
}

inline std::shared_ptr<const Group> group(std::vector<Item> tasks, std::vector<Item> rescue = {},
                                          std::vector<Item> always = {}) {
  return std::make_shared<const Group>(
      Group{std::move(tasks), std::move(rescue), std::move(always)});
}

inline std::shared_ptr<const Blocks> play(Blocks blocks) {
  return std::make_shared<const Blocks>(std::move(blocks));
}

// The names of all steps from here to the end, taken one after the other; those in `failing` fail.
// The cursor is left at its end.
inline std::vector<std::string> way_of(HostCursor& cursor,
                                       const std::vector<std::string>& failing = {}) {
  std::vector<std::string> names;
  while (const auto next = cursor.next()) {
    names.push_back(next->id);
    cursor.take();
    if (std::find(failing.begin(), failing.end(), next->id) != failing.end()) cursor.fail();
  }
  cursor.take();
  return names;
}

}  // namespace provisioner::run
