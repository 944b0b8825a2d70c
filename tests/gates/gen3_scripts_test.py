#!/usr/bin/env python3
"""Scripts of gates of Gen3, with doubles of kubectl and psql."""

import os
import sys
import unittest

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from gate_scripts_test import lacks, rights, run, whys  # noqa: E402


# Knows what it is connected by, and one database; its arguments are seen by all.
PSQL = """
psql() {
  case "$*" in *ge:he@im*) echo "the password is shown" >&2; return 1 ;; esac
  grep -q '^password=ge:he@im$' "$PGSERVICEFILE" && grep -q '^host=db.example.org$' "$PGSERVICEFILE" && grep -q '^port=5433$' "$PGSERVICEFILE" &&
    grep -q '^user=gen3$' "$PGSERVICEFILE" && grep -q '^dbname=postgres$' "$PGSERVICEFILE" && [ "$(stat -c %a "$PGSERVICEFILE")" = 600 ] || { echo "no way in"; return 1; }
  case "$*" in *server_version_num*) echo $VERSION ;; *rolsuper*) echo t ;; *"'vector'"*) echo 0 ;; *max_connections*) echo 500 ;; *) echo 1 ;; esac
}
timeout() { shift; "$@"; }
"""


class Databases(unittest.TestCase):
    def told(self, version, **more):
        given = {"POSTGRES_HOST": "db.example.org", "POSTGRES_PORT": "5433", "POSTGRES_USER": "gen3", "POSTGRES_PASSWORD": "ge:he@im"}
        return run("gen3_postgres", PSQL, **{**given, "VERSION": version, **more})

    def test_are_judged_by_what_they_say(self):
        self.assertEqual(whys(self.told("160002")), ["the server has no extension 'vector'"])

    def test_are_too_old(self):
        self.assertEqual(whys(self.told("120001")), ["Gen3 needs PostgreSQL 13, this is 120001", "the server has no extension 'vector'"])

    def test_are_not_run_where_none_is_declared(self):
        self.assertEqual(lacks(self.told("160002", POSTGRES_HOST="")), ["the inventory declares no PostgreSQL for Gen3: gen3.postgres"])
        self.assertEqual(lacks(self.told("160002", POSTGRES_PASSWORD="")),
                         ["the password of 'gen3' at db.example.org is not known here: nobody was let in"])


class Resolver(unittest.TestCase):
    def test_is_that_of_the_bundle(self):
        asked = 'need_probes() { nodes=n01; }\nprobe() { echo "$*" >>"$PLACE/asked"; }'
        lines = run("gen3_resolver", asked, 'fact asked "$(cat "$PLACE/asked" | tr "\n" ";")"', NGINX_RESOLVER="10.100.0.10")
        self.assertEqual(lines[0]["right"], "10.100.0.10 answers")
        self.assertIn("nslookup kubernetes.default.svc.cluster.local 10.100.0.10", lines[1]["value"])
        self.assertEqual(lacks(run("gen3_resolver", asked, NGINX_RESOLVER="")), ["the inventory says nothing of Gen3: gen3"])


class Workspaces(unittest.TestCase):
    def told(self, nodes="n06 n07 ", **more):
        given = {"WORKSPACES": "jupyter-pods-gen3", "GEN3_NAMESPACE": "gen3", "HAS_WORKSPACE_NODES": "true", "THERE": nodes}
        return run("gen3_workspaces", 'ask() { printf "%s" "$THERE"; }', **{**given, **more})

    def test_look_for_nodes_where_the_bundle_has_them_do_so(self):
        lines = self.told()
        self.assertEqual(([(line["fact"], line["value"]) for line in lines[:2]], rights(lines)),
                         ([("gen3", "gen3"), ("workspaces", "jupyter-pods-gen3")], ["nodes for workspaces: n06 n07 "]))
        self.assertEqual(whys(self.told("")), ["no node has the label role=jupyter, and the bundle's values have workspaces look for it: none starts"])
        self.assertEqual(rights(self.told("", HAS_WORKSPACE_NODES="false")), ["workspaces look for no label (skipNodeSelector)"])

    def test_are_not_proved_without_gen3(self):
        self.assertEqual(lacks(self.told(WORKSPACES="")), ["the inventory says nothing of Gen3: gen3"])


if __name__ == "__main__":
    unittest.main()
