#!/usr/bin/env python3
"""What nodes tell of themselves for gate C-1, with doubles of chronyc and of the resolver: NAMES are its lines "ADDRESS NAME", as
/etc/hosts has them, and BACK those for addresses, where they are others; and what the API tells of nodes and pods for C-14."""

import os
import sys
import unittest

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from gate_scripts_test import run, whys  # noqa: E402

DOUBLES = """
timeout() { shift; "$@"; }
getent() {
  case $1 in
    ahostsv4) printf '%s\\n' "$NAMES" | awk -v name="$2" '$2 == name {print $1, "STREAM"}' ;;
    hosts) printf '%s\\n' "$BACK" | awk -v address="$2" '$1 == address {print $1, $2}' ;;
  esac
}
chronyc() { echo "0A150002,10.21.0.2,3,1,2,3,4,5,6,7,8,9,10,$LEAP"; }
"""
# The cluster knows nodes by one address, and they are reached at another.
ADDRESSES = "n01=10.23.0.11 10.21.0.11\nn06=10.23.0.16 10.21.0.16\n"
HOSTS = "127.0.1.1 n01\n10.21.0.16 n06"


def told(names=HOSTS, back="", addresses=ADDRESSES, leap="Normal", cannot=""):
    return run("machines_node", DOUBLES, NODE="n01", ADDRESSES=addresses, ENDPOINT="api.one", CANNOT=cannot, NAMES=names, BACK=back or names, LEAP=leap)


def rights(lines):
    return [line["right"] for line in lines if "right" in line]


class Names(unittest.TestCase):
    agree = "names and addresses of all nodes lead to each other"

    def test_may_lead_to_either_address_of_a_node(self):
        for address in ("10.21.0.16", "10.23.0.16"):
            with self.subTest(address):
                lines = told(f"127.0.1.1 n01\n{address} n06")
                self.assertEqual((whys(lines), self.agree in rights(lines)), ([], True))

    def test_have_to_lead_to_one_of_them(self):
        for names, why in (("127.0.1.1 n01\n10.21.0.99 n06", "the name n06 leads to 10.21.0.99, and the inventory has 10.23.0.16 or 10.21.0.16"),
                           ("127.0.1.1 n01", "the name n06 is not resolved"),
                           ("127.0.1.1 n01\n127.0.1.1 n06", "the name n06 leads to 127.0.1.1")):
            with self.subTest(names):
                lines = told(names)
                self.assertEqual((whys(lines), self.agree in rights(lines)), ([why], False))

    def test_are_told_with_the_one_address_that_there_is(self):
        lines = told("10.79.0.11 n01\n10.79.0.99 n06", addresses="n01=10.79.0.11\nn06=10.79.0.16\n")
        self.assertEqual(whys(lines), ["the name n06 leads to 10.79.0.99, and the inventory has 10.79.0.16"])

    def test_have_an_address_that_leads_back(self):
        self.assertEqual(whys(told(back="10.21.0.16 n06.example.org")), [])
        self.assertEqual(whys(told(back="10.21.0.16 other")), ["the address 10.21.0.16 of n06 leads to 10.21.0.16 other"])
        self.assertEqual(whys(told(back="10.23.0.16 n06")), ["no name is found for the address 10.21.0.16 of n06"])


class Clocks(unittest.TestCase):
    def test_follow_a_time_server(self):
        self.assertIn("its clock follows a time server", rights(told()))
        self.assertEqual(whys(told(leap="Not synchronised")), ["its clock follows no time server (chronyc tracking: 0A150002,Not synchronised)"])

    def test_are_not_a_containers_own(self):
        lines = told(cannot=" clock ")
        self.assertEqual([line["lacks"] for line in lines if "lacks" in line],
                         ["n01 follows no time server of its own: all containers of a lab share one clock"])


# Four nodes, of which two take pods, and pods of all kinds, as kubectl writes them.
NODES_AND_PODS = """
ask() {
  case "$*" in
    *"get nodes"*)
      printf 'n01\\t\\tNoSchedule\\t{"cpu":"4","memory":"8Gi","pods":"110"}\\nn07\\ttrue\\t\\t{"cpu":"4","memory":"8Gi"}\\nn08\\t\\tPreferNoSchedule\\t\\n'
      printf 'n06\\t\\t\\t{"cpu":"3900m","ephemeral-storage":"100","memory":"8000Ki","nvidia.com/gpu":"2","pods":"110"}\\n' ;;
    *"get pods"*)
      printf 'web\\tn06\\tReplicaSet\\t{"cpu":"100m","memory":"1Gi"};{"cpu":"1.5","ephemeral-storage":"2G","nvidia.com/gpu":"1"};;\\nweb\\t\\tReplicaSet\\t{"memory":"1M"};\\n'
      printf 'kube-system\\tn06\\tDaemonSet\\t{"cpu":"2e-1"};\\nkube-system\\tn01\\tNode\\t{"cpu":"1"};\\ngates-x\\tn06\\t\\t{"cpu":"9"};\\n'
      printf 'gen3\\tn06\\tReplicaSet\\t{"cpu":"250m"};\\ngen3\\tn06\\tDaemonSet\\t{"memory":"2048"};\\n' ;;
  esac
}
"""


class Room(unittest.TestCase):
    def told(self, platform):
        lines = run("capacity", NODES_AND_PODS, PLATFORM=platform, GEN3_NAMESPACE="gen3")
        return {(line["fact"], line["on"]): line["value"] for line in lines}

    def test_is_summed_up_by_kind_and_node(self):
        self.assertEqual(self.told("plain"), {("allocatable", "n06"): "3900m 8000Ki ephemeral-storage=100 nvidia.com/gpu=2", ("allocatable", "n08"): "- -",
                                              ("own", "n06"): "200m 2Ki", ("requests", "-"): "0m 977Ki",
                                              ("requests", "n06"): "1850m 1048576Ki ephemeral-storage=2000000000 nvidia.com/gpu=1"})

    def test_tells_the_platforms_own_pods_apart(self):
        told = self.told("gen3")
        self.assertEqual([told[kind, "n06"] for kind in ("own", "own_there", "requests_there")], ["200m 0Ki", "0m 2Ki", "250m 0Ki"])
        self.assertEqual(told["requests", "n06"], "1600m 1048576Ki ephemeral-storage=2000000000 nvidia.com/gpu=1")


if __name__ == "__main__":
    unittest.main()
