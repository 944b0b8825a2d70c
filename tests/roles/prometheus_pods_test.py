#!/usr/bin/env python3
"""Which pods Prometheus is to ask, as the script of its node finds them, by real jq; a double of curl gives what the API would.

    prometheus_pods_test.py PROVISIONER

Exits 77 where jq or PyYAML is not installed.
"""

import json
import os
import shutil
import sys
import unittest

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from on_node import OnNode, ROOT, tasks_of  # noqa: E402

if not shutil.which("jq"):
    sys.exit(77)
OnNode.program = os.path.abspath(sys.argv.pop(1))

# The question, and the pods of the namespace that it is about.
CURL = """
cat >"$NODE_FOLDER/question"
printf '%s\\n' "$*" >>"$NODE_FOLDER/words"
namespace=$(sed -n 's|.*/namespaces/\\([^/]*\\)/pods"|\\1|p' "$NODE_FOLDER/question")
[ -e "$NODE_FOLDER/pods-$namespace" ] || { echo "curl: (22) The requested URL returned error: 403" >&2; exit 22; }
cat "$NODE_FOLDER/pods-$namespace"
"""
# As Gen3's chart of fence has it: no port is said.
FENCE = [{"name": "fence", "ports": [{"name": "https", "containerPort": 443}, {"name": "http", "containerPort": 80, "protocol": "TCP"}]}]


def pod(name, annotations=None, containers=None, ready="True", phase="Running", labels=None, **more):
    said = {"prometheus.io/scrape": "true", **(annotations or {})}
    return {"metadata": {"name": name, "namespace": "gen3", "annotations": said, "labels": labels or {}, **more},
            "spec": {"containers": containers or FENCE}, "status": {"phase": phase, "conditions": [{"type": "Ready", "status": ready}]}}


class Pods(OnNode):
    def setUp(self):
        super().setUp()
        self.double("curl", CURL)
        self.write("/etc/prometheus/site/token", "a-token")
        self.made("/var/lib/site-prometheus")

    def look(self, *namespaces):
        with open(os.path.join(ROOT, "playbooks/roles/prometheus/files/site-prometheus-pods")) as file:
            return self.sh("set -- https://10.0.0.5:8443 " + " ".join(namespaces) + "\n" + file.read())

    def found(self, *pods):
        self.write("pods-gen3", json.dumps({"items": list(pods)}))
        self.assertEqual(self.look("gen3"), (0, "", ""))
        return json.loads(self.read("/var/lib/site-prometheus/pods.json"))

    def paths(self, *pods):
        return [one["labels"]["__metrics_path__"].removeprefix("/api/v1/namespaces/gen3/pods/") for one in self.found(*pods)]

    def test_are_asked_through_the_api(self):
        one, = self.found(pod("fence-1", labels={"app": "fence", "hostname": "data.example.org", "release": "x"}))
        self.assertEqual(one, {"targets": ["10.0.0.5:8443"], "labels": {
            "__metrics_path__": "/api/v1/namespaces/gen3/pods/fence-1:80/proxy/metrics", "instance": "fence-1:80", "namespace": "gen3", "pod": "fence-1",
            "container": "fence", "app": "fence", "hostname": "data.example.org"}})
        self.assertEqual(os.listdir(self.at("/var/lib/site-prometheus")), ["pods.json"])

    def test_are_those_that_ask_for_it_and_are_ready(self):
        away = [pod("late", ready="False"), pod("done", phase="Succeeded"), pod("going", deletionTimestamp="2026-01-01T00:00:00Z"),
                pod("silent", {"prometheus.io/scrape": "false"}), pod("shut", containers=[{"name": "x"}])]
        self.assertEqual(self.paths(pod("fence-1"), *away), ["fence-1:80/proxy/metrics"])

    def test_are_asked_as_they_say(self):
        said = {"prometheus.io/port": "9090", "prometheus.io/path": "stats", "prometheus.io/scheme": "https"}
        self.assertEqual(self.paths(pod("a", said)), ["https:a:9090/proxy/stats"])
        measured = [{"name": "b", "ports": [{"containerPort": 53, "protocol": "UDP"}, {"containerPort": 80, "name": "http"}]},
                    {"name": "c", "ports": [{"containerPort": 9100, "name": "metrics"}]}]
        self.assertEqual(self.paths(pod("b", containers=measured), pod("c", containers=measured[:1])), ["b:9100/proxy/metrics", "c:80/proxy/metrics"])

    def test_show_the_token_to_nobody(self):
        self.found(pod("fence-1"))
        self.assertIn('header = "Authorization: Bearer a-token"', self.read("question"))
        self.assertNotIn("a-token", self.read("words"))

    def test_are_kept_where_the_api_is_away(self):
        before = self.found(pod("fence-1"))
        status, _, errors = self.look("gen3", "nobodys")
        self.assertEqual(status, 1)
        self.assertIn("pods of 'nobodys' are not known now: those that were are asked on", errors)
        self.assertEqual(json.loads(self.read("/var/lib/site-prometheus/pods.json")), before)

    def test_are_none_where_no_namespace_is_named(self):
        self.assertEqual(self.look(), (0, "", ""))
        self.assertEqual(json.loads(self.read("/var/lib/site-prometheus/pods.json")), [])


class Reader(OnNode):
    """What a control-plane node lets Prometheus do: rights stand in `gen3` and `old`."""

    KUBECTL = """echo "$*" >>"$NODE_FOLDER/asked"
case "$*" in
  *"get namespaces"*) [ ! -e "$NODE_FOLDER/none" ] || { echo 'Error from server (NotFound): namespaces "gen3" not found' >&2; exit 1; } ;;
  *"get role"*) printf 'gen3\\nold\\n' ;;
  *delete*) echo deleted ;;
esac
"""
    TASKS = tasks_of("prometheus/tasks/reader.yml")

    def run_some(self, *names):
        self.double("kubectl", self.KUBECTL)
        return self.run_tasks([self.TASKS[name] for name in names], prometheus_pods_of=["gen3"])

    def test_loses_what_it_may_where_a_namespace_is_not_named_any_more(self):
        status, text = self.run_some("Take away what it may in namespaces that are not named any more")
        self.assertEqual((status, "changed=1" in text), (0, True), text)
        self.assertEqual([line for line in self.read("asked").splitlines() if "delete" in line],
                         ["--namespace old delete rolebinding site-prometheus-pods", "--namespace old delete role site-prometheus-pods"])

    def test_is_told_which_namespace_is_not_there(self):
        self.write("none")
        status, text = self.run_some("See whether these namespaces are there", "Be sure of them")
        self.assertNotEqual(status, 0)
        self.assertIn("'prometheus_pods_of' names a namespace that is not there (Error from server (NotFound): namespaces", text)
        self.assertIn("declare it in 'access', which makes it", text)


if __name__ == "__main__":
    unittest.main()
