#!/usr/bin/env python3
"""Scripts of gate C-8: classes, volumes that are there already, and snapshots. Doubles stand for kubectl and for what pods say; what a pod does
with a volume is done here by busybox on directories."""

import os
import shutil
import subprocess
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from gate_scripts_test import SCRIPTS, lacks, rights, run, whys  # noqa: E402


# A driver whose snapshots come to be as far as $LACK lets them.
SNAPSHOTS = """
ask() {
  case "$LACK $*" in
    "class "*volumesnapshotclasses*) ;;
    *volumesnapshotclasses*) echo "quick csi.example.org" ;;
    *"apply -f -") cat >>"$PLACE/applied" ;;
  esac
}
here() {
  case "$LACK $*" in
    "ready "*readyToUse*) ;;
    *readyToUse*) echo true ;;
    *"error.message"*) echo "the driver is away" ;;
    "content "*"logs restores"*) echo nothing ;;
    *"logs restores"*) echo written ;;
  esac
}
sleep() { :; }
holder() { echo "pod $*"; }
ends() { :; }
size=100Mi
"""


class Snapshots(unittest.TestCase):
    def told(self, lack="", kind="nfs_csi"):
        return run("snapshots", SNAPSHOTS, "try_snapshot standard csi.example.org written", LACK=lack, CLASSES=f"standard {kind} yes Delete\n")

    def test_come_back(self):
        self.assertEqual([line.get("right") for line in self.told()], ["a snapshot of it is taken", "and a claim that is made of it has what was written"])

    def test_are_named_where_they_do_not(self):
        self.assertEqual(whys(self.told("ready")), ["a snapshot of a volume of 'standard' was not ready within 45 s: the driver is away"])
        self.assertEqual(whys(self.told("content")), ["a claim that is made of a snapshot of 'standard' does not have what was written: nothing"])

    def test_are_said_to_be_none(self):
        self.assertEqual(self.told("class", "local_path"), [{"note": "volumes of 'standard' have no snapshots: no VolumeSnapshotClass is of the driver csi.example.org"}])

    def test_are_not_proved_where_a_driver_could_take_them_and_nobody_has_brought_what_does(self):
        self.assertEqual([line.get("lacks") for line in self.told("class")],
                         ["no VolumeSnapshotClass is of the driver csi.example.org, so no snapshot of a volume of 'standard' was taken"])


# A cluster with the volumes `datasets` (read-only) and `project`; their pods say $SAID, and one as its owner $OWNER_SAID. What is applied and
# deleted is kept.
VOLUMES = """
ask() {
  case "$LACK $*" in
    *"get pv datasets -o jsonpath={.spec.nfs}") [ "$LACK" = volume ] || echo '{"path":"/datasets"'"$READ_ONLY"',"server":"files"}' ;;
    *"get pv project -o jsonpath={.spec.nfs}") echo '{"path":"/project","server":"files"}' ;;
    *"get pv"*mountOptions*) echo '["hard","nfsvers=4.2"]' ;;
    *"apply -f -") cat >>"$PLACE/applied" ;;
    *"apply -f "*) cat "${4:-$3}" >>"$PLACE/applied" ;;
    *"delete "*) echo "ask $*" >>"$PLACE/deleted" ;;
  esac
}
here() {
  case "$LACK $*" in
    "start "*"get pod static"*) echo Pending ;;
    *"get pod "*) echo Succeeded ;;
    *"get events"*) echo "FailedMount mount.nfs: access denied by server" ;;
    *"logs owner-"*) echo "$OWNER_SAID" ;;
    *"logs "*) printf "$SAID" ;;
    *"delete "*) echo "here $*" >>"$PLACE/deleted" ;;
  esac
}
sleep() { :; }
date() { now=$(($(cat "$PLACE/now" 2>/dev/null || echo 0) + 1)); echo $now >"$PLACE/now"; echo $now; }
"""
SHOWN = 'while read -r line; do note "$line"; done <"$PLACE/deleted"; while read -r line; do note "applied: $line"; done <"$PLACE/applied"'
READ_ONLY = 'read\\nstopped Read-only file system\\n'


