#!/usr/bin/env python3
"""Which mounts the stages of the reference site get: science users NFS, development users the native mounts of GPFS, both
by the same paths. The effective inventory is asked, and ansible-inventory too where it is installed.

    gpfs_mount_sets_test.py PROVISIONER
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import unittest

ROOT = os.path.abspath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
PROGRAM = os.path.abspath(sys.argv.pop(1))
# The site has no machine in this stage: one more, in a layer above.
LAYER = """
nodes:
  hosts:
    n21: {asset: {number: 21, rack: A3, unit: 1, serial: 9XK1A21, bmc_mac: "00:00:5e:00:53:15",
                  macs: ["00:00:5e:00:53:55", "00:00:5e:00:53:95"], disk_serials: [WFK0A211, WFK0A212],
                  disk_wwns: ["0x5000c500a1002111", "0x5000c500a1002112"]}}
platform_phalanx: {hosts: {n21: }}
site_laserena: {hosts: {n21: }}
stage_dev: {hosts: {n21: }}
worker: {hosts: {n21: }}
"""
# ansible-inventory leaves templates as they stand, so a playbook is asked what they come to.
PLAY = "- {hosts: 'n07:n19:n21', gather_facts: false, connection: local, tasks: [debug: {var: storage.mounts}]}\n"
TREES = ["/home", "/project", "/scratch", "/datasets"]


class MountSets(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        for name, text in (("dev.yml", LAYER), ("play.yml", PLAY)):
            with open(os.path.join(folder.name, name), "w") as file:
                file.write(text)
        cls.inventory = ["-i", os.path.join(ROOT, "inventory/reference"), "-i", os.path.join(folder.name, "dev.yml")]
        cls.play, cls.state = os.path.join(folder.name, "play.yml"), folder.name
        cls.ours = cls.mounts(PROGRAM, "run")

    @classmethod
    def mounts(cls, *program):
        """Host -> its mounts, as a playbook sees them."""
        environment = dict(os.environ, PROVISIONER_STATE=cls.state, NO_COLOR="1", ANSIBLE_NOCOLOR="1")
        done = subprocess.run([*program, cls.play, *cls.inventory], stdin=subprocess.DEVNULL, capture_output=True, text=True, env=environment, timeout=120)
        if done.returncode != 0:
            raise AssertionError(done.stdout + done.stderr)
        answers = [part.split("] => ", 1) for part in done.stdout.split("ok: [")[1:]]
        return {host: json.JSONDecoder().raw_decode(answer)[0]["storage.mounts"] for host, answer in answers}

    def kinds(self, host):
        return {mount["path"]: (mount["type"], mount["source"]) for mount in self.ours[host]}

    def test_science_users_get_nfs(self):
        self.assertEqual(self.kinds("n07"), {tree: ("nfs4", "10.22.0.5:" + tree) for tree in TREES})

    def test_development_users_get_the_native_mounts(self):
        self.assertEqual(self.kinds("n21"), {tree: ("gpfs", tree[1:]) for tree in TREES})

    def test_released_data_is_read_only_by_either_way(self):
        for host in ("n07", "n21"):
            kept = {mount["path"] for mount in self.ours[host] if "ro" in mount["options"].split(",") and mount.get("read_only")}
            self.assertEqual(kept, {"/datasets"})

    def test_what_a_group_adds_stays(self):
        self.assertEqual(list(self.kinds("n19")), [*TREES, "/gpfs"])

    def test_the_inventory_is_right(self):
        done = subprocess.run([PROGRAM, "inventory", "check", *self.inventory], capture_output=True, text=True, timeout=60)
        self.assertEqual((done.returncode, done.stderr), (0, ""), done.stdout)
        self.assertNotIn("warning", done.stdout)

    @unittest.skipUnless(shutil.which("ansible-playbook"), "there is no ansible-core")
    def test_ansible_sees_the_same(self):
        self.assertEqual(self.mounts("ansible-playbook"), self.ours)


if __name__ == "__main__":
    unittest.main()
