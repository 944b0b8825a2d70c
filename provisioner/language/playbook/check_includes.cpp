// What is included under a plain name can be looked at before the run, too.

#include <algorithm>
#include <set>

#include "provisioner/language/playbook/keywords.h"
#include "provisioner/language/playbook/load.h"
#include "provisioner/language/playbook/loading.h"

namespace provisioner::playbook {
namespace {

using value::Dict;
using value::Value;

bool has_templates(const Value& value) {
  if (value.is_string()) return is_template(value);
  if (value.is_list())
    return std::any_of(value.list().begin(), value.list().end(), has_templates);
  if (!value.is_dict()) return false;
  for (const auto& [key, member] : value.dict())
    if (has_templates(member)) return true;
  return false;
}

class IncludeChecker {
 public:
  IncludeChecker(const Library& library, Playbook& book, base::Diagnostics& diagnostics)
      : library_(library), book_(book), diagnostics_(diagnostics) {}

  void check(const Play& play) {
    for (const auto* part : {&play.pre_tasks, &play.role_tasks, &play.tasks, &play.post_tasks})
      look_into(play, *part);
    for (const auto& handler : play.handlers) look_at(play, *handler);
  }

 private:
  void look_into(const Play& play, const std::vector<Node>& nodes) {
    for (const Node& node : nodes) {
      if (const auto* task = std::get_if<std::shared_ptr<const Task>>(&node)) {
        look_at(play, **task);
        continue;
      }
      const Block& block = *std::get<std::shared_ptr<const Block>>(node);
      for (const auto* part : {&block.tasks, &block.rescue, &block.always}) look_into(play, *part);
    }
  }

  void look_at(const Play& play, const Task& task) {
    const bool is_role = task.kind == TaskKind::include_role;
    if (!is_role && task.kind != TaskKind::include_tasks) return;
    if (has_templates(Value(task.arguments)) || !seen_.insert(task.pos.text()).second) return;
    base::Diagnostics found;
    try {
      const Included included = is_role ? load_role(library_, play, task, task.arguments, {}, found)
                                        : included_file(play, task, found);
      book_.files.insert(book_.files.end(), included.files.begin(), included.files.end());
      look_into(play, included.tasks);
      for (const auto& handler : included.handlers) look_at(play, *handler);
    } catch (const base::Error& error) {
      found.add(error);
    }
    for (base::Error error : found.errors())
      diagnostics_.warn(error.add_context("the include fails when a host reaches it", task.pos));
  }

  Included included_file(const Play& play, const Task& task, base::Diagnostics& found) const {
    const Value* name = task.arguments.find("file");
    if (name == nullptr || !name->is_string()) return {};  // told where it is reached
    return load_tasks_file(library_, play, task, find_tasks_file(play, task, name->text()), {},
                           found);
  }

  const Library& library_;
  Playbook& book_;
  base::Diagnostics& diagnostics_;
  std::set<std::string> seen_;  // an include may lead back to itself
};

}  // namespace

void check_includes(const Library& library, Playbook& book, base::Diagnostics& diagnostics) {
  IncludeChecker checker(library, book, diagnostics);
  for (const Play& play : book.plays) checker.check(play);
}

}  // namespace provisioner::playbook
