#!/usr/bin/env python3
"""Scripts of gates, with doubles of what they ask. `ask`, `here` and `probe` stand for kubectl: they give what a cluster was seen
to give, and no proof that one would. Every script is one that sh can read, and says its lines as gates/trial.h has them."""

import json
import os
import subprocess
import tempfile
import unittest

SCRIPTS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../provisioner/front/platform/gates")
ENVIRONMENT = {"RUN": "gates-x", "INSTANCE": "one", "CLUSTER_DOMAIN": "cluster.local", "PATH": os.environ["PATH"]}

# What two probes tell of each other; $CASE says what is amiss.
PROBES = """
here() { echo 10.96.1.1; }
ask() { case "$*" in *coredns*) echo "0 " ;; *) echo "kube-dns.kube-system 10.96.0.10" ;; esac; }
sleep() { :; }
probe() {
  at=$(($(cat "$PLACE/count-$1" 2>/dev/null || echo 0) + 1))
  echo $at >"$PLACE/count-$1"
  for name in n01 n06; do
    did=passed
    case "$CASE $1 $name $at" in "late "*" 1" | "cut n01 n06 "*) did=stopped ;; esac
    large=$did
    case "$CASE $1 $name" in "mtu n01 n06") large=stopped ;; esac
    printf 'pair %s %s\\nlarge %s %s\\n' $name $did $name $large
  done
  [ "$CASE" != silent ] || return 1
  named=passed served=passed
  case $CASE in names) named=stopped ;; service) served=stopped ;; esac
  printf 'name a %s\\nname b %s\\nname c %s\\nservice s %s\\nmtu 1500 -\\n' $named $named $named $served
}
"""


def run(script, doubles, **more):
    """Its lines, where it was given these doubles."""
    with tempfile.TemporaryDirectory() as place:
        with open(os.path.join(place, "ready"), "w") as file:
            file.write("n01 10.0.0.1\nn06 10.0.0.6\n")
        text = f'. {SCRIPTS}/prelude.sh\n{doubles}\n. {SCRIPTS}/{script}.sh\n'
        done = subprocess.run(["sh", "-c", text], env={**ENVIRONMENT, "PLACE": place, **more}, capture_output=True, text=True, timeout=60)
    return [json.loads(line) for line in done.stdout.splitlines()]


def whys(lines):
    return sorted({line["why"] for line in lines if "wrong" in line})


class Scripts(unittest.TestCase):
    def test_are_shell(self):
        for name in sorted(os.listdir(SCRIPTS)):
            with self.subTest(name):
                done = subprocess.run(["sh", "-n", os.path.join(SCRIPTS, name)], capture_output=True, text=True)
                self.assertEqual(done.stderr, "")

    def test_write_any_text_as_json(self):
        with tempfile.TemporaryDirectory() as place:
            with open(os.path.join(place, "odd.sh"), "w") as file:
                file.write('wrong "a \\"b\\"" "back\\\\slash and\nline\x1b[31m" "\ttab \xff"\n')
            text = f". {SCRIPTS}/prelude.sh\n. {place}/odd.sh"
            done = subprocess.run(["sh", "-c", text], env=ENVIRONMENT, capture_output=True, text=True)
        self.assertEqual(json.loads(done.stdout), {"wrong": 'a "b"', "why": "back\\slash and line[31m", "hint": " tab ", "on": ""})

    def test_lack_what_the_probes_lack(self):
        doubles = 'echo "no node is ready" >"$PLACE/unfit"'
        for script in ("pods", "load_balancer", "gen3_resolver"):
            with self.subTest(script):
                lines = run(script, doubles, POOLS="", OWNER_load_balancer="provisioner", NGINX_RESOLVER="")
                self.assertEqual([line.get("lacks") for line in lines], ["no node is ready"])


# Knows what it is connected by, and one database; its arguments are seen by all.
PSQL = """
psql() {
  case "$*" in *ge:he@im*) echo "the password is shown" >&2; return 1 ;; esac
  grep -q '^password=ge:he@im$' "$PGSERVICEFILE" && grep -q '^host=db.example.org$' "$PGSERVICEFILE" && grep -q '^port=5433$' "$PGSERVICEFILE" &&
    grep -q '^dbname=main$' "$PGSERVICEFILE" && [ "$(stat -c %a "$PGSERVICEFILE")" = 600 ] || { echo "no way in"; return 1; }
  case "$*" in *server_version_num*) echo $VERSION ;; *rolsuper*) echo t ;; *"'vector'"*) echo 0 ;; *max_connections*) echo 500 ;; *) echo 1 ;; esac
}
timeout() { shift; "$@"; }
"""


class Databases(unittest.TestCase):
    def told(self, version):
        return run("gen3_postgres", PSQL, POSTGRES="postgresql://gen3:ge:he@im@db.example.org:5433/main?sslmode=require", VERSION=version)

    def test_are_judged_by_what_they_say(self):
        self.assertEqual(whys(self.told("160002")), ["the server has no extension 'vector'"])

    def test_are_too_old(self):
        self.assertEqual(whys(self.told("120001")), ["Gen3 needs PostgreSQL 13, this is 120001", "the server has no extension 'vector'"])

    def test_are_not_run_where_none_is_declared(self):
        self.assertEqual([line.get("lacks") for line in run("gen3_postgres", PSQL, POSTGRES="")],
                         ["the inventory declares no PostgreSQL for Gen3: gen3_postgres"])


class Pods(unittest.TestCase):
    def told(self, case):
        return run("pods", PROBES, CASE=case)

    def test_pass_where_all_is_reached(self):
        lines = self.told("well")
        self.assertEqual(whys(lines), [])
        self.assertEqual(sum("right" in line for line in lines), 6)

    def test_are_asked_again_where_a_pod_is_known_late(self):
        lines = self.told("late")
        self.assertEqual(whys(lines), [])
        self.assertIn({"note": "it took 2 tries until all was known everywhere"}, lines)

    def test_name_the_way_that_is_lost(self):
        self.assertEqual(whys(self.told("cut")), ["pods on n01 do not reach pods on n06"])

    def test_name_the_mtu_where_large_packets_are_lost(self):
        self.assertEqual(whys(self.told("mtu")), ["small packets pass from n06 to n01 and large ones do not: the MTU of pods is too large"])

    def test_name_the_name_service(self):
        self.assertEqual(whys(self.told("names")), ["no name is resolved in pods: CoreDNS is scaled to 0"])

    def test_name_what_stands_for_services(self):
        self.assertEqual(whys(self.told("service")), [f"pods on {node} reach no Service by its address: kube-proxy on {node} does not do its work" for node in ("n01", "n06")])

    def test_take_silence_for_no_answer(self):
        self.assertEqual(whys(self.told("silent")), [f"the probe on {node} could not be asked all: 4 of 9 answers came: large n06 passed" for node in ("n01", "n06")])


if __name__ == "__main__":
    unittest.main()
