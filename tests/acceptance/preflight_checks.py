"""That kubeadm's preflight checks are heeded: nothing that we bring or that a node holds tells kubeadm to pass over one, and
one that must fail ends `cluster up`, on the node that a cluster begins on and on those that join it.
"""

import os
import re

import lab_runs

OURS = ["playbooks", "inventory", "provisioner", "recipes"]
IGNORES = re.compile(rb"ignore-?preflight", re.IGNORECASE)
# What a cluster begins with looks at more of them than what joins one.
OF_INIT, OF_JOIN = [10250, 10257, 10259], [10250]


def saying_so():
    """Files of ours that tell somebody to ignore one."""
    found = []
    for top in OURS:
        for folder, _, names in os.walk(os.path.join(lab_runs.ROOT, top)):
            for path in (os.path.join(folder, name) for name in names):
                with open(path, "rb") as file:
                    found += [os.path.relpath(path, lab_runs.ROOT)] if IGNORES.search(file.read()) else []
    return sorted(found)


def claim_none_ignored(figures, lab, first, members):
    figures.claim("files of ours that have preflight checks ignored", saying_so(), [])
    ask = ("grep --recursive --files-with-matches --ignore-case --extended-regexp 'ignore-?preflight' /etc/kubernetes /etc/systemd/system"
           " /usr/local/bin 2>/dev/null || true")
    told = {node: lab.on(node, ask).split() for node in members}
    figures.claim("files of nodes that do", {node: files for node, files in told.items() if files}, {})
    # The rest of `kubeadm init` leaves them out: they have a phase of their own before it, which leaves this mark as it passes.
    figures.claim(f"{first} has passed them", lab.on(first, "ls /etc/kubernetes/site/fit 2>&1 || true").strip(), "/etc/kubernetes/site/fit")


def unsaid(text, ports):
    return [port for port in ports if f"[ERROR Port-{port}]" not in text]


def take_ports(lab, node, ports):
    sockets = " ".join(f"--socket-property=ListenStream={port}" for port in ports)
    lab.on(node, f"systemd-run --quiet --unit in-the-way {sockets} sleep 1000000")


def free_ports(lab, node):
    lab.on(node, "systemctl stop in-the-way.socket; systemctl stop in-the-way.service 2>/dev/null || true")


def try_preflight(figures, lab, begins, joins):
    """The cluster once more from nothing, with ports in the way that kubeadm wants: each node's are told of before they are freed."""
    status, text = lab.cluster("down", "--yes")
    figures.claim("`cluster down` ends with", status, 0, text)
    wanted = {begins: OF_INIT, **dict.fromkeys(joins, OF_JOIN)}
    for node, ports in wanted.items():
        take_ports(lab, node, ports)
    for node, ports in wanted.items():
        status, text = lab.cluster("up")
        figures.claim(f"{node} has ports in the way: `cluster up` ends, and leaves unsaid of them", (status != 0, unsaid(text, ports)),
                      (True, []), text)
        free_ports(lab, node)
    status, text = lab.cluster("up")
    figures.claim("`cluster up` with nothing in the way ends with", status, 0, text)
