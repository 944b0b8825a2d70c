"""Tries what measures a cluster: Prometheus on a node outside of it, what it asks, and whom it tells."""

import json
import os
import subprocess
import time
import urllib.parse

import lab_runs
from cluster_lab import IMAGE
from metric_doubles import MetricReceiver
from own_lab import settled

PORT = 9443
AUTHORITY = "/usr/local/share/ca-certificates/site-provisioner.crt"
CANARY = {"name": "canaries", "rules": [{"alert": "Canary", "expr": "count(up == 1) > 0", "labels": {"severity": "none"}}]}
# A pod that asks to be measured, as those of Gen3 do: it says no port.
COUNTED = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "counted", "labels": {"app": "counted"}, "annotations": {"prometheus.io/scrape": "true"}},
           "spec": {"terminationGracePeriodSeconds": 0, "containers": [{
               "name": "counted", "image": IMAGE, "ports": [{"name": "http", "containerPort": 8080}],
               "command": ["sh", "-c", "mkdir /tmp/pages && echo 'canaries_total 7' >/tmp/pages/metrics && exec httpd -f -p 8080 -h /tmp/pages"]}]}}


def variables(network):
    receiver = f"{network}.1:{PORT}"
    return {"prometheus_interval": "5s", "prometheus_pods_of": ["default"], "prometheus_rules": [CANARY],
            "prometheus_alertmanagers": [{"address": receiver, "ca": AUTHORITY}],
            "prometheus_remote_write": [{"url": f"https://{receiver}/api/v1/push", "ca": AUTHORITY}]}


def signed_by_the_site(folder, address):
    """Paths of a certificate for an address, by the site's authority, which `cluster up` has made before; and of its key."""
    pki = os.path.join(lab_runs.STATE, "pki")
    key, asked, signed = (os.path.join(folder, "double." + end) for end in ("key", "csr", "crt"))
    names = lab_runs.write(folder, "double.names", f"subjectAltName=IP:{address}\n")
    for words in (["req", "-new", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-subj", "/CN=double", "-out", asked],
                  ["x509", "-req", "-days", "2", "-in", asked, "-CA", pki + "/ca.crt", "-CAkey", pki + "/ca.key",
                   "-set_serial", "0x" + os.urandom(8).hex(), "-extfile", names, "-out", signed]):
        subprocess.run(["openssl", *words], check=True, capture_output=True)
    return signed, key


def site_receiver(network):
    return MetricReceiver(f"{network}.1", PORT, *signed_by_the_site(lab_runs.STATE, f"{network}.1"))


class Prometheus:
    def __init__(self, lab, node):
        self.lab, self.node = lab, node

    def ask(self, path, **query):
        words = f"curl -sS -m 10 'http://127.0.0.1:9090/api/v1/{path}?{urllib.parse.urlencode(query)}'"
        return json.loads(self.lab.on(self.node, words))["data"]

    def targets(self):
        """(job, node) -> (health, why)."""
        return {(one["labels"]["job"], one["labels"].get("node")): (one["health"], one["lastError"])
                for one in self.ask("targets", state="active")["activeTargets"]}

    def healths(self):
        return {name: health for name, (health, _) in self.targets().items()}

    def query(self, text):
        return self.ask("query", query=text)["result"]


def try_prometheus(figures, lab, receiver, nodes, control, node):
    """Of a cluster of `nodes`, whose Prometheus is on `node`."""
    prometheus = Prometheus(lab, node)
    jobs = {"kubelet": nodes, "cadvisor": nodes, "apiserver": control, "node": sorted({*nodes, node})}
    wanted = {(job, name): "up" for job, names in jobs.items() for name in names}
    figures.claim("Prometheus' targets are the inventory's, and are up", settled(prometheus.healths, wanted, 60), wanted, prometheus.targets())
    said = prometheus.ask("status/config")["yaml"]
    figures.claim("it checks each certificate", ("insecure_skip_verify: true" in said, said.count("ca_file: /etc/prometheus/site/ca.crt")), (False, 4), said)
    count = "count(container_memory_working_set_bytes{namespace='default',pod=~'web-.*',container='web'})"
    figures.claim("cAdvisor knows the pods", settled(lambda: [one["value"][1] for one in prometheus.query(count)], ["2"], 60), ["2"])
    machines = [one["metric"]["node"] for one in prometheus.query("node_memory_MemAvailable_bytes")]
    figures.claim("the machines tell of their memory", sorted(machines), jobs["node"])
    try_receiver(figures, receiver, wanted)
    try_pods(figures, lab, prometheus)
    try_wrong_authority(figures, lab, prometheus, wanted)


def try_receiver(figures, receiver, wanted):
    def came():
        return {(labels["job"], labels.get("node")) for labels, value in receiver.of("up") if labels.get("cluster") == "one" and value == 1}
    figures.claim("who gets all of it by remote write knows of each target", settled(came, set(wanted), 60), set(wanted))
    begin = time.monotonic()
    figures.claim("an alert arrives", settled(lambda: receiver.alerts, {"Canary"}, 120), {"Canary"})
    figures.note(f"it was waited for {time.monotonic() - begin:.0f} s")


def try_pods(figures, lab, prometheus):
    def measured():
        return [(one["metric"].get("job"), one["metric"].get("pod"), one["metric"].get("app"), one["value"][1]) for one in prometheus.query("canaries_total")]
    wanted = [("pods", "counted", "counted", "7")]
    figures.claim("a pod that asks for it is made", lab.apply("n01", json.dumps(COUNTED)), True)
    figures.claim("and is measured, through the API", settled(measured, wanted, 120), wanted, prometheus.targets())
    may = [lab.kubectl("n01", f"auth can-i {what} --as system:serviceaccount:kube-system:site-prometheus").stdout.strip()
           for what in ("get pods --subresource proxy --namespace default", "get pods --subresource proxy --namespace kube-system", "get secrets --namespace default")]
    figures.claim("who measures may look into that namespace's pods alone", may, ["yes", "no", "no"])
    lab.kubectl("n01", "delete pod counted")
    figures.claim("a pod that is gone is asked no more", settled(lambda: ("pods", None) in prometheus.targets(), False, 120), False, prometheus.targets())


def try_wrong_authority(figures, lab, prometheus, wanted):
    """Who does not come from the cluster's authority is not believed; the next `cluster up` puts that right."""
    lab.on(prometheus.node, f"cp {AUTHORITY} /etc/prometheus/site/ca.crt")
    down = {name: "up" if name[0] == "node" else "down" for name in wanted}
    figures.claim("kubelets and API servers of another authority count as down", settled(prometheus.healths, down, 60), down, prometheus.targets())
    why = {"unknown authority" in error for (job, _), (_, error) in prometheus.targets().items() if job != "node"}
    figures.claim("since they are of another authority", why, {True}, prometheus.targets())
    status, text = lab.cluster("up")
    figures.claim("`cluster up` then ends with, and they are up", (status, settled(prometheus.healths, wanted, 60)), (0, wanted), text)
