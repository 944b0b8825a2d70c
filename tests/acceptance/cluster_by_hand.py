"""A cluster of one or three control-plane nodes and one worker as people make it by hand, to be compared with: packages by
apt-get, programs and images by scp, `ctr import`, kubeadm, a manifest of flannel; for three, haproxy and keepalived as well.
The same artefacts as `cluster up` takes, on the same nodes, all nodes at once wherever that is possible. There is no registry,
no authority of the site and no second run.
"""

import concurrent.futures
import json
import os
import secrets
import shlex
import subprocess
import sys
import tarfile

import lab_runs
from cluster_lab import STORE, smoke, timed
from own_lab import must, well

MOST = 1.3  # times what it takes by hand
PACKAGES = "containerd runc conntrack ethtool socat ebtables iptables iproute2 kmod"
BALANCERS = "haproxy keepalived"
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
# Of a disk that is the machine's a share tells nothing, as the layer of the lab says of its own kubelets.
KUBELET_FIELDS = """cgroupDriver: cgroupfs
failSwapOn: false
failCgroupV1: false
evictionHard: {imagefs.available: 1Gi, nodefs.available: 1Gi, memory.available: 100Mi}
imageGCHighThresholdPercent: 100
imageGCLowThresholdPercent: 99"""
HAPROXY = """defaults
  mode tcp
  timeout connect 2s
  timeout client 30m
  timeout server 30m
listen api
  bind *:{port}
  option tcp-check
  default-server check inter 1s fall 2 rise 1
{servers}
"""
KEEPALIVED = """vrrp_instance api {{
  state BACKUP
  interface eth0
  virtual_router_id 77
  priority {priority}
  unicast_src_ip {own}
  unicast_peer {{
{others}
  }}
  virtual_ipaddress {{
    {address}
  }}
}}
"""


def written(path, text):
    """The words of a shell that have a file there."""
    return f"mkdir -p {os.path.dirname(path)}\ncat >{path} <<'END'\n{text}END\n"


class ByHand:
    """`controls` are the control-plane nodes, the first first; `endpoint` is what more than one of them is reached by."""

    def __init__(self, lab, controls, worker, endpoint=None):
        self.lab, self.store, self.controls, self.worker, self.endpoint = lab, STORE, controls, worker, endpoint
        self.first, self.key = controls[0], secrets.token_hex(32)
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

    def is_balanced(self, node):
        return self.endpoint is not None and node in self.controls

    def balanced_by(self, node):
        """Files by their paths."""
        addresses = self.lab.addresses()
        servers = "\n".join(f"  server {one} {addresses[one]}:6443" for one in self.controls)
        others = "\n".join(f"    {addresses[one]}" for one in self.controls if one != node)
        return {"/etc/haproxy/haproxy.cfg": HAPROXY.format(port=self.endpoint["port"], servers=servers),
                "/etc/keepalived/keepalived.conf": KEEPALIVED.format(
                    priority=100 - self.controls.index(node), own=addresses[node], others=others, address=self.endpoint["address"])}

    def install(self, node):
        files = {"/etc/containerd/config.toml": CONTAINERD, "/etc/systemd/system/kubelet.service": KUBELET}
        packages = PACKAGES
        if self.is_balanced(node):
            files.update(self.balanced_by(node))
            packages += " " + BALANCERS
        self.on(node, "".join(written(path, text) for path, text in files.items()) + "export DEBIAN_FRONTEND=noninteractive\n"
                f"apt-get -qq install -y --no-install-recommends -o Dpkg::Options::=--force-confold {packages} >/dev/null\nsystemctl enable -q kubelet")

    def bring(self, node):
        images = EVERYWHERE + (CONTROL if node in self.controls else [])
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
        address = self.lab.addresses()[self.first]
        of_many = f"certificateKey: {self.key}" if self.endpoint else ""
        reached = f"controlPlaneEndpoint: \"{self.endpoint['name']}:{self.endpoint['port']}\"" if self.endpoint else ""
        config = f"""
apiVersion: kubeadm.k8s.io/v1beta4
kind: InitConfiguration
localAPIEndpoint: {{advertiseAddress: {address}}}
nodeRegistration: {{name: {self.first}}}
{of_many}
---
apiVersion: kubeadm.k8s.io/v1beta4
kind: ClusterConfiguration
kubernetesVersion: {self.locked['kubeadm']['version']}
networking: {{podSubnet: 10.244.0.0/16}}
{reached}
---
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
{KUBELET_FIELDS}
---
apiVersion: kubeproxy.config.k8s.io/v1alpha1
kind: KubeProxyConfiguration
mode: nftables
oomScoreAdj: 0
conntrack: {{maxPerCore: 0, min: 0, tcpEstablishedTimeout: 0s, tcpCloseWaitTimeout: 0s, udpTimeout: 0s, udpStreamTimeout: 0s}}
"""
        self.kubeadm(self.first, "kubeadm init --config /root/byhand/init.yml" + (" --upload-certs" if self.endpoint else ""),
                     written("/root/byhand/init.yml", config))

    def kubeadm(self, node, command, before=""):
        self.on(node, f"{before}{command} >/root/byhand/kubeadm.log 2>&1 || {{ cat /root/byhand/kubeadm.log; exit 1; }}")

    def network(self, manifest):
        self.on(self.first, written("/root/byhand/flannel.yml", manifest + "\n") + "kubectl --kubeconfig /etc/kubernetes/admin.conf apply -f /root/byhand/flannel.yml >/dev/null")

    def join(self):
        command = self.on(self.first, "kubeadm token create --print-join-command").strip()
        # Members of etcd are added one by one.
        for node in self.controls[1:]:
            self.kubeadm(node, f"{command} --node-name {node} --control-plane --certificate-key {self.key}"
                         f" --apiserver-advertise-address {self.lab.addresses()[node]}")
        self.kubeadm(self.worker, f"{command} --node-name {self.worker}")

    def make(self, manifest):
        """From configured nodes to all of them ready."""
        nodes = [*self.controls, self.worker]
        with concurrent.futures.ThreadPoolExecutor() as pool:
            list(pool.map(self.prepare, nodes))
        self.init()
        self.network(manifest)
        self.join()
        self.on(self.first, "kubectl --kubeconfig /etc/kubernetes/admin.conf wait --for=condition=Ready --timeout=180s "
                "node --all >/dev/null")


def made_by_hand(figures, lab, members, hand, manifest):
    """The seconds from fresh nodes that are configured to a cluster that was tried; None where it does not answer."""
    counts, text = lab.provision(",".join(members))
    figures.claim("nodes configured for the cluster by hand", sorted(well(counts)), members, text)
    seconds, _ = timed(hand.make, manifest)
    took, answers = timed(smoke, lab, hand.first, [*hand.controls, hand.worker])
    wrong = [what for what, answer in answers.items() if answer is not True]
    figures.claim("by hand, what does not answer", wrong, [], answers)
    figures.note(f"by hand {seconds:.1f} s, the smoke test {took:.1f} s; together {seconds + took:.1f} s")
    return None if wrong else seconds + took


def compare(figures, ours, theirs):
    if theirs is None:
        return figures.claim(f"at most {MOST} x by hand", "nothing to compare with", True)
    figures.claim(f"at most {MOST} x by hand", ours <= MOST * theirs, True)
    return figures.note(f"{ours / theirs:.2f} x: {ours:.1f} s against {theirs:.1f} s")
