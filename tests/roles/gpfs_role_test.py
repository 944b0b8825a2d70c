#!/usr/bin/env python3
"""The gpfs role and gpfs-leave.yml on nodes of a lab, against a double of the commands of GPFS (gpfs_double/mm): n01 to n03
are the cluster's quorum nodes, n04 and n05 join it. The same for the storage role and an NFS server that is away. What hangs
is a FUSE server that answers nothing. Exit status 77 where there is no root.

    gpfs_role_test.py PROVISIONER [--ansible] [TEST...]

With --ansible the playbooks are run by ansible-playbook, on nodes with Python.
"""

import glob
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
import unittest

sys.dont_write_bytecode = True
os.environ["PROVISIONER"] = os.path.abspath(sys.argv.pop(1))
WITH_ANSIBLE = "--ansible" in sys.argv and not sys.argv.remove("--ansible")
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(HERE, "..", "acceptance"), os.path.join(HERE, "gpfs_double")]
import lab_runs  # noqa: E402
import node_mounts  # noqa: E402
import store  # noqa: E402
from own_lab import OwnLab, well  # noqa: E402

NUMBER = 47 if WITH_ANSIBLE else 46
NODES = ["n01", "n02", "n03", "n04", "n05"]
WORDS = "provisioner-lab-" + hashlib.sha256(f"/var/lib/provisioner/lab-{NUMBER}".encode()).hexdigest()[:8]
LEAVE = os.path.join(lab_runs.ROOT, "playbooks/gpfs-leave.yml")
PROBE_SECONDS = 4
SETTINGS = """
settings:
  vars: {{ansible_group_priority: 95, gpfs_licence_accepted: true, gpfs_build_packages: [],
          gpfs_package_source: "{source}", gpfs_layer_cache: "{cache}", gpfs_active_seconds: 6, gpfs_pause_seconds: 1,
          gpfs_ask_seconds: 3, gpfs_probe_seconds: {probe}, gpfs_let_go_seconds: 1, storage_nfs_packages: [],
          storage_probe_seconds: {probe}, storage_let_go_seconds: 1}}
  hosts:
    n0[1:5]:
      lab: {{cannot: []}}
      gpfs_members: [n01, n02, n03]
      storage: {{mounts: [{{path: /gpfs, type: gpfs, source: gpfs0, options: "rw,noauto"}}]}}
"""
PLAY = "- {hosts: this_lab, become: true, roles: [%s]}\n"
# What is left of a node after its disk was written anew, as far as the role can see.
REIMAGED = """umount /gpfs; rm -rf /gpfs /var/mmfs /etc/apt/sources.list.d/gpfs.list /var/cache/gpfs
              dpkg --purge $(dpkg-query --show --showformat='${Package} ' 'gpfs.*') 2>&1; rm -rf /lib/modules/*/extra; true"""


def setUpModule():
    global lab, shared, folder
    lab = OwnLab(NUMBER, nodes=len(NODES), has_python=WITH_ANSIBLE)
    unittest.addModuleCleanup(lab.down)
    lab.down()
    lab.make()
    folder = tempfile.mkdtemp(prefix="gpfs-role-")
    unittest.addModuleCleanup(shutil.rmtree, folder)
    shared = os.path.join(folder, "shared")
    source = store.make(os.path.join(shared, "store"))
    settings = SETTINGS.format(source=source, cache=os.path.join(folder, "cache"), probe=PROBE_SECONDS)
    lab.inventory += ["-i", lab_runs.write(folder, "settings.yml", settings)]
    for role in ("gpfs", "storage"):
        lab_runs.write(folder, role + ".yml", PLAY % os.path.join(lab_runs.ROOT, "playbooks/roles", role))
    os.chmod(folder, 0o755)
    for node in NODES:
        node_mounts.share(shared, node_mounts.first_process(node, WORDS), "/var/lib/gpfs-double")


def run(playbook, hosts, *more):
    words = [playbook, *lab.inventory, "-l", hosts, *more]
    if WITH_ANSIBLE:
        # Without facts of mounts: ansible-core's gathering never ends where one of them is dead.
        done = subprocess.run(["ansible-playbook", *words], stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=600,
                              env=lab_runs.environment(ANSIBLE_PIPELINING="1", ANSIBLE_GATHER_SUBSET="!hardware"))
    else:
        done = lab_runs.provisioner("run", *words)
    return lab_runs.recap(done.stdout), done.stdout + done.stderr