class ServedVolumes(unittest.TestCase):
    def told(self, volumes="datasets nfs ro 10Ti\n", said=READ_ONLY, after="", **more):
        given = {"LACK": "", "VOLUMES": volumes, "SAID": said, "OWNER_SAID": "", "READ_ONLY": ',"readOnly":true', "CANNOT": "", "IMAGE": "busybox"}
        return run("volumes", VOLUMES, "try_volumes\n" + after, **{**given, **more})

    def test_that_are_read_only_are_read_and_refuse_writes(self):
        lines = self.told()
        self.assertEqual((rights(lines), whys(lines), lacks(lines)),
                         (["the volume 'datasets' is read-only by itself", "a pod has the volume 'datasets', and cannot write to it"], [], []))

    def test_are_tried_by_volumes_of_the_runs_own_that_go_with_it(self):
        lines = self.told(after=SHOWN)
        applied = [line["note"][9:] for line in lines if line.get("note", "").startswith("applied: ")]
        self.assertIn('metadata: {name: "gates-x-datasets", labels: {provisioner/gates-of: "gates-x"}}', applied)
        for line in ("persistentVolumeReclaimPolicy: Retain", "accessModes: [ReadOnlyMany]", 'mountOptions: ["hard","nfsvers=4.2"]',
                     'claimRef: {namespace: gates-x, name: "static-datasets"}', 'nfs: {"path":"/datasets","readOnly":true,"server":"files"}'):
            self.assertIn(line, applied)
        self.assertEqual([line["note"] for line in lines if " delete " in line.get("note", "")],
                         ["here delete pods --selector gate=volumes --wait --timeout 30s", "here delete pvc static-datasets --wait --timeout 30s",
                          "ask delete pv --selector provisioner/gates-of=gates-x --wait=false"])

    def test_that_are_read_only_in_name_alone_are_named(self):
        self.assertEqual(whys(self.told(said="read\\nwritten\\n")), ["the volume 'datasets' is declared read-only, and a pod could write to it"])
        self.assertEqual(whys(self.told(said="read\\nstopped Permission denied\\n")),
                         ["the volume 'datasets' is declared read-only, and only its modes keep a pod from writing: Permission denied"])
        self.assertEqual(whys(self.told(READ_ONLY="")), ["the volume 'datasets' is declared read-only, and the cluster has it for writing"])

    def test_that_are_written_to(self):
        project = "project nfs rw 1Ti\n"
        self.assertEqual(rights(self.told(project, "read\\nwritten\\n")), ["a pod writes to the volume 'project'"])
        self.assertEqual(whys(self.told(project)), ["the volume 'project' is declared rw, and a pod cannot write to it: Read-only file system"])

    def test_are_written_to_by_an_owner_where_root_is_refused(self):
        project, squashed = "project nfs rw 1Ti\n", "read\\nstopped Permission denied\\nowner 5001 5002 ada\\n"
        self.assertEqual(rights(self.told(project, squashed, OWNER_SAID="written")), ["a pod writes to the volume 'project' as UID 5001"])
        self.assertIn({"note": "applied: securityContext: {runAsUser: 5001, runAsGroup: 5002}"}, self.told(project, squashed, SHOWN, OWNER_SAID="written"))
        self.assertEqual(whys(self.told(project, squashed, OWNER_SAID="stopped Permission denied")),
                         ["the volume 'project' is declared rw, and UID 5001 cannot write to its own folder ada: Permission denied"])
        self.assertEqual(lacks(self.told(project, "read\\nstopped Permission denied\\n")),
                         ["the volume 'project' refuses root (root_squash), and nobody has a folder on it: nothing was written"])

    def test_that_no_pod_can_have_or_read_are_named(self):
        self.assertEqual(whys(self.told(LACK="start")), ["no pod can have the volume 'datasets': FailedMount mount.nfs: access denied by server"])
        self.assertEqual(whys(self.told(LACK="volume")), ["the volume 'datasets' of the inventory is not there"])
        self.assertEqual(whys(self.told(said="unread Stale file handle\\nstopped Read-only file system\\n")),
                         ["a pod cannot read the volume 'datasets': Stale file handle"])
        self.assertEqual(lacks(self.told(said="unread Permission denied\\nstopped Read-only file system\\n")),
                         ["the volume 'datasets' refuses root (root_squash): nothing of it was read"])

    def test_are_not_tried_where_the_kernel_has_no_such_file_system(self):
        self.assertEqual(lacks(self.told(CANNOT="bond nfs_client gpfs")),
                         ["no pod can have the volume 'datasets' here: this lab's kernel has no such file system"])

    def test_are_none(self):
        self.assertEqual(self.told(""), [])


@unittest.skipUnless(os.geteuid() == 0 and shutil.which("busybox"), "folders are given to users by root, and looked at by busybox")
class Looks(unittest.TestCase):
    """What a pod does with the volume that it has."""

    def setUp(self):
        self.place = self.enterContext(tempfile.TemporaryDirectory())
        os.chmod(self.place, 0o755)

    def said(self, uid="65534", folder="."):
        text = f". {SCRIPTS}/prelude.sh\n. {SCRIPTS}/volumes.sh\nlook_words"
        words = subprocess.run(["sh", "-c", text], env={"PATH": os.environ["PATH"]}, capture_output=True, text=True, check=True).stdout
        done = subprocess.run(["setpriv", "--reuid", uid, "--regid", uid, "--clear-groups", "busybox", "sh", "-c", words.replace("/it", self.place)],
                              env={"RUN": "x", "FOLDER": folder, "PATH": os.environ["PATH"]}, capture_output=True, text=True)
        self.assertEqual([name for _, _, names in os.walk(self.place) for name in names], [])
        return done.stdout.splitlines()

    def test_write_where_they_may(self):
        self.assertEqual(self.said("0"), ["read", "written"])

    def test_tell_who_could_where_they_may_not(self):
        for name, uid in (("a", 0), ("b", 5001), ("c", 5002)):
            os.mkdir(os.path.join(self.place, name))
            os.chown(os.path.join(self.place, name), uid, uid)
        self.assertEqual(self.said(), ["read", "stopped Permission denied", "owner 5001 5001 b"])
        self.assertEqual(self.said("5001", "b"), ["read", "written"])

    def test_tell_what_they_may_not_read(self):
        os.chmod(self.place, 0o711)
        self.assertEqual(self.said()[:2], ["unread Permission denied", "stopped Permission denied"])


