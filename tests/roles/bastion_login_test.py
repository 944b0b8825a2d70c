#!/usr/bin/env python3
"""What a log-in to a bastion sets for kubectl: the script of the bastion role, with folders of the test's own, as a user who is
nobody."""

import os
import pathlib
import subprocess
import tempfile
import unittest

TEMPLATE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "playbooks/roles/bastion/templates/kubectl.sh.j2")
NOBODY = 65534


class BastionLogin(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        os.chmod(folder.name, 0o755)
        self.place = pathlib.Path(folder.name)
        self.own, self.known = self.place / "own/amara/config", self.place / "cluster/main.kubeconfig"
        self.user = NOBODY if os.geteuid() == 0 else os.geteuid()
        for name in ("own", "own/amara", "cluster"):
            os.mkdir(self.place / name)
        os.chown(self.own.parent, self.user, -1)
        script = pathlib.Path(TEMPLATE).read_text()
        for name, value in (("kubeconfigs", self.place / "own"), ("cluster", self.place / "cluster"), ("cluster_name", "main")):
            script = script.replace("{{ bastion_" + name + " }}", str(value))
        self.assertNotIn("{{", script)
        (self.place / "kubectl.sh").write_text(script)

    def log_in(self, user="amara", **more):
        """What KUBECONFIG is after it."""
        words = ["sh", "-c", f'. "{self.place}/kubectl.sh"; printf %s "${{KUBECONFIG:-}}"']
        told = subprocess.run(words, env={"PATH": os.environ["PATH"], "USER": user, **more}, capture_output=True, text=True,
                              **({"user": self.user} if os.geteuid() == 0 else {}))
        self.assertEqual((told.returncode, told.stderr), (0, ""))
        return told.stdout

    def test_begins_with_what_is_known_of_the_cluster(self):
        self.known.write_text("clusters: []\n")
        self.assertEqual(self.log_in(), str(self.own))
        self.assertEqual((self.own.stat().st_mode & 0o777, self.own.stat().st_uid), (0o600, self.user))
        self.assertEqual(self.own.read_text(), "clusters: []\n")

    def test_never_replaces_what_is_there(self):
        self.known.write_text("clusters: []\n")
        self.own.write_text("mine\n")
        self.assertEqual(self.log_in(), str(self.own))
        self.assertEqual(self.own.read_text(), "mine\n")

    def test_leaves_others_and_what_somebody_chose_alone(self):
        self.assertEqual(self.log_in(user="stranger"), "")
        self.assertEqual(self.log_in(KUBECONFIG="/tmp/mine"), "/tmp/mine")

    def test_goes_on_before_there_is_a_cluster(self):
        self.assertEqual(self.log_in(), str(self.own))
        self.assertFalse(self.own.exists())


if __name__ == "__main__":
    unittest.main()
