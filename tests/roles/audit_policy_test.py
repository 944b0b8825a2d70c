#!/usr/bin/env python3
"""What the API writes down by the audit policy of the role control_plane, which is judged as kube-apiserver does it
(kubernetes/kubernetes, staging/src/k8s.io/apiserver/pkg/audit/policy/checker.go): the first rule that matches says the level.

    audit_policy_test.py PROVISIONER

Exits 77 where PyYAML is not installed.
"""

import os
import sys
import unittest

sys.dont_write_bytecode = True
PROGRAM = os.path.abspath(sys.argv.pop(1))
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from rendered_role import rendered  # noqa: E402

PERSON = ("oidc:amara", ["oidc:staff", "system:authenticated"])
ADMINISTRATOR = ("kubernetes-admin", ["kubeadm:cluster-admins", "system:authenticated"])
NODE = ("system:node:n06", ["system:nodes", "system:authenticated"])
PROMETHEUS = ("system:serviceaccount:kube-system:site-prometheus", ["system:serviceaccounts", "system:authenticated"])


def names(wanted, group, resource):
    """Whether a rule's resource is that of the request: PARENT, PARENT/CHILD, `*`, `*/CHILD` or `PARENT/*`."""
    parent, _, child = resource.partition("/")
    return any(one["group"] == group and (not one.get("resources") or {resource, "*", parent + "/*"} & set(one["resources"])
                                          or child and "*/" + child in one["resources"]) for one in wanted)


def level(rules, who, verb, resource, group="", namespace="science"):
    user, groups = who
    for rule in rules:
        if (user in rule.get("users", [user]) and set(groups) & set(rule.get("userGroups", groups)) and verb in rule.get("verbs", [verb])
                and namespace in rule.get("namespaces", [namespace]) and "nonResourceURLs" not in rule
                and ("resources" not in rule or names(rule["resources"], group, resource))):
            return rule["level"]
    return "None"


class AuditPolicy(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.policy, = rendered(PROGRAM, "control_plane", "audit.yml.j2")

    def of(self, *words, **more):
        return level(self.policy["rules"], *words, **more)

    def test_writes_down_who_went_into_a_pod_by_either_verb(self):
        for who in (PERSON, ADMINISTRATOR):
            for way in ("pods/exec", "pods/attach", "pods/portforward", "pods/proxy", "services/proxy", "nodes/proxy"):
                for verb in ("get", "create"):
                    self.assertEqual(self.of(who, verb, way), "Metadata", (who, verb, way))

    def test_writes_down_who_read_a_secret_and_never_what_is_in_it(self):
        for resource in ("secrets", "configmaps"):
            for verb in ("get", "list", "watch", "create", "update", "patch", "delete"):
                self.assertEqual(self.of(PERSON, verb, resource), "Metadata", (verb, resource))
        self.assertEqual(self.of(PERSON, "create", "serviceaccounts/token"), "Metadata")
        self.assertEqual(self.of(("system:serviceaccount:science:a-pod", ["system:serviceaccounts"]), "get", "secrets"), "Metadata")

    def test_writes_down_what_was_changed(self):
        self.assertEqual(self.of(PERSON, "create", "deployments", group="apps"), "Request")
        self.assertEqual(self.of(ADMINISTRATOR, "delete", "pods"), "Request")
        self.assertEqual(self.of(PERSON, "patch", "pods/ephemeralcontainers"), "Request")

    def test_leaves_out_other_reads(self):
        for verb in ("get", "list", "watch"):
            self.assertEqual(self.of(PERSON, verb, "pods"), "None")
        self.assertEqual(self.of(PERSON, "get", "pods/log"), "None")

    def test_leaves_out_what_the_system_does_all_the_time(self):
        self.assertEqual(self.of(NODE, "watch", "secrets"), "None")
        self.assertEqual(self.of(NODE, "patch", "nodes/status"), "None")
        self.assertEqual(self.of(("system:kube-controller-manager", ["system:authenticated"]), "list", "secrets"), "None")
        self.assertEqual(self.of(PERSON, "update", "leases", group="coordination.k8s.io"), "None")
        self.assertEqual(self.of(PROMETHEUS, "get", "services/proxy", namespace="kube-system"), "None")
        self.assertEqual(self.of(PROMETHEUS, "get", "secrets", namespace="kube-system"), "Metadata")

    def test_has_the_end_of_a_request_and_not_its_beginning(self):
        self.assertEqual(self.policy["omitStages"], ["RequestReceived"])

    def test_heeds_the_sites_rules_first(self):
        policy, = rendered(PROGRAM, "control_plane", "audit.yml.j2", kubernetes_audit_rules=[{"level": "None", "namespaces": ["noisy"]}])
        self.assertEqual(level(policy["rules"], PERSON, "get", "pods/exec", namespace="noisy"), "None")


if __name__ == "__main__":
    unittest.main()
