// A play as the tree the iterator walks: tags applied, flush points in place, every task instance
// named.

#include "provisioner/engine/run/play_tree.h"

namespace provisioner::run {
namespace {

using playbook::Block;
using playbook::Node;
using playbook::Task;

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

std::shared_ptr<const Group> build_group(const Block& block, const IsSelected& is_selected,
                                         const std::string& prefix) {
  auto group = std::make_shared<Group>();
  group->tasks = build_items(block.tasks, is_selected, prefix + ".block");
  group->rescue = build_items(block.rescue, is_selected, prefix + ".rescue");
  group->always = build_items(block.always, is_selected, prefix + ".always");
  if (group->tasks.empty() && group->rescue.empty() && group->always.empty()) return nullptr;
  return group;
}

// One section with its flush: after it, or, with force_handlers, in an `always` around it.
void add_section(Group& play, std::vector<Item> items, bool force_handlers, const std::string& id) {
  const auto flush = step(implicit_meta("flush_handlers"), id + ".flush");
  if (!force_handlers) {
    play.tasks.insert(play.tasks.end(), items.begin(), items.end());
    play.tasks.emplace_back(flush);
    return;
  }
  auto guarded = std::make_shared<Group>();
  guarded->tasks = std::move(items);
  if (guarded->tasks.empty())
    guarded->tasks.emplace_back(step(implicit_meta("noop"), id + ".noop"));
  guarded->always.emplace_back(flush);
  play.tasks.emplace_back(std::shared_ptr<const Group>(std::move(guarded)));
}

}  // namespace

std::vector<Item> build_items(const std::vector<Node>& nodes, const IsSelected& is_selected,
                              const std::string& prefix) {
  std::vector<Item> items;
  for (std::size_t number = 0; number < nodes.size(); ++number) {
    const std::string id = prefix + "." + std::to_string(number);
    if (const auto* task = std::get_if<std::shared_ptr<const Task>>(&nodes[number])) {
      if (is_selected(**task)) items.emplace_back(step(*task, id));
    } else if (auto group = build_group(*std::get<std::shared_ptr<const Block>>(nodes[number]),
                                        is_selected, id)) {
      items.emplace_back(std::move(group));
    }
  }
  return items;
}

std::shared_ptr<const Group> build_play(const playbook::Play& play, const IsSelected& is_selected,
                                        std::shared_ptr<const Task> gather_facts,
                                        bool force_handlers, const std::string& prefix) {
  auto whole = std::make_shared<Group>();
  if (gather_facts) whole->tasks.emplace_back(step(std::move(gather_facts), prefix + ".facts"));

  add_section(*whole, build_items(play.pre_tasks, is_selected, prefix + ".pre_tasks"),
              force_handlers, prefix + ".pre_tasks");
  std::vector<Item> middle = build_items(play.role_tasks, is_selected, prefix + ".roles");
  for (Item& item : build_items(play.tasks, is_selected, prefix + ".tasks"))
    middle.push_back(std::move(item));
  add_section(*whole, std::move(middle), force_handlers, prefix + ".tasks");
  add_section(*whole, build_items(play.post_tasks, is_selected, prefix + ".post_tasks"),
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
