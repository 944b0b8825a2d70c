#!/usr/bin/env python3
"""One small lab from up to down: nodes without Python that answer, site.yml that changes nothing the second time, a power
switch that works, and no trace afterwards; nor after `lab up` was killed in the middle. Exit status 77 where there is no
root, which labs need.

    life_of_a_lab.py PROVISIONER
"""

import glob
import hashlib
import json
import os
import signal
import subprocess
import sys
import time
import unittest

sys.dont_write_bytecode = True
os.environ["PROVISIONER"] = os.path.abspath(sys.argv.pop(1))
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "acceptance"))
import lab_runs  # noqa: E402
from own_lab import OwnLab, must, unchanged, well  # noqa: E402

NUMBER, NODES = 45, ["n01", "n02"]
DIRECTORY = f"/var/lib/provisioner/lab-{NUMBER}"
BRIDGE = f"provlab{NUMBER}"
CGROUP = "provisioner-lab-" + hashlib.sha256(DIRECTORY.encode()).hexdigest()[:8]
LINKS = {BRIDGE, *("pl" + hashlib.sha256(f"{BRIDGE}/{node}".encode()).hexdigest()[:10] for node in NODES)}


def read(path):
    try:
        with open(path, errors="replace") as file:
            return file.read()
    except OSError:
        return ""


def traces():
    """All on this machine that is this lab's; other labs may come and go meanwhile. The dead wait for init to bury them."""
    pids = [pid for pid in filter(str.isdigit, os.listdir("/proc"))
            if (CGROUP in read(f"/proc/{pid}/cgroup") or DIRECTORY in read(f"/proc/{pid}/cmdline"))
            and "State:\tZ" not in read(f"/proc/{pid}/status")]
    mounts = {line for file in glob.glob("/proc/[0-9]*/mountinfo") for line in read(file).splitlines() if DIRECTORY in line}
    return {"processes": [read(f"/proc/{pid}/cmdline").replace("\0", " ") for pid in pids],
            "mounts": sorted(mounts),
            "links": sorted(LINKS & set(os.listdir("/sys/class/net"))),
            "namespaces": [name for name in glob.glob("/run/netns/*") if str(NUMBER) in name],
            "cgroups": [path for depth in range(3) for path in glob.glob("/sys/fs/cgroup/" + "*/" * depth + CGROUP)],
            "files": glob.glob(DIRECTORY) + glob.glob(f"/run/**/*{CGROUP}*", recursive=True)}


NONE = {kind: [] for kind in traces()}


class LifeOfALab(unittest.TestCase):
    maxDiff = None

    def lab(self, **kind):
        lab = OwnLab(NUMBER, nodes=len(NODES), **kind)
        self.addCleanup(lab.down)
        lab.down()
        return lab

    def statuses(self, lab):
        status = json.loads(must(lab_runs.provisioner("lab", "status", "--json", *lab.number)))
        return {node["name"]: (node["power"], node["answers"]) for node in status["nodes"]}

    def boots(self, lab):
        return {name: text.strip() for name, text in lab.on_each("cat /proc/sys/kernel/random/boot_id").items()}

    def test_serves_a_site_and_leaves_nothing(self):
        lab = self.lab()
        self.assertEqual(traces(), NONE)
        lab.make()
        self.assertNotEqual(traces()["mounts"], [])
        self.assertEqual(self.statuses(lab), {node: ("on", True) for node in NODES})
        self.assertEqual(lab.on_each("hostname; find / -xdev -path '*bin/python*' -o -xdev -name 'libpython*'"),
                         {node: node + "\n" for node in NODES})
        counts, text = lab.provision()
        self.assertEqual(well(counts), NODES, text)
        counts, text = lab.provision()
        self.assertEqual(unchanged(counts), NODES, text)
        before = self.boots(lab)
        must(lab_runs.provisioner("lab", "power", *lab.number, "n02", "off"))
        self.assertEqual(self.statuses(lab), {"n01": ("on", True), "n02": ("off", False)})
        must(lab_runs.provisioner("lab", "power", *lab.number, "n02", "on"))
        must(lab_runs.provisioner("lab", "power", *lab.number, "n01", "cycle"))
        after = self.boots(lab)
        self.assertEqual([node for node in NODES if before[node] == after[node]], [])
        lab.down()
        self.assertEqual(traces(), NONE)

    def test_leaves_nothing_though_up_was_killed(self):
        lab = self.lab()
        for moment in (0.05, 0.4, 0.8, 1.5):
            with self.subTest(killed_after=moment):
                up = lab_runs.start(*lab.up)
                time.sleep(moment)
                up.send_signal(signal.SIGKILL)
                up.communicate()
                lab.down()
                self.assertEqual(traces(), NONE)

    def test_works_where_control_groups_are_unified(self):
        lab = self.lab()
        told = json.loads(self.in_unified_view(*lab.up, "--json"))
        self.addCleanup(self.in_unified_view, "lab", "down", *lab.number)
        self.assertEqual(told["cgroups"], "unified")
        self.assertEqual(lab.on_each("systemctl is-system-running --wait"), {node: "running\n" for node in NODES})
        self.in_unified_view("lab", "power", *lab.number, "n01", "cycle")
        self.in_unified_view("lab", "down", *lab.number)
        self.assertEqual(traces(), NONE)

    def test_has_nodes_that_limit_what_they_run_and_forget_it_at_power_on(self):
        lab = self.lab(is_cluster=True)
        told = json.loads(must(lab_runs.provisioner(*lab.up, "--json", deadline=1200)))
        self.assertTrue(told["is_cluster"])
        limited = "systemd-run --quiet --wait -p MemoryMax=20M sh -c 'head -c 90M /dev/zero | tail' || echo killed"
        self.assertEqual(lab.on("n01", limited), "killed\n")
        self.assertNotIn("overlay", lab.on("n01", "stat -fc %T /var/lib/containerd /var/lib/kubelet /var/lib/etcd"))
        self.assertIn("default via 10.79.45.1 ", lab.on("n01", "ip route"))
        group = "/sys/fs/cgroup/$(ls /sys/fs/cgroup | grep -x memory)/kubepods"
        lab.on("n01", f"mkdir {group} && ip link add cni0 type bridge && echo kept >/var/lib/etcd/file")
        must(lab_runs.provisioner("lab", "power", *lab.number, "n01", "cycle"))
        self.assertEqual(lab.on("n01", f"ls -d {group} /sys/class/net/cni0 2>/dev/null; cat /var/lib/etcd/file"), "kept\n")
        self.assertEqual(lab_runs.provisioner("lab", "up", *lab.number).returncode, 1)
        for pid in self.supervisors():
            os.kill(int(pid), signal.SIGKILL)
        lab.down()
        self.assertEqual(traces(), NONE)

    def supervisors(self):
        return [pid for pid in filter(str.isdigit, os.listdir("/proc"))
                if f"lab\0supervise\0--directory\0{DIRECTORY}\0" in read(f"/proc/{pid}/cmdline")]

    def in_unified_view(self, *words):
        """The program as a machine with systemd would show it the control groups, whatever this one has."""
        return must(subprocess.run(["unshare", "--mount", "sh", "-c", 'mount -t cgroup2 cgroup2 /sys/fs/cgroup && exec "$@"',
                                    "view", lab_runs.PROGRAM, *words], capture_output=True, text=True, timeout=600))


if __name__ == "__main__":
    if os.geteuid() != 0:
        print("skipped: a lab needs root")
        sys.exit(77)
    unittest.main()
