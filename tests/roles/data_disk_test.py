#!/usr/bin/env python3
"""What the storage role writes to a disk, on loop devices with sparse files behind them. What udev knows of disks is said by a double
of udevadm, since such devices have neither serial number nor WWN. Needs root, and loop devices with partitions: else it ends with 77.

    data_disk_test.py PROVISIONER
"""

import json
import os
import subprocess
import sys
import tempfile
import unittest

ROOT = os.path.abspath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
PROGRAM = os.path.abspath(sys.argv.pop(1))
SCRIPT = os.path.join(ROOT, "playbooks/roles/storage/files/data-disk")
SKIPPED = 77
GB, MIB = 10**9, 1 << 20
WISH = ["A2", "0x5000c500a1000112", "1", "site-data", "ext4"]
# Udev's part in it, and that of a kernel that reads tables of partitions by itself, as not every one does.
UDEVADM = """#!/bin/sh
case $1 in
info) cat "${0%/*}/${3##*/}" 2>/dev/null || true ;;
settle) for disk in "${0%/*}"/loop*; do partx --update "/dev/${disk##*/}"; done ;;
esac
"""


def run(*words, **more):
    return subprocess.run(words, capture_output=True, text=True, timeout=120, **more)


def must(*words):
    done = run(*words)
    if done.returncode != 0:
        raise AssertionError(f"{words}: {done.stderr}")
    return done.stdout.strip()


