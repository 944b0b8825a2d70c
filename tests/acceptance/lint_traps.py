"""The known traps of values files, each planted alone in a changed copy of a file without any: of the values that are handed over
for Gen3, and, for traps of charts that no values are handed over for, of files as a site would write them for those.
"""

import copy
import json
import os

import lab_runs
import yaml

ZONE = {"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": [
    {"matchExpressions": [{"key": "topology.kubernetes.io/zone", "operator": "In", "values": ["us-east-1a"]}]}]}}}
MIMIR = ["alertmanager", "compactor", "distributor", "ingester", "overrides_exporter", "querier", "query_scheduler", "query_frontend",
         "ruler", "store_gateway", "nginx", "gateway"]
LOKI = ["gateway", "querier", "queryFrontend", "distributor", "ingester"]
FREE = {"affinity": None}
POINT = {"name": "Slack", "receivers": [{"uid": "site", "type": "slack"}]}
# Without a trap.
OTHERS = {
    "alloy": {"alloy": {"controller": FREE, "alloy": {"configMap": {"create": False, "name": "alloy-site", "key": "config"}}}},
    "cluster-level-resources": {
        "configuration": {"configurationRepo": "https://git.example.org/site.git", "configurationRevision": "main"},
        "configurationRevision": "main", "fluentd": {"enabled": True, "configuration": {"enabled": True}},
        "external-secrets": {"enabled": True, "targetRevision": "0.16.2"},
        "grafana-alloy": {"enabled": True, "configuration": {"enabled": True}}, "alloy-configmap-data": "url = \"https://mimir.example.org\"\n"},
    "observability": {"lgtm": {"mimir": dict.fromkeys(MIMIR, FREE), "loki": dict.fromkeys(LOKI, FREE), "grafana": {
        **FREE, "alerting": {"contactpoints.yaml": {"secret": {"contactPoints": [POINT]}}}}}},
}
# Rule, chart, and what is said in the place of what stood there: by the way to it, None where it is taken out.
TRAPS = [
    ("L-1", "gen3", {"global.postgres.externalSecret": "", "global.postgres.master.username": "gen3"}),
    ("L-2", "gen3", {"global.postgres.dbCreate": False}),
    ("L-3", "gen3", {"wts.postgres.password": ""}),
    ("L-4", "gen3", {"fence.affinity": ZONE}),
    ("L-4", "alloy", {"alloy.controller.affinity": {}}),
    ("L-4", "observability", {"lgtm.mimir.ruler.affinity": ZONE}),
    ("L-5", "alloy", {"alloy.alloy.configMap.name": "alloy-gen3"}),
    ("L-6", "gen3", {"fence.metrics": "https://mimir.planx-pla.net/api/v1/push"}),
    ("L-6", "cluster-level-resources", {"alloy-configmap-data": None}),
    ("L-7", "cluster-level-resources", {"configurationRevision": None}),
    ("L-8", "cluster-level-resources", {"external-secrets.targetRevision": "0.9.13"}),
    ("L-9", "gen3", {"global.netPolicy.enabled": True}),
    ("L-10", "gen3", {"global.tls": None, "revproxy.ingress.tls": [{"secretName": "gen3-certs", "hosts": []}]}),
    ("L-11", "gen3", {"portal.enabled": True, "portal.image.repository": "quay.io/cdis/data-portal"}),
    ("L-12", "gen3", {"global.createSlackWebhookSecret": True}),
    ("L-13", "observability", {"lgtm.grafana.alerting": {"contactpoints.yaml": {"secret": {"contactPoints": [{**POINT, "name": "slack"}]}}}}),
    ("L-14", "gen3", {"fence.image.tag": "master"}),
    ("L-14", "gen3", {"portal.kubectl": {"image": "bitnami/kubectl:latest"}}),
]


def changed(values, said):
    values = copy.deepcopy(values)
    for path, value in said.items():
        *way, last = path.split(".")
        place = values
        for key in way:
            place = place.setdefault(key, {})
        if value is None:
            del place[last]
        else:
            place[last] = value
    return values


def linted(values, chart):
    """Exit status, the chart that the file is taken for, and the rules of what is found, each once."""
    path = lab_runs.write(lab_runs.STATE, f"trapped-{chart}.yaml", yaml.safe_dump(values, sort_keys=False))
    done = lab_runs.provisioner("handoff", "lint", path, "--json")
    told = json.loads(done.stdout) if done.stdout.startswith("{") else {"chart": done.stderr, "findings": []}
    return done.returncode, told["chart"], sorted({one["rule"] for one in told["findings"]})


def try_traps(figures, tree):
    """Each trap in a copy of what is handed over, and found, and nothing else."""
    with open(os.path.join(tree, "gen3/values.yaml")) as file:
        good = {"gen3": yaml.safe_load(file), **OTHERS}
    for chart, values in good.items():
        figures.claim(f"traps in values for {chart} before any is planted", linted(values, chart), (0, chart, []))
    found = set()
    for rule, chart, said in TRAPS:
        told = linted(changed(good[chart], said), chart)
        figures.claim(f"planted in values for {chart}: {', '.join(said)}", told, (2, chart, [rule]))
        found |= set(told[2])
    figures.claim("known traps that were found", sorted(found), sorted(f"L-{number}" for number in range(1, 15)))
