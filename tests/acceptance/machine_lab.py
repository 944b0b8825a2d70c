"""A lab of virtual machines of its own for a script, its boot service, and re-images in it."""

import atexit
import datetime
import glob
import json
import os
import re
import subprocess
import sys
import threading
import time

import boot_lab
import lab_runs
from own_lab import must

IMAGE, KEPT = "debian-12", "/var/cache/provisioner/acceptance/images"
LINE = re.compile(r"\[\d+ s\] (\w+): (.*)")


def image_store(given=None):
    """A folder of images whose RAM disk is of this build; else the image is built there, which takes minutes, and stays for
    the next script."""
    store = os.path.abspath(given or KEPT)
    if not glob.glob(os.path.join(store, "manifests", IMAGE, "*.json")) or not boot_lab.is_of_this_build(store):
        print(f"building the image {IMAGE} in {store}", flush=True)
        must(lab_runs.provisioner("image", "build", IMAGE, "--store", store, deadline=3600))
    return store


class MachineLab:
    """Lab NUMBER, of those machines of the reference: off when entered, gone when left. Their firmware is BIOS where it
    `is_bios`, as in recipes that people write by hand. `serving` are more words for its boot service, `making` for `lab up`;
    `layers` are inventories above the lab's."""

    def __init__(self, number, machines, store, is_bios=False, serving=(), making=(), layers=()):
        self.number, self.machines, self.store = ["--number", str(number)], machines, store
        self.directory, self.bridge = f"/var/lib/provisioner/lab-{number}", f"provlab{number}"
        self.site = ["-i", os.path.join(lab_runs.ROOT, "inventory/reference")]
        if is_bios:
            overlay = lab_runs.write(lab_runs.STATE, "bios.yml", "bios: {hosts: {" + ", ".join(
                f"{name}: {{hardware: {{firmware: bios}}}}" for name in machines) + "}}\n")
            self.site += ["-i", overlay]
        above = [word for layer in layers for word in ("-i", os.path.join(lab_runs.ROOT, layer))]
        self.inventory = [*self.site, "-i", os.path.join(lab_runs.ROOT, "inventory/lab"), *above, "-i", self.directory + "/inventory.yml"]
        self.making, self.service, self.serving = [*making, *self.site, *above], None, serving

    def __enter__(self):
        self.down()
        atexit.register(self.down)
        must(lab_runs.provisioner("lab", "up", *self.number, "--machines", ",".join(self.machines), *self.making, deadline=1200))
        self.serve()
        return self

    def __exit__(self, *_):
        self.stop_service()
        self.down()
        atexit.unregister(self.down)

    def down(self):
        must(lab_runs.provisioner("lab", "down", *self.number))

    def serve(self):
        self.service = subprocess.Popen(
            [lab_runs.PROGRAM, "serve", "boot", "--interface", self.bridge, "--images", self.store, *self.serving],
            cwd=lab_runs.ROOT, env=lab_runs.environment(), stderr=subprocess.PIPE, text=True)
        if "boot service at" not in self.service.stderr.readline():
            sys.exit("the boot service does not start")
        threading.Thread(target=self.service.stderr.read, daemon=True).start()

    def stop_service(self):
        self.service.terminate()
        self.service.wait(60)

    def discover(self, *more):
        must(lab_runs.provisioner("discover", ",".join(self.machines), "--boot", "--yes", "--images", self.store, *self.inventory, *more,
                                  deadline=900))

    def plan(self, *more):
        """Arguments that do what was planned."""
        words = ["reimage", ",".join(self.machines), *self.inventory, "--image", IMAGE, "--images", self.store, *more]
        shown = lab_runs.provisioner(*words)
        found = re.search(r"--apply (\w+)", shown.stdout + shown.stderr)
        if found is None:
            sys.exit("no plan: " + shown.stdout + shown.stderr)
        return [*words, "--apply", found.group(1)]

    def reimage(self, *more, deadline=3600):
        """What a whole re-image prints, and when: (seconds of the wall clock, line)."""
        task = lab_runs.start(*self.plan(*more))
        killer = threading.Timer(deadline, task.kill)
        killer.start()
        said = [(time.time(), line.rstrip("\n")) for line in task.stdout]
        killer.cancel()
        return task.wait(), said

    def powered_on(self, node):
        """When its BMC said so last; seconds of the wall clock."""
        log = json.loads(must(lab_runs.provisioner("node", "log", node, "--json")))
        times = [one["time"] for one in log if one["source"] == "bmc" and one["text"] == "power is on"]
        return datetime.datetime.fromisoformat(times[-1].replace("Z", "+00:00")).timestamp()

    def provision(self):
        done = lab_runs.provisioner("run", lab_runs.SITE, *self.inventory, "-l", ",".join(self.machines), deadline=1800)
        return lab_runs.recap(done.stdout), done.stdout + done.stderr

    def console(self, node):
        with open(f"{self.directory}/nodes/{node}/console.log", errors="replace") as file:
            return file.read()


def when(said, node, words):
    """The first line about a node that begins so."""
    for at, line in said:
        found = LINE.match(line)
        if found and found.group(1) == node and found.group(2).startswith(words):
            return at
    return None


def shown(said):
    return "\n".join(line for _, line in said)
