"""Certificates of a cluster's nodes as they are 366 days after they were made: the same keys, names and authorities, ended a day
ago. openssl signs them anew here, by the clock of that day (faketime); nothing of a node's own time is changed."""

import base64
import os
import re
import secrets
import subprocess
import tempfile

from own_lab import must

PAIRS = {"apiserver": "ca", "apiserver-kubelet-client": "ca", "apiserver-etcd-client": "etcd/ca", "front-proxy-client": "front-proxy-ca",
         "etcd/server": "etcd/ca", "etcd/peer": "etcd/ca", "etcd/healthcheck-client": "etcd/ca"}
FILES = ["admin", "super-admin", "controller-manager", "scheduler"]
KUBELET = "/var/lib/kubelet/pki/kubelet-client-current.pem"
CALL = 60  # seconds
DAY = "366 days ago"


def openssl(folder, *words, by=()):
    return subprocess.run([*by, "openssl", *words], cwd=folder, check=True, capture_output=True, timeout=CALL).stdout


def aged(folder, certificate, key, authority):
    """The bytes of what `certificate` was a year and a day ago."""
    openssl(folder, "x509", "-x509toreq", "-copy_extensions", "copyall", "-in", certificate, "-signkey", key, "-out", "request")
    return openssl(folder, "x509", "-req", "-copy_extensions", "copyall", "-in", "request", "-CA", authority + ".crt", "-CAkey",
                   authority + ".key", "-set_serial", str(secrets.randbits(100)), "-days", "365", by=("faketime", DAY))


def write(path, content):
    with open(path, "wb") as file:
        file.write(content)


def age_file(folder, path):
    """A kubeconfig, whose certificate and key lie in it."""
    with open(path) as file:
        text = file.read()
    found = dict(re.findall(r"client-(certificate|key)-data: (\S+)", text))
    for name, data in found.items():
        write(os.path.join(folder, name), base64.b64decode(data))
    new = base64.b64encode(aged(folder, "certificate", "key", "pki/ca")).decode()
    write(path, text.replace(found["certificate"], new).encode())


def age(lab, node, with_kubelet=True):
    """All that kubeadm has made on a control-plane node ends, and what its kubelet is known to the API by."""
    packed = lab.on(node, "tar -C /etc/kubernetes -c pki $(cd /etc/kubernetes && ls *.conf) | base64 -w0")
    kubelet = lab.on(node, f"cat {KUBELET}")
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["tar", "-x"], cwd=folder, input=base64.b64decode(packed), check=True, timeout=CALL)
        for name, authority in PAIRS.items():
            write(f"{folder}/pki/{name}.crt", aged(folder, f"pki/{name}.crt", f"pki/{name}.key", "pki/" + authority))
        files = [f"{name}.conf" for name in FILES if os.path.exists(f"{folder}/{name}.conf")]
        for name in files:
            age_file(folder, os.path.join(folder, name))
        told = subprocess.run(["tar", "-c", "pki", *files], cwd=folder, check=True, capture_output=True, timeout=CALL).stdout
        put(lab, node, "base64 -d | tar -C /etc/kubernetes -x --no-same-owner", told)
        if with_kubelet:
            write(folder + "/kubelet.pem", kubelet.encode())
            pair = aged(folder, "kubelet.pem", "kubelet.pem", "pki/ca") + openssl(folder, "pkey", "-in", "kubelet.pem")
            put(lab, node, f"base64 -d >$(readlink -f {KUBELET})", pair)


def put(lab, node, command, content):
    must(lab.ssh_for(node, command, CALL, base64.b64encode(content).decode()))


def restart_control_plane(lab, node):
    """Nothing of a control plane goes on by what it has read before: its programs and its kubelet begin anew, as after a year off."""
    lab.on(node, "systemctl stop kubelet; kill $(pidof etcd kube-apiserver kube-controller-manager kube-scheduler) 2>/dev/null; systemctl --no-block start kubelet")
