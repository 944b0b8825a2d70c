"""One machine of a lab with its new system, as site.yml leaves it, for scripts that then do something to it."""

import argparse
import os
import re
import shlex
import subprocess
import sys
import threading
import time

import lab_runs
from machine_lab import MachineLab, image_store, shown
from own_lab import Figures, must, need_root, well

NODE = "n11"


class Play:
    """A run of site.yml on the machine, with what it said: (seconds of the monotonic clock, line). One that hangs is killed at
    the deadline."""

    def __init__(self, inventory, *more, deadline=900):
        begun = time.monotonic()
        process = lab_runs.start("run", lab_runs.SITE, *inventory, "-l", NODE, *more)
        killer = threading.Timer(deadline, process.kill)
        killer.start()
        self.said = [(time.monotonic(), line) for line in process.stdout]
        self.status = process.wait()
        killer.cancel()
        self.took, self.text = time.monotonic() - begun, "".join(line for _, line in self.said)

    def when(self, words):
        """When the first line with these words came."""
        return next((at for at, line in self.said if words in line), None)

    def counts(self):
        return lab_runs.recap(self.text).get(NODE, {})

    def result(self):
        counts = self.counts()
        return f"status {self.status}, changed={counts.get('changed')}, failed={counts.get('failed')}"

    def failure(self):
        """What is said of the task that failed, or whose answer never came."""
        found = re.search(r"^(?:fatal|unknown): \[" + NODE + r"\]:? (.*)$", self.text, re.M)
        return found.group(1) if found else ""


class ConfiguredMachine(MachineLab):
    def __init__(self, number, store, is_bios=False):
        super().__init__(number, [NODE], store, is_bios)

    def configure(self):
        self.discover()
        status, said = self.reimage("--then", lab_runs.SITE)
        if status != 0 or NODE not in well(lab_runs.recap(shown(said))):
            sys.exit("the machine cannot be configured: " + shown(said)[-6000:] + self.console(NODE)[-3000:])
        self.meet()

    def meet(self):
        """Notes how its new system is reached."""
        with open(self.directory + "/inventory.yml") as file:
            self.address = re.search(NODE + r': \{"ansible_host": "([^"]+)"', file.read()).group(1)
        self.controller = self.address.rsplit(".", 1)[0] + ".1"
        self.note_host_key()

    def note_host_key(self):
        """From now on another machine at this address is none of ours."""
        done = subprocess.run(["ssh-keyscan", "-T", "20", self.address], capture_output=True, text=True, timeout=60)
        known = lab_runs.write(lab_runs.STATE, "known_hosts", done.stdout)
        self.access = {"key_file": self.directory + "/id_ed25519", "known_hosts_file": known, "user": "ops"}

    def ssh(self, command, deadline=60):
        """As the operator; None where no answer came in time."""
        try:
            return lab_runs.ssh(self.access, self.address, command, deadline)
        except subprocess.TimeoutExpired:
            return None

    def on(self, command, deadline=60):
        """What a command of root's printed; it must end well."""
        done = self.ssh("sudo sh -c " + shlex.quote(command), deadline)
        if done is None:
            sys.exit(f"no answer within {deadline} s: {command}")
        return must(done)

    def answers_after(self, patience, command="true"):
        """Seconds until a new log-in does this well; None where none does in time."""
        begun = time.monotonic()
        while time.monotonic() < begun + patience:
            done = self.ssh(command, 15)
            if done is not None and done.returncode == 0:
                return time.monotonic() - begun
            time.sleep(1)
        return None


def run_checks(check, more=None, machine_is=ConfiguredMachine):
    """Checks get the figures and the machine; those of `more` are asked for by an option of that name."""
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--images")
    arguments.add_argument("--number", type=int, default=56)
    arguments.set_defaults(checks=[])
    for name, other in (more or {}).items():
        arguments.add_argument("--" + name, action="append_const", dest="checks", const=other)
    words = arguments.parse_args()
    need_root()
    figures = Figures()
    with machine_is(words.number, image_store(words.images)) as machine:
        machine.configure()
        for one in [check, *words.checks]:
            one(figures, machine)
    figures.finish()
