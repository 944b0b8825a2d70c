#!/usr/bin/env python3
"""Scripts of gates that ask servers, by real curl, of doubles on this machine (tests/support/platform_servers.py). kubectl is
doubled too: what it would have a pod do is done here."""

import json
import os
import subprocess
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "../support"))
import platform_servers  # noqa: E402

SCRIPTS = os.path.join(HERE, "../../provisioner/front/platform/gates")
ENVIRONMENT = {"RUN": "gates-x", "INSTANCE": "one_Two", "CLUSTER_DOMAIN": "cluster.local", "GEN3_NAMESPACE": "gen3", "INGRESS_ADDRESS": "", "OWNER_ingress": "site",
               "SEARCH_NAME": "gen3-elasticsearch-master", "ELASTICSEARCH_IS_OWN_NAME": "",
               "ARGO_IS_ELSEWHERE": "false", "TRUSTS_SITE_AUTHORITY": "true", "PATH": os.environ["PATH"]}
HERE_AS_POD = """
need_tools() { :; }
timeout() { shift; "$@"; }
kubectl() { case "$*" in *"exec -i tools -- curl --config -") curl --config - ;; *) echo "no kubectl $*" >&2; return 1 ;; esac; }
"""


def run(script, doubles="", **more):
    """Its lines."""
    with tempfile.TemporaryDirectory() as place:
        text = f". {SCRIPTS}/prelude.sh\n{HERE_AS_POD}\n{doubles}\n. {SCRIPTS}/{script}.sh\n"
        done = subprocess.run(["sh", "-c", text], env={**ENVIRONMENT, "PLACE": place, **more}, capture_output=True, text=True, timeout=60)
    assert done.stderr == "", done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def whys(lines):
    return [line["why"] for line in lines if "wrong" in line]


def lacks(lines):
    return [line["lacks"] for line in lines if "lacks" in line]


class Alerts(unittest.TestCase):
    NONE = {"ALERTMANAGER": "", "ALERTS_WEBHOOK": "", "ALERTS_QUERY": "", "CA_FILE": "/etc/ssl/certs/ca-certificates.crt"}

    def setUp(self):
        self.receiver = self.enterContext(platform_servers.AlertReceiver())
        self.manager = self.enterContext(platform_servers.Alertmanager(self.receiver.url))

    def told(self, **more):
        # Waits are made short.
        return run("alerts", "sleep() { :; }", **{**self.NONE, **more})

    def asked(self):
        return {"ALERTS_QUERY": self.receiver.url + "/find/CANARY"}

    def test_reach_a_webhook(self):
        lines = self.told(ALERTS_WEBHOOK=self.receiver.url)
        self.assertEqual([line["right"] for line in lines], ["the receiver of alerts takes one, from a pod"])
        self.assertEqual(self.receiver.bodies, ['{"text": "provisioner-gates-gates-x: nothing is wrong"}'])
        self.assertEqual(self.told(ALERTS_WEBHOOK=self.receiver.url, **self.asked())[-1], {"right": "and has it", "on": ""})

    def test_name_a_webhook_that_refuses(self):
        self.receiver.status = 403
        self.assertEqual(whys(self.told(ALERTS_WEBHOOK=self.receiver.url)), ["the receiver of alerts does not take one from a pod: status 403: invalid_token"])

    def test_name_a_receiver_that_forgets(self):
        self.receiver.forgets = True
        self.assertEqual(whys(self.told(ALERTS_WEBHOOK=self.receiver.url, **self.asked())),
                         [f"the receiver of alerts took one, and it is not found at {self.receiver.url}/find/CANARY"])

    def test_go_by_alertmanager(self):
        lines = self.told(ALERTMANAGER=self.manager.url, **self.asked())
        self.assertEqual([line["right"] for line in lines], ["Alertmanager takes an alert", "and its receiver has it"])
        self.assertEqual(json.loads(self.receiver.bodies[0])[0]["labels"]["alertname"], "ProvisionerGates gates-x")
        self.assertEqual(self.told(ALERTMANAGER=self.manager.url)[-1]["right"], "and has told its receiver of it")

    def test_name_a_route_that_leads_nowhere(self):
        self.manager.is_routed = False
        self.assertEqual(whys(self.told(ALERTMANAGER=self.manager.url)), ["Alertmanager took an alert and told nobody of it within 100 s"])

    def test_are_not_run_where_others_hold_it_back(self):
        self.manager.is_routed, self.manager.others = False, 2
        self.assertEqual(lacks(self.told(ALERTMANAGER=self.manager.url)),
                         ["Alertmanager took an alert and told nobody within 100 s; 2 others are under way, with which it may hold this one back (group_interval)"])

    def test_name_a_receiver_that_is_away(self):
        self.manager.receiver = "http://127.0.0.1:9/"
        self.assertEqual(whys(self.told(ALERTMANAGER=self.manager.url)), ["Alertmanager took an alert, and its receiver does not take it"])
        why, = whys(self.told(ALERTMANAGER=self.manager.url, **self.asked()))
        self.assertTrue(why.endswith("/find/CANARY within 100 s: 0 notifications were taken and 2 failed by now"), why)

    def test_are_not_run_where_nobody_is_named(self):
        self.assertEqual(lacks(self.told()), ["the inventory names nobody who gets alerts: none was sent"])


# What nodes ask of registries, without the world: $REACHES are those that answer.
WORLD = """
curl() {
  case "$*" in
    "--config -") command curl "$@" ;;
    *) for place in $REACHES; do case "$*" in *"$place"*) printf 401; return ;; esac; done; printf 000 ;;
  esac
}
"""


class Ways(unittest.TestCase):
    def setUp(self):
        self.fork = self.enterContext(platform_servers.Static({"/phalanx.git/info/refs": (200, "001e# service=git-upload-pack\n0000")}))
        self.charts = self.enterContext(platform_servers.Static({"/index.yaml": (200, "entries: {}")}))

    def told(self, reaches="ghcr.io registry-1.docker.io", **more):
        given = {"PHALANX_REPOSITORY": self.fork.url + "/phalanx.git", "HELM_REPOSITORIES": self.charts.url, "REACHES": reaches,
                 "CA_FILE": "/etc/ssl/certs/ca-certificates.crt"}
        return run("phalanx_ways", WORLD, **{**given, **more})

    def test_pass_where_all_can_be_had(self):
        self.assertEqual([line["right"] for line in self.told()],
                         [f"pods reach the fork {self.fork.url}/phalanx.git", "nodes reach https://ghcr.io", "nodes reach https://registry-1.docker.io",
                          f"pods reach charts of {self.charts.url}"])

    def test_name_what_cannot(self):
        self.fork.pages, self.charts.pages = {"/phalanx.git/info/refs": (401, "")}, {}
        self.assertEqual(whys(self.told("ghcr.io")),
                         [f"the fork {self.fork.url}/phalanx.git asks pods who they are: Argo CD reads it without an account",
                          "nodes do not reach https://registry-1.docker.io, and no mirror stands for it",
                          f"pods do not reach charts of {self.charts.url}: status 404"])

    def test_are_not_run_without_a_fork(self):
        self.assertEqual(lacks(self.told(PHALANX_REPOSITORY="")), ["the inventory names no fork of Phalanx: phalanx.repository"])


if __name__ == "__main__":
    unittest.main()
