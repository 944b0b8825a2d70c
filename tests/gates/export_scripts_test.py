#!/usr/bin/env python3
"""Gate C-9 on directories of this machine, by real programs; a double of setpriv is what a server makes of a user's groups."""

import os
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from gate_scripts_test import run, whys  # noqa: E402

GROUPS = list(range(70001, 70018))
USER = "5001 5001 70001 70017 5001," + ",".join(map(str, GROUPS)) + " ada"

MOUNTED = """
findmnt() { echo "files:/home nfs4 rw,vers=4.2,sec=$SEC"; }
timeout() { shift; "$@"; }
setpriv() {
  number=$2 groups=$6
  case $SERVER in
    told) groups=$(printf '%s' "$groups" | cut -d, -f-16) ;;
    stranger) groups=$4 ;;
    away) case "$9" in */70017/*) echo "sh: 1: cannot create file: Stale file handle" >&2; return 2 ;; esac ;;
  esac
  shift 6
  command setpriv --reuid "$number" --regid 5001 --groups "$groups" "$@"
}
"""


@unittest.skipUnless(os.geteuid() == 0, "folders are given to groups by root")
class ManyGroups(unittest.TestCase):
    def setUp(self):
        place = self.enterContext(tempfile.TemporaryDirectory())
        self.path = os.path.join(place, "home")
        os.mkdir(self.path)
        for directory in (place, self.path):
            os.chmod(directory, 0o755)

    def told(self, server="knows", user=USER, sec="sys", kind="nfs4", doubles="", mode="rw"):
        told = run("exports_node", MOUNTED + doubles, IS_MEMBER="yes", NODE="n06", CANNOT="", MOUNTS=f"{kind} {self.path} files:/home {mode} mounted\n",
                   MANY_GROUPS=user, SERVER=server, SEC=sec)
        self.assertEqual(os.listdir(self.path), [])
        return told

    def rights(self, lines):
        return [line["right"] for line in lines if "right" in line]

    def test_have_the_rights_of_each(self):
        lines = self.told()
        self.assertEqual(whys(lines), [])
        self.assertEqual(self.rights(lines), [f"{self.path} is written to", f"ada, who is in 18 groups, writes to {self.path} by the right of each"])

    def test_are_cut_off_by_a_server_that_is_told_of_16(self):
        self.assertEqual([line for line in self.told("told") if "wrong" in line],
                         [{"wrong": f"groups on {self.path}", "on": "",
                           "why": f"ada, who is in 18 groups, cannot write to {self.path} (files:/home) by the right of group 70017: NFS tells the server of 16 groups only",
                           "hint": "--manage-gids on the server, with accounts from the same directory; or fewer groups"}])

    def test_are_unknown_to_a_server_with_other_accounts(self):
        self.assertEqual([line for line in self.told("stranger") if "wrong" in line],
                         [{"wrong": f"groups on {self.path}", "on": "",
                           "why": f"ada, who is in 18 groups, cannot write to {self.path} (files:/home) by the right of group 70001: the server looks groups up itself, and "
                                  "does not know UID 5001 in that one",
                           "hint": "accounts of the server from the same directory as the nodes'"}])

    def test_are_told_with_what_else_stops_them(self):
        self.assertEqual(whys(self.told("away")),
                         [f"ada, who is in 18 groups, cannot write to {self.path} (files:/home) by the right of group 70017: Stale file handle"])

    def test_are_not_tried_where_the_user_has_no_way(self):
        os.chmod(self.path, 0o700)
        lines = self.told()
        self.assertEqual(whys(lines), [])
        self.assertIn({"note": f"n06: whether rights by more than 16 groups hold on {self.path} was not tried: ada has no way to write there (Permission denied)"},
                      lines)

    def test_are_not_tried_where_root_is_squashed(self):
        doubles = 'chown() { echo "chown: changing group of x: Operation not permitted" >&2; return 1; }'
        self.assertIn({"note": f"n06: whether rights by more than 16 groups hold on {self.path} was not tried: ada has no way to write there "
                               "(Operation not permitted)"}, self.told(doubles=doubles))
        doubles = 'timeout() { shift; case "$1" in sh) echo "sh: cannot create file: Permission denied" >&2; return 2 ;; *) "$@" ;; esac; }'
        self.assertIn({"note": f"n06: root may not write to {self.path} (root_squash): whether rights by more than 16 groups hold there was not tried"},
                      self.told(doubles=doubles))

    def test_are_not_tried_where_nobody_is_known(self):
        lines = self.told("told", user="")
        self.assertEqual(self.rights(lines), [f"{self.path} is written to"])
        self.assertIn({"note": "nobody in more than 16 groups is known (users report, gates_many_groups): whether NFS heeds the later ones was not tried"}, lines)

    def test_are_not_tried_where_another_way_tells_of_groups(self):
        for more in ({"sec": "krb5p"}, {"kind": "gpfs"}):
            with self.subTest(more):
                self.assertEqual(self.rights(self.told("told", **more)), [f"{self.path} is written to"])
                self.assertEqual(whys(self.told("told", **more)), [])


if __name__ == "__main__":
    unittest.main()
