#!/usr/bin/env python3
"""The instances that are shipped as examples: few lines each, no mistakes, no secret, and what they say of owners and of
access can be.

    instances_test.py PROGRAM
"""

import datetime
import glob
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

ROOT = os.path.abspath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
PROGRAM = sys.argv.pop(1) if len(sys.argv) > 1 else "provisioner"
INSTANCES = {
    "rubin": {"pdac": "phalanx", "stable": "phalanx", "usdac": "phalanx", "commissioning": "phalanx", "chiledac": "phalanx",
              "rspdev": "phalanx", "rsppre": "phalanx"},
    "gen3": {"agdr_qa": "gen3", "agdr_prod": "gen3", "rakeiora_qa": "gen3", "rakeiora_prod": "gen3", "csoc": "csoc"}}
# What each must hand over, beside what every bundle has.
PARTS = {"phalanx": ["phalanx/install.sh", "phalanx/applications/portal/values-{}.yaml", "phalanx/applications/nublado/values-{}.yaml",
                     "storage/classes.yaml", "namespaces/limits.yaml", "namespaces/flows.yaml", "identity/oidc-clients.yaml",
                     "registry/admission.yaml", "kubeconfig/README.md", "network/services.yaml"],
         "gen3": ["gen3/values.yaml", "network/pools.yaml", "storage/classes.yaml", "namespaces/limits.yaml", "namespaces/flows.yaml",
                  "identity/oidc-clients.yaml", "registry/admission.yaml", "kubeconfig/README.md"],
         "csoc": ["network/pools.yaml", "storage/classes.yaml", "namespaces/flows.yaml", "registry/admission.yaml"]}
ROLES = {"platform-admin", "operator", "viewer", "ci", "argocd"}
# By component, what its role runs where nobody says otherwise; and variables that name further images.
IMAGES_OF = {"ingress": ["ingress_image"], "load_balancer": ["load_balancer_controller_image", "load_balancer_speaker_image"],
             "metrics": ["metrics_server_image"], "logs": ["logs_image"],
             "storage_classes": ["storage_local_path_image", "storage_local_path_helper_image"]}
IMAGES_SAID = ("container_runtime_pause", "pod_network_cilium_image", "pod_network_cilium_operator_image", "kube_state_metrics_image")
GATES = [f"C-{number}" for number in range(1, 18)] + [f"G-{number}" for number in range(1, 13)]  # before Gen3 is deployed
MOST_OF_INSTANCE, MOST_OF_SITE = 25, 60
# What is read of a file that the provisioner alone reads is none.
SECRET = re.compile(r"(password|token|secret|private_key)\s*:\s*(?!\"{{ lookup\('file', )\S|ANSIBLE_VAULT|BEGIN [A-Z ]*PRIVATE KEY", re.I)


def provisioner(*words, **more):
    return subprocess.run([PROGRAM, *words], cwd=ROOT, capture_output=True, text=True, timeout=120, env=dict(os.environ, **more))


def lines_of(path):
    with open(path) as file:
        return file.read().splitlines()


def defaults_of(role):
    return dict(re.findall(r"^(\w+): (\S+)$", "\n".join(lines_of(f"{ROOT}/playbooks/roles/{role}/defaults/main.yml")), re.M))


def images_listed(inventory):
    return set(re.findall(r'image: "([^"]+)"', "\n".join(lines_of(f"{ROOT}/inventory/artifacts/{inventory}.yml"))))


def values_of(inventory, instance):
    shown = json.loads(provisioner("instance", "show", instance, "--json", "-i", "inventory/" + inventory).stdout)
    return {one["name"]: one["value"] for one in shown["values"]}


def owners_of(inventory, instance):
    explained = json.loads(provisioner("profile", "explain", instance, "--json", "-i", "inventory/" + inventory).stdout)
    return {one["component"]: one["owner"] for one in explained["components"]}


