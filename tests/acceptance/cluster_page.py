"""A page of a lab's cluster, asked for from outside through an ingress of ours, which is brought to a cluster that stands."""

import http.client
import json
import os
import time

import lab_runs
from cluster_lab import lock_artifacts, timed
from ingress_client import IngressClient

LAYER = ["-i", os.path.join(lab_runs.ROOT, "inventory/lab-platform")]
# Of that layer the ingress and its addresses, and nothing else.
BESIDE = {"components": {name: "absent" for name in ("storage_classes", "metrics", "logs")}, "admission_vetted_only": False}
PATIENCE = 60  # seconds


def ingress(host):
    """To the pods of the smoke test."""
    way = {"path": "/", "pathType": "Prefix", "backend": {"service": {"name": "web", "port": {"number": 80}}}}
    return json.dumps({"apiVersion": "networking.k8s.io/v1", "kind": "Ingress", "metadata": {"name": "page"},
                       "spec": {"rules": [{"host": host, "http": {"paths": [way]}}]}})


def answer_of(client, name):
    """The answer, once it is a page, or the last one before patience ends."""
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            status, page, _ = client.ask(name)
            told = status, page.decode(errors="replace")
        except (OSError, http.client.HTTPException) as problem:
            told = None, str(problem)
        if told[0] == 200 or time.monotonic() > deadline:
            return told
        time.sleep(0.5)


def try_page(figures, lab, control, variables):
    lab.lay(LAYER)
    lab.say({**variables, **BESIDE})
    lock_artifacts(lab)
    seconds, (status, text) = timed(lab.cluster, "up")
    figures.claim("`cluster up` with an ingress ends with", status, 0, text)
    figures.note(f"`cluster up` with an ingress took {seconds:.1f} s")
    network = lab.addresses()[control].rsplit(".", 1)[0]
    domain = f"{lab.name}.lab.example.org"
    figures.claim("the page gets a name behind it", lab.apply(control, ingress("page." + domain)), True)
    status, page = answer_of(IngressClient(f"{network}.200", domain, 10), "page")
    figures.claim("a page through the ingress, from outside, over the site's TLS", (status, page.startswith("web-")), (200, True), page)
