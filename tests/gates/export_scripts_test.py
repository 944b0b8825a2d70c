#!/usr/bin/env python3
"""Gate C-9 on directories of this machine, by real programs; a double of setpriv is what a server makes of a user's groups, and one of
timeout what it makes of root (root_squash)."""

import os
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from gate_scripts_test import lacks, rights, run, whys  # noqa: E402

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


SQUASHED = """
findmnt() { echo "files:/home nfs4 rw,vers=4.2,sec=$SEC"; }
timeout() { shift; case "$1" in sh) echo "sh: cannot create file: ${REFUSAL:-Permission denied}" >&2; return 2 ;; *) "$@" ;; esac; }
"""


@unittest.skipUnless(os.geteuid() == 0, "folders are given to users by root")
class RootSquash(unittest.TestCase):
    """Where the server refuses root, somebody else writes, or nothing is proved."""

    def setUp(self):
        place = self.enterContext(tempfile.TemporaryDirectory())
        self.path = os.path.join(place, "project")
        os.mkdir(self.path)
        for directory in (place, self.path):
            os.chmod(directory, 0o755)

    def folder(self, name, uid, mode=0o700):
        path = os.path.join(self.path, name)
        os.mkdir(path)
        os.chown(path, uid, uid)
        os.chmod(path, mode)
        return path

    def told(self, doubles=SQUASHED, mode="rw", **more):
        given = {"IS_MEMBER": "yes", "NODE": "n06", "CANNOT": "", "MOUNTS": f"nfs4 {self.path} files:/home {mode} mounted\n", "MANY_GROUPS": "", "SEC": "sys",
                 "WRITERS": "", "HOMES": "", "PILOTS": ""}
        lines = run("exports_node", doubles, **{**given, **more})
        left = [os.path.join(above, name) for above, _, names in os.walk(self.path) for name in names]
        self.assertEqual(left, [])
        return lines

    def test_is_not_taken_for_a_write(self):
        lines = self.told()
        self.assertEqual((rights(lines), whys(lines)), ([], []))
        self.assertEqual(lacks(lines), [f"n06: {self.path} refuses root (root_squash), and nobody is known who may write there: nothing was written"])

    def test_leaves_who_owns_a_folder_to_write(self):
        folder = self.folder("ada", 5001)
        self.assertEqual(rights(self.told()), [f"{self.path} is written to by UID 5001 in {folder}"])

    def test_leaves_who_is_declared_to_write_and_then_pilots_at_home(self):
        self.folder("zoe", 5003)
        declared, home = self.folder("shared", 5001), os.path.join(self.folder("m", 0, 0o755), "max")
        os.mkdir(home)
        os.chown(home, 5002, 5002)
        pilots = {"HOMES": f"{self.path} nfs initialThenUsername\n", "PILOTS": "nobody max"}
        self.assertEqual(rights(self.told(WRITERS=f"5001 5001 {declared}\n", **pilots)), [f"{self.path} is written to by UID 5001 in {declared}"])
        self.assertEqual(rights(self.told(WRITERS="5001 5001 /elsewhere\n", **pilots)), [f"{self.path} is written to by UID 5002 in {home}"])

    def test_names_an_export_that_takes_nobodys_writes(self):
        folder = self.folder("ada", 5001)
        doubles = SQUASHED + 'setpriv() { echo "sh: 1: cannot create $8: Read-only file system"; return 2; }'
        self.assertEqual([line for line in self.told(doubles) if "wrong" in line],
                         [{"wrong": f"mount {self.path}", "on": "", "why": f"UID 5001 cannot write to {folder}, though it is declared rw: Read-only file system",
                           "hint": "the export's options on the server: rw, no all_squash; gates_writer"}])

    def test_names_a_server_that_changes_numbers(self):
        folder = self.folder("ada", 5001)
        doubles = SQUASHED + 'setpriv() { echo "written 65534"; }'
        self.assertEqual(whys(self.told(doubles)), [f"what UID 5001 writes to {folder} is of UID 65534: the server changes numbers on the way"])

    def test_is_not_tried_where_users_need_tickets(self):
        self.folder("ada", 5001)
        self.assertEqual(lacks(self.told(SEC="krb5p")), [f"n06: {self.path} refuses root and asks users for tickets (sec=krb5): nothing was written"])

    def test_leaves_what_is_read_only_as_it_is(self):
        self.assertEqual(rights(self.told(mode="ro", REFUSAL="Read-only file system")), [f"{self.path} cannot be written to, as declared"])
        self.assertEqual(whys(self.told(mode="ro")), [f"{self.path} could not be tried: Permission denied"])


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
                   MANY_GROUPS=user, SERVER=server, SEC=sec, WRITERS="", HOMES="", PILOTS="")
        self.assertEqual(os.listdir(self.path), [])
        return told

    def test_have_the_rights_of_each(self):
        lines = self.told()
        self.assertEqual(whys(lines), [])
        self.assertEqual(rights(lines), [f"{self.path} is written to", f"ada, who is in 18 groups, writes to {self.path} by the right of each"])

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
        self.assertIn({"note": f"n06: root may not write to {self.path} (root_squash): whether rights by more than 16 groups hold there was not tried"},
                      self.told(doubles=SQUASHED))

    def test_are_not_tried_where_nobody_is_known(self):
        lines = self.told("told", user="")
        self.assertEqual(rights(lines), [f"{self.path} is written to"])
        self.assertIn({"note": "nobody in more than 16 groups is known (users report, gates_many_groups): whether NFS heeds the later ones was not tried"}, lines)

    def test_are_not_tried_where_another_way_tells_of_groups(self):
        for more in ({"sec": "krb5p"}, {"kind": "gpfs"}):
            with self.subTest(more):
                self.assertEqual(rights(self.told("told", **more)), [f"{self.path} is written to"])
                self.assertEqual(whys(self.told("told", **more)), [])


if __name__ == "__main__":
    unittest.main()
