"""A lab of container nodes for a cluster, an instance in it, and what a cluster is tried with."""

import json
import os
import shlex
import time

import lab_runs
from lab_runs import STORE
from own_lab import OwnLab, must, well
from preflight_checks import claim_none_ignored

LAYER = ["-i", os.path.join(lab_runs.ROOT, "inventory/lab-cluster")]
KUBECTL = "kubectl --kubeconfig /etc/kubernetes/admin.conf"
IMAGE = "docker.io/library/busybox:1.35"
# A page from two pods, and a pod to ask for it: over names, services and ports of nodes.
SMOKE = f"""
apiVersion: apps/v1
kind: Deployment
metadata: {{name: web}}
spec:
  replicas: 2
  selector: {{matchLabels: {{app: web}}}}
  template:
    metadata: {{labels: {{app: web}}}}
    spec:
      terminationGracePeriodSeconds: 0
      containers:
        - name: web
          image: {IMAGE}
          command: [sh, -c, "hostname >/tmp/index.html; exec httpd -f -p 8080 -h /tmp"]
          readinessProbe: {{httpGet: {{path: /, port: 8080}}, periodSeconds: 1}}
---
apiVersion: v1
kind: Service
metadata: {{name: web}}
spec: {{type: NodePort, selector: {{app: web}}, ports: [{{port: 80, targetPort: 8080, nodePort: 30080}}]}}
---
apiVersion: v1
kind: Pod
metadata: {{name: client}}
spec:
  terminationGracePeriodSeconds: 0
  tolerations: [{{operator: Exists}}]
  containers: [{{name: client, image: {IMAGE}, command: [sleep, "1000000"]}}]
"""


class ClusterOrders:
    """What a lab's cluster is told and asked: of labs that have a `name`, an `inventory`, a `directory` and `addresses()`.
    A pod has `patience` seconds to be there, and whoever is asked `answer` seconds."""

    user, patience, answer = "root", 90, 3
    apply_words = ()  # more of `kubectl apply`

    def cluster(self, *words, deadline=900):
        done = lab_runs.provisioner("cluster", words[0], self.name, *words[1:], *self.inventory, "--store", STORE,
                                    deadline=deadline)
        return done.returncode, done.stdout + done.stderr

    def cluster_nodes(self, verb, *nodes, deadline=900):
        """A command about nodes, whose instance their own inventory names."""
        done = lab_runs.provisioner("cluster", verb, *nodes, *self.inventory, "--store", STORE, deadline=deadline)
        return done.returncode, done.stdout + done.stderr

    def kubectl(self, node, words, deadline=None):
        return self.ssh_for(node, f"{KUBECTL} {words}", deadline or self.patience + 10 * self.answer)

    def apply(self, node, manifest, *words):
        """Has a manifest in the cluster, as root of a control-plane node would; True, or what kubectl says."""
        done = self.ssh_for(node, f"{KUBECTL} apply {' '.join([*self.apply_words, *words])} -f -", 20 * self.answer, manifest)
        return done.returncode == 0 or done.stderr

    def ssh_for(self, node, command, deadline, told=None):
        """A command of root's."""
        lab = {"key_file": self.directory + "/id_ed25519", "known_hosts_file": self.known_hosts(), "user": self.user}
        words = command if self.user == "root" else "sudo sh -c " + shlex.quote(command)
        return lab_runs.ssh(lab, self.addresses()[node], words, deadline, told)

    def known_hosts(self):
        return self.directory + "/known_hosts"


class ClusterLab(ClusterOrders, OwnLab):
    """Lab NUMBER with nodes that can be a cluster's; some of them are the instance NAME, with these variables. `layers`
    are more words of an inventory, between the cluster's and this lab's; `groups` more groups, each with its nodes."""

    def __init__(self, number, nodes, name, members, variables, layers=(), groups=None):
        super().__init__(number, nodes)
        self.name, self.up = name, [*self.up, "--cluster"]
        self.layer = os.path.join(lab_runs.STATE, "instance")
        os.makedirs(os.path.join(self.layer, "group_vars"), exist_ok=True)
        self.say_members(members, groups)
        self.say(variables)
        self.inventory = [*lab_runs.INVENTORIES, *LAYER, *layers, "-i", self.directory + "/inventory.yml", "-i", self.layer]

    def say_members(self, members, groups=None):
        """The instance's nodes, from now on."""
        lab_runs.write(self.layer, "hosts.yml", json.dumps({f"instance_{self.name}": {
            "vars": {"ansible_group_priority": 97}, "hosts": {member: None for member in members}},
            **{group: {"hosts": {node: None for node in nodes}} for group, nodes in (groups or {}).items()}}))

    def lay(self, words):
        """A layer more, from now on: above those of clusters, below this lab's own."""
        self.inventory[-4:-4] = words

    def say(self, variables):
        """The instance's variables, from now on."""
        # Beside the others' files: what stands in hosts.yml is weaker than any of them.
        lab_runs.write(self.layer, f"group_vars/instance_{self.name}.yml", json.dumps(dict(variables, instance_name=self.name)))


