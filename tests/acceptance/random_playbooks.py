"""Random playbooks that run on hosts of this machine: nothing in them needs a lab.

Playbooks(folder, seed).make() writes site.yml, hosts.yml, roles, included files and variables, and gives the arguments
with which the playbook is to be run. What a playbook prints depends on its text alone: no times, no hash orders.
"""

import os
import random

import yaml

# The last handlers of a list are never notified: behind the last one ansible-core 2.14 lets hosts that have no handlers to
# run begin their next task under the banner of the others' handler.
LAST = [{"name": "never notified %d" % number, "debug": {"msg": "never"}} for number in range(4)]
NAMES = ["v0", "v1", "v2", "v3", "v4"]
HANDLERS = ["restart web", "reload db", "tell all"]
TOPICS = ["topic a", "topic b"]
TAGS = ["t1", "t2", "always", "never"]
SHOWN = " ".join("%s={{ %s | default('-') }}" % (name, name) for name in NAMES + ["item", "outer"])


class Playbooks:
    def __init__(self, folder, seed):
        self.folder = folder
        self.random = random.Random(seed)
        self.number = self.files = 0
        self.registered = []
        self.hosts = ["h%d" % n for n in range(1, self.random.randint(2, 4) + 1)]
        self.lost = ["u1"] if self.chance(0.25) else []
        self.roles = ["role%d" % n for n in range(self.random.randint(0, 3))]
        self.has_tags = self.chance(0.2)
        self.roughness = self.random.choice([0.02, 0.06, 0.12])  # the share of tasks that fail

    # --- small choices

    def chance(self, share):
        return self.random.random() < share

    def one(self, *choices):
        return self.random.choice(choices)

    def host(self):
        return self.random.choice(self.hosts + self.lost)

    def write(self, name, data):
        path = os.path.join(self.folder, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w") as file:
            yaml.safe_dump(data, file, sort_keys=False)

    def value(self):
        self.number += 1
        return self.one(self.number, "s%d" % self.number, [self.number, "b"], {"k": self.number}, True)

    def some_vars(self, share=1.0):
        if not self.chance(share):
            return {}
        return {name: self.value() for name in self.random.sample(NAMES, self.random.randint(1, 2))}

    def condition(self):
        host = self.host()
        choices = [
            "inventory_hostname == '%s'" % host,
            "inventory_hostname != '%s'" % host,
            "inventory_hostname in ['%s', '%s']" % (self.hosts[0], host),
            "'g1' in group_names",
            "ansible_play_hosts | length > 1",
            "inventory_hostname == ansible_play_batch[0]",
            "v0 is defined",
            "v1 | default(0) is string",
            True,
            False,
        ]
        if self.registered:
            name = self.random.choice(self.registered)
            choices += ["%s is defined and %s is %s" % (name, name, how) for how in ("changed", "failed", "skipped")]
        return self.random.choice(choices)

    # --- tasks

    def action(self, task):
        kind = self.random.random()
        self.number += 1
        if kind < 0.3:
            task["debug"] = {"msg": "%d %s" % (self.number, SHOWN)}
        elif kind < 0.36:
            task["debug"] = {"var": self.one("v0", "v1", "ansible_play_hosts", "ansible_play_batch", "group_names",
                                             "ansible_failed_task.name", "role_name", "ansible_play_hosts_all")}
        elif kind < 0.5:
            name = self.random.choice(NAMES)
            task["set_fact"] = {name: self.one("f%d" % self.number, "{{ inventory_hostname }}-%d" % self.number,
                                               "{{ item | default('none') }}", self.number)}
            if self.chance(0.1):
                task["set_fact"]["cacheable"] = True
        elif kind < 0.65:
            task["command"] = self.one("echo %d {{ item | default('') }}" % self.number, "/bin/true",
                                       "echo {{ inventory_hostname }}")
            if self.chance(0.4):
                task["changed_when"] = self.one(False, True, "inventory_hostname == '%s'" % self.host())
        elif kind < 0.72:
            task["assert"] = {"that": [self.condition() if self.chance(self.roughness * 2) else "1 == 1"], "quiet": True}
        elif kind < 0.76:
            task["ping"] = {}
        elif kind < 0.8:
            task["include_vars"] = {"file": self.vars_file()}
        elif kind < 0.84:
            task["debug"] = {"msg": "{{ hostvars['%s'].%s | default('none') }}" % (self.host(), self.one(*NAMES))}
        elif kind < 0.86:
            task["group_by"] = {"key": "by_{{ inventory_hostname[-1] }}"}
        elif kind < 0.88:
            task["add_host"] = {"name": "new%d" % self.number, "groups": "added", "ansible_connection": "local"}
        else:
            task["debug"] = {"msg": "changed %d" % self.number}
            task["changed_when"] = True
        return task

    def failing(self, task):
        kind = self.random.randint(0, 5)
        self.number += 1
        if kind == 0:
            task["fail"] = {"msg": "planted %d" % self.number}
        elif kind == 1:
            task["command"] = "/bin/false"
        elif kind == 2:
            task["debug"] = {"msg": "{{ missing_%d }}" % self.number}
        elif kind == 3:
            task["command"] = "echo no"
            task["failed_when"] = self.one(True, "inventory_hostname == '%s'" % self.host())
        elif kind == 4:
            task["assert"] = {"that": self.one("inventory_hostname == '%s'" % self.host(), "1 == 2")}
        else:
            task["set_fact"] = {"v0": "{{ missing.deep }}"}
        if self.chance(0.7):
            task["when"] = self.condition()
        return task

    def loop(self, task):
        kind = self.random.randint(0, 6)
        if kind <= 2:
            task["loop"] = self.one(["a", "b"], [1, 2, 3], [], [{"n": 1}, {"n": 2}], "{{ groups['all'][:2] }}")
        elif kind == 3:
            task["with_items"] = [["a", "b"], "c"]
        elif kind == 4:
            task["with_dict"] = {"x": 1, "y": 2}
        elif kind == 5:
            task["loop"] = "{{ [v0 | default(0), 'z'] }}"
        else:
            task["with_nested"] = [[1, 2], ["p", "q"]]
        if self.chance(0.35):
            task["loop_control"] = self.one({"loop_var": "outer"}, {"index_var": "place"}, {"label": "L {{ item }}"},
                                            {"extended": True, "label": "{{ ansible_loop.index }}"})
        return task

    def conditions(self, task):
        if self.chance(0.25) and "when" not in task:
            task["when"] = self.condition() if self.chance(0.8) else [self.condition(), self.condition()]
        if self.chance(0.05):
            task["ignore_errors"] = True
        if self.lost and self.chance(0.1):
            task["ignore_unreachable"] = True
        if self.chance(0.05):
            task["run_once"] = True
        if self.chance(0.03):
            task["any_errors_fatal"] = True
        if self.chance(0.06):
            task["vars"] = self.some_vars()
        if self.has_tags and self.chance(0.4):
            task["tags"] = self.random.sample(TAGS, self.random.randint(1, 2))
        return task

    def plain(self, is_handler=False):
        task = {}
        self.number += 1
        if self.chance(0.8) or is_handler:
            task["name"] = self.one("task %d", "Do it on {{ inventory_hostname }} %d") % self.number
        if self.chance(self.roughness):
            self.failing(task)
        else:
            self.action(task)
        if self.chance(0.18) and "group_by" not in task:
            self.loop(task)
        if self.chance(0.25):
            name = "r%d" % self.random.randint(0, 3)
            task["register"] = name
            self.registered.append(name)
        if self.chance(0.2):
            task["notify"] = self.one(self.one(*HANDLERS), self.one(*TOPICS), self.random.sample(HANDLERS + TOPICS, 2))
        if self.chance(0.06) and "command" in task:
            task.update(register="tries", until="tries.attempts | default(1) >= %d or tries.rc == 9" % self.one(2, 3, 9),
                        retries=self.one(1, 2, 3), delay=0)
        if self.chance(0.07):
            task["delegate_to"] = self.one(self.host(), "localhost", self.hosts[0])
            if self.chance(0.5):
                task["delegate_facts"] = True
        if self.chance(0.03):
            task["no_log"] = True
        return self.conditions(task)

    def meta(self):
        what = self.random.choices(["flush_handlers", "end_host", "end_play", "end_batch", "clear_host_errors", "clear_facts",
                                    "noop"], [8, 3, 1, 1, 2, 1, 1])[0]
        task = {"meta": what}
        if what.startswith("end_") or (what != "noop" and self.chance(0.2)):
            task["when"] = self.condition()
        if self.has_tags and self.chance(0.2):
            task["tags"] = self.random.sample(TAGS, 1)
        return task

    def vars_file(self):
        self.files += 1
        name = "vars%d.yml" % self.files
        self.write("vars/" + name, self.some_vars())
        return name if self.chance(0.5) else "{{ playbook_dir }}/vars/" + name

    def tasks_file(self, depth, where):
        self.files += 1
        name = "part%d.yml" % self.files
        self.write(os.path.join(where, name), self.tasks(depth + 1, where))
        return name

    def include(self, depth, where):
        name = self.tasks_file(depth, where)
        if self.chance(0.35):
            return self.conditions({"import_tasks": name, "name": "import %d" % self.files})
        task = {"name": "include %d" % self.files, "include_tasks": name}
        if self.chance(0.3):
            self.loop(task)
        if self.chance(0.15):
            task["include_tasks"] = {"file": name, "apply": self.one({"ignore_errors": True}, {"vars": self.some_vars()},
                                                                     {"tags": ["t1"]}, {"when": self.condition()})}
        elif self.chance(0.1):
            other = self.tasks_file(depth + 1, where)
            task["include_tasks"] = "{{ '%s' if inventory_hostname == '%s' else '%s' }}" % (name, self.host(), other)
        return self.without(self.conditions(task), "any_errors_fatal", "ignore_unreachable")

    def include_role(self):
        role = self.random.choice(self.roles)
        if self.chance(0.35):
            task = self.conditions({"import_role": {"name": role}, "name": "import %s" % role})
        else:
            task = {"include_role": {"name": role}}
            if self.chance(0.3):
                task["include_role"][self.one("public", "allow_duplicates")] = self.one(True, False)
            if self.chance(0.2):
                task["include_role"]["apply"] = self.one({"tags": "t1"}, {"ignore_errors": True})
            if self.chance(0.2):
                self.loop(task)
            task = self.without(self.conditions(task), "any_errors_fatal", "ignore_unreachable")
        if self.chance(0.25):
            task[list(task)[0] if "name" not in list(task)[:1] else list(task)[1]]["tasks_from"] = "more"
        return task

    @staticmethod
    def without(task, *keys):
        for key in keys:
            task.pop(key, None)
        return task

    def block(self, depth, where):
        block = {"block": self.tasks(depth + 1, where)}
        if self.chance(0.5):
            block["block"].insert(self.random.randint(0, len(block["block"])), self.failing({"name": "planted failure"}))
        if self.chance(0.65):
            block["rescue"] = self.tasks(depth + 1, where)
        if self.chance(0.4):
            block["always"] = self.tasks(depth + 1, where)
        if self.chance(0.15):
            block["vars"] = self.some_vars()
        return self.conditions(block)

    def tasks(self, depth, where="", least=1):
        tasks = []
        for _ in range(self.random.randint(least, 4 if depth == 0 else 3)):
            kind = self.random.random()
            if kind < 0.2 and depth < 3:
                tasks.append(self.block(depth, where))
            elif kind < 0.3 and depth < 2:
                tasks.append(self.include(depth, where))
            elif kind < 0.38 and depth < 2 and self.roles and not where:
                tasks.append(self.include_role())
            elif kind < 0.44:
                tasks.append(self.meta())
            else:
                tasks.append(self.plain())
        return tasks

    # --- roles, handlers, plays

    def handlers(self):
        handlers = []
        for name in HANDLERS:
            handler = self.without(self.plain(True), "any_errors_fatal", "delegate_to", "tags")
            handler["name"] = name
            if self.chance(0.5):
                handler["listen"] = self.random.sample(TOPICS, self.random.randint(1, 2))
            handlers.append(handler)
        for topic in TOPICS:
            handlers.append({"name": "on " + topic, "listen": topic, "debug": {"msg": topic + " " + SHOWN}})
        if self.chance(0.15):
            handlers.append({"name": "late", "listen": TOPICS[0], "include_tasks": "later.yml"})
        return handlers + LAST

    def make_roles(self):
        for index, role in enumerate(self.roles):
            where = "roles/%s/" % role
            self.write(where + "tasks/main.yml", self.tasks(2, where + "tasks"))
            self.write(where + "tasks/more.yml", self.tasks(2, where + "tasks"))
            for kind, share in (("defaults", 0.6), ("vars", 0.4)):
                if self.chance(share):
                    self.write(where + kind + "/main.yml", self.some_vars())
            if self.chance(0.4):
                self.write(where + "handlers/main.yml",
                           [{"name": self.one(HANDLERS[0], "of role"), "debug": {"msg": "handler of " + role}},
                            {"name": "role hears", "listen": TOPICS[0], "debug": {"msg": role + " hears"}}] + LAST)
            if index and self.chance(0.5):
                other = self.random.choice(self.roles[:index])
                self.write(where + "meta/main.yml", {"dependencies": [self.role_entry(other)],
                                                     "allow_duplicates": self.chance(0.3)})

    def role_entry(self, role):
        if self.chance(0.4):
            return role
        entry = {"role": role}
        if self.chance(0.4):
            entry.update(self.some_vars())
        if self.chance(0.3):
            entry["vars"] = self.some_vars()
        if self.chance(0.3):
            entry["when"] = self.condition()
        if self.has_tags and self.chance(0.3):
            entry["tags"] = self.random.sample(TAGS, 1)
        return entry

    def play(self, number):
        play = {"name": "play %d" % number, "hosts": self.one("all", "all", "all", "g1", "all:!%s" % self.host())}
        play["gather_facts"] = False
        everyone = len(self.hosts + self.lost)
        if self.chance(0.25):
            play["serial"] = self.one(1, 2, "50%", "34%", [1, 2], [1, "100%"], everyone)
        if self.chance(0.1):
            play["max_fail_percentage"] = self.one(0, 30, 50, 60)
        if self.chance(0.08):
            play["any_errors_fatal"] = True
        if self.chance(0.12):
            play["force_handlers"] = True
        if self.chance(0.1):
            play["order"] = self.one("reverse_inventory", "sorted", "reverse_sorted")
        if self.chance(0.5):
            play["vars"] = self.some_vars()
        if self.chance(0.2):
            play["vars_files"] = [self.one("vars/play.yml", ["vars/none.yml", "vars/play.yml"])]
        if self.has_tags and self.chance(0.2):
            play["tags"] = self.one("t1", "t2")
        if self.roles and self.chance(0.5):
            play["roles"] = [self.role_entry(self.random.choice(self.roles)) for _ in range(self.random.randint(1, 2))]
        if self.chance(0.25):
            play["pre_tasks"] = self.tasks(1)
        play["tasks"] = self.tasks(0, least=2)
        if self.chance(0.2):
            play["post_tasks"] = self.tasks(1)
        play["handlers"] = self.handlers()
        return play

    def inventory(self):
        hosts = {}
        for host in self.hosts:
            hosts[host] = {"ansible_connection": "local", **self.some_vars(0.3)}
        for host in self.lost:
            hosts[host] = {"ansible_connection": "ssh", "ansible_host": "127.0.0.1", "ansible_port": 1}
        group = {"hosts": {host: {} for host in self.hosts[:2] + self.lost}, "vars": self.some_vars()}
        return {"all": {"hosts": hosts, "vars": {"ansible_python_interpreter": "/usr/bin/python3", **self.some_vars(0.6)},
                        "children": {"g1": group}}}

    def make(self):
        self.write("hosts.yml", self.inventory())
        self.write("vars/play.yml", self.some_vars())
        self.write("later.yml", [{"name": "later %s" % n, "debug": {"msg": "later"}} for n in (1, 2)])
        self.make_roles()
        self.write("site.yml", [self.play(n) for n in range(self.random.choice([1, 1, 1, 2, 2, 3]))])
        return self.arguments()

    def arguments(self):
        arguments = ["-i", "hosts.yml", "-f", "1", "site.yml"]
        if self.has_tags and self.chance(0.8):
            arguments += self.one(["-t", "t1"], ["-t", "t1,t2"], ["--skip-tags", "t1"], ["-t", "all,never"], ["-t", "untagged"])
        if self.chance(0.15):
            arguments += ["-e", "v0=extra"]
        if self.chance(0.05):
            arguments += ["--force-handlers"]
        if self.chance(0.08):
            arguments += ["-l", self.one("g1", "h1,h2")]
        if self.chance(0.4):
            arguments += ["-v"]
        return arguments
