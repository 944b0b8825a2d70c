"""Tries `registry prepull`: images on a node before a pod asks for them, and none where they do not fit."""

import os

import lab_runs
from registry_pushes import random_image

NODE, SMALL_MIB = "n06", 24
DROP_IN = "/etc/kubernetes/kubelet.d/99-trial.conf"


def vetted(lab, robot, name):
    """An image of random bytes that clusters may run."""
    layout = os.path.join(lab_runs.STATE, "prepulled")
    random_image(layout, [SMALL_MIB << 20])
    pushed = robot.push(layout, f"5002/incoming/team/{name}:1")
    status, text = lab.registry("vet", f"team/{name}:1")
    return (pushed.returncode, status), pushed.stderr + text


def images(lab, name):
    return [line for line in lab.on(NODE, "ctr --namespace k8s.io images list --quiet").splitlines() if f"/vetted/team/{name}@" in line]


def try_prepull(figures, lab, robot):
    for name in ("early", "late"):
        status, text = vetted(lab, robot, name)
        figures.claim(f"an image '{name}' is vetted", status, (0, 0), text)
    status, text = lab.registry("prepull", "team/early:1", "-l", NODE)
    figures.claim("`registry prepull` ends with, and says", (status, "1 image on 1 node" in text), (0, True), text)
    figures.claim("the node has it", len(images(lab, "early")), 1)
    status, text = lab.registry("prepull", "team/early:1", "-l", NODE)
    figures.claim("`registry prepull` again ends with, and changes", (status, "changed=0" in text), (0, True), text)

    lab.on(NODE, f"echo 'imageGCHighThresholdPercent: 1' >{DROP_IN}")
    status, text = lab.registry("prepull", "team/*", "-l", NODE)
    figures.claim("where the kubelet would throw it away, it ends well", status == 0, False, text)
    figures.claim("and says why", [f"against it: {NODE}: about 0.1 GiB are needed in /var/lib/containerd" in text,
                                   "until the 1 % in use at which the kubelet throws images away" in text,
                                   "nothing was pulled" in text], [True] * 3, text)
    figures.claim("and the node has nothing of it", images(lab, "late"), [])
    lab.on(NODE, f"rm {DROP_IN}")
