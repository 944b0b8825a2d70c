"""What the benches share: the nodes of a lab, the sides that are measured in one run, and figures that hold or not."""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "acceptance"))
import lab_runs  # noqa: E402

OURS, THEIRS = "provisioner", "ansible-playbook"
ANSIBLE = {"ANSIBLE_PIPELINING": "True", "ANSIBLE_FORKS": "20", "ANSIBLE_TIMEOUT": "60",  # a busy machine fails nobody
           "ANSIBLE_CONFIG": "empty.cfg"}


SETTLE = 0.5  # seconds before a run: the nodes end the sessions of the run before, which is no part of this one


class NotMeasured(Exception):
    """Why a side has no figure."""


class Side:
    """A command that is timed. `repeats`: how often in a round; what is quick is measured more often. `connects`: each
    run makes its own connections; ssh would take those that the run before left open for a minute."""

    def __init__(self, name, words, repeats=1, has_recap=True, connects=False, **variables):
        self.name, self.words, self.repeats, self.has_recap = name, words, repeats, has_recap
        self.connects, self.variables, self.seconds, self.problem = connects, variables, [], None

    def run(self, folder, hosts):
        """Wall seconds; only a run that did nothing but look counts."""
        time.sleep(SETTLE)
        with tempfile.TemporaryDirectory(prefix="cp") as sockets:
            variables = dict(self.variables, ANSIBLE_SSH_CONTROL_PATH_DIR=sockets) if self.connects else self.variables
            begun = time.monotonic()
            done = subprocess.run(self.words, cwd=folder, env=dict(lab_runs.environment(), **variables),
                                  capture_output=True, text=True, timeout=1200)
            seconds = time.monotonic() - begun
        counts = lab_runs.recap(done.stdout) if self.has_recap else None
        if done.returncode != 0 or (counts is not None and not lab_runs.is_well(counts, hosts)):
            raise NotMeasured(f"{self.name} failed: {done.stdout[-1500:]}{done.stderr[-1500:]}")
        return seconds, counts

    def median(self):
        if self.problem or not self.seconds:
            raise NotMeasured(self.problem or f"{self.name} was not run")
        return statistics.median(self.seconds)


def ours(*words, repeats=3):
    return Side(OURS, [lab_runs.PROGRAM, *words], repeats)


def theirs(*words, name=THEIRS, connects=False):
    return Side(name, [THEIRS, *words], connects=connects, **ANSIBLE)


def measure(sides, folder, hosts, rounds, is_quiet=True):
    """Each side once unmeasured, so that all is second runs, then by turns. `is_quiet`: nothing may change then."""
    def run(side, keep):
        if side.problem:
            return
        try:
            seconds, counts = side.run(folder, hosts)
            if keep and is_quiet and counts and lab_runs.changed(counts) > 0:
                raise NotMeasured(f"{side.name} changed something in its second run")
            side.seconds += [seconds] if keep else []
        except NotMeasured as problem:
            side.problem = str(problem)

    for side in sides:
        run(side, keep=False)
    for _ in range(rounds):
        for side in sides:
            for _ in range(side.repeats):
                run(side, keep=True)
    for side in sides:
        if side.problem:
            print(f"  {side.name:17} not measured: {side.problem}", flush=True)
        else:
            print(f"  {side.name:17} min {min(side.seconds):.3f}  median {side.median():.3f}"
                  f"  max {max(side.seconds):.3f} s  ({len(side.seconds)} runs)", flush=True)


def lab(number, nodes, has_python=True):
    """How the nodes of lab NUMBER are reached, so many of them."""
    where = json.loads(lab_runs.provisioner("lab", "status", "--number", str(number), "--json").stdout)
    answering = [node for node in where["nodes"] if node["answers"]] if where["is_there"] else []
    if len(answering) < nodes or (has_python and not where["has_python"]):
        raise SystemExit(f"lab {number} has no {nodes} nodes{' with Python' if has_python else ''} that answer: "
                         f"provisioner lab up --number {number} --nodes {nodes}{' --python' if has_python else ''}")
    return dict(where, nodes=answering[:nodes])


def write_inventory(folder, where):
    """Variables stand at each host: not every rival reads those of groups."""
    variables = ("ansible_user=%s ansible_ssh_private_key_file=%s ansible_python_interpreter=/usr/bin/python3"
                 " ansible_ssh_common_args='-o UserKnownHostsFile=%s'"
                 % (where["user"], where["key_file"], where["known_hosts_file"]))
    lab_runs.write(folder, "hosts", "".join(f"{node['name']} ansible_host={node['address']} {variables}\n"
                                            for node in where["nodes"]))
    lab_runs.write(folder, "empty.cfg", "[defaults]\n")


class Figures:
    """Printed last, with the exit status that follows from them."""

    def __init__(self):
        self.lines, self.holds = [], True

    def ratio(self, text, over, under, at_least=None, at_most=None):
        """Median of `over` / median of `under`. What could not be measured does not hold."""
        try:
            value = over.median() / under.median()
        except NotMeasured as problem:
            return self.add(False, f"{text}: not measured ({str(problem).splitlines()[0]})")
        goal = f"at least {at_least:g}" if at_least is not None else f"at most {at_most:g}"
        holds = value >= at_least if at_least is not None else value <= at_most
        self.add(holds, f"{text}: {value:.3g} (wanted: {goal})")

    def at_most(self, text, value, limit, unit):
        self.add(value <= limit, f"{text}: {value:.3g} {unit} (wanted: at most {limit:g} {unit})")

    def note(self, text):
        self.lines.append("       " + text)

    def add(self, holds, text):
        self.holds = self.holds and holds
        self.lines.append(("holds  " if holds else "FAILS  ") + text)

    def finish(self):
        print("\n".join(self.lines))
        sys.exit(0 if self.holds else 1)
