"""A node of a cluster, for tests of what roles have it run: in a folder of each test's own, with doubles for what is called there.

Whoever imports it exits 77 where PyYAML is not installed.
"""

import json
import os
import subprocess
import tempfile
import unittest

from rendered_role import ROOT, yaml


def tasks_of(path):
    """Those of a file of tasks by their names, blocks opened."""
    with open(os.path.join(ROOT, "playbooks/roles", path)) as file:
        left, found = yaml.safe_load(file), {}
    while left:
        task = left.pop(0)
        found[task["name"]] = task
        left += task.get("block", []) + task.get("rescue", [])
    return found


def stage(name):
    """The tasks of a playbook of clusters, by their names."""
    with open(os.path.join(ROOT, "playbooks/cluster", name + ".yml")) as file:
        return {task["name"]: task for play in yaml.safe_load(file) for task in play.get("tasks", [])}


class OnNode(unittest.TestCase):
    program = ""  # that runs tasks; whoever imports this says which
    words = []  # it is told beside the tasks

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        self.programs = self.made("programs")
        self.environment = dict(os.environ, PATH=self.programs + ":" + os.environ["PATH"], NODE_FOLDER=self.folder)

    def made(self, path):
        full = self.at(path)
        os.makedirs(full, exist_ok=True)
        return full

    def at(self, path):
        return os.path.join(self.folder, path.lstrip("/"))

    def write(self, path, text=""):
        self.made(os.path.dirname(path.lstrip("/")))
        with open(self.at(path), "w") as file:
            file.write(text)

    def read(self, path):
        with open(self.at(path)) as file:
            return file.read()

    def double(self, name, text):
        self.write("programs/" + name, "#!/bin/sh\n" + text)
        os.chmod(self.at("programs/" + name), 0o755)

    def moved(self, text):
        for place in ("/etc/haproxy", "/etc/keepalived", "/etc/kubernetes", "/etc/prometheus", "/etc/site-registry", "/run/site-registry",
                      "/srv/", "/usr/local/share", "/var/lib"):
            text = text.replace(place, self.folder + place)
        return text

    def sh(self, text):
        done = subprocess.run(["sh", "-s"], input=self.moved(text), capture_output=True, text=True, env=self.environment, timeout=60)
        return done.returncode, done.stdout, done.stderr

    def run_tasks(self, tasks, **variables):
        """As a run of this machine has them: its exit status, and what it says."""
        play = [{"hosts": "localhost", "connection": "local", "gather_facts": False, "vars": variables, "tasks": tasks,
                 "environment": {name: self.environment[name] for name in ("PATH", "NODE_FOLDER")}}]
        path = self.at("play.json")
        with open(path, "w") as file:
            file.write(self.moved(json.dumps(play)))
        done = subprocess.run([self.program, "run", path, "-i", "localhost,", *self.words], capture_output=True, text=True, timeout=60,
                              env=dict(self.environment, PROVISIONER_STATE=self.at("state")))
        return done.returncode, done.stdout + done.stderr
