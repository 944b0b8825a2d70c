#!/usr/bin/env python3
"""What nodes run for the registry and on disks for data, in a folder of their own: doubles stand for what they call.

    storage_scripts_test.py PROVISIONER

Exits 77 where PyYAML is not installed.
"""

import os
import subprocess
import sys
import time
import unittest

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from on_node import OnNode, ROOT, tasks_of, yaml  # noqa: E402

OnNode.program = os.path.abspath(sys.argv.pop(1))


class RegistrySweeping(OnNode):
    SWEEP = os.path.join(ROOT, "playbooks/roles/registry/files/site-registry-sweep")
    STORED = os.path.join(ROOT, "provisioner/front/cluster/registry_stored_script.sh")
    DIGEST = "a" * 64

    def setUp(self):
        super().setUp()
        self.storage = self.made("data")
        self.image = "/data/docker/registry/v2/repositories/mirror/quay.io/x/_manifests/"
        for link in (f"revisions/sha256/{self.DIGEST}/link", "tags/1/current/link"):
            self.write(self.image + link, "sha256:" + self.DIGEST)
            os.utime(self.at(self.image + link), (1000, 1000))

    def sweep(self, seen):
        self.write("list", f"seen {seen} {self.storage}\nmirror/quay.io/x {self.DIGEST} 1\n")
        done = subprocess.run(["sh", self.SWEEP, self.at("list")], capture_output=True, text=True, timeout=60)
        return done.returncode, done.stdout + done.stderr, os.path.exists(self.at(self.image)), os.path.exists(self.at("list"))

    def test_takes_out_what_the_last_hour_says(self):
        self.assertEqual(self.sweep(int(time.time()) - 3000), (0, "", False, False))

    def test_leaves_what_a_list_of_another_hour_says(self):
        told = self.at("list") + " is of another hour, and nothing of it is taken out\n"
        for seen in (int(time.time()) - 3700, int(time.time()) + 3700):
            self.assertEqual(self.sweep(seen), (0, told, True, True))

    def test_leaves_what_a_list_without_its_moment_says(self):
        told = self.at("list") + " does not say when the storage was looked at, and nothing of it is taken out\n"
        for seen in ("soon", "-1"):
            self.assertEqual(self.sweep(seen), (0, told, True, True))

    def stored(self):
        done = subprocess.run(["sh", self.STORED, self.storage], capture_output=True, text=True, timeout=60, env=self.environment)
        return done.returncode, done.stdout.splitlines()[1:]

    def test_sees_manifests_and_tags(self):
        found = [f"revision mirror/quay.io/x {self.DIGEST} 1000.0000000000", "tagged mirror/quay.io/x 1 1000.0000000000",
                 f"tag mirror/quay.io/x 1 sha256:{self.DIGEST}", "end"]
        self.assertEqual(self.stored(), (0, found))

    def test_has_no_end_where_a_listing_fails(self):
        for failing in ("revisions/sha256", "tags/*/current/link -printf", "tags/*/current/link -exec"):
            self.double("find", f'case "$*" in *"{failing}"*) exit 1 ;; esac\nexec /usr/bin/find "$@"\n')
            status, lines = self.stored()
            self.assertEqual((status, "end" in lines), (1, False), failing)
        self.double("find", 'exec /usr/bin/find "$@"\n')
        self.double("grep", "exit 2\n")
        self.assertEqual(self.stored(), (1, []))

    def test_takes_a_tag_that_names_nothing_for_no_failure(self):
        self.write(self.image + "tags/1/current/link")
        status, lines = self.stored()
        self.assertEqual((status, lines[-1], [line for line in lines if line.startswith("tag ")]), (0, "end", []))

    def test_leaves_no_list_behind_whatever_becomes_of_it(self):
        with open(os.path.join(ROOT, "playbooks/cluster/registry_gc.yml")) as file:
            tasks = yaml.safe_load(file)[0]["tasks"]
        for task in tasks + tasks[1]["block"]:
            for name in ("owner", "group"):
                task.get("ansible.builtin.file", task.get("ansible.builtin.copy", {})).pop(name, None)
        for status, ends in ((1, 2), (0, 2)):  # the unit fails; it is one of before, which reads no list
            self.double("systemctl", f'echo "$*" >>"$NODE_FOLDER/asked"; [ "$1" != start ] || exit {status}\n')
            found, said = self.run_tasks(tasks, registry_gc_spare=[{"name": "push", "list": "seen 1 /data"}])
            self.assertEqual(found, ends, said)
            self.assertEqual(os.listdir(self.at("/var/lib/site-registry-gc")), [])
        self.assertIn("the registry's node does not take images out", said)
        self.assertIn("start site-registry-gc@push site-registry-gc@incoming\n", self.read("asked"))


