"""What the acceptance scripts share: the program, its recap, the lab's nodes.

The program is build/release/bin/provisioner, or what PROVISIONER names. State is kept apart from the user's own.
"""

import atexit
import json
import os
import re
import shutil
import subprocess
import tempfile

ROOT = os.path.abspath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
PROGRAM = os.environ.get("PROVISIONER", os.path.join(ROOT, "build/release/bin/provisioner"))
INVENTORIES = ["-i", os.path.join(ROOT, "inventory/reference"), "-i", os.path.join(ROOT, "inventory/lab")]
SITE = os.path.join(ROOT, "playbooks/site.yml")
# Kept from one script to the next: what recipes make takes long.
STORE = os.environ.get("PROVISIONER_ARTIFACTS", "/var/cache/provisioner/artifacts")
STATE = tempfile.mkdtemp(prefix="provisioner-acceptance-")
atexit.register(shutil.rmtree, STATE, ignore_errors=True)
RECAP = re.compile(r"^(\S+)\s+: ok=(\d+)\s+changed=(\d+)\s+unreachable=(\d+)\s+failed=(\d+)\s+skipped=(\d+)"
                   r"\s+rescued=(\d+)\s+ignored=(\d+)", re.M)


def environment(**more):
    return dict(os.environ, PROVISIONER_STATE=STATE, NO_COLOR="1", **more)


def provisioner(*words, deadline=600, **more):
    return subprocess.run([PROGRAM, *words], cwd=ROOT, env=environment(**more), capture_output=True, text=True,
                          timeout=deadline)


def start(*words):
    return subprocess.Popen([PROGRAM, *words], cwd=ROOT, env=environment(), stdout=subprocess.PIPE,
                            stderr=subprocess.STDOUT, text=True)


def changes(text):
    """How many, by all recaps in the text together."""
    return sum(int(number) for number in re.findall(r"changed=(\d+)", text))


def recap(text):
    """Host -> its counts, of the last recap in the text."""
    names = ["ok", "changed", "unreachable", "failed", "skipped", "rescued", "ignored"]
    return {row[0]: dict(zip(names, map(int, row[1:]))) for row in RECAP.findall(text.rsplit("PLAY RECAP", 1)[-1])}


def is_well(counts, hosts=20):
    return len(counts) == hosts and all(not one["failed"] and not one["unreachable"] for one in counts.values())


def changed(counts):
    return sum(one["changed"] for one in counts.values())


def need_lab(nodes=20):
    """Brings the lab up where it is not, and tells how its nodes are reached."""
    up = provisioner("lab", "up", "--nodes", str(nodes), deadline=900)
    if up.returncode != 0:
        raise SystemExit("no lab: " + up.stderr)
    return json.loads(provisioner("lab", "status", "--json").stdout)


def ssh(lab, address, command, deadline=30, told=None):
    return subprocess.run(["ssh", "-i", lab["key_file"], "-o", "UserKnownHostsFile=" + lab["known_hosts_file"],
                           "-o", "BatchMode=yes", "-o", "ConnectTimeout=5", lab["user"] + "@" + address, command],
                          input=told, capture_output=True, text=True, timeout=deadline)


def write(folder, name, text):
    path = os.path.join(folder, name)
    with open(path, "w") as file:
        file.write(text)
    return path
