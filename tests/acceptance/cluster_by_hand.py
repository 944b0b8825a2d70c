"""A cluster of one control-plane node and one worker as people make it by hand, to be compared with: packages by apt-get,
programs and images by scp, `ctr import`, kubeadm, a manifest of flannel. The same artefacts as `cluster up` takes, on the
same nodes, both nodes at once wherever that is possible. There is no registry, no authority of the site and no second run.
"""

import concurrent.futures
import json
import os
import shlex
import subprocess
import sys
import tarfile

import lab_runs
from own_lab import must

PACKAGES = "containerd runc conntrack ethtool socat ebtables iptables iproute2 kmod"
PROGRAMS = ["kubeadm", "kubelet", "kubectl"]
EVERYWHERE = ["kube-proxy", "pause", "flannel", "flannel-cni-plugin", "busybox", "coredns"]
CONTROL = ["kube-apiserver", "kube-controller-manager", "kube-scheduler", "etcd"]
CONTAINERD = """version = 2
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "registry.k8s.io/pause:3.10.1"
  restrict_oom_score_adj = true
"""
KUBELET = """[Unit]
After=containerd.service
[Service]
EnvironmentFile=-/var/lib/kubelet/kubeadm-flags.env
ExecStart=/usr/bin/kubelet --bootstrap-kubeconfig=/etc/kubernetes/bootstrap-kubelet.conf \\
  --kubeconfig=/etc/kubernetes/kubelet.conf --config=/var/lib/kubelet/config.yaml $KUBELET_KUBEADM_ARGS
Restart=always
RestartSec=1
[Install]
WantedBy=multi-user.target
"""


class ByHand:
    def __init__(self, lab, store, control, worker):
        self.lab, self.store, self.control, self.worker = lab, store, control, worker
        with open(os.path.join(lab_runs.ROOT, "inventory/artifacts/lab-cluster.lock")) as file:
            rows = [json.loads(line.strip()[2:]) for line in file if line.strip().startswith("- {")]
        self.locked = {row["name"]: row for row in rows}

    def archive(self, name):
        """An image as its recipe made it, whole; the lock names its manifest."""
        recipe, output = self.locked[name]["from"].removeprefix("build:").split("/")
        builds = os.path.join(self.store, "builds")
        for key in os.listdir(builds):
            with open(os.path.join(builds, key)) as file:
                build = json.load(file)
            if build["recipe"] == recipe and self.has(build["outputs"][output]["sha256"], self.locked[name]["sha256"]):
                return build["outputs"][output]["sha256"]
        sys.exit(f"by hand: no recipe has made {name}")

    def blob(self, digest):
        return os.path.join(self.store, "sha256", digest[:2], digest)

    def has(self, digest, manifest):
        """Whether an archive is there still, and of this image: recipes that have changed leave their builds."""
        if not os.path.exists(self.blob(digest)):
            return False
        with tarfile.open(self.blob(digest)) as archive:
            index = json.load(archive.extractfile("index.json"))
        return any(one["digest"] == "sha256:" + manifest for one in index["manifests"])

    def file(self, name):
        row = self.locked[name]
        digest = self.archive(name) if row["kind"] == "image" else row["sha256"]
        return self.blob(digest)

    def on(self, node, command):
        done = self.lab.ssh_for(node, "set -eu\n" + command, 300)
        if done.returncode != 0:
            sys.exit(f"by hand, on {node}: {command}\n{done.stdout}{done.stderr}")
        return done.stdout

    def send(self, node, names):
        address = self.lab.addresses()[node]
        words = ["-i", self.lab.directory + "/id_ed25519", "-o", "UserKnownHostsFile=" + self.lab.directory + "/known_hosts",
                 "-o", "BatchMode=yes"]
        self.on(node, "mkdir -p /root/byhand")
        must(subprocess.run(["scp", "-q", *words, *[self.file(name) for name in names], f"root@{address}:/root/byhand/"],
                            capture_output=True, text=True, timeout=300))
        self.on(node, "cd /root/byhand\n" + "\n".join(
            f"mv {os.path.basename(self.file(name))} {shlex.quote(name)}" for name in names))

    def install(self, node):
        self.on(node, f"mkdir -p /etc/containerd\ncat >/etc/containerd/config.toml <<'END'\n{CONTAINERD}END\n"
                f"cat >/etc/systemd/system/kubelet.service <<'END'\n{KUBELET}END\n"
                "export DEBIAN_FRONTEND=noninteractive\n"
                f"apt-get -qq install -y --no-install-recommends -o Dpkg::Options::=--force-confold {PACKAGES} >/dev/null\nsystemctl enable -q kubelet")

    def bring(self, node):
        images = EVERYWHERE + (CONTROL if node == self.control else [])
        self.send(node, PROGRAMS + ["cni-plugins", *images])
        return images

    def prepare(self, node):
        with concurrent.futures.ThreadPoolExecutor() as pool:
            packages, images = pool.submit(self.install, node), pool.submit(self.bring, node)
            packages.result()
            names = images.result()
        self.on(node, "cd /root/byhand\nmkdir -p /opt/cni/bin\ntar xzf cni-plugins -C /opt/cni/bin\n"
                f"install -m 755 {' '.join(PROGRAMS)} /usr/bin/\n"
                f"for image in {' '.join(names)}; do ctr -n k8s.io images import $image >/dev/null; done")

    def init(self):
        address = self.lab.addresses()[self.control]
        config = f"""
apiVersion: kubeadm.k8s.io/v1beta4
kind: InitConfiguration
localAPIEndpoint: {{advertiseAddress: {address}}}
nodeRegistration: {{name: {self.control}}}
---
apiVersion: kubeadm.k8s.io/v1beta4
kind: ClusterConfiguration
kubernetesVersion: {self.locked['kubeadm']['version']}
networking: {{podSubnet: 10.244.0.0/16}}
---
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
cgroupDriver: cgroupfs
failSwapOn: false
failCgroupV1: false
---
apiVersion: kubeproxy.config.k8s.io/v1alpha1
kind: KubeProxyConfiguration
mode: nftables
oomScoreAdj: 0
conntrack: {{maxPerCore: 0, min: 0, tcpEstablishedTimeout: 0s, tcpCloseWaitTimeout: 0s, udpTimeout: 0s, udpStreamTimeout: 0s}}
"""
        self.on(self.control, f"cat >/root/byhand/init.yml <<'END'\n{config}END\n"
                "kubeadm init --config /root/byhand/init.yml >/root/byhand/init.log 2>&1 || { cat /root/byhand/init.log; exit 1; }")

    def network(self, manifest):
        self.on(self.control, f"cat >/root/byhand/flannel.yml <<'END'\n{manifest}\nEND\n"
                "kubectl --kubeconfig /etc/kubernetes/admin.conf apply -f /root/byhand/flannel.yml >/dev/null")

    def join(self):
        command = self.on(self.control, "kubeadm token create --print-join-command").strip()
        self.on(self.worker, f"{command} --node-name {self.worker} >/dev/null 2>&1")

    def make(self, manifest):
        """From configured nodes to all of them ready."""
        with concurrent.futures.ThreadPoolExecutor() as pool:
            list(pool.map(self.prepare, [self.control, self.worker]))
        self.init()
        self.network(manifest)
        self.join()
        self.on(self.control, "kubectl --kubeconfig /etc/kubernetes/admin.conf wait --for=condition=Ready --timeout=180s "
                "node --all >/dev/null")
