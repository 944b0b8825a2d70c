#!/usr/bin/env python3
"""What the storage role writes to a disk, on loop devices with sparse files behind them. What udev knows of disks is said by a double
of udevadm, since such devices have neither serial number nor WWN. Needs root, and loop devices with partitions: else it ends with 77.

    data_disk_test.py PROVISIONER
"""

import hashlib
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
SIZE = GB // MIB * MIB + 512 * 1000
WISH = ["A2", "0x5000c500a1000112", "1", "site-data", "ext4"]
# Udev's part in it, and that of a kernel that reads tables of partitions by itself, as not every one does.
UDEVADM = """#!/bin/sh
case $1 in
info) cat "${0%/*}/${3##*/}" 2>/dev/null || true ;;
settle) for disk in "${0%/*}"/loop*; do partx --update "/dev/${disk##*/}"; done ;;
esac
"""
# Udev's labels, of disks of this test alone: others may run beside it, and theirs have the same.
LSBLK = """#!/bin/sh
case "$*" in
*PATH,LABEL*)
  for disk in "${0%/*}"/loop*; do
    for part in "/dev/${disk##*/}" "/dev/${disk##*/}p"*; do echo "$part $(blkid --probe --match-tag LABEL --output value "$part")"; done
  done
  ;;
*) exec /usr/bin/lsblk "$@" ;;
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

    def __init__(self, folder, name="disk", serial="A2"):
        self.file = os.path.join(folder, name)
        with open(self.file, "wb") as file:
            file.truncate(SIZE)
        self.device = must("losetup", "--find", "--show", "--partscan", self.file)
        self.say(f"ID_SCSI_SERIAL={serial}\nID_WWN=0x5000c500a1000112\n", folder)

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
        self.double("udevadm", UDEVADM)
        self.double("lsblk", LSBLK)
        self.disk = LoopDisk(self.folder)
        self.addCleanup(self.disk.let_go)
        self.part = self.disk.device + "p1"

    def double(self, name, text):
        with open(os.path.join(self.folder, name), "w") as file:
            file.write(text)
        os.chmod(file.name, 0o755)

    def script(self, *words):
        return run("sh", SCRIPT, *words, env=dict(os.environ, PATH=self.folder + ":" + os.environ["PATH"]))

    def said(self, verb, *wish, erase=""):
        done = self.script(verb, *(wish or WISH), erase)
        return (done.stdout or done.stderr).strip()

    def partition(self, *lines):
        run("sfdisk", "--quiet", "--no-tell-kernel", self.disk.device, input="\n".join(["label: gpt", *lines, ""]))
        must(os.path.join(self.folder, "udevadm"), "settle")

    def bytes_of_disk(self):
        found, at = hashlib.sha256(), 0
        with open(self.disk.file, "rb") as file:
            while True:
                try:
                    at = os.lseek(file.fileno(), at, os.SEEK_DATA)
                except OSError:
                    return found.hexdigest()
                part = os.pread(file.fileno(), MIB, at)
                if part.strip(b"\0"):
                    found.update(b"%d:" % at + part)
                at += len(part)

    def uuid(self):
        return must("blkid", "--probe", "--match-tag", "PART_ENTRY_UUID", "--output", "value", self.part)

    def says(self, word):
        return f"{word} {self.part} {self.uuid()}"

    def test_gives_a_blank_disk_a_file_system_once(self):
        before = self.bytes_of_disk()
        self.assertEqual(self.said("look"), "new " + self.disk.device)
        self.assertEqual(self.bytes_of_disk(), before)
        self.assertEqual(self.said("make"), self.says("made"))
        self.assertEqual(must("blkid", "--probe", "--match-tag", "LABEL", "--output", "value", self.part), "site-data")
        self.assertEqual(must("sfdisk", "--part-label", self.disk.device, "1"), "site-data")
        made = self.bytes_of_disk()
        for verb in ("look", "make"):
            self.assertEqual(self.said(verb), self.says("same"))
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
        for offset in (4096, SIZE - 4096, SIZE - MIB):
            self.disk.write(offset, b"NSD descriptor for /dev/sdb")
            self.assertIn("holds bytes of somebody: nothing", self.said("make"))
            self.disk.write(offset, bytes(64))
        self.assertIn("new", self.said("look"))

    def test_erases_what_the_inventory_names(self):
        self.partition("size=100M", "size=200M")
        self.assertEqual(self.said("make", erase="A2"), self.says("made"))
        self.assertEqual(self.said("look"), self.says("same"))

    def test_goes_on_where_it_was_cut_off_before_the_file_system_was_done(self):
        self.partition("name=site-data-new")
        for before in ([], ["mkfs.ext4", "-q", "-L", "site-data", self.part]):
            if before:
                must("sfdisk", "--no-tell-kernel", "--part-label", self.disk.device, "1", "site-data-new")
                must(os.path.join(self.folder, "udevadm"), "settle")
                must(*before)
            self.assertEqual(self.said("look"), "new " + self.disk.device)
            self.assertEqual(self.said("make"), self.says("made"))

    def kept(self, has="site-data"):
        return (f"{self.disk.device}, serial 'A2', WWN '0x5000c500a1000112', has a partition '{has}', which we made, and no file system "
                "'site-data' can be read as its only one: nothing is written to it, whatever 'erase' says. Look at it "
                f"(fsck -n {self.part}), and mend it by hand. Whoever may lose it takes the partition away first: "
                f"sfdisk --delete {self.disk.device}")

    def assert_kept(self, said):
        before = self.bytes_of_disk()
        for verb in ("look", "make"):
            for erase in ("", "A2"):
                self.assertEqual(self.said(verb, erase=erase), said)
        self.assertEqual(self.bytes_of_disk(), before)

    def test_keeps_what_it_made_where_the_superblock_is_damaged(self):
        self.said("make")
        with open(self.part, "r+b") as file:
            file.seek(1024 + 0x38)
            file.write(bytes(2))
        self.assertEqual(must("wipefs", "--no-act", "--noheadings", self.part), "")
        self.assert_kept(self.kept())

    def test_keeps_what_it_made_where_it_has_another_label(self):
        self.said("make")
        must("e2label", self.part, "other")
        self.assert_kept(self.kept())

    def test_keeps_what_it_made_where_there_is_another_partition(self):
        self.partition("size=100M, name=site-data", "name=more")
        self.assert_kept(self.kept().replace(self.part, self.disk.device))

    def test_keeps_what_it_made_where_the_disk_has_another_name(self):
        self.said("make", *WISH[:3], "site-old", "ext4")
        self.assert_kept(self.kept("site-old"))

    def test_erases_what_it_made_once_somebody_took_the_partition_away(self):
        self.said("make")
        with open(self.part, "r+b") as file:
            file.write(bytes(MIB))
        must("sfdisk", "--quiet", "--no-tell-kernel", "--delete", self.disk.device)
        must("partx", "--delete", self.disk.device)
        self.assertIn("holds PMBR, gpt: nothing is written to it", self.said("make"))
        self.assertEqual(self.said("make", erase="A2"), self.says("made"))

    def test_writes_to_nothing_that_cannot_be_read(self):
        for program, status in (("wipefs", 1), ("blkid", 4), ("dd", 1)):
            with self.subTest(program):
                if program == "blkid":
                    self.partition("name=more")
                self.double(program, f"#!/bin/sh\nexit {status}\n")
                device = self.part if program == "blkid" else self.disk.device
                self.assert_kept(f"{device} cannot be read ({program} ended with {status}): nothing is written to it. "
                                 "See 'journalctl --dmesg' for the disk's errors")
                os.remove(os.path.join(self.folder, program))
                run("partx", "--delete", self.disk.device)
                run("wipefs", "--all", self.disk.device)

    def test_refuses_a_label_that_another_disk_has(self):
        old = LoopDisk(self.folder, "old", "A1")
        self.addCleanup(old.let_go)
        must("mkfs.ext4", "-q", "-L", "site-data", old.device)
        self.assert_kept(f"{self.disk.device}, serial 'A2', WWN '0x5000c500a1000112': {old.device} has the label 'site-data', too. Take the "
                         "disk that is no more out, or give its file system another label (e2label, xfs_admin -L)")
        must("e2label", old.device, "old")
        self.assertEqual(self.said("make"), self.says("made"))

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
        self.assertEqual(self.said("make", erase="A2"), self.says("same"))
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

    def test_has_the_role_mount_what_the_script_says(self):
        disk = {"name": "data", "serial": "A2", "wwn": "0x5000c500a1000112", "size_gb": 1, "use": "data"}
        wish = {"disk": "data", "path": "/data-of-a-test"}
        self.assertIn("What=/dev/disk/by-partuuid/not-made-yet", self.play(disk, wish, "--diff"))
        self.said("make")
        self.assertIn("What=/dev/disk/by-partuuid/" + self.uuid(), self.play(disk, wish, "--diff"))


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
