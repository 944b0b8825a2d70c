#!/usr/bin/env python3
"""The rules of sudo that the users role writes, into a folder of the test's own: what they give, where, and what is refused.
visudo reads each.

    sudo_rules_test.py PROVISIONER

Exits 77 where nobody may write files of root's, or visudo is not there.
"""

import glob
import json
import os
import shutil
import subprocess
import sys
import tempfile
import unittest

if os.geteuid() != 0 or not shutil.which("visudo", path="/usr/sbin:/usr/bin"):
    sys.exit(77)

sys.dont_write_bytecode = True
PROGRAM = os.path.abspath(sys.argv.pop(1))
ROOT = os.path.abspath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
REFUSED = {
    "no absolute path": {"commands": ["systemctl"]},
    "a star for folders": {"commands": ["/usr/*/systemctl"]},
    "a star for a program": {"commands": ["/usr/bin/*"]},
    "a star for words": {"commands": ["/usr/bin/systemctl restart qserv-*"]},
    "a way out of its folder": {"commands": ["/usr/bin/../sbin/reboot"]},
    "a second line": {"commands": ["/usr/bin/id\nroot ALL=(ALL) ALL"]},
    "a shell": {"commands": ["/bin/bash"]},
    "an editor of one file": {"commands": ["/usr/bin/vim /etc/qserv.conf"]},
    "everything everywhere": {"commands": ["ALL"]},
    "everything among others": {"commands": ["ALL", "/usr/bin/id"], "nodes": "qserv"},
    "no such group of nodes": {"commands": ["/usr/bin/id"], "nodes": "qsrv"},
    "nobody": {"commands": ["/usr/bin/id"], "users": []},
    "a name with more in it": {"commands": ["/usr/bin/id"], "users": ["a ALL"]},
    "a word that nothing reads": {"commands": ["/usr/bin/id"], "runas": "qserv"},
    "no command": {"commands": []},
}


class SudoRules(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        os.mkdir(self.path("sudoers.d"))

    def path(self, name):
        return os.path.join(self.folder.name, name)

    def run_rules(self, *rules, groups=("qserv",)):
        """What the role's tasks for these rules end with, on a node of these groups, and what they say."""
        return self.run_play({"vars": {"sudo_rules": rules, "sudo_rules_directory": self.path("sudoers.d")}, "tasks": [
            {"import_role": {"name": os.path.join(ROOT, "playbooks/roles/users"), "tasks_from": "rules"}}]}, groups)

    def run_play(self, what, groups):
        play = [{"hosts": "localhost", "gather_facts": False, **what}]
        host = {"hosts": {"localhost": {"ansible_connection": "local"}}}
        layer = {"all": host, **{name: host for name in groups}, **({} if "qserv" in groups else {"qserv": {}})}
        for name, what in (("play.yml", play), ("hosts.yml", layer)):
            with open(self.path(name), "w") as file:
                json.dump(what, file)
        done = subprocess.run([PROGRAM, "run", self.path("play.yml"), "-i", self.path("hosts.yml")], capture_output=True, text=True,
                              timeout=60, env=dict(os.environ, PROVISIONER_STATE=self.path("state")))
        return done.returncode, done.stdout + done.stderr

    def written(self):
        lines = []
        for path in sorted(glob.glob(self.path("sudoers.d/*"))):
            self.assertEqual(subprocess.run(["/usr/sbin/visudo", "-cf", path], capture_output=True).returncode, 0, path)
            self.assertEqual(os.stat(path).st_mode & 0o777, 0o440)
            with open(path) as file:
                lines += [line for line in file.read().splitlines() if not line.startswith("#")]
        return lines

    def test_give_each_command_as_it_is_written(self):
        status, text = self.run_rules({"name": "worker", "groups": ["qserv-admins"], "users": ["mlopez"], "as": "qserv", "nopasswd": False,
                                       "commands": ["/usr/bin/id", "/usr/bin/stat --format=%U:%G /srv"]})
        self.assertEqual(status, 0, text)
        self.assertEqual(self.written(), [f"{who} ALL=(qserv) PASSWD: {command}" for who in ("%qserv-admins", "mlopez")
                                          for command in ('/usr/bin/id ""', r"/usr/bin/stat --format\=%U\:%G /srv")])

    def test_give_everything_on_their_nodes_and_nothing_on_others(self):
        rule = {"name": "qserv", "groups": ["qserv-admins"], "commands": ["ALL"], "nodes": "qserv"}
        self.assertEqual(self.run_rules(rule)[0], 0)
        self.assertEqual(self.written(), ["%qserv-admins ALL=(root) NOPASSWD: ALL"])
        self.assertEqual(self.run_rules(rule, groups=("worker",))[0], 0)
        self.assertEqual(self.written(), [])

    def test_go_when_they_are_not_declared_any_more(self):
        with open(self.path("sudoers.d/ops"), "w") as file:
            file.write("ops ALL=(ALL) ALL\n")
        self.run_rules({"name": "one", "users": ["a"], "commands": ["/usr/bin/id"]}, {"name": "two", "users": ["a"], "commands": ["/usr/bin/id"]})
        self.run_rules({"name": "two", "users": ["a"], "commands": ["/usr/bin/id"]})
        self.assertEqual(sorted(os.listdir(self.path("sudoers.d"))), ["ops", "site-rule-two"])

    def test_are_refused_where_they_would_give_more(self):
        for what, rule in REFUSED.items():
            with self.subTest(what):
                status, text = self.run_rules({"name": "x", "users": ["a"], **rule})
                self.assertEqual(status, 2, text)
                self.assertIn("the rule of sudo 'x' cannot be: ", text)
                self.assertEqual(self.written(), [])

    def test_come_with_accounts_on_the_nodes_that_are_said_alone(self):
        users = [{"name": "ops"}, {"name": "dvega", "nodes": ["bastion", "qserv"]}, {"name": "gone", "state": "absent"}]
        role = os.path.join(ROOT, "playbooks/roles/users/vars/main.yml")
        there = "{{ {'there': users_present | map(attribute='name') | list, 'not': users_absent | map(attribute='name') | list} | to_json }}"
        for group, wanted in (("qserv", {"there": ["ops", "dvega"], "not": ["gone"]}), ("worker", {"there": ["ops"], "not": ["gone", "dvega"]})):
            self.run_play({"vars": {"users": users, "sudo_rules": []}, "vars_files": [role],
                           "tasks": [{"copy": {"content": there, "dest": self.path("told")}}]}, [group])
            with open(self.path("told")) as file:
                self.assertEqual(json.load(file), wanted)


if __name__ == "__main__":
    unittest.main()
