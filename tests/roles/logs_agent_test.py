#!/usr/bin/env python3
"""What the role `logs` asks of a site's own agent before anything is applied, on this machine as a run asks it.

    logs_agent_test.py PROVISIONER
"""

import json
import os
import subprocess
import sys
import tempfile
import unittest

PROGRAM = os.path.abspath(sys.argv.pop(1))
ROLES = os.path.abspath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../playbooks/roles"))
AGENT = """# Of the site.
---
apiVersion: v1
kind: ServiceAccount
metadata: {{name: alloy, namespace: site-logs}}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {{name: alloy}}
rules: []
---
apiVersion: apps/v1
kind: {kind}
metadata: {{name: {name}, namespace: {namespace}}}
spec:
  template:
    spec:
      initContainers: [{{name: first, image: "docker.io/library/busybox:1.35"}}]
      containers: [{{name: alloy, image: "docker.io/grafana/alloy:v1.11.0", args: ["{{{{ not ours }}}}"]}}]
"""
IMAGES = ["docker.io/grafana/alloy:v1.11.0", "docker.io/library/busybox:1.35"]


class Agent(unittest.TestCase):
    def check(self, kind="DaemonSet", name="alloy", namespace="site-logs", images=IMAGES):
        """Exit status and what was said."""
        with tempfile.TemporaryDirectory() as folder:
            manifest, play = os.path.join(folder, "agent.yml"), os.path.join(folder, "play.yml")
            with open(manifest, "w") as file:
                file.write(AGENT.format(kind=kind, name=name, namespace=namespace))
            with open(play, "w") as file:
                json.dump([{"hosts": "localhost", "connection": "local", "gather_facts": False,
                            "vars": {"logs_agent_manifest": manifest, "component_images_there": images, "cluster_instance": "one"},
                            "tasks": [{"include_role": {"name": "logs", "tasks_from": "check"}}]}], file)
            done = subprocess.run([PROGRAM, "run", play, "-i", "localhost,"], capture_output=True, text=True, timeout=60, cwd=folder,
                                  env=dict(os.environ, PROVISIONER_STATE=os.path.join(folder, "state"), ANSIBLE_ROLES_PATH=ROLES))
            return done.returncode, done.stdout + done.stderr

    def test_is_taken_without_outputs_of_the_collector(self):
        status, text = self.check()
        self.assertEqual(status, 0, text)

    def test_has_images_that_the_lock_names(self):
        status, text = self.check(images=IMAGES[:1])
        self.assertEqual(status, 2, text)
        self.assertIn("logs is ours, and the lock of artefacts lacks docker.io/library/busybox:1.35", text)

    def test_stays_in_its_namespace(self):
        status, text = self.check(namespace="kube-system")
        self.assertEqual(status, 2, text)
        self.assertIn("found DaemonSet alloy in kube-system", text)

    def test_is_on_each_node(self):
        status, text = self.check(kind="Deployment")
        self.assertEqual(status, 2, text)
        self.assertIn("'logs_agent_manifest' needs a DaemonSet with a name other than 'collector', found none", text)
        self.assertIn("found collector in", self.check(name="collector")[1])


if __name__ == "__main__":
    unittest.main()
