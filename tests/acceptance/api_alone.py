"""A real API server with its etcd and the controller of disruption budgets, and no node: what playbooks ask of the API is done to
objects. Runs in networks and mounts of its own: `enter` first, which starts the script again in them."""

import json
import os
import subprocess
import sys
import tempfile
import time

import lab_runs

CALL = 90  # seconds
ETCD, API = "127.0.0.1:2379", "127.0.0.1:6443"


def enter():
    if os.environ.get("API_ALONE") != "inside":
        os.execvpe("unshare", ["unshare", "--net", "--mount", sys.executable, *sys.argv], dict(os.environ, API_ALONE="inside"))
    for words in (["ip", "link", "set", "lo", "up"], ["mount", "-t", "tmpfs", "tmpfs", "/usr/local/sbin"]):
        subprocess.run(words, check=True)


class ApiAlone:
    """`programs`: the folder of etcd, kube-apiserver, kube-controller-manager and kubectl."""

    def __init__(self, programs):
        self.programs = programs
        self.folder = tempfile.mkdtemp(prefix="api-alone-")
        self.running = []
        self.plays = 0

    def __enter__(self):
        os.makedirs("/etc/kubernetes", exist_ok=True)
        subprocess.run(["mount", "-t", "tmpfs", "tmpfs", "/etc/kubernetes"], check=True)
        os.symlink(os.path.join(self.programs, "kubectl"), "/usr/local/sbin/kubectl")
        self.write_configuration()
        self.start("etcd", "--data-dir", self.path("etcd"), "--listen-client-urls", f"http://{ETCD}", "--advertise-client-urls",
                   f"http://{ETCD}", "--unsafe-no-fsync", "--log-level", "error")
        self.start("kube-apiserver", "--etcd-servers", f"http://{ETCD}", "--bind-address", "127.0.0.1", "--cert-dir", self.folder,
                   "--token-auth-file", self.path("tokens"), "--authorization-mode", "RBAC", "--service-account-issuer",
                   "https://api.alone", "--service-account-key-file", self.path("key"), "--service-account-signing-key-file",
                   self.path("key"), "--disable-admission-plugins", "ServiceAccount,TaintNodesByCondition",
                   "--service-cluster-ip-range", "10.96.0.0/16", "--advertise-address", "127.0.0.1", "--endpoint-reconciler-type",
                   "none", "--feature-gates", "ImageVolume=true")
        self.wait(lambda: self.kubectl("get", "--raw", "/readyz", must=False).returncode == 0, "the API does not come up")
        self.start("kube-controller-manager", "--kubeconfig", "/etc/kubernetes/admin.conf", "--controllers",
                   "disruption-controller", "--leader-elect=false", "--bind-address", "127.0.0.1", "--cert-dir", self.folder)
        return self

    def __exit__(self, *_):
        for process in reversed(self.running):
            process.kill()
            process.wait()

    def path(self, name):
        return os.path.join(self.folder, name)

    def write_configuration(self):
        subprocess.run(["openssl", "genrsa", "-out", self.path("key"), "2048"], check=True, capture_output=True)
        with open(self.path("tokens"), "w") as file:
            file.write('alone,admin,admin,"system:masters"\n')
        with open("/etc/kubernetes/admin.conf", "w") as file:
            json.dump({"apiVersion": "v1", "kind": "Config", "current-context": "a",
                       "clusters": [{"name": "a", "cluster": {"server": f"https://{API}", "insecure-skip-tls-verify": True}}],
                       "users": [{"name": "a", "user": {"token": "alone"}}],
                       "contexts": [{"name": "a", "context": {"cluster": "a", "user": "a"}}]}, file)

    def start(self, program, *words):
        log = open(self.path(program + ".log"), "w")
        self.running.append(subprocess.Popen([os.path.join(self.programs, program), *words], stdout=log, stderr=log))

    def wait(self, is_so, otherwise, seconds=120):
        end = time.monotonic() + seconds
        while not is_so():
            if time.monotonic() > end:
                raise SystemExit(otherwise)
            time.sleep(0.3)

    # --- objects

    def kubectl(self, *words, text=None, must=True):
        done = subprocess.run(["kubectl", "--kubeconfig", "/etc/kubernetes/admin.conf", *words], capture_output=True, text=True,
                              timeout=CALL, input=text)
        if must and done.returncode != 0:
            raise SystemExit(f"kubectl {' '.join(words)}: {done.stdout}{done.stderr}")
        return done

    def make(self, **thing):
        self.kubectl("apply", "-f", "-", text=json.dumps(thing))

    def node(self, name):
        return json.loads(self.kubectl("get", "node", name, "-o", "json").stdout)

    def make_node(self, name, **labels):
        self.make(apiVersion="v1", kind="Node", metadata={"name": name, "labels": labels})

    def make_pod(self, name, node, labels, is_ready=True):
        self.make(apiVersion="v1", kind="Pod", metadata={"name": name, "namespace": "db", "labels": labels},
                  spec={"nodeName": node, "terminationGracePeriodSeconds": 0, "containers": [{"name": "a", "image": "a"}]})
        status = {"phase": "Running", "conditions": [{"type": "Ready", "status": "True" if is_ready else "False"}]}
        self.kubectl("patch", "pod", "--namespace", "db", name, "--subresource", "status", "--patch", json.dumps({"status": status}))

    def allowed(self, budget):
        return self.kubectl("get", "poddisruptionbudget", "--namespace", "db", budget, "-o",
                            "jsonpath={.status.disruptionsAllowed}/{.status.expectedPods}").stdout

    # --- what the provisioner asks

    def play(self, playbook, **variables):
        """(exit status, all that was told, tasks that changed something)"""
        self.plays += 1
        words = self.path(f"words-{self.plays}.json")
        with open(words, "w") as file:
            json.dump({"cluster_host": "localhost", **variables}, file)
        done = lab_runs.provisioner("run", playbook, "-i", "localhost,", "-e", "ansible_connection=local", "-e", "@" + words)
        return done.returncode, done.stdout + done.stderr, lab_runs.changes(done.stdout)

    def stage(self, name, **variables):
        return self.play(os.path.join(lab_runs.ROOT, "playbooks/cluster", name + ".yml"), **variables)