def read(name):
    with open(os.path.join(shared, name)) as file:
        return file.read()


def write(name, text):
    store.write(os.path.join(shared, name), text)


def calls(command):
    """Where a command of the double was called, and with what."""
    return [line.replace(f" {command}", "").strip() for line in read("calls").splitlines() if line.split()[1] == command]


class OnNodes(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        """A cluster of three quorum nodes that are active; n04 and n05 are fresh."""
        subprocess.run(["rm", "-rf", os.path.join(folder, "cache"),
                        *(os.path.join(shared, name) for name in os.listdir(shared) if name != "store")], check=True)
        addresses = lab.addresses()
        for node in NODES:
            write("addresses/" + node, addresses[node])
        roles = {"n01": "quorumManager", "n02": "quorumManager", "n03": "quorum"}
        write("nodes", "".join(f"{number} {node} {addresses[node]} {roles[node]} server\n" for number, node in enumerate(roles, 1)))
        write("managers", "cluster 1\ngpfs0 2\n")
        write("disks", "gpfs0 nsd1 n01.storage.example.org,n02.storage.example.org\n")
        write("calls", "")
        lab.on_each(REIMAGED)
        for node in roles:
            write("state/" + node, "active\n")
            shutil.copy(os.path.join(shared, "nodes"), self.made(f"gen/{node}/mmsdrfs"))
            lab.on(node, "dpkg --install /var/lib/gpfs-double/store/gpfs.*_amd64.deb")
        write("calls", "")

    def made(self, name):
        os.makedirs(os.path.dirname(os.path.join(shared, name)), exist_ok=True)
        return os.path.join(shared, name)

    def play(self, role, hosts="n04", *more):
        return run(os.path.join(folder, role + ".yml"), hosts, *more)

    def well(self, ran, hosts=("n04",)):
        counts, text = ran
        self.assertEqual(well(counts), list(hosts), text)
        return counts

    def fails(self, ran, words, host="n04"):
        counts, text = ran
        self.assertEqual(counts[host]["failed"], 1, text)
        self.assertIn(words, " ".join(text.split()))
        return text

    def unchanged(self, ran, host="n04"):
        self.assertEqual(self.well(ran, [host])[host]["changed"], 0, ran[1])

    def dead(self, node, path, source, is_stale=False):
        system = node_mounts.DeadFileSystem(node_mounts.first_process(node, WORDS), path, source, is_stale)
        self.addCleanup(system.close)

    def mounted(self, node="n04"):
        return "gpfs0 /gpfs tmpfs" in lab.on(node, "cat /proc/self/mounts")


class Joining(OnNodes):
    def test_a_fresh_node_joins_once(self):
        self.well(self.play("gpfs"))
        self.assertEqual(calls("mmaddnode"), ["n01 -N n04"])
        self.assertIn("4 n04 " + lab.addresses()["n04"] + " - client", read("nodes"))
        self.assertTrue(self.mounted())
        self.assertEqual(lab.on("n04", "ls -A /gpfs; ls /run/gpfs-probe 2>/dev/null || true"), "")
        self.unchanged(self.play("gpfs"))

    def test_a_check_changes_nothing(self):
        self.well(self.play("gpfs", "n04", "--check"))
        self.assertEqual([line.split()[1] for line in read("calls").splitlines()], ["mmgetstate", "mmlscluster"])
        self.assertNotIn("gpfs", lab.on("n04", "ls /etc/apt/sources.list.d; ls -d /usr/lpp 2>&1 || true; dpkg --list"))
        self.well(self.play("gpfs"))
        self.unchanged(self.play("gpfs", "n04", "--check"))

    def test_a_check_of_what_is_down_starts_nothing(self):
        self.well(self.play("gpfs"))
        lab.on("n04", "/usr/lpp/mmfs/bin/mmshutdown")
        write("calls", "")
        self.well(self.play("gpfs", "n04", "--check"))
        self.assertEqual(calls("mmstartup") + calls("mmmount"), [])

    def test_a_re_imaged_node_gets_its_configuration_back(self):
        self.well(self.play("gpfs"))
        lab.on("n04", REIMAGED)
        shutil.rmtree(os.path.join(shared, "gen/n04"))
        write("state/n04", "down\n")
        self.well(self.play("gpfs"))
        self.assertEqual(calls("mmaddnode"), ["n01 -N n04"])
        self.assertEqual(calls("mmsdrrestore"), ["n01 -N n04"])
        self.assertTrue(self.mounted())
        self.unchanged(self.play("gpfs"))

    def test_columns_may_stand_in_another_order(self):
        write("moved", "")
        self.well(self.play("gpfs"))
        self.unchanged(self.play("gpfs"))

    def test_the_layer_is_built_once_for_a_kernel(self):
        self.well(self.play("gpfs", "n04,n05"), ["n04", "n05"])
        self.assertEqual(calls("mmbuildgpl"), ["n04 --build-package"])
        lab.on("n05", REIMAGED)
        write("state/n05", "down\n")
        self.well(self.play("gpfs", "n05"), ["n05"])
        self.assertEqual(calls("mmbuildgpl"), ["n04 --build-package"])
        self.assertEqual(lab.on("n05", "cat /lib/modules/*/extra/mmfs26.ko"), "built on n04\n")
        self.assertEqual([os.path.basename(path) for path in glob.glob(folder + "/cache/*")],
                         [f"gpfs.gplbin-{os.uname().release}_{store.VERSION}_amd64.deb"])

    def test_nothing_is_done_before_the_licence_is_accepted(self):
        self.fails(self.play("gpfs", "n04", "-e", "gpfs_licence_accepted=false"), "nobody has accepted the licence of GPFS")
        self.assertEqual(read("calls"), "")

    def test_the_configuration_of_another_cluster_is_left_alone(self):
        write("gen/n04/mmsdrfs", "another cluster's")
        self.fails(self.play("gpfs"), "n04 holds the configuration of a GPFS cluster, and the cluster of n01 does not know it as 'n04'")
        self.assertEqual(read("gen/n04/mmsdrfs"), "another cluster's")


class States(OnNodes):
    def test_arbitrating_becomes_active(self):
        write("start/n04", "arbitrating\narbitrating\nactive\n")
        self.well(self.play("gpfs"))
        self.assertTrue(self.mounted())

    def test_stuck_arbitrating_fails_in_time(self):
        write("start/n04", "arbitrating\n")
        began = time.monotonic()
        self.fails(self.play("gpfs"), "GPFS on n04 is arbitrating after 6 s, with 3 of 4 nodes up and a quorum of 2")
        self.assertLess(time.monotonic() - began, 60)
        self.assertEqual(calls("mmmount"), [])

    def test_a_daemon_that_says_nothing_fails_in_time(self):
        self.well(self.play("gpfs"))
        write("hangs/n04", "")
        self.fails(self.play("gpfs"), "GPFS on n04 is silent after 6 s")
        self.assertEqual(len(calls("mmstartup")), 1)

    def test_without_quorum_nothing_is_touched(self):
        write("state/n01", "arbitrating\n")
        write("state/n02", "unknown\n")
        write("state/n03", "down\n")
        self.fails(self.play("gpfs"), "no member of the GPFS cluster is active (n01 is arbitrating, n02 is unknown, n03 is down): "
                                      "it has lost its quorum, or cannot be reached; n04 is left as it is")
        self.assertNotIn("gpfs", lab.on("n04", "ls /etc/apt/sources.list.d; dpkg --list"))

    def test_another_member_is_asked_where_one_is_away(self):
        write("state/n01", "down\n")
        self.well(self.play("gpfs"))
        self.assertEqual(calls("mmaddnode"), ["n02 -N n04"])

    def test_a_member_that_cannot_be_reached_is_passed_over(self):
        self.well(self.play("gpfs", "n04", "-e", '{"gpfs_members": ["nowhere.invalid", "n02"]}'))
        self.assertEqual(calls("mmaddnode"), ["n02 -N n04"])


class Mounts(OnNodes):
    def test_a_stale_mount_is_told(self):
        self.well(self.play("gpfs"))
        lab.on("n04", "umount /gpfs")
        self.dead("n04", "/gpfs", "gpfs0", is_stale=True)
        self.fails(self.play("gpfs"), "gpfs0 on /gpfs of n04 is stale: it cannot be looked at; the mount is left as it is")

    def test_a_mount_that_hangs_is_told_in_time(self):
        self.well(self.play("gpfs"))
        lab.on("n04", "umount /gpfs")
        self.dead("n04", "/gpfs", "gpfs0")
        began = time.monotonic()
        self.fails(self.play("gpfs"), f"gpfs0 on /gpfs of n04 gave no answer within {PROBE_SECONDS} s")
        self.assertLess(time.monotonic() - began, 60)

    def test_what_cannot_be_written_is_told(self):
        self.well(self.play("gpfs"))
        lab.on("n04", "mount -o remount,ro /gpfs")
        self.fails(self.play("gpfs"), "gpfs0 on /gpfs of n04 cannot be written")

    def test_something_else_in_the_place_is_told(self):
        lab.on("n04", "mkdir -p /gpfs && mount -t tmpfs other /gpfs")
        self.fails(self.play("gpfs"), "other is mounted on /gpfs, where gpfs0 belongs")


class Leaving(OnNodes):
    def test_a_client_goes_and_comes_back(self):
        self.well(self.play("gpfs"))
        self.well(run(LEAVE, "n04"))
        self.assertFalse(self.mounted())
        self.assertEqual(read("state/n04"), "down\n")
        self.unchanged(run(LEAVE, "n04"))
        self.well(self.play("gpfs"))
        self.assertTrue(self.mounted())

    def test_a_manager_hands_over_first(self):
        self.well(run(LEAVE, "n01"), ["n01"])
        self.assertEqual(read("managers"), "cluster 2\ngpfs0 2\n")
        self.assertEqual(read("state/n01"), "down\n")

    def test_a_manager_of_a_file_system_hands_over_first(self):
        self.well(run(LEAVE, "n02"), ["n02"])
        self.assertEqual(read("managers"), "cluster 1\ngpfs0 1\n")

    def test_a_check_moves_and_stops_nothing(self):
        self.well(run(LEAVE, "n01", "--check"), ["n01"])
        self.assertEqual(read("managers"), "cluster 1\ngpfs0 2\n")
        self.assertEqual(read("state/n01"), "active\n")

    def test_the_quorum_is_kept(self):
        write("state/n02", "unknown\n")
        self.fails(run(LEAVE, "n03"), "n03 may not leave its GPFS cluster: of 3 quorum nodes 1 would be active "
                                      "(n01.storage.example.org), and 2 are needed", "n03")
        self.assertEqual(read("state/n03"), "active\n")
        self.fails(run(LEAVE, "n03", "--check"), "and 2 are needed", "n03")

    def test_the_second_of_two_is_refused(self):
        counts, text = run(LEAVE, "n02,n03")
        self.assertEqual((counts["n02"]["failed"], counts["n03"]["failed"]), (0, 1), text)
        self.assertEqual((read("state/n02"), read("state/n03")), ("down\n", "active\n"))

    def test_the_last_server_of_a_disk_stays(self):
        write("disks", "gpfs0 nsd1 n03.storage.example.org\n")
        self.fails(run(LEAVE, "n03"), "no other active node serves the disk nsd1 of gpfs0", "n03")

    def test_who_works_there_is_not_cut_off(self):
        self.well(self.play("gpfs"))
        lab.on("n04", "systemd-run --unit=worker --property=WorkingDirectory=/gpfs sleep 600")
        self.addCleanup(lab.on, "n04", "systemctl stop worker")
        self.fails(run(LEAVE, "n04"), "target is busy")
        self.assertTrue(self.mounted())
        self.assertEqual(read("state/n04"), "active\n")


class FilesOverNetwork(OnNodes):
    NFS = '{"storage": {"mounts": [{"path": "/nas", "type": "nfs4", "source": "192.0.2.1:/nas", "options": "hard"}]}}'

    def test_a_server_that_went_away_is_told_in_time(self):
        self.dead("n04", "/nas", "192.0.2.1:/nas")
        began = time.monotonic()
        self.fails(self.play("storage", "n04", "-e", self.NFS), f"192.0.2.1:/nas on /nas of n04 gave no answer within {PROBE_SECONDS} s")
        self.assertLess(time.monotonic() - began, 60)


if __name__ == "__main__":
    if os.geteuid() != 0:
        sys.exit(77)
    unittest.main(verbosity=2)
