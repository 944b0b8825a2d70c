"""All objects of a cluster that a restore must bring back, by hash: every kind that the API lists, in all namespaces.

Of an object counts what it is: kind, names, uid, when it was made, labels, annotations, owners and all that it holds; not its
status, which is seen anew, nor its resource version, generation and managed fields, which count how often it was written. What
lives is left out, since it is made anew by whoever watches over it: events, leases, endpoints and their slices, requests of
certificates, components' states, measurements, pods of a controller or a node, tokens that nodes join by. Taints that say how
a node is are left out, too, and so is the text of what tells of the cluster's authority or was signed by it, which is the one of
the cluster that is restored into.
"""

import hashlib
import json
import shlex
import sys
import time

from cluster_lab import KUBECTL

LIVES = {"events", "events.events.k8s.io", "leases.coordination.k8s.io", "endpoints", "endpointslices.discovery.k8s.io",
         "certificatesigningrequests.certificates.k8s.io", "componentstatuses", "nodes.metrics.k8s.io", "pods.metrics.k8s.io"}
WRITTEN = ("resourceVersion", "managedFields", "generation")
OF_AUTHORITY = {"kube-root-ca.crt", "extension-apiserver-authentication", "cluster-info"}
PATIENCE = 60  # seconds


def kinds(lab, control):
    told = lab.kubectl(control, "api-resources --verbs=list -o name")
    if told.returncode != 0:
        sys.exit(f"kinds of the cluster: {told.stderr}")
    return sorted(set(told.stdout.split()) - LIVES)


def lives(thing):
    metadata = thing["metadata"]
    owned = any(owner.get("controller") for owner in metadata.get("ownerReferences", []))
    joins = metadata["name"].startswith("bootstrap-token-") or metadata["name"] == "kubeadm-certs"
    return thing["kind"] == "Pod" and owned or thing["kind"] == "Secret" and joins


def kept_of(thing):
    kept = {key: value for key, value in thing.items() if key != "status"}
    kept["metadata"] = {key: value for key, value in thing["metadata"].items() if key not in WRITTEN}
    if thing["kind"] == "ConfigMap" and thing["metadata"]["name"] in OF_AUTHORITY:
        kept.pop("data", None)
    if thing["kind"] == "Secret" and thing.get("type") == "kubernetes.io/service-account-token":
        kept.pop("data", None)
    if thing["kind"] == "Node":
        taints = [one for one in thing["spec"].get("taints", []) if not one["key"].startswith("node.kubernetes.io/")]
        kept["spec"] = {**thing["spec"], "taints": taints}
    return kept


def name_of(thing):
    metadata = thing["metadata"]
    return f"{thing['apiVersion']} {thing['kind']} {metadata.get('namespace', '')}/{metadata['name']}"


def all_objects(lab, control):
    """The hash of each, by its kind and names."""
    told = lab.ssh_for(control, f"{KUBECTL} get {shlex.quote(','.join(kinds(lab, control)))} --all-namespaces -o json", 120)
    if told.returncode != 0:
        sys.exit(f"objects of the cluster: {told.stderr}")
    things = [thing for thing in json.loads(told.stdout)["items"] if not lives(thing)]
    return {name_of(thing): hashlib.sha256(json.dumps(kept_of(thing), sort_keys=True).encode()).hexdigest() for thing in things}


def settled_objects(lab, control):
    """Once nobody makes or changes any of them."""
    deadline, before, now = time.monotonic() + PATIENCE, None, all_objects(lab, control)
    while now != before and time.monotonic() < deadline:
        time.sleep(3)
        before, now = now, all_objects(lab, control)
    return now


def others(lab, control, wanted):
    """Those that are not as they were, are not there, or were not, once controllers have had time to put right what is theirs."""
    deadline = time.monotonic() + PATIENCE
    while True:
        found = all_objects(lab, control)
        differ = sorted(name for name in {*found, *wanted} if found.get(name) != wanted.get(name))
        if not differ or time.monotonic() > deadline:
            return differ
        time.sleep(2)


def hash_of(objects):
    return hashlib.sha256(json.dumps(objects, sort_keys=True).encode()).hexdigest()[:16]
