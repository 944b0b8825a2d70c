#!/usr/bin/env python3
"""Scripts of gates C-11, C-12, C-13, C-15 and C-16 where something is missing or too much. Doubles stand for kubectl, and for curl where a log
store or a registry is asked."""

import base64
import os
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from gate_scripts_test import SCRIPTS, lacks, rights, run, whys  # noqa: E402


# A log reader with the configuration $CONFIG; the store has what pods write, and beside that what $STORES says: "node" for what nodes write.
LOGS = """
ask() {
  case "$*" in
    *"get daemonset"*) echo "2 of 2" ;;
    *"get secret collector"*) printf '%s' "$CONFIG" ;;
    *"apply -f -") cat >/dev/null ;;
  esac
}
here() { echo Running; }
logger() { [ "$STORES" != silent ] && echo "$3" >"$PLACE/node-wrote"; }
found_at() {
  case "$2" in
    canary-*) echo "{line: $2, pod: writes-a-line, namespace: $RUN}" ;;
    node-*) case $STORES in
        node) echo "{line: $(cat "$PLACE/node-wrote"), tag: provisioner-gates}" ;;
        away) echo "curl: (7) Failed to connect" ;;
        *) echo "nothing matches $2" ;;
      esac ;;
  esac
}
sleep() { :; }
"""
# Each output reads by itself.
PODS = "receivers:\n" + "".join(f'  file_log/pods-{name}:\n    include: [/var/log/pods/*/*/*.log]\n    exclude: ["/var/log/pods/x/*.log"]\n'
                                for name in ("one", "other"))
NODES = PODS + "".join(f'  file_log/node-{name}:\n    include: ["/var/log/syslog", "/var/log/auth.log"]\n' for name in ("one", "other"))


class Logs(unittest.TestCase):
    def told(self, config=PODS, stores="pods", node_logs="", owner="provisioner"):
        return run("logs", LOGS, OWNER_logs=owner, CONFIG=base64.b64encode(config.encode()).decode(), STORES=stores, NODE_LOGS=node_logs,
                   LOGS_QUERY="https://logs.example.org/find/CANARY", CA_FILE="/nowhere", IMAGE="busybox")

    def test_are_those_of_pods_alone(self):
        lines = self.told()
        self.assertEqual((rights(lines), whys(lines), lacks(lines)),
                         (["2 of 2 log readers are ready", "log readers read logs of pods alone", "a pod's line is found after 0 s, with its pod and namespace",
                           "a line of a node's own log is not found there"], [], []))

    def test_of_nodes_are_named_where_nobody_has_asked_for_them(self):
        self.assertEqual(whys(self.told(NODES)), ["log readers read files of the nodes themselves, and the inventory asks for none: /var/log/syslog /var/log/auth.log"])
        self.assertEqual(whys(self.told(stores="node")), ["a line that a node wrote to its own log came where logs go, and the inventory does not ask for that"])
        self.assertEqual(whys(self.told(stores="node", owner="site")), ["a line that a node wrote to its own log came where logs go, and the inventory does not ask for that"])

    def test_of_nodes_may_be_asked_for(self):
        lines = self.told(NODES, "node", "/var/log/syslog /var/log/auth.log")
        self.assertEqual((whys(lines), lacks(lines)), ([], []))
        self.assertIn({"note": "files of nodes are read, as the inventory asks: /var/log/syslog /var/log/auth.log"}, lines)

    def test_of_nodes_are_not_proved_where_that_cannot_be_seen(self):
        self.assertEqual(lacks(self.told("")), ["the log readers' configuration is not there (site-logs/collector): which files they read is not known"])
        self.assertEqual(lacks(self.told(stores="away")), ["where logs go nobody answers any more: whether nodes' own logs come there was not seen"])
        self.assertIn({"note": "this node has no program 'logger': whether its own log is sent on was not tried"}, self.told(stores="silent"))


class Metrics(unittest.TestCase):
    def test_are_not_proved_without_a_prometheus(self):
        doubles = 'ask() { case "$*" in *"get nodes"*) echo n01 ;; *"top nodes"*) echo "n01 100m 5% 1Gi 9%" ;; esac; }'
        lines = run("metrics", doubles, OWNER_metrics="provisioner", METRICS_QUERY="", MONITORING="", METRICS="up")
        self.assertEqual((rights(lines), lacks(lines)), (["the API knows what it uses"], ["the instance has no Prometheus: only metrics-server was asked"]))


