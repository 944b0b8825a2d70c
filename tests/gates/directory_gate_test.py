#!/usr/bin/env python3
"""Gate P-7 by the program itself, with a real slapd and two nodes that refuse all connections; a record stands for a report of users.

    directory_gate_test.py PROVISIONER
"""

import datetime
import json
import os
import shutil
import subprocess
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../acceptance"))
from own_directory import OwnDirectory, certificate  # noqa: E402

PROGRAM = os.path.abspath(sys.argv.pop(1)) if len(sys.argv) > 1 else "provisioner"
ADA = ["dn: uid=ada,ou=people,dc=example", "objectClass: account", "objectClass: posixAccount", "uid: ada", "cn: Ada", "uidNumber: 5001", "gidNumber: 5001",
       "homeDirectory: /home/ada"]


@unittest.skipUnless(shutil.which("slapd"), "slapd is not here")
class DirectoryGate(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = cls.enterClassContext(tempfile.TemporaryDirectory())
        certificate(cls.folder)
        cls.directory = cls.enterClassContext(OwnDirectory(cls.folder, [ADA], "word-4711"))

    def told(self, password="word-4711", pilots=("ada",), days=0):
        state = self.enterContext(tempfile.TemporaryDirectory())
        hosts = {"instance_main": {"hosts": {"n01": {"ansible_host": "127.0.0.2"}}}, "control": {"hosts": {"n01": None}}, "all": {"vars": {
            "ansible_port": 1, "kubernetes_version": "v1.34.4", "platform": "phalanx", "components": {}, "instance_domain": "x.example.org",
            "kubernetes_endpoint": {"name": "api.example.org", "address": "10.0.0.5", "port": 6443},
            "storage_classes": [{"name": "local-path", "kind": "local_path", "default": True}],
            "load_balancer_pools": [{"name": "a", "visibility": "inward", "addresses": ["10.0.0.8-10.0.0.9"]}],
            "identity": {"pilots": list(pilots), "ldap": {
                "url": f"ldaps://127.0.0.1:{self.directory.tls_port}", "ca_file": self.folder + "/ca.crt", "bind_dn": "cn=reader,dc=example",
                "bind_password": password, "user_base": "ou=people,dc=example", "group_base": "ou=groups,dc=example"}}}}}
        with open(state + "/hosts.yml", "w") as file:
            json.dump(hosts, file)
        finished = datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(days=days)
        os.makedirs(state + "/clusters/main")
        with open(state + "/clusters/main/users.json", "w") as file:
            json.dump({"instance": "main", "finished": finished.strftime("%Y-%m-%dT%H:%M:%SZ"), "users": 1, "red": 0, "pilots": list(pilots), "pilots_red": [],
                       "issuer_faults": 0}, file)
        done = subprocess.run([PROGRAM, "gates", "run", "main", "--gate", "P-7", "--json", "-i", state + "/hosts.yml"], capture_output=True, text=True,
                              env={**os.environ, "PROVISIONER_STATE": state}, timeout=120)
        self.assertTrue(done.stdout.startswith("{"), done.stdout + done.stderr)
        self.assertNotIn("word-4711", done.stdout + done.stderr)
        gate, = json.loads(done.stdout)["gates"]
        return gate["result"], gate["text"]

    def test_passes_where_the_directory_lets_its_reader_in(self):
        self.assertEqual(self.told()[0], "passed")

    def test_fails_where_it_does_not(self):
        result, text = self.told("another")
        self.assertEqual(result, "failed", text)
        self.assertIn("Invalid credentials", text)

    def test_fails_where_a_pilot_is_not_shown(self):
        self.assertEqual(self.told(pilots=("ada", "max)(uid=*")),
                         ("failed", "the directory shows 'cn=reader,dc=example' no user 'max)(uid=*' below 'ou=people,dc=example'"))

    def test_is_not_run_by_a_record_of_long_ago(self):
        self.assertEqual(self.told(days=9), ("not run", "whose numbers agree was looked at 9 days ago, and 7 are the most"))


if __name__ == "__main__":
    unittest.main()
