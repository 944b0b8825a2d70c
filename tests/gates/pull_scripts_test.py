#!/usr/bin/env python3
"""Scripts of gate C-10: nodes that pull, and the registry's log. Doubles stand for kubectl and for the controller; lines of the log are a real
registry's (docker-registry 2.8.2)."""

import os
import subprocess
import sys
import unittest

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from gate_scripts_test import SCRIPTS, run, whys  # noqa: E402

DIGEST = "sha256:" + "2d" * 32
PULLED = "docker.io/library/busybox/manifests/" + DIGEST

# Two nodes; n06 is in the state $STATE. What the controller is asked for is kept, and answered by $SEEN.
PULLS = """
timeout() { shift; case "$1" in curl) echo "docker-content-digest: $DIGEST" ;; *) "$@" ;; esac; }
ask() {
  case "$*" in
    *"get nodes"*) printf 'n01 True\\nn06 True\\nn07 False\\n' ;;
    *"apply -f -") cat >/dev/null ;;
    *"run gates-unvetted"*) echo "the image is $VETTED" ; [ "$VETTED" = taken ] ;;
    *"get validatingadmissionpolicybinding"*) return 1 ;;
  esac
}
here() {
  case "$*" in
    *"get pods"*) printf 'n01\\tSucceeded\\t\\nn06\\t%s\\n' "$STATE" ;;
    *"get events"*) echo "Failed to pull image: failed to resolve reference: not found" ;;
  esac
}
from_outside() { echo "$1 $2" >"$PLACE/asked"; echo "$SEEN"; }
sleep() { :; }
date() { echo 1000; }
"""


class Pulls(unittest.TestCase):
    def told(self, seen, state="Succeeded\t", **more):
        given = {"SEEN": seen, "STATE": state, "DIGEST": DIGEST, "REGISTRY": "registry.example.org:5000", "IMAGE": "docker.io/library/busybox:1.35",
                 "CA_FILE": "/nowhere", "VETTED_ONLY": "true", "VETTED_NAMESPACES": "pages", "VETTED": "not vetted"}
        return run("registry", PULLS, 'note "asked: $(cat "$PLACE/asked")"', **{**given, **more})

    def test_are_in_the_registrys_log(self):
        lines = self.told("seen n01 n06")
        self.assertEqual([(line["right"], line["on"]) for line in lines if line.get("on")],
                         [(what, node) for node in ("n01", "n06") for what in ("pulls docker.io/library/busybox by its digest", "and the registry's log has its request")])
        self.assertEqual([line for line in lines if "lacks" in line or "wrong" in line], [])
        self.assertIn({"note": f"asked: pulls 995:{PULLED}"}, lines)

    def test_that_went_elsewhere_are_named(self):
        lines = self.told("seen n01")
        self.assertEqual([line for line in lines if "wrong" in line],
                         [{"wrong": "the registry's log", "on": "n06",
                           "why": f"n06 pulls docker.io/library/busybox, and the registry's log has no request of it for {DIGEST}: it pulled elsewhere",
                           "hint": "look at /etc/containerd/certs.d on n06; on the registry's node: journalctl -u site-registry@read"}])
        self.assertEqual(len(whys(self.told("seen "))), 2)

    def test_that_fail_are_not_looked_for(self):
        self.assertEqual(whys(self.told("seen n01", "Pending\tImagePullBackOff")), ["n06 does not pull through the registry's mirror: failed to resolve reference: not found"])

    def test_are_refused_where_nobody_has_vetted_the_image(self):
        self.assertIn("an image that nobody has vetted is refused in 'pages'", [line.get("right") for line in self.told("seen n01 n06")])
        self.assertEqual(whys(self.told("seen n01 n06", VETTED="taken")),
                         ["the API takes an image that nobody has vetted into the namespace 'pages': the policy 'vetted-images' is not bound"])
        for more, lack in (({"VETTED_ONLY": "false"}, "the inventory does not ask that images be vetted: nothing refuses one that nobody has looked into"),
                           ({"VETTED_NAMESPACES": ""}, "no namespace is named whose images must be vetted: none was tried")):
            self.assertEqual([line["lacks"] for line in self.told("seen n01 n06", **more) if "lacks" in line], [lack])

    def test_are_not_proved_where_the_log_is_not_shown(self):
        lines = self.told("the registry's node 'n01' does not show its log")
        self.assertEqual([line for line in lines if "lacks" in line],
                         [{"lacks": "the registry's node 'n01' does not show its log", "hint": "provisioner registry status"}])
        self.assertEqual(whys(lines), [])
        lines = self.told("others look after the registry: its log was not read")
        self.assertEqual([line for line in lines if "lacks" in line], [])
        self.assertIn({"note": "others look after the registry: its log was not read"}, lines)