# Classes as the API has them, and nobody who makes volumes: those that are judged by what they are.
CLASSES = """
try_volumes() { :; }
ask() {
  case "$*" in
    *"get storageclasses"*) printf "$THERE" ;;
    *"get storageclass "*) printf "$THERE" | awk -v name="$3" '$1 == name {print $4}' ;;
  esac
}
need_probes() { exit 0; }
"""


class Classes(unittest.TestCase):
    def told(self, there, declared="fast local_path yes Delete\n", owner="provisioner"):
        return run("storage", CLASSES, THERE=there, CLASSES=declared, OWNER_storage_classes=owner)

    def test_reclaim_as_declared(self):
        fast = "fast true WaitForFirstConsumer Delete false rancher.io/local-path\\n"
        self.assertEqual(whys(self.told(fast)), [])
        self.assertIn("fast has the declared reclaimPolicy", rights(self.told(fast)))
        self.assertEqual(whys(self.told(fast.replace("Delete", "Retain"))), ["the class 'fast' has the reclaimPolicy Retain, and Delete is declared"])
        self.assertEqual(whys(self.told(fast, "fast local_path yes Retain\n")), ["the class 'fast' has the reclaimPolicy Delete, and Retain is declared"])

    def test_are_those_that_are_declared(self):
        self.assertEqual(whys(self.told("")), ["no storage class is the default: a claim that names none waits for ever",
                                               "the storage class 'fast' of the inventory is not there"])
        self.assertEqual(whys(self.told("fast true Immediate Delete false x\\n")),
                         ["the class 'fast' of local disks does not wait for the first consumer: pods land where their volume is not"])


# Two classes that make volumes, of which $FAILS does not; what is changed is kept.
MAKERS = """
try_volumes() { :; }
try_snapshot() { :; }
need_probes() { nodes="n01 n06"; }
ask() {
  case "$*" in
    *"get storageclasses"*) printf 'fast true WaitForFirstConsumer Delete false rancher.io/local-path\nkept false WaitForFirstConsumer Retain false rancher.io/local-path\n' ;;
    *"get storageclass fast"*) echo Delete ;;
    *"get storageclass kept"*) echo Retain ;;
    *"get pv of-other-kept"*ReclaimPolicy*) echo "$KEPT" ;;
    *"get pv of-volume"*ReclaimPolicy*) echo Delete ;;
    *"get pv of-volume -o jsonpath={.spec.nodeAffinity"*) echo '{}' ;;
    *"get pv"*) return 1 ;;
    *"patch pv"*) echo "$3" >>"$PLACE/changed" ;;
    *"apply -f -") cat >"$PLACE/applied" ;;
  esac
}
here() {
  case "$*" in
    *"get pvc"*volumeName*) echo "of-$3" ;;
    *"get pod $FAILS "*phase*) echo Failed ;;
    *"get pod"*phase*) echo Succeeded ;;
    *"get events"*) echo "other-kept ProvisioningFailed no room" ;;
    *"logs reads"*) echo 4711 ;;
  esac
}
date() { echo 4711; }
sleep() { :; }
"""


class Makers(unittest.TestCase):
    def told(self, fails="nobody", kept="Retain"):
        return run("storage", MAKERS, 'note "changed: $(cat "$PLACE/changed" 2>/dev/null)"', OWNER_storage_classes="site", FAILS=fails, KEPT=kept, IMAGE="busybox",
                   CLASSES="fast local_path yes Delete\nkept local_path no Retain\ndisk local no Retain\n")

    def test_are_all_asked_for_a_volume(self):
        lines = self.told()
        self.assertEqual(whys(lines), ["the storage class 'disk' of the inventory is not there"])
        for what in ("a claim of the default class is bound and written", "a claim of the class 'kept' is bound and written"):
            self.assertIn(what, rights(lines))
        # What the class would keep goes with the run.
        self.assertEqual(lines[-1], {"note": "changed: of-other-kept"})

    def test_are_named_where_they_make_none_or_reclaim_otherwise(self):
        self.assertIn("no pod could write to a volume of the class 'kept': other-kept ProvisioningFailed no room", whys(self.told("other-kept")))
        self.assertIn("a volume of the class 'kept' has the reclaimPolicy Delete, and Retain is declared", whys(self.told(kept="Delete")))


if __name__ == "__main__":
    unittest.main()
