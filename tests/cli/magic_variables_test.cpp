// What a run says of itself in variables, compared with ansible-playbook 2.14 by hand.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "provisioner/base/base/text.h"
#include "spoken.h"

namespace provisioner::cli {
namespace {

using testing::HasSubstr;

// The role `name` with these dependencies; its task shows `shown`.
void write_role(Desk& desk, const std::string& name, const std::string& dependencies) {
  desk.write("roles/" + name + "/meta/main.yml", "dependencies: " + dependencies + "\n");
  desk.write("roles/" + name + "/tasks/main.yml", "- debug:\n");
}

constexpr const char* names =
    "{{ ([ansible_play_role_names, role_names, ansible_dependent_role_names | sort, "
    "ansible_role_names | sort] | to_json) }}";

TEST(MagicVariables, SayFromWhichSourceEachHostCame) {
  Desk desk;
  desk.write("a/hosts.yml", "all:\n  hosts: {n1: , both: }\n");
  desk.write("b/hosts.yml", "all:\n  hosts: {n2: , both: }\n");
  desk.write("c/hosts", "n4\n");
  desk.write("site.yml",
             "- hosts: all\n  gather_facts: false\n  tasks:\n"
             "    - debug: {msg: '{{ inventory_hostname }}: {{ inventory_file }} in {{ "
             "inventory_dir }}'}\n");
  const Spoken spoken = all_that_is_shown(
      {"run", "site.yml", "-c", "local", "-i", "a/hosts.yml", "-i", "b/hosts.yml", "-i", "c"});
  EXPECT_EQ(spoken.status, 0) << spoken.out;
  const std::string shown = base::replace_all(spoken.out, desk.path(), "DESK");
  for (const char* line :
       {"n1: DESK/a/hosts.yml in DESK/a\"", "both: DESK/a/hosts.yml in DESK/a\"",
        "n2: DESK/b/hosts.yml in DESK/b\"", "n4: DESK/c/hosts in DESK/c\""})
    EXPECT_THAT(shown, HasSubstr(line));
}

TEST(MagicVariables, SayNothingOfASourceWhereThereIsNone) {
  Desk desk;
  desk.write("site.yml",
             "- hosts: n3\n  gather_facts: false\n  tasks:\n"
             "    - add_host: {name: added}\n"
             "    - debug: {msg: 'list {{ inventory_file }} in {{ inventory_dir }}'}\n"
             "- hosts: added, localhost\n  gather_facts: false\n  tasks:\n"
             "    - debug: {msg: \"{{ inventory_hostname }} {{ inventory_file | "
             "default('undefined') }} {{ inventory_dir | default('undefined') }}\"}\n");
  const Spoken spoken = all_that_is_shown({"run", "site.yml", "-c", "local", "-i", "n3,"});
  EXPECT_EQ(spoken.status, 0) << spoken.out;
  EXPECT_THAT(spoken.out, HasSubstr("list n3, in None\""));
  EXPECT_THAT(spoken.out, HasSubstr("\"added  \""));
  EXPECT_THAT(spoken.out, HasSubstr("localhost undefined undefined\""));
}

TEST(MagicVariables, NameTheRolesOfThePlayAndWhatTheyDependOn) {
  Desk desk;
  write_role(desk, "top", "[mid, {role: extra}]");
  write_role(desk, "mid", "[low]");
  write_role(desk, "low", "[]");
  write_role(desk, "extra", "[]");
  write_role(desk, "own", "[under]");
  write_role(desk, "under", "[]");
  desk.write("site.yml", std::string("- hosts: localhost\n  gather_facts: false\n"
                                     "  roles: [top, low, {role: low, x: 1}]\n  tasks:\n"
                                     "    - debug: {msg: '1: ") +
                             names +
                             "'}\n"
                             "    - import_role: {name: own}\n"
                             "    - include_role: {name: extra}\n"
                             "    - debug: {msg: '2: " +
                             names +
                             "'}\n"
                             "    - include_role: {name: extra, public: true}\n"
                             "    - debug: {msg: '3: " +
                             names + "'}\n");
  const Spoken spoken = all_that_is_shown({"run", "site.yml"});
  EXPECT_EQ(spoken.status, 0) << spoken.out;
  const std::string shown = base::replace_all(spoken.out, "\\\"", "'");
  const std::string dependent = "['extra', 'low', 'mid', 'under'], ";
  const std::string all = "['extra', 'low', 'mid', 'own', 'top', 'under']]";
  const std::string play = "['top', 'low', 'low', 'own'], ";
  const std::string more = "['top', 'low', 'low', 'own', 'extra'], ";
  EXPECT_THAT(shown, HasSubstr("1: [" + play + play + dependent + all));
  EXPECT_THAT(shown, HasSubstr("2: [" + play + play + dependent + all));
  EXPECT_THAT(shown, HasSubstr("3: [" + more + more + dependent + all));
}

TEST(MagicVariables, NameThePythonThatIsFirstOnThePath) {
  Desk desk;
  desk.write("bin/python3", "#!/bin/sh\n", 0755);
  desk.write("site.yml",
             "- hosts: localhost\n  gather_facts: false\n  tasks:\n"
             "    - debug: {var: ansible_playbook_python}\n");
  const std::string path = std::getenv("PATH");
  ::setenv("PATH", (desk.path() + "/bin:" + path).c_str(), 1);
  const Spoken spoken = all_that_is_shown({"run", "site.yml"});
  ::setenv("PATH", path.c_str(), 1);
  EXPECT_THAT(spoken.out, HasSubstr("\"ansible_playbook_python\": \"" + desk.path() +
                                    "/bin/python3\""));
}

}  // namespace
}  // namespace provisioner::cli
