#pragma once

#include <functional>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "provisioner/language/playbook/playbook.h"

namespace provisioner::run {

// One task at one place of the order. Hosts meet at a step: it is what the barrier of `linear` is
// over, and its id names the task instance in the journal. The same Task included twice makes two
// steps.
struct Step {
  std::shared_ptr<const playbook::Task> task;
  std::string id;  // "2.tasks.4": the path through plays, sections, blocks and includes; the same
                   // in every run
};

struct Group;
using Item = std::variant<std::shared_ptr<const Step>, std::shared_ptr<const Group>>;

// A block with what is left of it after the tags were looked at.
struct Group {
  std::vector<Item> tasks, rescue, always;
};

// Blocks one after another; tasks that stand between blocks make a block of their own, as in
// Ansible: it matters where a host goes on whose errors were cleared.
using Blocks = std::vector<std::shared_ptr<const Group>>;

// Decides by tags whether a task takes part; the host-independent half of `when`.
using IsSelected = std::function<bool(const playbook::Task& task)>;

// Nodes as blocks, empty ones left out. Ids begin with `prefix`.
Blocks build_blocks(const std::vector<playbook::Node>& nodes, const IsSelected& is_selected,
                    const std::string& prefix);

// All of a play: facts, pre_tasks, roles, tasks and post_tasks, with the flush of handlers after
// each section as Ansible places them.
Blocks build_play(const playbook::Play& play, const IsSelected& is_selected,
                  std::shared_ptr<const playbook::Task> gather_facts, bool force_handlers,
                  const std::string& prefix);

// The steps below a group, in the order they are written.
void each_step(const Group& group,
               const std::function<void(const std::shared_ptr<const Step>&)>& body);

// meta tasks.
bool is_meta(const playbook::Task& task, std::string_view what);
std::string meta_name(const playbook::Task& task);  // "flush_handlers"; "" where it is no meta task

}  // namespace provisioner::run
