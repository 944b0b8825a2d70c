"""What a cluster on machines shows that one on containers cannot: kernel, control groups, volumes by NFS, gates of hardware and exports."""

import json
import os
import re
import time

import lab_runs
from cluster_lab import IMAGE
from machine_cluster_lab import CONTROL, MEMBERS, WORKER

LIMIT = 64 << 20  # bytes
# Twice as much with each turn: what is told of it is written, so it is really there.
GLUTTON = "awk 'BEGIN { text = \"x\"; while (1) text = text text }'"


def check_nodes(figures, lab):
    for node in MEMBERS:
        kernel = lab.on(node, "uname --kernel-version").strip()
        figures.claim(f"{node}: the kernel is Debian's", "Debian" in kernel, True, kernel)
        figures.claim(f"{node}: it runs on", lab.on(node, "systemd-detect-virt || true").strip(), "qemu")
        kinds = lab.on(node, "findmnt --noheadings --list --output FSTYPE --types cgroup,cgroup2").split()
        figures.claim(f"{node}: control groups", kinds, ["cgroup2"])
        over = lab.on(node, "findmnt --noheadings --list --output TARGET | grep ^/proc/sys/ | grep -v /proc/sys/fs/binfmt_misc || true")
        figures.claim(f"{node}: files that lie over the kernel's parameters", over.split(), [])


def check_settings(figures, lab):
    for node in MEMBERS:
        kubelet = lab.on(node, "cat /var/lib/kubelet/config.yaml /etc/kubernetes/kubelet.d/*")
        figures.claim(f"{node}: the kubelet's driver", re.findall(r"^cgroupDriver: (\w+)", kubelet, re.M), ["systemd"])
        figures.claim(f"{node}: what the kubelet is to put up with", re.findall(r"failCgroupV1|failSwapOn", kubelet), [])
        runtime = lab.on(node, "cat /etc/containerd/config.toml")
        told = re.findall(r"(SystemdCgroup|restrict_oom_score_adj) = (\w+)", runtime)
        figures.claim(f"{node}: containerd is told", sorted(told), [("SystemdCgroup", "true"), ("restrict_oom_score_adj", "false")])
        loaded = lab.on(node, "cut -d' ' -f1 /proc/modules").split()
        wanted = {"br_netfilter", "nf_tables", "nfsv4", "overlay"}
        figures.claim(f"{node}: modules that the kernel has loaded", sorted(wanted & set(loaded)), sorted(wanted))


def pod(name, node, command, **more):
    container = {"name": "it", "image": IMAGE, "command": ["sh", "-c", command], **more.pop("container", {})}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": name}, "spec": {
        "terminationGracePeriodSeconds": 0, "restartPolicy": "Never", "tolerations": [{"operator": "Exists"}],
        "nodeSelector": {"kubernetes.io/hostname": node}, "containers": [container], **more}}


def on_volume(name, node, command):
    return pod(name, node, command, volumes=[{"name": "it", "persistentVolumeClaim": {"claimName": "shared"}}],
               container={"volumeMounts": [{"name": "it", "mountPath": "/it"}]})


CLAIM = {"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": {"name": "shared"}, "spec": {
    "accessModes": ["ReadWriteMany"], "resources": {"requests": {"storage": "1Gi"}}}}


def applied(lab, *objects):
    return lab.apply(CONTROL, json.dumps({"apiVersion": "v1", "kind": "List", "items": list(objects)}))


def check_volume(figures, lab):
    word = os.urandom(8).hex()
    told = applied(lab, CLAIM, on_volume("writer", WORKER, f"echo {word} >/it/from-a-pod && sync && sleep 1000000"))
    figures.claim("a claim and a pod that writes", told, True)
    waited = lab.kubectl(CONTROL, f"wait --for=condition=Ready --timeout {lab.patience}s pod/writer")
    figures.claim("the pod runs", waited.returncode, 0, waited.stdout + waited.stderr + lab.kubectl(CONTROL, "describe pod writer").stdout)
    bound = lab.kubectl(CONTROL, "get pvc shared -o 'jsonpath={.spec.volumeName} {.spec.storageClassName} {.status.phase}'").stdout
    figures.claim("the claim has", bound, "site-scratch site Bound")
    mounts = lab.on(WORKER, "findmnt --noheadings --list --output FSTYPE,SOURCE --types nfs,nfs4 | grep -c ' .*:/scratch$' || true")
    figures.claim("the worker's kernel mounts it by NFS, for itself and for the pod", int(mounts), 2,
                  lab.on(WORKER, "findmnt --types nfs,nfs4 || true"))
    figures.claim("what the pod wrote lies on the server", text_of(lab.directory + "/exports/scratch/from-a-pod", 60), word)
    applied(lab, on_volume("reader", CONTROL, "cat /it/from-a-pod"))
    done = lab.kubectl(CONTROL, f"wait --for=jsonpath='{{.status.phase}}'=Succeeded --timeout {lab.patience}s pod/reader")
    figures.claim("a pod on the other node reads", lab.kubectl(CONTROL, "logs reader").stdout.strip(), word, done.stdout + done.stderr)


