#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/playbook/loaded.h"

namespace provisioner::playbook {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;
using value::Dict;
using value::Value;

std::vector<std::string> texts(const std::vector<Value>& values) {
  std::vector<std::string> all;
  for (const Value& value : values) all.push_back(Dict::key_text(value));
  return all;
}

TEST(Load, TakesSectionsInOrder) {
  Loaded loaded;
  loaded
      .file("site.yml", R"(
- hosts: all
  post_tasks: [{name: last, debug: }]
  tasks: [{name: main, debug: }]
  roles: [web]
  pre_tasks: [{name: first, debug: }]
)")
      .file("roles/web/tasks/main.yml", "- {name: role, debug: }\n");
  loaded.load();
  EXPECT_THAT(loaded.diagnostics.errors(), IsEmpty());
  EXPECT_THAT(names_of(loaded.play()), ElementsAre("first", "web : role", "main", "last"));
}

TEST(Load, InheritsKeywordsFromTheOutside) {
  Loaded loaded;
  loaded.file("site.yml", R"(
- hosts: all
  become: true
  become_user: play
  tags: p
  environment: {A: play}
  tasks:
    - block:
        - debug:
          when: inner
          tags: t
          environment: {A: task}
      when: outer
      tags: b
      become_user: block
      notify: n
      delegate_to: other
  handlers: [{name: n, debug: }]
)");
  loaded.load();
  const Task& task = *tasks_of(loaded.play()).front();
  EXPECT_TRUE(task.keywords.become->boolean());
  EXPECT_EQ(task.keywords.become_user->text(), "block");
  EXPECT_THAT(texts(task.keywords.when), ElementsAre("outer", "inner"));
  EXPECT_THAT(task.keywords.tags, UnorderedElementsAre("t", "b", "p"));
  ASSERT_EQ(task.keywords.environment.size(), 2U);
  EXPECT_EQ(value::text_or(task.keywords.environment.back(), "A", ""), "task");
  EXPECT_EQ(task.delegate_to->text(), "other");
  EXPECT_THAT(texts(task.notify), ElementsAre("n"));
}

TEST(Load, CopiesWhatAStaticImportSaysToItsTasks) {
  Loaded loaded;
  loaded
      .file("site.yml", R"(
- hosts: all
  tasks:
    - import_tasks: sub/{{ which }}.yml
      vars: {which: a, v: 1}
      when: imported
      tags: imp
)")
      .file("sub/a.yml", "- import_tasks: b.yml\n")
      .file("sub/b.yml", "- debug:\n");
  loaded.load();
  EXPECT_THAT(loaded.diagnostics.errors(), IsEmpty());
  const Task& task = *tasks_of(loaded.play()).front();
  EXPECT_THAT(texts(task.keywords.when), ElementsAre("imported"));
  EXPECT_THAT(task.keywords.tags, ElementsAre("imp"));
  EXPECT_TRUE(task.parents.front()->keywords.vars.has("v"));
  EXPECT_TRUE(task.include_vars.is_empty());
}

TEST(Load, GivesRolesTheirVariablesAndDependencies) {
  Loaded loaded;
  loaded
      .file("site.yml",
            "- hosts: all\n  roles:\n    - {role: web, listen_on: 80, vars: {v: given, w: given}, "
            "tags: "
            "x}\n")
      .file("roles/web/meta/main.yml", "dependencies:\n  - {role: base, when: dep}\n")
      .file("roles/web/vars/main.yml", "v: file\n")
      .file("roles/web/defaults/main/10.yml", "d: 1\n")
      .file("roles/web/tasks/main.yml", "- debug:\n")
      .file("roles/base/defaults/main.yml", "b: 1\n")
      .file("roles/base/tasks/main.yml", "- debug:\n");
  loaded.load();
  EXPECT_THAT(loaded.diagnostics.errors(), IsEmpty());
  const auto tasks = tasks_of(loaded.play());
  const Role& base = *tasks[0]->role;
  const Role& web = *tasks[1]->role;
  EXPECT_EQ(Value(web.parameters), Value(Dict{{"listen_on", 80}}));
  EXPECT_EQ(Value(web.vars), Value(Dict{{"v", "file"}, {"w", "given"}}));
  EXPECT_EQ(Value(web.defaults), Value(Dict{{"d", 1}}));
  EXPECT_EQ(Value(web.dependency_defaults), Value(Dict{{"b", 1}}));
  EXPECT_THAT(tasks[0]->keywords.tags, ElementsAre("x"));
  EXPECT_THAT(texts(tasks[0]->keywords.when), ElementsAre("dep"));
  ASSERT_EQ(base.parents.size(), 1U);
  EXPECT_EQ(base.parents.front()->name, "web");
  EXPECT_TRUE(base.is_dependency);
}

TEST(Load, TellsApplicationsOfARoleApart) {
  Loaded loaded;
  loaded.file("site.yml", "- hosts: all\n  roles: [web, web, {role: web, listen_on: 1}]\n")
      .file("roles/web/tasks/main.yml", "- debug:\n");
  loaded.load();
  const auto& roles = loaded.play().roles;
  EXPECT_EQ(roles[0]->identity, roles[1]->identity);
  EXPECT_NE(roles[0]->identity, roles[2]->identity);
}

TEST(Load, NumbersListsOfHandlers) {
  Loaded loaded;
  loaded
      .file("site.yml", R"(
- hosts: all
  roles: [web]
  handlers:
    - {name: h, debug: , listen: topic}
    - import_tasks: more.yml
)")
      .file("more.yml", "- {name: h2, debug: }\n")
      .file("roles/web/handlers/main.yml", "- {name: h, debug: }\n");
  loaded.load();
  const auto& handlers = loaded.play().handlers;
  ASSERT_EQ(handlers.size(), 3U);
  EXPECT_LT(handlers[0]->handler_list, handlers[1]->handler_list);
  EXPECT_EQ(handlers[1]->handler_list, handlers[2]->handler_list);
  EXPECT_TRUE(handlers[0]->is_handler);
}

TEST(Load, ReadsOldWaysToNameAModule) {
  Loaded loaded;
  loaded.file("site.yml", R"(
- hosts: all
  tasks:
    - action: copy src=a dest=b
    - local_action: {module: file path=x, state: absent}
    - ansible.builtin.command: echo hi creates=/x
      args: {chdir: /tmp}
    - copy: "{{ all_of_it }}"
)");
  loaded.load();
  const auto tasks = tasks_of(loaded.play());
  EXPECT_EQ(Value(tasks[0]->arguments), Value(Dict{{"src", "a"}, {"dest", "b"}}));
  EXPECT_EQ(Value(tasks[1]->arguments), Value(Dict{{"state", "absent"}, {"path", "x"}}));
  EXPECT_EQ(tasks[1]->delegate_to->text(), "localhost");
  EXPECT_EQ(Value(tasks[2]->arguments),
            Value(Dict{{"chdir", "/tmp"}, {"creates", "/x"}, {"_raw_params", "echo hi"}}));
  EXPECT_EQ(tasks[2]->module, "command");
  EXPECT_EQ(tasks[2]->action, "ansible.builtin.command");
}

TEST(Load, GivesAnImportedPlaybookWhatIsSaidToIt) {
  Loaded loaded;
  loaded
      .file("site.yml",
            "- import_playbook: sub/other.yml\n  vars: {v: outer}\n  tags: imp\n  when: cond\n")
      .file("sub/other.yml", "- hosts: all\n  vars: {v: inner, w: 1}\n  roles: [web]\n")
      .file("sub/roles/web/tasks/main.yml", "- debug:\n");
  loaded.load();
  EXPECT_THAT(loaded.diagnostics.errors(), IsEmpty());
  EXPECT_EQ(Value(loaded.play().vars), Value(Dict{{"v", "outer"}, {"w", 1}}));
  const Task& task = *tasks_of(loaded.play()).front();
  EXPECT_THAT(task.keywords.tags, ElementsAre("imp"));
  EXPECT_THAT(texts(task.keywords.when), ElementsAre("cond"));
}

TEST(Load, ChecksTheArgumentsOfARoleFirst) {
  Loaded loaded;
  loaded.file("site.yml", "- hosts: all\n  roles: [{role: web, size: 1}]\n")
      .file("roles/web/meta/argument_specs.yml",
            "argument_specs: {main: {short_description: All., options: {size: {type: int}}}}\n")
      .file("roles/web/tasks/main.yml", "- {name: t, debug: }\n");
  loaded.load();
  EXPECT_THAT(names_of(loaded.play()),
              ElementsAre("web : Validating arguments against arg spec 'main' - All.", "web : t"));
  const Task& task = *tasks_of(loaded.play()).front();
  EXPECT_EQ(task.module, "validate_argument_spec");
  EXPECT_EQ(*task.arguments.find("provided_arguments"), Value(Dict{{"size", 1}}));
  EXPECT_THAT(task.keywords.tags, ElementsAre("always"));
}

TEST(Load, FindsRolesOfCollections) {
  Loaded loaded;
  loaded.file("site.yml", "- hosts: all\n  roles: [ns.coll.web]\n")
      .file("collections/ansible_collections/ns/coll/roles/web/tasks/main.yml",
            "- {name: t, debug: }\n");
  loaded.load();
  EXPECT_THAT(loaded.diagnostics.errors(), IsEmpty());
  EXPECT_THAT(names_of(loaded.play()), ElementsAre("ns.coll.web : t"));
}

TEST(Load, UsesExtraVarsInStaticNames) {
  Loaded loaded;
  loaded.extra("role", "web").file("site.yml", "- hosts: all\n  roles: ['{{ role }}']\n");
  loaded.file("roles/web/tasks/main.yml", "- debug:\n");
  loaded.load();
  EXPECT_THAT(names_of(loaded.play()), ElementsAre("web : debug"));
}

class Including : public testing::Test {
 protected:
  const Task& include(const std::string& task) {
    loaded.file("site.yml",
                "- hosts: all\n  tasks:\n    - block:\n        " + task + "\n      tags: around\n");
    loaded.load();
    return *(tasks_ = tasks_of(loaded.play())).front();
  }
  std::vector<std::shared_ptr<const Task>> brought(const Included& included) {
    std::vector<std::shared_ptr<const Task>> tasks;
    add_tasks(included.tasks, tasks);
    return tasks;
  }
  Loaded loaded;
  std::vector<std::shared_ptr<const Task>> tasks_;
};

TEST_F(Including, KeepsTheIncludesOwnKeywordsToItself) {
  loaded.file("more.yml", "- {name: more, debug: }\n");
  const Task& task = include("- {include_tasks: more.yml, tags: own, when: own, vars: {v: 1}}");
  const Included included = load_tasks_file(loaded.library(), loaded.play(), task,
                                            find_tasks_file(loaded.play(), task, "more.yml"),
                                            {{"item", 7}}, loaded.diagnostics);
  const auto tasks = brought(included);
  ASSERT_EQ(tasks.size(), 1U);
  EXPECT_THAT(tasks[0]->keywords.tags, ElementsAre("around"));
  EXPECT_THAT(tasks[0]->keywords.when, IsEmpty());
  EXPECT_EQ(Value(tasks[0]->include_vars), Value(Dict{{"v", 1}, {"item", 7}}));
}

TEST_F(Including, AppliesWhatApplySays) {
  loaded.file("more.yml", "- debug:\n");
  const Task& task =
      include("- include_tasks: {file: more.yml, apply: {tags: [applied], become: true}}");
  const Included included = load_tasks_file(loaded.library(), loaded.play(), task,
                                            loaded.path("more.yml"), {}, loaded.diagnostics);
  const auto tasks = brought(included);
  EXPECT_THAT(tasks[0]->keywords.tags, UnorderedElementsAre("applied", "around"));
  EXPECT_TRUE(tasks[0]->keywords.become->boolean());
}

TEST_F(Including, ChecksTheWholeFileFirst) {
  loaded.file("more.yml", "- debug:\n- no_such_module:\n- debug:\n  whn: x\n");
  const Task& task = include("- include_tasks: more.yml");
  base::Diagnostics found;
  load_tasks_file(loaded.library(), loaded.play(), task, loaded.path("more.yml"), {}, found);
  EXPECT_EQ(found.errors().size(), 2U);
}

TEST_F(Including, BringsARoleWithHandlersAndParts) {
  loaded.file("roles/web/tasks/install.yml", "- {name: in, debug: }\n")
      .file("roles/web/handlers/main.yml", "- {name: h, debug: }\n")
      .file("roles/web/defaults/main.yml", "d: 1\n");
  const Task& task = include("- {include_role: {name: web, tasks_from: install}, vars: {v: 1}}");
  const Included included =
      load_role(loaded.library(), loaded.play(), task, {{"name", "web"}, {"tasks_from", "install"}},
                {}, loaded.diagnostics);
  EXPECT_THAT(loaded.diagnostics.errors(), IsEmpty());
  const auto tasks = brought(included);
  EXPECT_EQ(display_name(*tasks[0]), "web : in");
  EXPECT_EQ(Value(tasks[0]->role->defaults), Value(Dict{{"d", 1}}));
  EXPECT_EQ(included.handlers.size(), 1U);
  EXPECT_FALSE(included.roles.front()->is_public);
}

TEST_F(Including, LooksBesideTheFileThatIncludes) {
  loaded.file("sub/a.yml", "- include_tasks: b.yml\n").file("sub/b.yml", "- {name: b, debug: }\n");
  const Task& task = include("- include_tasks: sub/a.yml");
  const Included outer = load_tasks_file(loaded.library(), loaded.play(), task,
                                         loaded.path("sub/a.yml"), {}, loaded.diagnostics);
  EXPECT_EQ(find_tasks_file(loaded.play(), *brought(outer).front(), "b.yml"),
            loaded.path("sub/b.yml"));
}

}  // namespace
}  // namespace provisioner::playbook