class LoopDisk:
    """A disk of 1 GB that says that it is serial A2."""

    def __init__(self, folder):
        self.file = os.path.join(folder, "disk")
        with open(self.file, "wb") as file:
            file.truncate(GB // MIB * MIB)
        self.device = must("losetup", "--find", "--show", "--partscan", self.file)
        self.say("ID_SCSI_SERIAL=A2\nID_WWN=0x5000c500a1000112\n", folder)

    def say(self, properties, folder):
        with open(os.path.join(folder, os.path.basename(self.device)), "w") as file:
            file.write(properties)

    def write(self, offset, content):
        with open(self.device, "r+b") as file:
            file.seek(offset)
            file.write(content)
            file.flush()
            os.fsync(file.fileno())

    def let_go(self):
        run("partx", "--delete", self.device)
        run("losetup", "--detach", self.device)


class DataDisk(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        with open(os.path.join(self.folder, "udevadm"), "w") as file:
            file.write(UDEVADM)
        os.chmod(file.name, 0o755)
        self.disk = LoopDisk(self.folder)
        self.addCleanup(self.disk.let_go)
        self.part = self.disk.device + "p1"

    def script(self, *words):
        return run("sh", SCRIPT, *words, env=dict(os.environ, PATH=self.folder + ":" + os.environ["PATH"]))

    def said(self, verb, *wish, erase=""):
        done = self.script(verb, *(wish or WISH), erase)
        return (done.stdout or done.stderr).strip()

    def partition(self, *lines):
        run("sfdisk", "--quiet", self.disk.device, input="\n".join(["label: gpt", *lines, ""]))
        must(os.path.join(self.folder, "udevadm"), "settle")

    def bytes_of_disk(self):
        return must("sha256sum", self.disk.file).split()[0]

    def test_gives_a_blank_disk_a_file_system_once(self):
        before = self.bytes_of_disk()
        self.assertEqual(self.said("look"), "new " + self.disk.device)
        self.assertEqual(self.bytes_of_disk(), before)
        self.assertEqual(self.said("make"), "made " + self.part)
        self.assertEqual(must("blkid", "--probe", "--match-tag", "LABEL", "--output", "value", self.part), "site-data")
        self.assertEqual(must("sfdisk", "--part-label", self.disk.device, "1"), "site-data")
        made = self.bytes_of_disk()
        for verb in ("look", "make"):
            self.assertEqual(self.said(verb), "same " + self.part)
        self.assertEqual(self.bytes_of_disk(), made)

    def test_refuses_what_holds_a_file_system_and_changes_nothing(self):
        must("mkfs.ext4", "-q", self.disk.device)
        before = self.bytes_of_disk()
        for verb in ("look", "make"):
            self.assertEqual(
                self.said(verb),
                f"{self.disk.device}, serial 'A2', WWN '0x5000c500a1000112', holds ext4: nothing is written to it. "
                "Whoever may lose it says so in storage.local: erase: A2")
        self.assertIn("nothing is written to it", self.said("make", erase="A1"))
        self.assertEqual(self.bytes_of_disk(), before)

    def test_refuses_partitions_of_others(self):
        self.partition("size=100M, name=gpfs", "name=more")
        self.assertIn("holds 2 partitions, PMBR, gpt: nothing", self.said("make"))

    def test_refuses_bytes_that_nobody_knows(self):
        for offset in (4096, GB // MIB * MIB - 4096):
            self.disk.write(offset, b"NSD descriptor for /dev/sdb")
            self.assertIn("holds bytes of somebody: nothing", self.said("make"))
            self.disk.write(offset, bytes(64))
        self.assertIn("new", self.said("look"))

    def test_erases_what_the_inventory_names(self):
        self.partition("size=100M", "size=200M")
        self.assertEqual(self.said("make", erase="A2"), "made " + self.part)
        self.assertEqual(self.said("look"), "same " + self.part)

    def test_goes_on_where_it_was_cut_off_before_the_file_system(self):
        self.partition("name=site-data")
        self.assertEqual(self.said("look"), "new " + self.disk.device)
        self.assertEqual(self.said("make"), "made " + self.part)

    def test_changes_no_kind_of_file_system(self):
        self.said("make")
        self.assertEqual(self.said("make", *WISH[:4], "xfs"),
                         f"{self.disk.device} has 'site-data' as ext4, and the inventory says xfs: that changes by hand alone")

    def test_writes_to_no_disk_but_the_one_that_is_meant(self):
        self.assertEqual(self.said("make", "A3", "", "1", "site-data", "ext4"), "no disk says that it is serial 'A3', WWN ''")
        self.assertEqual(self.said("make", "A2", "0x5000c500a1000999", "1", "site-data", "ext4"),
                         "no disk says that it is serial 'A2', WWN '0x5000c500a1000999'")
        self.assertIn("has 999 MB, and the inventory says 1200 GB", self.said("make", "A2", "", "1200", "site-data", "ext4"))
        self.assertIn("new", self.said("look", "", "naa.5000C500A1000112", "", "site-data", "ext4"))

    def test_knows_what_is_mounted_where(self):
        path = os.path.join(self.folder, "data")
        self.assertEqual(self.script("place", path).returncode, 0)
        self.addCleanup(run, "chattr", "-i", path)
        self.said("make")
        self.assertIn("nothing is mounted on", self.script("held", *WISH[:4], path).stderr)
        if run("mount", self.part, path).returncode != 0:
            self.skipTest("nothing can be mounted here")
        self.addCleanup(run, "umount", path)
        self.assertEqual(self.script("held", *WISH[:4], path).stderr, "")
        with open(os.path.join(path, "kept"), "w") as file:
            file.write("data")
        self.assertEqual(self.script("place", path).returncode, 0)
        self.assertEqual(self.said("make", erase="A2"), "same " + self.part)
        self.assertTrue(os.path.exists(os.path.join(path, "kept")))

    def test_hides_no_files_of_the_systems_disk(self):
        path = os.path.join(self.folder, "data")
        os.makedirs(os.path.join(path, "local-path"))
        self.assertEqual(self.script("place", path).stderr.strip(),
                         f"'{path}' holds files of the system's disk, which would be hidden: move them away")


    def play(self, disk, local, *more):
        """The role's part for local disks on this machine, which `--check` keeps as it is."""
        for path, text in (("play.yml", json.dumps([{
                "hosts": "n01", "connection": "local", "gather_facts": False, "environment": {"PATH": self.folder + ":" + os.environ["PATH"]},
                "tasks": [{"name": "Have it", "include_role": {"name": ROOT + "/playbooks/roles/storage", "tasks_from": "local"}}]}])),
                ("hosts.json", json.dumps({"all": {"hosts": {"n01": {"disks": [disk], "storage": {"local": [local]},
                                                                     "storage_local_packages": []}}}}))):
            with open(os.path.join(self.folder, path), "w") as file:
                file.write(text)
        environment = dict(os.environ, PROVISIONER_STATE=os.path.join(self.folder, "state"), NO_COLOR="1")
        done = run(PROGRAM, "run", "play.yml", "-i", "hosts.json", "--check", *more, cwd=self.folder, env=environment)
        return done.stdout + done.stderr

    def test_is_told_by_the_role_what_lies_on_the_disk(self):
        must("mkfs.ext4", "-q", self.disk.device)
        disk = {"name": "data", "serial": "A2", "wwn": "0x5000c500a1000112", "size_gb": 1, "use": "data"}
        said = self.play(disk, {"disk": "data", "path": "/data"})
        self.assertIn(f"disk 'data' of n01: {self.disk.device}, serial 'A2', WWN '0x5000c500a1000112', holds ext4: nothing is written to it. "
                      "Whoever may lose it says so in storage.local: erase: A2", said)
        self.assertIn("Be sure that each may be mounted, or written to", said)
        consented = self.play(disk, {"disk": "data", "path": "/data", "erase": "A2"})
        self.assertNotIn("nothing is written to it", consented)
        self.assertIn("Have a file system on them", consented)


def can_run():
    if os.geteuid() != 0 or any(run("sh", "-c", "command -v " + name).returncode for name in ("losetup", "sfdisk", "mkfs.ext4", "blkid")):
        return False
    with tempfile.TemporaryDirectory() as folder:
        try:
            LoopDisk(folder).let_go()
        except AssertionError:
            return False
    return True


if __name__ == "__main__":
    if not can_run():
        print("loop devices cannot be had here")
        sys.exit(SKIPPED)
    unittest.main()