class Instances(unittest.TestCase):
    def test_are_few_lines_each(self):
        for path in glob.glob(ROOT + "/inventory/*/instances/*.yml"):
            self.assertLessEqual(len(lines_of(path)), MOST_OF_INSTANCE, path)
        for path in glob.glob(ROOT + "/inventory/*/sites/*.yml"):
            self.assertLessEqual(len(lines_of(path)), MOST_OF_SITE, path)

    def test_hold_no_secret(self):
        for name in INSTANCES:
            for path in glob.glob(f"{ROOT}/inventory/{name}/**/*", recursive=True):
                for line in lines_of(path) if os.path.isfile(path) else []:
                    self.assertIsNone(SECRET.search(line), f"{path}: {line}")

    def test_are_all_there_and_without_mistakes(self):
        for name, wanted in INSTANCES.items():
            inventory = ["-i", "inventory/" + name]
            checked = provisioner("inventory", "check", *inventory)
            self.assertEqual(checked.returncode, 0, checked.stdout + checked.stderr)
            self.assertNotIn("warning", checked.stderr)
            listed = json.loads(provisioner("instance", "list", "--json", *inventory).stdout)["instances"]
            self.assertEqual({one["name"]: one["platform"] for one in listed}, wanted)

    def test_say_whose_things_are_and_who_may_do_what(self):
        for name, wanted in INSTANCES.items():
            for instance, platform in wanted.items():
                inventory = ["-i", "inventory/" + name]
                explained = provisioner("profile", "explain", instance, "--json", *inventory)
                self.assertEqual(explained.returncode, 0, explained.stderr)
                self.assertEqual(json.loads(explained.stdout)["platform"], platform)
                access = provisioner("access", "show", instance, "--json", *inventory)
                self.assertEqual((access.returncode, access.stderr), (0, ""))
                self.assertTrue(json.loads(access.stdout)["rights"])

    def every(self):
        for name, wanted in INSTANCES.items():
            for instance, platform in wanted.items():
                with self.subTest(instance=instance):
                    yield name, instance, platform

    def test_find_in_the_registry_what_is_ours_of_them(self):
        for name, instance, _ in self.every():
            ours = [part for part, owner in owners_of(name, instance).items() if owner == "provisioner"]
            wanted = {defaults_of(part)[variable] for part in ours for variable in IMAGES_OF.get(part, [])}
            values = values_of(name, instance)
            wanted |= {values[variable] for variable in IMAGES_SAID}
            self.assertEqual(wanted - images_listed(name), set())
            self.assertTrue(values["logs_outputs"] and values["gates_logs_query"])

    def test_let_in_people_and_programs(self):
        for name, instance, platform in self.every():
            shown = json.loads(provisioner("access", "show", instance, "--json", "-i", "inventory/" + name).stdout)
            roles = {one["name"]: one for one in shown["roles"]}
            self.assertEqual(ROLES - roles.keys(), set())
            self.assertTrue([role for role in roles if role.startswith("namespace-admin-")])
            kinds = {role: one["kubeconfig"] for role, one in roles.items()}
            self.assertEqual((kinds["viewer"], kinds["ci"], kinds["argocd"]), ("oidc", "certificate", "certificate"))

    def test_are_measured(self):
        for name, wanted in INSTANCES.items():
            graph = json.loads(provisioner("inventory", "list", "-i", "inventory/" + name).stdout)
            keepers = set(graph["monitoring"]["hosts"])
            for instance in wanted:
                self.assertTrue(keepers & set(graph["instance_" + instance]["hosts"]), instance)

    def test_make_a_whole_tree(self):
        for name, instance, platform in self.every():
            with tempfile.TemporaryDirectory() as folder:
                tree = folder + "/tree"
                kind = "plain" if platform == "csoc" else platform
                done = provisioner("handoff", kind, instance, "--draft", "--out", tree, "-i", "inventory/" + name,
                                   PROVISIONER_STATE=folder + "/state")
                self.assertEqual(done.returncode, 0, done.stderr)
                parts = [part.format(instance.replace("_", "-")) for part in PARTS[platform]]
                has_qserv = platform == "phalanx" and instance not in ("rspdev", "rsppre")
                parts += ["qserv/qserv.yaml", "qserv/volumes.yaml"] if has_qserv else []
                parts += ["network/networks.yaml"] if instance == "commissioning" else []
                self.assertEqual([part for part in parts if not os.path.isfile(f"{tree}/{part}")], [])
                if platform == "phalanx":
                    portal = "\n".join(lines_of(f"{tree}/phalanx/applications/portal/values-{instance}.yaml"))
                    self.assertIn("sharedWorkarea: {nfs:", portal)
                    steps = "\n".join(lines_of(f"{tree}/README.md"))
                    self.assertIn("7. Qserv: " if has_qserv else "install.sh BUNDLE", steps)
                    self.assertEqual("Qserv: " in steps, has_qserv)
                else:  # the load balancer gives their pages an address, and nobody was there to tell it
                    self.assertIn(" is not known yet: no node of the cluster has told", "\n".join(lines_of(f"{tree}/network/dns.zone")))
                if platform == "gen3":
                    application, = glob.glob(f"{tree}/gen3/gitops/*/*/templates/app.yaml")
                    self.assertRegex("\n".join(lines_of(application)), r"destination: \{server: https://api\.[a-z.]*:8443, namespace: gen3\}")
                    self.assertIn("HELM_SECRETS_WRAPPER_ENABLED=true", "\n".join(lines_of(f"{tree}/README.md")))
                    linted = provisioner("handoff", "lint", tree + "/gen3/values.yaml")
                    self.assertEqual(linted.returncode, 0, linted.stdout)

    def test_differ_in_what_they_say_alone(self):
        done = provisioner("instance", "diff", "agdr_qa", "agdr_prod", "--json", "-i", "inventory/gen3")
        self.assertEqual(done.returncode, 2, done.stderr)
        paths = [one["path"] for one in json.loads(done.stdout)["differences"]]
        self.assertIn("instance_domain", paths)
        self.assertNotIn("kubernetes_version", paths)

    def test_follow_each_other_once_one_is_proved(self):
        with tempfile.TemporaryDirectory() as folder:
            inventory = ["-i", folder + "/gen3"]
            for name in ("gen3", "hardware"):
                shutil.copytree(f"{ROOT}/inventory/{name}", f"{folder}/{name}")

            def promote(*pair):
                done = provisioner("instance", "promote", *pair, *inventory, PROVISIONER_STATE=folder + "/state")
                return done.returncode, done.stdout + done.stderr

            def prove(name, lock="", **more):
                os.makedirs(f"{folder}/state/clusters/{name}", exist_ok=True)
                now = datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
                record = {"instance": name, "finished": now, "passed": True, "whole": True, "lock": lock,
                          "gates": [{"id": gate, "result": "passed"} for gate in GATES]}
                with open(f"{folder}/state/clusters/{name}/gates.json", "w") as file:
                    json.dump(dict(record, **more), file)

            self.assertIn("nobody has tried the gates of 'agdr_qa'", promote("agdr_qa", "agdr_prod")[1])
            prove("agdr_qa", passed=False)
            self.assertIn("the gates of 'agdr_qa' did not pass", promote("agdr_qa", "agdr_prod")[1])
            prove("agdr_qa", finished="2020-01-01T00:00:00Z")
            self.assertIn("longer than the 168 hours that this counts", promote("agdr_qa", "agdr_prod")[1])
            self.assertFalse(os.path.exists(folder + "/instances/agdr_prod.lock"))
            prove("agdr_qa", gates=[{"id": gate, "result": "passed"} for gate in GATES if gate.startswith("C-")])
            self.assertIn("the gates of 'agdr_qa' were run without G-1", promote("agdr_qa", "agdr_prod")[1])
            prove("agdr_qa")
            self.assertEqual(promote("agdr_qa", "agdr_prod")[0], 0)
            locked = lines_of(folder + "/instances/agdr_prod.lock")
            self.assertIn("kubernetes_version: v1.34.4", locked)
            self.assertEqual([locked[locked.index(part) + 1].strip() for part in ("charts:", "releases:")],
                             ["gen3: 0.3.90", "gen3: '2026.08'"])
            self.assertIn("as it was", promote("agdr_qa", "agdr_prod")[1])
            self.assertIn("the one says nothing of the other", promote("agdr_qa", "csoc")[1])
            # What has a lock is proved with that lock, and with no other.
            prove("agdr_prod")
            self.assertIn("is another one than its gates passed with", promote("agdr_prod", "rakeiora_prod")[1])
            with open(folder + "/instances/agdr_prod.lock", "rb") as file:
                prove("agdr_prod", lock=hashlib.sha256(file.read()).hexdigest())
            self.assertEqual(promote("agdr_prod", "rakeiora_prod")[0], 0)


if __name__ == "__main__":
    unittest.main()
