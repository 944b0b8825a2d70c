#!/usr/bin/env python3
"""What a control-plane node tells of its cluster for a bundle, with doubles of kubectl and of the node's own files."""

import os
import subprocess
import unittest

SCRIPT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../provisioner/front/platform/cluster_answer_script.sh")
DOUBLES = """
base64() { [ "$3" = /etc/kubernetes/pki/ca.crt ] && [ -n "$AUTHORITY" ] && printf %s "$AUTHORITY"; }
kubectl() {
  case "$*" in
    *"--namespace site-ingress get service traefik -o jsonpath={.spec.type}") printf %s "$TYPE" ;;
    *"get service traefik -o jsonpath={.status.loadBalancer.ingress[*].ip}") printf %s "$GIVEN" ;;
    *"get pods --selector app=traefik -o jsonpath={.items[*].status.hostIP}") printf %s "$NODES" ;;
    *) echo "kubectl: $*" >&2; return 1 ;;
  esac
}
"""


def told(**more):
    given = {"AUTHORITY": "UEVN", "TYPE": "LoadBalancer", "GIVEN": "", "NODES": "", **more}
    done = subprocess.run(["sh", "-c", f"{DOUBLES}\n. {SCRIPT}"], env={"PATH": os.environ["PATH"], **given}, capture_output=True, text=True, timeout=60)
    return done.returncode, done.stdout.split("\n")


class Answer(unittest.TestCase):
    def test_is_the_authority_and_what_the_load_balancer_gave(self):
        self.assertEqual(told(GIVEN="10.23.0.200", NODES="10.23.0.11"), (0, ["UEVN", "10.23.0.200"]))
        self.assertEqual(told(GIVEN="10.23.0.200 10.23.0.201"), (0, ["UEVN", "10.23.0.200", "10.23.0.201"]))

    def test_is_the_authority_alone_while_none_is_given(self):
        self.assertEqual(told(NODES="10.23.0.11"), (0, ["UEVN", ""]))
        self.assertEqual(told(TYPE=""), (0, ["UEVN", ""]))

    def test_is_the_nodes_where_it_takes_their_ports(self):
        self.assertEqual(told(TYPE="ClusterIP", NODES="10.23.0.12 10.23.0.11"), (0, ["UEVN", "10.23.0.12", "10.23.0.11"]))

    def test_is_none_of_a_node_that_has_no_control_plane(self):
        self.assertEqual(told(AUTHORITY="", GIVEN="10.23.0.200")[0], 1)


if __name__ == "__main__":
    unittest.main()