def line_of(client, path, method="HEAD", status=200):
    return f'{client} - - [29/Nov/2026:23:11:13 +0000] "{method} /v2/mirror/{path}?ns=docker.io HTTP/1.1" {status} 208 "" "containerd/1.7.24"\n'


class Log(unittest.TestCase):
    # As iproute2 and systemd say it.
    DOUBLES = """
ip() {
  printf '2: eth0    inet 10.0.0.1/24 brd 10.0.0.255 scope global eth0\\\\       valid_lft forever preferred_lft forever\\n'
  printf '2: eth0    inet6 2001:db8::1/64 scope global \\\\       valid_lft forever preferred_lft forever\\n'
}
journalctl() { case "$*" in --sync) ;; "--unit site-registry@read --since @995 "*) [ -z "$FAILS" ] && printf '%s' "$LOG" ;; *) echo "journalctl $*" >&2; return 1 ;; esac; }
timeout() { shift; "$@"; }
"""

    def told(self, log, is_registry="yes", fails=""):
        """Its lines; and whether it ended well."""
        told = {"LOG": log, "FAILS": fails, "IS_REGISTRY": is_registry, "SINCE": "995", "ASKED": "/v2/mirror/" + PULLED, "PATH": os.environ["PATH"]}
        done = subprocess.run(["sh", "-c", f". {SCRIPTS}/prelude.sh\n{self.DOUBLES}\n. {SCRIPTS}/registry_log.sh\n"], env=told, capture_output=True,
                              text=True, timeout=60)
        self.assertEqual(done.stderr, "")
        return done.stdout.splitlines(), done.returncode == 0

    ADDRESSES = ["address 10.0.0.1", "address 2001:db8::1"]

    def test_tells_who_asked_and_got_it(self):
        log = (line_of("10.0.0.6", PULLED) + line_of("10.0.0.6", PULLED, "GET") + line_of("2001:db8::7", PULLED, "GET") + line_of("::1", PULLED) +
               line_of("10.0.0.8", PULLED, status=404) + line_of("10.0.0.9", PULLED.replace("2d2d", "2d2e")) + line_of("10.0.0.9", PULLED, "PUT") +
               line_of("10.0.0.9", "quay.io/busybox/manifests/" + DIGEST) + 'time="2026-11-29T23:11:13Z" level=info msg="response completed"\n')
        self.assertEqual(self.told(log), (self.ADDRESSES + ["client 10.0.0.6", "client 2001:db8::7", "client ::1"], True))

    def test_is_the_registrys_nodes_alone(self):
        self.assertEqual(self.told(line_of("10.0.0.6", PULLED), is_registry=""), (self.ADDRESSES, True))

    def test_is_not_empty_where_it_cannot_be_read(self):
        self.assertEqual(self.told("", fails="yes"), (self.ADDRESSES, False))
        self.assertEqual(self.told(""), (self.ADDRESSES, True))


# A registry's node: its services run, its disk has what $FREE says.
NODE = """
systemctl() { :; }
stat() { case "$*" in *--file-system*) echo "$FREE * 1048576 / 1048576" ;; *) echo 1000 ;; esac; }
date() { echo 1000; }
"""


class Room(unittest.TestCase):
    def told(self, free):
        return whys(run("registry_node", NODE, FREE=free, IS_REGISTRY="yes", REGISTRY_STORAGE="/data/registry", REGISTRY_LEAST="4096", GC_DAYS="35"))

    def test_is_what_the_site_asks_for(self):
        self.assertEqual(self.told("4096"), [])
        self.assertEqual(self.told("4095"), ["/data/registry has 4095 MiB free, and 4096 is the least"])


if __name__ == "__main__":
    unittest.main()