def lock_artifacts(lab):
    must(lab_runs.provisioner("artifacts", "lock", *lab.inventory, "--store", STORE, deadline=7200))


def smoke(lab, control, nodes):
    """Tries a cluster from inside; the answers, by what was asked."""
    answers, patience, answer = {}, f"--timeout {lab.patience}s", lab.answer
    answers["applied"] = lab.apply(control, SMOKE)
    for what in ["deployment/web", "pod/client"]:
        wait = "rollout status" if what.startswith("deploy") else "wait --for=condition=Ready"
        answers[what] = lab.kubectl(control, f"{wait} {patience} {what}").returncode == 0
    dns = lab.kubectl(control, f"--namespace kube-system rollout status {patience} deployment/coredns")
    answers["coredns"] = dns.returncode == 0
    service = lab.kubectl(control, "get service web -o jsonpath={.spec.clusterIP}").stdout
    named = lab.kubectl(control, "exec client -- nslookup web.default.svc.cluster.local")
    answers["name"] = bool(service) and service in named.stdout or named.stdout + named.stderr
    pages = lab.kubectl(control, f"exec client -- sh -c 'for i in 1 2 3 4 5 6; do timeout {answer} wget -q -O - http://web/; done'")
    answers["pages by name"] = len(pages.stdout.split()) == 6 or pages.stderr
    # Of a node's addresses kube-proxy serves the one that it has in the cluster.
    own = lab.kubectl(control, "get nodes -o 'jsonpath={range .items[*]}{.metadata.name}={.status.addresses[?(@.type==\"InternalIP\")].address} {end}'").stdout
    own = dict(one.split("=") for one in own.split())
    for node in nodes:
        page = lab.ssh_for(control, f"curl -sS -m {answer} http://{own.get(node)}:30080/", 20 * answer)
        answers[f"page at {node}"] = page.stdout.startswith("web-") or page.stderr
    # Plain text to a port that speaks TLS: what answers so is the API.
    asks = f"(printf \"GET / HTTP/1.0\\r\\n\\r\\n\"; sleep {max(1, answer // 5)}) | timeout {2 * answer} nc kubernetes.default.svc.cluster.local 443"
    api = lab.kubectl(control, f"exec client -- sh -c '{asks}'")
    answers["API from a pod"] = "HTTPS server" in api.stdout or api.stdout + api.stderr
    return answers


def ready_nodes(lab, control):
    told = json.loads(lab.kubectl(control, "get nodes -o json").stdout)
    return sorted(item["metadata"]["name"] for item in told["items"]
                  if any(c["type"] == "Ready" and c["status"] == "True" for c in item["status"]["conditions"]))


def timed(work, *words, **more):
    begin = time.monotonic()
    result = work(*words, **more)
    return time.monotonic() - begin, result


def bring_up(figures, lab, members, control, nodes):
    """From fresh nodes to a cluster that was tried, and once more; the seconds that the first took."""
    lock_artifacts(lab)
    counts, text = lab.provision(",".join(members))
    figures.claim("nodes configured", sorted(well(counts)), members, text)
    seconds, (status, text) = timed(lab.cluster, "up")
    figures.claim("`cluster up` ends with", status, 0, text)
    figures.note(f"`cluster up` took {seconds:.1f} s")
    figures.claim("nodes ready", ready_nodes(lab, control), nodes)
    first = seconds
    took, answers = timed(smoke, lab, control, nodes)
    for what, answer in answers.items():
        figures.claim(what, answer, True)
    figures.note(f"the smoke test took {took:.1f} s; together {seconds + took:.1f} s")
    claim_none_ignored(figures, lab, control, nodes)
    seconds, (status, text) = timed(lab.cluster, "up")
    figures.claim("`cluster up` again ends with", status, 0, text)
    figures.claim("`cluster up` again changes", lab_runs.changes(text), 0, text)
    figures.claim("`cluster up` again takes less than 10 s", seconds < 10, True)
    figures.note(f"`cluster up` again took {seconds:.1f} s")
    return first + took
