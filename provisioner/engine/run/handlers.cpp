// Which handlers a name stands for.

#include "provisioner/engine/run/handlers.h"

#include <algorithm>

#include "provisioner/engine/run/task_scope.h"

namespace provisioner::run {
namespace {

// A name whose template cannot be evaluated names nothing, as in Ansible: a warning would come for
// each task.
std::string resolved_name(const playbook::Task& handler, const World& world,
                          const std::string& host) {
  if (!jinja::Templar::has_template(handler.name)) return handler.name;
  try {
    TaskScope scope(world, host, &handler);
    const value::Value name =
        world.templar->resolve(value::Value(handler.name).at(handler.pos), scope);
    return name.is_string() ? name.text() : std::string();
  } catch (const base::Error&) {
    return {};
  }
}

bool is_named(const playbook::Task& handler, const std::string& own, const std::string& wanted) {
  if (own.empty()) return false;
  if (own == wanted) return true;
  if (!handler.role) return false;
  const std::string& role = handler.role->name;
  return role + " : " + own == wanted || role.substr(role.rfind('.') + 1) + " : " + own == wanted;
}

bool listens(const playbook::Task& handler, const std::string& topic) {
  return std::any_of(handler.listen.begin(), handler.listen.end(), [&](const value::Value& listen) {
    if (!listen.is_list()) return listen.is_string() && listen.text() == topic;
    return std::any_of(listen.list().begin(), listen.list().end(), [&](const value::Value& one) {
      return one.is_string() && one.text() == topic;
    });
  });
}

}  // namespace

void Handlers::add(const std::vector<std::shared_ptr<const playbook::Task>>& handlers,
                   const std::string& prefix) {
  for (const auto& handler : handlers) {
    auto step = known_step(*handler);
    if (step)
      step->task = handler;  // under the keywords of whoever brought it last
    else
      step = std::make_shared<Step>(Step{handler, prefix + "." + std::to_string(steps_.size())});
    steps_.push_back(std::move(step));
    lists_.push_back(handler->handler_list);
  }
}

std::shared_ptr<Step> Handlers::known_step(const playbook::Task& handler) const {
  const auto found = std::find_if(steps_.begin(), steps_.end(), [&](const auto& step) {
    const playbook::Task& known = *step->task;
    return handler.role && known.role && known.role->identity == handler.role->identity &&
           known.pos == handler.pos;
  });
  return found == steps_.end() ? nullptr : *found;
}

std::vector<std::shared_ptr<const Step>> Handlers::find(const std::string& name, const World& world,
                                                        const std::string& host) const {
  std::shared_ptr<const Step> named;
  int list = 0;
  for (std::size_t number = 0; number < steps_.size(); ++number) {
    const auto& step = steps_[number];
    if (named && lists_[number] <= list) continue;
    if (!is_named(*step->task, resolved_name(*step->task, world, host), name)) continue;
    named = step;
    list = lists_[number];
  }
  std::vector<std::shared_ptr<const Step>> found;
  if (named) found.push_back(named);
  for (const auto& step : steps_)
    if (step != named && listens(*step->task, name)) found.push_back(step);
  return found;
}

std::shared_ptr<const std::vector<std::shared_ptr<const Step>>> Handlers::steps() const {
  return std::make_shared<const std::vector<std::shared_ptr<const Step>>>(steps_.begin(),
                                                                          steps_.end());
}

}  // namespace provisioner::run