class DataDisks(OnNode):
    """What keeps things on a node's own disk, before it writes to it."""

    NODE = {"registry_storage": "/srv/data/registry", "registry_incoming_storage": "/srv/data/registry/incoming",
            "storage": {"local": [{"disk": "data", "path": "/srv/data"}, {"disk": "late", "path": "/srv/late", "state": "absent"}]}}

    def setUp(self):
        super().setUp()
        self.double("mountpoint", 'echo "$2" >>"$NODE_FOLDER/asked"; test -e "$2/mounted"\n')
        self.write("asked")

    def tell(self, path, **variables):
        tasks = list(tasks_of(path).values())
        tasks[0] = dict(tasks[0], **{"ansible.builtin.import_role": {"name": ROOT + "/playbooks/roles/storage", "tasks_from": "mounted"}})
        status, said = self.run_tasks(tasks, **self.NODE, **variables)
        return status, " ".join(said.split())

    def not_mounted(self):
        return (f"the disk 'data' of localhost is not mounted on {self.folder}/srv/data, and what belongs on it would come to the system's "
                "disk; first: provisioner run playbooks/site.yml -l localhost")

    def test_are_mounted_before_the_registry_writes_to_them(self):
        status, said = self.tell("registry/tasks/storage.yml")
        self.assertNotEqual(status, 0)
        self.assertIn(self.not_mounted(), said)
        self.write("srv/data/mounted")
        self.assertEqual(self.tell("registry/tasks/storage.yml")[0], 0)

    def test_are_mounted_before_a_class_makes_folders_on_them(self):
        def of(path):
            classes = [{"kind": "local_path", "name": "a", "path": path}, {"kind": "local"}]
            return self.tell("storage_classes/tasks/disks.yml", storage_classes=classes)
        self.assertIn(self.not_mounted(), of("/srv/data/local-path")[1])
        self.write("asked")
        for path in ("/srv/database", "/srv/late/a"):
            self.assertEqual(of(path)[0], 0)
        self.assertEqual(self.read("asked"), "")

    def test_take_no_registry_that_leaves_its_images_behind(self):
        self.write("srv/data/mounted")
        self.write("var/lib/registry/docker/registry/v2/repositories/vetted/a")
        status, said = self.tell("registry/tasks/storage.yml")
        new = self.folder + "/srv/data/registry"
        self.assertNotEqual(status, 0)
        self.assertIn(
            f"registry_storage of localhost is '{new}', which holds no images, and {self.folder}/var/lib/registry holds those that the registry gave "
            f"out so far. Either move them, as root there: systemctl stop 'site-registry@*' && cp -a {self.folder}/var/lib/registry {new}.moving "
            f"&& mv -T {new}.moving {new}; or keep them there: registry_storage: {self.folder}/var/lib/registry", said)
        self.write("srv/data/registry/docker/registry/v2/repositories/vetted/a")
        self.assertEqual(self.tell("registry/tasks/storage.yml")[0], 0)


if __name__ == "__main__":
    unittest.main()
