#!/usr/bin/env python3
"""The instances that are shipped as examples: few lines each, no mistakes, no secret, and what they say of owners and of
access can be.

    instances_test.py PROGRAM
"""

import datetime
import glob
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

ROOT = os.path.abspath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
PROGRAM = sys.argv.pop(1) if len(sys.argv) > 1 else "provisioner"
INSTANCES = {
    "rubin": {"pdac": "phalanx", "stable": "phalanx", "usdac": "phalanx", "commissioning": "phalanx", "chiledac": "phalanx",
              "rspdev": "phalanx", "rsppre": "phalanx"},
    "gen3": {"agdr_qa": "gen3", "agdr_prod": "gen3", "rakeiora_qa": "gen3", "rakeiora_prod": "gen3", "csoc": "csoc"}}
GATES = [f"C-{number}" for number in range(1, 18)] + [f"G-{number}" for number in range(1, 13)]  # before Gen3 is deployed
MOST_OF_INSTANCE, MOST_OF_SITE = 25, 60
SECRET = re.compile(r"(password|token|secret|private_key)\s*:\s*\S|ANSIBLE_VAULT|BEGIN [A-Z ]*PRIVATE KEY", re.I)


def provisioner(*words, **more):
    return subprocess.run([PROGRAM, *words], cwd=ROOT, capture_output=True, text=True, timeout=120, env=dict(os.environ, **more))


def lines_of(path):
    with open(path) as file:
        return file.read().splitlines()


class Instances(unittest.TestCase):
    def test_are_few_lines_each(self):
        for path in glob.glob(ROOT + "/inventory/*/instances/*.yml"):
            self.assertLessEqual(len(lines_of(path)), MOST_OF_INSTANCE, path)
        for path in glob.glob(ROOT + "/inventory/*/sites/*.yml"):
            self.assertLessEqual(len(lines_of(path)), MOST_OF_SITE, path)

    def test_hold_no_secret(self):
        for name in INSTANCES:
            for path in glob.glob(f"{ROOT}/inventory/{name}/**/*", recursive=True):
                for line in lines_of(path) if os.path.isfile(path) else []:
                    self.assertIsNone(SECRET.search(line), f"{path}: {line}")

    def test_are_all_there_and_without_mistakes(self):
        for name, wanted in INSTANCES.items():
            inventory = ["-i", "inventory/" + name]
            checked = provisioner("inventory", "check", *inventory)
            self.assertEqual(checked.returncode, 0, checked.stdout + checked.stderr)
            self.assertNotIn("warning", checked.stderr)
            listed = json.loads(provisioner("instance", "list", "--json", *inventory).stdout)["instances"]
            self.assertEqual({one["name"]: one["platform"] for one in listed}, wanted)

    def test_say_whose_things_are_and_who_may_do_what(self):
        for name, wanted in INSTANCES.items():
            for instance, platform in wanted.items():
                inventory = ["-i", "inventory/" + name]
                explained = provisioner("profile", "explain", instance, "--json", *inventory)
                self.assertEqual(explained.returncode, 0, explained.stderr)
                self.assertEqual(json.loads(explained.stdout)["platform"], platform)
                access = provisioner("access", "show", instance, "--json", *inventory)
                self.assertEqual((access.returncode, access.stderr), (0, ""))
                self.assertTrue(json.loads(access.stdout)["rights"])

    def test_differ_in_what_they_say_alone(self):
        done = provisioner("instance", "diff", "agdr_qa", "agdr_prod", "--json", "-i", "inventory/gen3")
        self.assertEqual(done.returncode, 2, done.stderr)
        paths = [one["path"] for one in json.loads(done.stdout)["differences"]]
        self.assertIn("instance_domain", paths)
        self.assertNotIn("kubernetes_version", paths)

    def test_follow_each_other_once_one_is_proved(self):
        with tempfile.TemporaryDirectory() as folder:
            inventory = ["-i", folder + "/gen3"]
            for name in ("gen3", "hardware"):
                shutil.copytree(f"{ROOT}/inventory/{name}", f"{folder}/{name}")

            def promote(*pair):
                done = provisioner("instance", "promote", *pair, *inventory, PROVISIONER_STATE=folder + "/state")
                return done.returncode, done.stdout + done.stderr

            def prove(name, lock="", **more):
                os.makedirs(f"{folder}/state/clusters/{name}", exist_ok=True)
                now = datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
                record = {"instance": name, "finished": now, "passed": True, "whole": True, "lock": lock,
                          "gates": [{"id": gate, "result": "passed"} for gate in GATES]}
                with open(f"{folder}/state/clusters/{name}/gates.json", "w") as file:
                    json.dump(dict(record, **more), file)

            self.assertIn("nobody has tried the gates of 'agdr_qa'", promote("agdr_qa", "agdr_prod")[1])
            prove("agdr_qa", passed=False)
            self.assertIn("the gates of 'agdr_qa' did not pass", promote("agdr_qa", "agdr_prod")[1])
            prove("agdr_qa", finished="2020-01-01T00:00:00Z")
            self.assertIn("longer than the 168 hours that this counts", promote("agdr_qa", "agdr_prod")[1])
            self.assertFalse(os.path.exists(folder + "/instances/agdr_prod.lock"))
            prove("agdr_qa", gates=[{"id": gate, "result": "passed"} for gate in GATES if gate.startswith("C-")])
            self.assertIn("the gates of 'agdr_qa' were run without G-1", promote("agdr_qa", "agdr_prod")[1])
            prove("agdr_qa")
            self.assertEqual(promote("agdr_qa", "agdr_prod")[0], 0)
            self.assertIn("kubernetes_version: v1.34.4", lines_of(folder + "/instances/agdr_prod.lock"))
            self.assertIn("as it was", promote("agdr_qa", "agdr_prod")[1])
            self.assertIn("the one says nothing of the other", promote("agdr_qa", "csoc")[1])
            # What has a lock is proved with that lock, and with no other.
            prove("agdr_prod")
            self.assertIn("is another one than its gates passed with", promote("agdr_prod", "rakeiora_prod")[1])
            with open(folder + "/instances/agdr_prod.lock", "rb") as file:
                prove("agdr_prod", lock=hashlib.sha256(file.read()).hexdigest())
            self.assertEqual(promote("agdr_prod", "rakeiora_prod")[0], 0)


if __name__ == "__main__":
    unittest.main()
