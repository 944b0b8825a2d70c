// A play as the tree that each host's cursor walks: tags applied, flush points in place,
// every task instance named.

#include "provisioner/engine/run/play_tree.h"

#include <utility>

namespace provisioner::run {
namespace {

using playbook::Block;
using playbook::Node;
using playbook::Task;
using Origin = playbook::Level::Origin;

void add_items(std::vector<Item>& items, const Node& node, const IsSelected& is_selected,
               const std::string& id);

std::shared_ptr<const Step> step(std::shared_ptr<const Task> task, std::string id) {
  return std::make_shared<const Step>(Step{std::move(task), std::move(id)});
}

std::shared_ptr<const Task> implicit_meta(const std::string& what) {
  auto task = std::make_shared<Task>();
  task->module = "meta";
  task->kind = playbook::TaskKind::meta;
  task->arguments.set("_raw_params", what);
  task->is_implicit = true;
  return task;
}

playbook::Level::Origin origin_of(const Block& block) {
  return block.level ? block.level->origin : Origin::included_tasks;
}

void add_block(Blocks& blocks, Group group) {
  if (group.tasks.empty() && group.rescue.empty() && group.always.empty()) return;
  blocks.push_back(std::make_shared<const Group>(std::move(group)));
}

void append(Blocks& blocks, const Blocks& more) {
  blocks.insert(blocks.end(), more.begin(), more.end());
}

Group build_group(const Block& block, const IsSelected& is_selected, const std::string& prefix) {
  const auto items = [&](const std::vector<Node>& nodes, const std::string& section) {
    std::vector<Item> all;
    for (std::size_t number = 0; number < nodes.size(); ++number)
      add_items(all, nodes[number], is_selected, section + "." + std::to_string(number));
    return all;
  };
  return {items(block.tasks, prefix + ".block"), items(block.rescue, prefix + ".rescue"),
          items(block.always, prefix + ".always")};
}

// What stands in a block: a task as a step, a block as a group, what an import brought as its
// blocks.
void add_items(std::vector<Item>& items, const Node& node, const IsSelected& is_selected,
               const std::string& id) {
  if (const auto* task = std::get_if<std::shared_ptr<const Task>>(&node)) {
    if (is_selected(**task)) items.emplace_back(step(*task, id));
    return;
  }
  const Block& block = *std::get<std::shared_ptr<const Block>>(node);
  Blocks blocks;
  if (origin_of(block) == Origin::block)
    add_block(blocks, build_group(block, is_selected, id));
  else
    blocks = build_blocks(block.tasks, is_selected, id + ".block");
  items.insert(items.end(), blocks.begin(), blocks.end());
}

// One section with its flush: after it, or, with force_handlers, in an `always` around it.
void add_section(Blocks& play, const Blocks& section, bool force_handlers, const std::string& id) {
  const auto flush = std::make_shared<const Group>(
      Group{{step(implicit_meta("flush_handlers"), id + ".flush")}, {}, {}});
  if (!force_handlers) {
    append(play, section);
    play.push_back(flush);
    return;
  }
  Group guarded;
  guarded.tasks.assign(section.begin(), section.end());
  if (guarded.tasks.empty()) guarded.tasks.emplace_back(step(implicit_meta("noop"), id + ".noop"));
  guarded.always.emplace_back(flush);
  add_block(play, std::move(guarded));
}

}  // namespace

Blocks build_blocks(const std::vector<Node>& nodes, const IsSelected& is_selected,
                    const std::string& prefix) {
  Blocks blocks;
  Group between;
  for (std::size_t number = 0; number < nodes.size(); ++number) {
    const std::string id = prefix + "." + std::to_string(number);
    const auto* node = std::get_if<std::shared_ptr<const Block>>(&nodes[number]);
    if (node == nullptr || origin_of(**node) == Origin::imported_tasks) {
      add_items(between.tasks, nodes[number], is_selected, id);
      continue;
    }
    add_block(blocks, std::exchange(between, {}));
    if (origin_of(**node) == Origin::block)
      add_block(blocks, build_group(**node, is_selected, id));
    else
      append(blocks, build_blocks((*node)->tasks, is_selected, id + ".block"));
  }
  add_block(blocks, std::move(between));
  return blocks;
}

Blocks build_play(const playbook::Play& play, const IsSelected& is_selected,
                  std::shared_ptr<const Task> gather_facts, bool force_handlers,
                  const std::string& prefix) {
  Blocks whole;
  if (gather_facts)
    add_block(whole, Group{{step(std::move(gather_facts), prefix + ".facts")}, {}, {}});
  add_section(whole, build_blocks(play.pre_tasks, is_selected, prefix + ".pre_tasks"),
              force_handlers, prefix + ".pre_tasks");
  Blocks middle = build_blocks(play.role_tasks, is_selected, prefix + ".roles");
  append(middle, build_blocks(play.tasks, is_selected, prefix + ".tasks"));
  add_section(whole, middle, force_handlers, prefix + ".tasks");
  add_section(whole, build_blocks(play.post_tasks, is_selected, prefix + ".post_tasks"),
              force_handlers, prefix + ".post_tasks");
  return whole;
}

void each_step(const Group& group,
               const std::function<void(const std::shared_ptr<const Step>&)>& body) {
  for (const std::vector<Item>* section : {&group.tasks, &group.rescue, &group.always})
    for (const Item& item : *section) {
      if (const auto* one = std::get_if<std::shared_ptr<const Step>>(&item))
        body(*one);
      else
        each_step(*std::get<std::shared_ptr<const Group>>(item), body);
    }
}

std::string meta_name(const Task& task) {
  if (task.module != "meta") return {};
  const value::Value* what = task.arguments.find("_raw_params");
  return what != nullptr && what->is_string() ? what->text() : std::string();
}

bool is_meta(const Task& task, std::string_view what) { return meta_name(task) == what; }

}  // namespace provisioner::run
