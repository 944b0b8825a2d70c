#!/usr/bin/env python3
"""What the metrics role writes, rendered as a run renders it, and read again.

    rendered_metrics_test.py PROVISIONER

Exits 77 where PyYAML is not installed.
"""

import os
import sys
import unittest

sys.dont_write_bytecode = True
PROGRAM = os.path.abspath(sys.argv.pop(1))
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from rendered_role import rendered  # noqa: E402


class KubeStateMetrics(unittest.TestCase):
    def test_is_found_by_the_port_that_it_serves_and_is_ready_once_it_knows_all(self):
        documents = {one["kind"]: one for one in rendered(PROGRAM, "metrics", "kube-state-metrics.yml.j2", kube_state_metrics_image="r/ksm:1")}
        service, deployment = documents["Service"]["spec"], documents["Deployment"]["spec"]
        pod = deployment["template"]
        container, = pod["spec"]["containers"]
        ports = {one["name"]: one["containerPort"] for one in container["ports"]}
        self.assertEqual((service["selector"], deployment["selector"]["matchLabels"]), (pod["metadata"]["labels"],) * 2)
        self.assertEqual(service["ports"], [{"name": "metrics", "port": 8080, "targetPort": "metrics"}])
        self.assertEqual(container["args"][:2], [f"--port={ports['metrics']}", f"--telemetry-port={ports['telemetry']}"])
        self.assertEqual(container["readinessProbe"]["httpGet"], {"path": "/readyz", "port": "telemetry"})
        self.assertEqual((container["image"], pod["spec"]["securityContext"]["runAsNonRoot"]), ("r/ksm:1", True))
        self.assertEqual({tuple(rule["verbs"]) for rule in documents["ClusterRole"]["rules"]}, {("list", "watch")})

    def test_reads_what_it_tells_of_and_no_secret(self):
        documents = {one["kind"]: one for one in rendered(PROGRAM, "metrics", "kube-state-metrics.yml.j2", kube_state_metrics_image="x")}
        words = documents["Deployment"]["spec"]["template"]["spec"]["containers"][0]["args"]
        told = [word for word in words if word.startswith("--resources=")][0].removeprefix("--resources=").split(",")
        allowed = [name for rule in documents["ClusterRole"]["rules"] for name in rule["resources"]]
        self.assertEqual(sorted(told), sorted(allowed))
        self.assertFalse({"secrets", "configmaps"} & set(allowed))


if __name__ == "__main__":
    unittest.main()
