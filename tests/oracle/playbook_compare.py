#!/usr/bin/env python3
"""Compares what a playbook is made of with ansible-playbook, on generated playbooks.

For each seed a folder with plays, roles (meta dependencies, parameters, tasks_from), imports of tasks, roles and
playbooks, blocks, handlers and tags is written; --list-tasks and --list-tags (with random -t and --skip-tags) have to
give the same text, and --syntax-check the same verdict, also after one mistake is planted.

    playbook_compare.py --program build/release/bin/provisioner --count 200 [--seed N] [--keep FOLDER]
"""

import argparse
import os
import random
import shutil
import subprocess
import sys
import tempfile

import yaml

TAGS = ["web", "db", "always", "never", "base", "x1", "tagged", "deploy"]
MISTAKES = ["module", "keyword", "role", "import", "yaml", "conflict", "list", "play_keyword", "no_hosts", "loop_import"]


class Generator:
    def __init__(self, folder, seed):
        self.folder = folder
        self.random = random.Random(seed)
        self.number = 0
        self.roles = ["r%d" % n for n in range(self.random.randint(1, 4))]
        self.files = 0

    def chance(self, share):
        return self.random.random() < share

    def write(self, name, data):
        path = os.path.join(self.folder, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w") as file:
            yaml.safe_dump(data, file, sort_keys=False)

    def tags(self, thing, share=0.35):
        if self.chance(share):
            chosen = self.random.sample(TAGS, self.random.randint(1, 2))
            thing["tags"] = chosen if self.chance(0.6) else ",".join(chosen) if self.chance(0.5) else chosen[0]
        return thing

    def plain(self):
        self.number += 1
        task = {}
        if self.chance(0.7):
            task["name"] = self.random.choice(["task %d", "Do {{ it }} %d", "t: %d"]) % self.number
        kind = self.random.randint(0, 6)
        if kind == 0:
            task["debug"] = "msg=hi"
        elif kind == 1:
            task["ansible.builtin.command"] = "echo 'a b' creates=/x"
        elif kind == 2:
            task["action"] = "shell echo {{ x | default('y z') }}"
        elif kind == 3:
            task["local_action"] = {"module": "copy", "content": "x", "dest": "/tmp/x"}
        elif kind == 4:
            task["set_fact"] = {"a": 1}
        elif kind == 5:
            task["meta"] = "noop"
        else:
            task["file"] = {"path": "/tmp/x", "state": "absent"}
            task["with_items"] = [1, 2]
        if self.chance(0.2):
            task["when"] = "x is defined"
        return self.tags(task)

    def import_tasks(self, depth, where):
        self.files += 1
        name = "inc%d.yml" % self.files
        sub = self.random.choice(["", "sub/"])
        self.write(os.path.join(where, sub + name), self.tasks(depth + 1, os.path.join(where, sub)))
        task = {self.random.choice(["import_tasks", "ansible.builtin.import_tasks"]): sub + name}
        if self.chance(0.3):
            task = {"import_tasks": {"file": sub + name}}
        if self.chance(0.2):
            task = {"import_tasks": "{{ folder }}" + name, "vars": {"folder": sub}}
        if self.chance(0.3):
            task["name"] = "import %d" % self.files
        return self.tags(task)

    def role_task(self):
        task = {}
        role = self.random.choice(self.roles)
        kind = self.random.choice(["import_role", "include_role"])
        task[kind] = {"name": role}
        if self.chance(0.3):
            task[kind]["tasks_from"] = self.random.choice(["more", "more.yml"])
        if self.chance(0.3):
            task["vars"] = {"p": 1}
        if self.chance(0.3):
            task["name"] = "role task"
        return self.tags(task)

    def tasks(self, depth, where, roles=True):
        tasks = []
        for _ in range(self.random.randint(1, 4)):
            kind = self.random.random()
            if kind < 0.12 and depth < 3:
                block = {"block": self.tasks(depth + 1, where, roles)}
                if self.chance(0.4):
                    block["rescue"] = self.tasks(3, where, roles)
                if self.chance(0.3):
                    block["always"] = self.tasks(3, where, roles)
                if self.chance(0.4):
                    block["name"] = "a block"
                tasks.append(self.tags(block))
            elif kind < 0.25 and depth < 3:
                tasks.append(self.import_tasks(depth, where))
            elif kind < 0.32:
                tasks.append(self.tags({"include_tasks": "later.yml"}))
            elif kind < 0.42 and roles:
                tasks.append(self.role_task())
            else:
                tasks.append(self.plain())
        return tasks

    def make_roles(self):
        for index, role in enumerate(self.roles):
            where = os.path.join("roles", role)
            self.write(where + "/tasks/main.yml", self.tasks(1, where + "/tasks", roles=False))
            self.write(where + "/tasks/more.yml", self.tasks(2, where + "/tasks", roles=False))
            if self.chance(0.5):
                self.write(where + "/defaults/main.yml", {"d": index})
            if self.chance(0.4):
                self.write(where + "/handlers/main.yml", [{"name": "h " + role, "debug": "msg=h"}])
            if index and self.chance(0.6):
                dependencies = []
                for other in self.random.sample(self.roles[:index], self.random.randint(1, min(2, index))):
                    dependencies.append(other if self.chance(0.4) else self.tags({"role": other, "v": self.number}))
                self.write(where + "/meta/main.yml", {"dependencies": dependencies})

    def play(self, number):
        play = {"hosts": self.random.choice(["all", "localhost", ["a", "b"], "a:&b", "{{ hosts_var }}"])}
        if self.chance(0.6):
            play["name"] = "Play %d" % number
        self.tags(play, 0.2)
        if isinstance(play.get("tags"), list):
            play["tags"] = play["tags"][:1]  # the order of several is that of a hash table
        elif "," in play.get("tags", ""):
            play["tags"] = "web"
        if self.chance(0.6):
            play["roles"] = []
            for _ in range(self.random.randint(1, 3)):
                role = self.random.choice(self.roles)
                play["roles"].append(role if self.chance(0.5) else self.tags({"role": role, "when": "x is defined"}))
        for section, share in (("pre_tasks", 0.3), ("tasks", 0.8), ("post_tasks", 0.3)):
            if self.chance(share):
                play[section] = self.tasks(0, "")
        if self.chance(0.3):
            play["handlers"] = [{"name": "h", "debug": "msg=h"}]
        return play

    def make(self):
        self.make_roles()
        self.write("later.yml", [{"debug": "msg=later"}])
        plays = [self.play(n) for n in range(self.random.randint(1, 3))]
        if self.chance(0.4):
            self.write("other/other.yml", [{"hosts": "all", "name": "other", "tasks": [self.plain()]}])
            imported = {"import_playbook": "other/other.yml"}
            if self.chance(0.5):
                imported["tags"] = "imported" if "tags" not in imported else imported["tags"]
            plays.append(imported)
        self.write("site.yml", plays)
        return plays

    def plant(self, plays):
        """One mistake, of a kind that ansible-playbook --syntax-check sees too."""
        mistake = self.random.choice(MISTAKES)
        play = plays[0]
        play.setdefault("tasks", [])
        spot = self.random.randint(0, len(play["tasks"]))
        if mistake == "module":
            play["tasks"].insert(spot, {"no_such_module": {"a": 1}})
        elif mistake == "keyword":
            play["tasks"].insert(spot, {"debug": "msg=hi", "no_such_keyword": 1})
        elif mistake == "role":
            play.setdefault("roles", []).append("no_such_role")
        elif mistake == "import":
            play["tasks"].insert(spot, {"import_tasks": "no_such_file.yml"})
        elif mistake == "conflict":
            play["tasks"].insert(spot, {"debug": "msg=hi", "command": "true"})
        elif mistake == "list":
            play["tasks"] = {"debug": "msg=hi"}
        elif mistake == "play_keyword":
            play["no_such_keyword"] = 1
        elif mistake == "no_hosts":
            del play["hosts"]
        elif mistake == "loop_import":
            play["tasks"].insert(spot, {"import_tasks": "later.yml", "loop": [1]})
        self.write("site.yml", plays)
        if mistake == "yaml":
            with open(os.path.join(self.folder, "site.yml"), "a") as file:
                file.write("  - broken: [\n")
        return mistake


def run(command, folder):
    done = subprocess.run(command, cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=120)
    return done.returncode, done.stdout, done.stderr


def compare(options, folder, arguments, what):
    common = ["site.yml", "-i", "a,b,", "-e", "hosts_var=all"] + arguments
    want = run(["ansible-playbook"] + common, folder)
    got = run([options.program, "run"] + common, folder)
    same_verdict = (want[0] == 0) == (got[0] == 0)
    if same_verdict and (want[0] != 0 or want[1] == got[1]):
        return True
    print("DIFFERENT:", what, " ".join(arguments))
    print("--- ansible-playbook", want[0], "\n" + want[1] + want[2][-800:])
    print("+++ provisioner", got[0], "\n" + got[1] + got[2][-800:])
    return False


def selection(generator):
    arguments = []
    if generator.chance(0.6):
        arguments += ["-t", ",".join(generator.random.sample(TAGS + ["all", "untagged", "nothing"], 2))]
    if generator.chance(0.3):
        arguments += ["--skip-tags", generator.random.choice(TAGS + ["untagged"])]
    return arguments


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", required=True)
    parser.add_argument("--count", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", help="folder for the playbooks that differ")
    options = parser.parse_args()
    options.program = os.path.abspath(options.program)
    if shutil.which("ansible-playbook") is None:
        print("ansible-playbook is not installed")
        return 77
    different = 0
    compared = 0
    for seed in range(options.seed, options.seed + options.count):
        with tempfile.TemporaryDirectory() as folder:
            generator = Generator(folder, seed)
            plays = generator.make()
            same = compare(options, folder, ["--list-tasks"], seed)
            same &= compare(options, folder, ["--list-tasks", "--list-tags"] + selection(generator), seed)
            mistake = generator.plant(plays)
            same &= compare(options, folder, ["--syntax-check"], "%d, planted %s" % (seed, mistake))
            compared += 3
            if not same:
                different += 1
                if options.keep:
                    shutil.copytree(folder, os.path.join(options.keep, str(seed)), dirs_exist_ok=True)
    print("%d playbooks, %d comparisons, %d playbooks differ" % (options.count, compared, different))
    return 1 if different else 0


if __name__ == "__main__":
    sys.exit(main())