# What bounds the namespace `portal`, and of which groups the API says yes.
ACCESS = """
command() { :; }
kubectl() { echo https://api; }
timeout() { shift; "$@"; }
ask() {
  case "$*" in
    *"--as gates --as-group oidc:lab ops") echo yes ;;
    *"--as gates --as-group oidc:staff") echo no; return 1 ;;
    *"auth can-i"*) return 1 ;;
    *"get namespace portal"*) echo baseline ;;
    *"get namespace"*) return 1 ;;
    *"--namespace portal get resourcequotas"*) printf 'pods 10\\nrequests.cpu 4\\n' ;;
    *"--namespace portal get limitranges"*) printf 'default memory 1Gi\\nmax memory 8Gi\\n' ;;
  esac
}
"""


class Access(unittest.TestCase):
    def test_tells_what_bounds_namespaces_and_whom_groups_are_bound_to(self):
        groups = "ops create pods portal oidc:lab ops\nviewers get pods portal oidc:staff\naudit list nodes - oidc:security\n"
        # The shell stands in a folder of the run's own afterwards, where no role's certificate is made: there are none.
        lines = run("access", ACCESS, ACCESS_ROLES=" ", ACCESS_ASKS="", ACCESS_PLACES="", ACCESS_NAMESPACES="portal gone", ACCESS_GROUPS=groups)
        self.assertEqual({line["fact"]: line["value"] for line in lines if "fact" in line},
                         {"group ops portal oidc:lab ops": "y", "group viewers portal oidc:staff": "n", "group audit - oidc:security": "?", "level portal": "baseline",
                          "quota portal pods": "10", "quota portal requests.cpu": "4", "limit portal default memory": "1Gi", "limit portal max memory": "8Gi"})


# A registry that has what $HAS names.
IMAGES = """
ask() { echo "docker.io/library/busybox@sha256:00 docker.io/library/busybox:1.35"; }
is_there() { :; }
xargs() { while read -r image why; do case " $HAS " in *" $image "*) echo "200 $why $image" ;; *) echo "404 $why $image" ;; esac; done; }
"""
CHART = """
cat >"$PLACE/chart.yml" <<'END'
          image: "quay.io/cdis/fence:2026.08"
        - image: nginx
          image: bitnami/kubectl@sha256:11
          imagePullPolicy: Always
END
"""
BUSYBOX = "docker.io/library/busybox@sha256:00"


class Images(unittest.TestCase):
    def told(self, doubles="", gates="C-15 G-12", has=BUSYBOX):
        return run("images", IMAGES + doubles, GATES=gates, HAS=has, REGISTRY="registry:5000", CA_FILE="/nowhere", GATES_IMAGES="")

    def test_of_a_rendered_chart_are_looked_for_by_their_whole_names(self):
        rendered = ["docker.io/bitnami/kubectl@sha256:11", "docker.io/library/nginx:latest", "quay.io/cdis/fence:2026.08"]
        self.assertEqual(sorted(rights(self.told(CHART, has=" ".join([BUSYBOX, *rendered])))), sorted([BUSYBOX, *rendered]))
        self.assertEqual(whys(self.told(CHART)), [f"the chart of the platform asks for the image {image}, and the site's registry does not have it" for image in rendered])

    def test_are_not_proved_where_the_chart_was_not_rendered(self):
        self.assertEqual(lacks(self.told()), ["the platform's chart was not rendered: its images were not looked for"])
        self.assertEqual(lacks(self.told(gates="C-15")), [])


# A control plane whose secrets lie sealed in etcd, and of which nothing else is declared.
SEALED = """
here() { :; }
ask() { :; }
etcdctl() { printf 'k8s:enc:secretbox'; }
"""


class Secrets(unittest.TestCase):
    def told(self, platform):
        with tempfile.TemporaryDirectory() as place:
            with open(os.path.join(place, "healthcheck-client.key"), "w") as key:
                key.write("a key")
            with open(os.path.join(SCRIPTS, "secrets.sh")) as script, open(os.path.join(place, "secrets.sh"), "w") as here:
                here.write(script.read().replace("/etc/kubernetes/pki/etcd", place))
            return run(os.path.relpath(os.path.join(place, "secrets"), SCRIPTS), SEALED, PLATFORM=platform, BREAK_GLASS="", SECRET_BACKEND="",
                       OWNER_external_secrets="absent")

    def test_need_a_credential_for_emergencies(self):
        self.assertEqual(lacks(self.told("plain")), ["no credential for when all else fails is named: whether one is kept, sealed, is not known"])

    def test_need_a_server_where_the_platform_does(self):
        self.assertIn("no server of secrets is named, and Phalanx takes its secrets from one", lacks(self.told("phalanx")))
        self.assertIn({"note": "no server of secrets is named (gates_secret_backend)"}, self.told("gen3"))


if __name__ == "__main__":
    unittest.main()
