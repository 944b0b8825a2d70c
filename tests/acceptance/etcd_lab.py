"""Three real etcd, each with a network and an /etc/kubernetes of its own as a control-plane node has them: what the look
of `cluster` is run in. No kubeadm: certificates are made here, manifests are empty files."""

import json
import os
import shutil
import signal
import subprocess
import tempfile
import time

import lab_runs

CALL = 60  # seconds


def run(*words, deadline=CALL, must=True, text=None):
    done = subprocess.run(words, capture_output=True, text=True, timeout=deadline, input=text)
    if must and done.returncode != 0:
        raise SystemExit(f"{' '.join(words)}: status {done.returncode}\n{done.stdout}{done.stderr}")
    return done


def openssl(folder, *words):
    subprocess.run(["openssl", *words], cwd=folder, check=True, capture_output=True, timeout=CALL)


class EtcdLab:
    """`programs`: the folder of etcd, etcdctl and etcdutl; `number` is that of a lab that nobody else has."""

    def __init__(self, programs, number):
        self.programs, self.number = programs, number
        self.folder = tempfile.mkdtemp(prefix="etcd-states-")
        self.bridge = f"etcdlab{number}"
        self.nodes = {f"n{at}": f"10.79.{number}.{at}" for at in (1, 2, 3, 4)}
        self.running = {}

    # --- the nodes

    def __enter__(self):
        self.remove_links()
        run("ip", "link", "add", self.bridge, "type", "bridge")
        run("ip", "link", "set", self.bridge, "up")
        self.make_authority("pki")
        for name in self.nodes:
            self.make_node(name)
        return self

    def __exit__(self, *_):
        for name in list(self.running):
            self.stop(name)
        self.remove_links()
        for name in self.nodes:
            run("umount", "--lazy", self.data(name), must=False)
        shutil.rmtree(self.folder, ignore_errors=True)

    def space(self, name):
        return f"{self.bridge}-{name}"

    def remove_links(self):
        for name in self.nodes:
            run("ip", "netns", "delete", self.space(name), must=False)
        run("ip", "link", "delete", self.bridge, must=False)

    def make_node(self, name):
        space, link = self.space(name), f"el{self.number}{name}"
        run("ip", "netns", "add", space)
        run("ip", "link", "add", link, "type", "veth", "peer", "name", "eth0", "netns", space)
        run("ip", "link", "set", link, "master", self.bridge, "up")
        run("ip", "-n", space, "address", "add", self.nodes[name] + "/24", "dev", "eth0")
        run("ip", "-n", space, "link", "set", "eth0", "up")
        run("ip", "-n", space, "link", "set", "lo", "up")
        etc = os.path.join(self.folder, name, "etc")
        shutil.copytree(os.path.join(self.folder, "pki"), os.path.join(etc, "pki"))
        os.makedirs(os.path.join(etc, "manifests"))
        for part in ("etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler"):
            with open(os.path.join(etc, "manifests", part + ".yaml"), "w") as file:
                file.write("{}\n")
        with open(os.path.join(etc, "kubelet.conf"), "w") as file:
            file.write("{}\n")
        os.makedirs(os.path.join(self.folder, name, "data"), exist_ok=True)

    def make_authority(self, place):
        """One for all; each program shows the same certificate, which is good for every address here."""
        etcd = os.path.join(self.folder, place, "etcd")
        os.makedirs(etcd)
        names = ",".join(["IP:127.0.0.1", *("IP:" + address for address in self.nodes.values())])
        openssl(etcd, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "ca.key", "-out", "ca.crt", "-days", "2",
                "-subj", "/CN=etcd-ca")
        for name in ("server", "healthcheck-client"):
            openssl(etcd, "req", "-newkey", "rsa:2048", "-nodes", "-keyout", name + ".key", "-out", name + ".csr", "-subj",
                    "/CN=" + name)
            with open(os.path.join(etcd, "more"), "w") as file:
                file.write(f"subjectAltName={names}\nextendedKeyUsage=serverAuth,clientAuth\n")
            openssl(etcd, "x509", "-req", "-in", name + ".csr", "-CA", "ca.crt", "-CAkey", "ca.key", "-CAcreateserial",
                    "-out", name + ".crt", "-days", "2", "-extfile", "more")
        shutil.copy(os.path.join(etcd, "ca.crt"), os.path.join(self.folder, place, "ca.crt"))

    # --- etcd

    def peer(self, name):
        return f"https://{self.nodes[name]}:2380"

    def data(self, name):
        return os.path.join(self.folder, name, "data")

    def command(self, name, members, state, more):
        pki = os.path.join(self.folder, name, "etc/pki/etcd/")
        client = f"https://{self.nodes[name]}:2379"
        return ["ip", "netns", "exec", self.space(name), os.path.join(self.programs, "etcd"), "--name", name, "--data-dir",
                self.data(name), "--listen-client-urls", client + ",https://127.0.0.1:2379", "--advertise-client-urls",
                client, "--listen-peer-urls", self.peer(name), "--initial-advertise-peer-urls", self.peer(name),
                "--initial-cluster", ",".join(f"{one}={self.peer(one)}" for one in members), "--initial-cluster-state", state,
                "--cert-file", pki + "server.crt", "--key-file", pki + "server.key", "--trusted-ca-file", pki + "ca.crt",
                "--client-cert-auth", "--peer-cert-file", pki + "server.crt", "--peer-key-file", pki + "server.key",
                "--peer-trusted-ca-file", pki + "ca.crt", "--peer-client-cert-auth", "--unsafe-no-fsync", "--log-level",
                "error", *more]

    def start(self, name, members, state="new", more=()):
        log = open(os.path.join(self.folder, name, "log"), "a")
        self.running[name] = subprocess.Popen(self.command(name, members, state, more), stdout=log, stderr=log,
                                              start_new_session=True)

    def stop(self, name):
        process = self.running.pop(name, None)
        if process is not None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    def pause(self, name, is_paused):
        os.killpg(self.running[name].pid, signal.SIGSTOP if is_paused else signal.SIGCONT)

    def wipe(self, name):
        shutil.rmtree(self.data(name))
        os.makedirs(self.data(name))

    def fresh(self, members=("n1", "n2", "n3"), more=()):
        """A cluster of these, and of nobody else."""
        for name in list(self.running):
            self.stop(name)
        for name in self.nodes:
            self.wipe(name)
        for name in members:
            self.start(name, members, more=more)
        self.wait(lambda: all(self.answers(name) for name in members), "etcd has not come up")

    def wait(self, is_so, otherwise, seconds=90):
        end = time.monotonic() + seconds
        while not is_so():
            if time.monotonic() > end:
                raise SystemExit(otherwise)
            time.sleep(0.3)

    def answers(self, name):
        return self.etcdctl(name, "endpoint", "health", must=False).returncode == 0

    def etcdctl(self, name, *words, must=True, text=None):
        pki = os.path.join(self.folder, name, "etc/pki/etcd/")
        return run("ip", "netns", "exec", self.space(name), os.path.join(self.programs, "etcdctl"), "--endpoints",
                   "https://127.0.0.1:2379", "--cacert", pki + "ca.crt", "--cert", pki + "healthcheck-client.crt", "--key",
                   pki + "healthcheck-client.key", "--command-timeout", "8s", *words, must=must, text=text)

    def members(self, name="n1"):
        told = json.loads(self.etcdctl(name, "member", "list", "--consistency=s", "-w", "json").stdout)
        return {row.get("name", ""): format(row["ID"], "x") for row in told["members"]}

    def change_members(self, name, *words):
        """etcd calls itself unhealthy for seconds after a member has started, and changes no list then."""
        self.wait(lambda: self.etcdctl(name, "member", *words, must=False).returncode == 0,
                  f"etcd never allowed: member {' '.join(words)}")

    def id_at(self, peer):
        told = json.loads(self.etcdctl("n1", "member", "list", "-w", "json").stdout)
        return next(format(row["ID"], "x") for row in told["members"] if peer in row["peerURLs"])

    # --- what goes wrong with a join

    def drop_peers(self, name, is_dropped):
        """What comes to the port of etcd's peers there, and what its own etcd sends to those of others."""
        if not is_dropped:
            run("ip", "netns", "exec", self.space(name), "nft", "delete", "table", "inet", "drops")
            return
        run("ip", "netns", "exec", self.space(name), "nft", "-f", "-", text="""table inet drops {
  chain input { type filter hook input priority 0; tcp dport 2380 drop; }
  chain output { type filter hook output priority 0; tcp dport 2380 drop; }
}
""")

    def small_disk(self, name, size):
        run("mount", "-t", "tmpfs", "-o", "size=" + size, "tmpfs", self.data(name))

    def large_disk(self, name):
        run("umount", self.data(name))

    def settle_down(self):
        """etcd had time to do what it can."""
        time.sleep(6)

    def play(self, name, playbook, variables):
        """One of playbooks/cluster/ on the node, where it finds what a control-plane node has."""
        place = os.path.join(self.folder, name)
        words = os.path.join(place, playbook + ".json")
        with open(words, "w") as file:
            json.dump({"cluster_host": "localhost", **variables}, file)
        mounts = (f"mkdir -p /etc/kubernetes && mount --bind {place}/etc /etc/kubernetes && "
                  f"mount -t tmpfs tmpfs /usr/local/sbin && cp {self.programs}/etcdctl /usr/local/sbin/ && "
                  f"exec {lab_runs.PROGRAM} run {lab_runs.ROOT}/playbooks/cluster/{playbook}.yml "
                  f"-i localhost, -e ansible_connection=local -e @{words}")
        return run("ip", "netns", "exec", self.space(name), "unshare", "--mount", "env",
                   "PROVISIONER_STATE=" + os.path.join(place, "state"), "sh", "-c", mounts, deadline=180)

    def restore(self, name, snapshot, members, token):
        self.stop(name)
        shutil.rmtree(self.data(name))
        run(os.path.join(self.programs, "etcdutl"), "snapshot", "restore", snapshot, "--data-dir", self.data(name), "--name",
            name, "--initial-cluster", ",".join(f"{one}={self.peer(one)}" for one in members), "--initial-cluster-token",
            token, "--initial-advertise-peer-urls", self.peer(name))

    # --- the look

    def said(self, name, script):
        """What the script of the look says in the node, where it finds what a control-plane node has."""
        place = os.path.join(self.folder, name)
        mounts = (f"mkdir -p /etc/kubernetes /var/lib/etcd && mount --bind {place}/etc /etc/kubernetes && "
                  f"mount --bind {place}/data /var/lib/etcd && exec sh {script}")
        path = self.programs + ":" + os.environ["PATH"]
        return run("ip", "netns", "exec", self.space(name), "unshare", "--mount", "env", "PATH=" + path, "sh", "-c", mounts,
                   deadline=120).stdout
