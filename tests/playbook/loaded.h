#pragma once

#include <string>
#include <vector>

#include "provisioner/language/playbook/load.h"
#include "tests/support/plain_surroundings.h"

namespace provisioner::playbook {

// Stands for the catalog of the engine: every plain name is a module without options to check.
class AnyModule : public Catalog {
 public:
  KnownModule find(std::string_view name, const std::vector<std::string>&) const override {
    const auto dot = name.rfind('.');
    if (name == "no_such_module") return {};
    return {KnownModule::Class::foreign,
            std::string(dot == name.npos ? name : name.substr(dot + 1)),
            nullptr,
            {}};
  }
  std::vector<std::string> names() const override { return {"debug", "copy"}; }
};

// A folder of files, and what loading its site.yml gives.
class Loaded {
 public:
  Loaded() : templar_(surroundings_) {}

  Loaded& file(const std::string& name, const std::string& text) {
    const std::string path = os::join_path(folder_.path(), name);
    os::make_directories(os::parent_of(path));
    os::write_file(path, text);
    return *this;
  }
  Loaded& extra(const char* name, const value::Value& value) {
    library_.extra_vars.set(name, value);
    return *this;
  }
  const Playbook& load() {
    playbook_ = playbook::load(path("site.yml"), library_, diagnostics);
    return playbook_;
  }

  std::string path(const std::string& name) const { return os::join_path(folder_.path(), name); }
  const Library& library() const { return library_; }
  const Play& play() const { return playbook_.plays.front(); }

  base::Diagnostics diagnostics;

 private:
  os::TemporaryDirectory folder_;
  tests::PlainSurroundings surroundings_;
  jinja::Templar templar_;
  AnyModule catalog_;
  Library library_{.catalog = catalog_, .templar = templar_};
  Playbook playbook_;
};

// All tasks below some nodes, in order, without the markers.
inline void add_tasks(const std::vector<Node>& nodes,
                      std::vector<std::shared_ptr<const Task>>& tasks) {
  for (const Node& node : nodes) {
    if (const auto* block = std::get_if<std::shared_ptr<const Block>>(&node)) {
      add_tasks((*block)->tasks, tasks);
      add_tasks((*block)->rescue, tasks);
      add_tasks((*block)->always, tasks);
    } else if (const auto& task = std::get<std::shared_ptr<const Task>>(node); !task->is_implicit) {
      tasks.push_back(task);
    }
  }
}

inline std::vector<std::shared_ptr<const Task>> tasks_of(const Play& play) {
  std::vector<std::shared_ptr<const Task>> tasks;
  for (const auto* section : {&play.pre_tasks, &play.role_tasks, &play.tasks, &play.post_tasks})
    add_tasks(*section, tasks);
  return tasks;
}

inline std::vector<std::string> names_of(const Play& play) {
  std::vector<std::string> names;
  for (const auto& task : tasks_of(play)) names.push_back(display_name(*task));
  return names;
}

}  // namespace provisioner::playbook