def text_of(path, patience):
    end = time.monotonic() + patience
    while time.monotonic() < end and not (os.path.exists(path) and os.path.getsize(path)):
        time.sleep(1)
    try:
        with open(path) as file:
            return file.read().strip()
    except OSError as error:
        return str(error)


def check_limits(figures, lab):
    limits = {"resources": {"limits": {"memory": str(LIMIT), "cpu": "500m"}}}
    applied(lab, pod("glutton", WORKER, "exec " + GLUTTON, container=limits), pod("modest", WORKER, "sleep 1000000", container=limits))
    reason = "'{.status.containerStatuses[0].state.terminated.reason}'"
    done = lab.kubectl(CONTROL, f"wait --for=jsonpath={reason}=OOMKilled --timeout {lab.patience}s pod/glutton")
    figures.claim("a pod over its limit of memory is", lab.kubectl(CONTROL, f"get pod glutton -o jsonpath={reason}").stdout, "OOMKilled",
                  done.stderr)
    killed = lab.on(WORKER, "journalctl --dmesg --no-pager --grep 'Memory cgroup out of memory.*awk' | tail -n 1 || true")
    figures.claim("the kernel says so", "awk" in killed, True, killed)
    lab.kubectl(CONTROL, f"wait --for=condition=Ready --timeout {lab.patience}s pod/modest")
    container = lab.kubectl(CONTROL, "get pod modest -o 'jsonpath={.status.containerStatuses[0].containerID}'").stdout.split("//")[-1]
    held = lab.on(WORKER, f"cd $(find /sys/fs/cgroup/kubepods.slice -name 'cri-containerd-{container}.scope') && cat memory.max cpu.max")
    figures.claim("its neighbour's control group has", held.split(), [str(LIMIT), "50000", "100000"])


def gates(lab, *names):
    """Exit status, gates by their names, and all that was said."""
    done = lab_runs.provisioner("gates", "run", lab.name, *[word for name in names for word in ("--gate", name)], "--json", *lab.inventory,
                                deadline=900)
    told = json.loads(done.stdout)["gates"] if done.stdout.startswith("{") else []
    return done.returncode, {one["id"]: one for one in told}, done.stdout + done.stderr


def check_gates(figures, lab):
    """The gates that no cluster on containers can try. These machines are less than the site's, and its time servers are not here:
    that is what C-1 finds, on both, and nothing of names and clocks."""
    status, told, text = gates(lab, "C-1", "C-9")
    hardware, exports = told.get("C-1", {}), told.get("C-9", {})
    figures.claim("gates of hardware and exports: exit status, and verdicts", (status, hardware.get("result"), exports.get("result")),
                  (2, "failed", "passed"), text)
    figures.claim("where they were tried", (sorted(hardware.get("ran_on", [])), sorted(exports.get("ran_on", []))), (MEMBERS, MEMBERS), text)
    details = hardware.get("details", [])
    for node in MEMBERS:
        for what in ("memory: memory is ", "time server: its clock follows no time server"):
            figures.claim(f"C-1 tells of {node}: {what.strip()}", any(one.startswith(f"{node}: {what}") for one in details), True, text)
    other = [one for one in details if "the name " in one or "the address " in one or "its clock is " in one]
    figures.claim("C-1 has of names and of clocks that differ", other, [], text)
    mount = lab.on(WORKER, "systemd-escape --path --suffix=mount /scratch").strip()
    lab.on(WORKER, f"systemctl stop {mount}")
    status, told, text = gates(lab, "C-9")
    lab.on(WORKER, f"systemctl start {mount}")
    says = any(f"{WORKER}: mount /scratch: /scratch is not mounted" in one for one in told.get("C-9", {}).get("details", []))
    figures.claim(f"C-9, where {WORKER} has not mounted an export", (status, told.get("C-9", {}).get("result"), says), (2, "failed", True), text)
    figures.claim("C-9, where it has again", gates(lab, "C-9")[0], 0)
