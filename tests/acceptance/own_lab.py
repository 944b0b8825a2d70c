"""A lab of its own for a script that needs fresh nodes, beside whatever labs the machine has; and figures that hold or
do not."""

import concurrent.futures
import os
import re
import subprocess
import sys
import time

import lab_runs


def well(counts):
    """The hosts of a recap that are neither failed nor unreachable."""
    return [name for name, count in counts.items() if count["ok"] and not count["failed"] and not count["unreachable"]]


def unchanged(counts):
    return [name for name in well(counts) if not counts[name]["changed"]]


def must(done):
    if done.returncode != 0:
        sys.exit(f"{' '.join(map(str, done.args))}: status {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout


def wait_until(holds, seconds, pause=0.2):
    """Whether it came to hold in that time."""
    end = time.monotonic() + seconds
    while not holds():
        if time.monotonic() >= end:
            return False
        time.sleep(pause)
    return True


def settled(ask, wanted, patience):
    """What `ask` answers as soon as it is `wanted`, or at last."""
    deadline = time.monotonic() + patience
    while (answer := ask()) != wanted and time.monotonic() < deadline:
        time.sleep(1)
    return answer


class OwnLab:
    """Lab NUMBER of this machine: fresh when entered, gone when left."""

    def __init__(self, number, nodes=20, has_python=False, is_cluster=False):
        self.number, self.nodes = ["--number", str(number)], nodes
        self.up = ["lab", "up", *self.number, "--nodes", str(nodes), *(["--python"] if has_python else []),
                   *(["--cluster"] if is_cluster else [])]
        self.directory = f"/var/lib/provisioner/lab-{number}"
        self.inventory = [*lab_runs.INVENTORIES, "-i", self.directory + "/inventory.yml"]

    def __enter__(self):
        self.down()
        self.make()
        return self

    def __exit__(self, *_):
        self.down()

    def make(self):
        must(lab_runs.provisioner(*self.up, deadline=1200))
        return self

    def down(self):
        must(lab_runs.provisioner("lab", "down", *self.number))

    def power(self, node, wish):
        must(lab_runs.provisioner("lab", "power", *self.number, node, wish, deadline=120))

    def addresses(self):
        """Of the nodes, by name."""
        with open(self.directory + "/inventory.yml") as file:
            return dict(re.findall(r'(n\d+): \{"ansible_host": "([^"]+)"', file.read()))

    def on(self, node, command):
        """What root's `command` prints on a node; it must end well."""
        return must(self.ssh(self.addresses()[node], command))

    def on_each(self, command):
        """What root's `command` prints on every node, by name."""
        nodes = self.addresses()
        with concurrent.futures.ThreadPoolExecutor() as pool:
            answers = pool.map(lambda address: self.ssh(address, command).stdout, nodes.values())
            return dict(zip(nodes, answers))

    def ssh(self, address, command):
        lab = {"key_file": self.directory + "/id_ed25519", "known_hosts_file": self.directory + "/known_hosts", "user": "root"}
        return lab_runs.ssh(lab, address, command)

    def provision(self, hosts="this_lab", *more):
        done = lab_runs.provisioner("run", lab_runs.SITE, *self.inventory, "-l", hosts, *more, deadline=1800)
        return lab_runs.recap(done.stdout), done.stdout + done.stderr

    def ansible(self, hosts="this_lab"):
        """ansible-playbook leaves out by tag what ours leaves out by the inventory."""
        first = must(lab_runs.provisioner("inventory", "host", "n01", *self.inventory))
        lacking = ",".join("needs_" + word for word in re.findall(r'"capability": "(\w+)"', first))
        done = subprocess.run(["ansible-playbook", lab_runs.SITE, *self.inventory, "-l", hosts, "--skip-tags", lacking],
                              env=lab_runs.environment(ANSIBLE_PIPELINING="1", ANSIBLE_TIMEOUT="60"), capture_output=True, text=True, timeout=3600)
        return lab_runs.recap(done.stdout), done.stdout + done.stderr


class Figures:
    """Printed last, with the exit status that follows from them."""

    def __init__(self):
        self.lines, self.holds = [], True

    def claim(self, text, got, wanted, evidence=""):
        holds = got == wanted
        self.holds = self.holds and holds
        self.add(f"{'holds' if holds else 'FAILS'}  {text}: {got}" + ("" if holds else f", not {wanted}"))
        if not holds:
            print(evidence, flush=True)

    def note(self, text):
        self.add(f"       {text}")

    def add(self, line):
        """Told at once as well, to whoever watches."""
        self.lines.append(line)
        print(time.strftime("%H:%M:%S ") + line, file=sys.stderr, flush=True)

    def finish(self):
        print("\n".join(self.lines))
        sys.exit(0 if self.holds else 1)


def need_root():
    if os.geteuid() != 0:
        sys.exit("a lab needs root")
