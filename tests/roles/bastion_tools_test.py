#!/usr/bin/env python3
"""What a bastion has beside kubectl: the programs that the list of artefacts names, and no others.

    bastion_tools_test.py PROVISIONER

Exits 77 where it is not root, who they belong to.
"""

import functools
import hashlib
import http.server
import json
import os
import subprocess
import sys
import tempfile
import threading
import unittest

if os.geteuid() != 0:
    sys.exit(77)

PROGRAM = os.path.abspath(sys.argv.pop(1))
ROLE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "playbooks/roles/bastion")


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


class BastionTools(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.place = folder.name
        os.mkdir(self.path("bin"))
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=self.place))
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{server.server_address[1]}/"

    def path(self, *names):
        return os.path.join(self.place, *names)

    def artefact(self, name, text):
        with open(self.path(name), "w") as file:
            file.write(text)
        return {"url": self.url + name, "sha256": hashlib.sha256(text.encode()).hexdigest(), "kind": "binary"}

    def brought(self, artifacts):
        play = [{"hosts": "localhost", "connection": "local", "gather_facts": False,
                 "vars": {"artifacts": artifacts, "bastion_programs": self.path("bin"),
                          "bastion_tools": ["helm", "argocd", "vault", "phalanx"]},
                 "tasks": [{"include_tasks": os.path.join(ROLE, "tasks/tools.yml")}]}]
        with open(self.path("play.yml"), "w") as file:
            json.dump(play, file)
        return subprocess.run([PROGRAM, "run", self.path("play.yml"), "-i", "localhost,"], capture_output=True, text=True, timeout=60,
                              env=dict(os.environ, PROVISIONER_STATE=self.path("state")))

    def test_are_those_of_the_list_in_its_last_version(self):
        done = self.brought({"helm": {"v3.18.0": self.artefact("helm-old", "old"), "v3.19.0": self.artefact("helm-new", "new")},
                             "vault": {"1.20.0": self.artefact("vault", "vault")}, "kubectl": {"v1.34.4": self.artefact("kubectl", "k")}})
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertEqual(sorted(os.listdir(self.path("bin"))), ["helm", "vault"])
        with open(self.path("bin", "helm")) as file:
            self.assertEqual(file.read(), "new")
        self.assertEqual(os.stat(self.path("bin", "helm")).st_mode & 0o777, 0o755)

    def test_are_none_where_the_list_has_none(self):
        done = self.brought({"kubectl": {"v1.34.4": self.artefact("kubectl", "k")}})
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertEqual(os.listdir(self.path("bin")), [])

    def test_are_what_the_lock_says(self):
        wrong = dict(self.artefact("helm", "helm"), sha256="0" * 64)
        done = self.brought({"helm": {"v3.19.0": wrong}})
        self.assertNotEqual(done.returncode, 0)
        self.assertEqual(os.listdir(self.path("bin")), [])


if __name__ == "__main__":
    unittest.main()
