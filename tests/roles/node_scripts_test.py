#!/usr/bin/env python3
"""Scripts that nodes of a cluster run, in a folder of their own: doubles stand for what they call, and /etc and /var are below that folder.

    node_scripts_test.py PROVISIONER

Exits 77 where PyYAML is not installed.
"""

import json
import os
import stat
import subprocess
import sys
import tempfile
import time
import unittest

try:
    import yaml
except ImportError:
    sys.exit(77)

sys.dont_write_bytecode = True
PROGRAM = os.path.abspath(sys.argv.pop(1))
ROOT = os.path.abspath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))


def tasks_of(path):
    """Those of a file of tasks by their names, blocks opened."""
    with open(os.path.join(ROOT, "playbooks/roles", path)) as file:
        left, found = yaml.safe_load(file), {}
    while left:
        task = left.pop(0)
        found[task["name"]] = task
        left += task.get("block", []) + task.get("rescue", [])
    return found


class OnNode(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        self.programs = self.made("programs")
        self.environment = dict(os.environ, PATH=self.programs + ":" + os.environ["PATH"], NODE_FOLDER=self.folder)

    def made(self, path):
        full = self.at(path)
        os.makedirs(full, exist_ok=True)
        return full

    def at(self, path):
        return os.path.join(self.folder, path.lstrip("/"))

    def write(self, path, text=""):
        self.made(os.path.dirname(path.lstrip("/")))
        with open(self.at(path), "w") as file:
            file.write(text)

    def read(self, path):
        with open(self.at(path)) as file:
            return file.read()

    def double(self, name, text):
        self.write("programs/" + name, "#!/bin/sh\n" + text)
        os.chmod(self.at("programs/" + name), 0o755)

    def moved(self, text):
        for place in ("/etc/kubernetes", "/var/lib", "/srv/", "/usr/local/share", "/etc/site-registry"):
            text = text.replace(place, self.folder + place)
        return text

    def sh(self, text):
        done = subprocess.run(["sh", "-s"], input=self.moved(text), capture_output=True, text=True, env=self.environment, timeout=60)
        return done.returncode, done.stdout, done.stderr

    def run_tasks(self, tasks, **variables):
        """As a run of this machine has them: its exit status, and what it says."""
        play = [{"hosts": "localhost", "connection": "local", "gather_facts": False, "vars": variables, "tasks": tasks,
                 "environment": {name: self.environment[name] for name in ("PATH", "NODE_FOLDER")}}]
        path = self.at("play.json")
        with open(path, "w") as file:
            file.write(self.moved(json.dumps(play)))
        done = subprocess.run([PROGRAM, "run", path, "-i", "localhost,"], capture_output=True, text=True, timeout=60,
                              env=dict(self.environment, PROVISIONER_STATE=self.at("state")))
        return done.returncode, done.stdout + done.stderr


class Leaving(OnNode):
    SCRIPT = tasks_of("kubernetes_node/tasks/leave.yml")["Remove all that its cluster has left"]["ansible.builtin.shell"]

    def test_takes_all_of_the_cluster_and_nothing_that_prepares_a_node(self):
        self.double("kubeadm", 'echo "$*" >"$NODE_FOLDER/kubeadm"; ls "$NODE_FOLDER/etc/kubernetes/site" >"$NODE_FOLDER/left"\n')
        site = "/etc/kubernetes/site/"
        for name in ("prepared", "service-route", "member", "fit", "settings.yml", "settings.new", "settings.before/kube-apiserver.yaml",
                     "settings.part/audit.yml", "known.before", "audit.yml", "audit.new", "tokens-forgotten", "stopped/etcd.yaml", ".hidden"):
            self.write(site + name)
        self.assertEqual(self.sh(self.SCRIPT), (0, "", ""))
        self.assertEqual(sorted(os.listdir(self.at(site))), ["prepared", "service-route"])
        self.assertEqual(self.read("kubeadm"), "reset --force --cleanup-tmp-dir\n")
        self.assertEqual(self.read("left"), "prepared\nservice-route\n")

    def test_resets_a_node_that_has_nothing(self):
        self.double("kubeadm", 'touch "$NODE_FOLDER/kubeadm"\n')
        self.assertEqual(self.sh(self.SCRIPT), (0, "", ""))
        self.assertTrue(os.path.exists(self.at("kubeadm")))

    def test_is_one_for_nodes_that_leave_and_for_joins_that_were_cut_off(self):
        for name in ("reset", "undo_join"):
            with open(os.path.join(ROOT, "playbooks/cluster", name + ".yml")) as file:
                tasks = [task for play in yaml.safe_load(file) for task in play.get("tasks", [])]
            self.assertEqual([task["ansible.builtin.import_role"] for task in tasks], [{"name": "kubernetes_node", "tasks_from": "leave"}])


class KnownSettings(OnNode):
    TASKS = tasks_of("control_plane/tasks/known_settings.yml")
    KUBECTL = """echo "$*" >>"$NODE_FOLDER/asked"
case "$*" in
  *"get configmap kubelet-config -o yaml"*) [ ! -e "$NODE_FOLDER/silent" ] || exit 1; printf 'data: {}\\nmetadata:\\n  uid: x\\n  name: y\\n' ;;
  *annotations*) echo former ;;
esac
"""

    def setUp(self):
        super().setUp()
        self.double("kubectl", self.KUBECTL)
        self.double("kubeadm", 'echo "$*" >>"$NODE_FOLDER/kubeadm"\n')
        self.write("/etc/kubernetes/site/settings.yml", "a: 1\n---\nb: 2\n")

    def keep(self):
        return self.sh(self.TASKS["Keep them"]["ansible.builtin.shell"])

    def back(self):
        return self.sh("cd /etc/kubernetes/site\n" + self.TASKS["Have the former ones of kubelets again"]["ansible.builtin.shell"])

    def test_keep_the_former_ones_before_anything_is_written(self):
        status, said, _ = self.keep()
        self.assertEqual(status, 0)
        self.assertRegex(said, "^[0-9a-f]{64}\n$")
        self.assertEqual(self.read("/etc/kubernetes/site/known.before"), "data: {}\nmetadata:\n  name: y\n")
        self.assertIn("upload-config all", self.read("kubeadm"))

    def test_write_nothing_where_the_former_ones_are_not_told(self):
        self.write("silent")
        self.assertNotEqual(self.keep()[0], 0)
        self.assertFalse(os.path.exists(self.at("kubeadm")))
        self.assertFalse(os.path.exists(self.at("/etc/kubernetes/site/known.before")))
        self.assertEqual(self.back(), (0, "", ""))
        self.assertNotIn("replace", self.read("asked"))

    def test_say_that_they_were_taken_back_where_they_were(self):
        self.keep()
        self.assertEqual(self.back(), (0, "replaced\n", ""))
        self.assertFalse(os.path.exists(self.at("/etc/kubernetes/site/known.before")))

    def failure(self, taken_back):
        said = {"stdout_lines": ["replaced"] if taken_back else [], "changed": taken_back}
        return self.run_tasks([self.TASKS["Say what failed"]], control_plane_taken_back=said,
                              ansible_failed_result={"stderr": "no space"})[1]

    def test_are_told_as_they_are(self):
        self.assertIn("the cluster has its former settings of kubelets: no space", self.failure(True))
        self.assertNotIn("former", self.failure(False))
        self.assertIn("no space", self.failure(False))


class Looking(OnNode):
    """What a node tells of the API: all that was asked for, or nothing."""

    KUBECTL = """case "$*" in
  *"get nodes"*) asked=nodes said='{"items": []}' ;;
  *kubeadm-config*) asked=configured said='a: b
kubernetesVersion: v1.34.4' ;;
  *kube-proxy*) asked=proxy said=registry.k8s.io/kube-proxy:v1.34.4 ;;
  *daemonset*) asked=network said='kube-proxy cilium' ;;
esac
[ "$asked" != "$SILENT" ] || { echo "Unable to connect to the server: net/http: timeout" >&2; exit 1; }
[ "$asked" != "$ABSENT" ] || exit 0
printf '%s' "$said"
"""

    def sections(self, silent="", absent=""):
        self.double("kubectl", self.KUBECTL)
        self.write("/etc/kubernetes/admin.conf", "x")
        self.environment.update(SILENT=silent, ABSENT=absent)
        with open(os.path.join(ROOT, "provisioner/front/cli/cluster_look_script.sh")) as script:
            status, said, _ = self.sh(script.read())
        self.assertEqual(status, 0)
        parts = [part.partition("\n") for part in said.split("\n== ")[1:]]
        return {name: text.strip() for name, _, text in parts if name != "facts"}

    def test_tells_what_the_api_says(self):
        self.assertEqual(self.sections(), {"nodes": '{"items": []}', "configured": "v1.34.4", "proxy": "v1.34.4", "network": "cilium"})

    def test_tells_that_something_is_not_there(self):
        for absent in ("configured", "proxy", "network"):
            told = self.sections(absent=absent)
            self.assertEqual((len(told), told[absent]), (4, ""))

    def test_tells_nothing_of_an_api_that_leaves_a_question_open(self):
        for silent in ("nodes", "configured", "proxy", "network"):
            self.assertEqual(self.sections(silent=silent), {}, silent)


class Certificates(OnNode):
    def test_that_cannot_be_read_are_told_of_all_the_same(self):
        self.made("/etc/kubernetes/pki")
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ed25519", "-nodes", "-subj", "/CN=a", "-days", "9", "-keyout", "/dev/null",
                        "-out", self.at("/etc/kubernetes/pki/ca.crt")], check=True, capture_output=True)
        self.write("/etc/kubernetes/pki/apiserver.crt", "nothing")
        self.write("/etc/kubernetes/admin.conf", "client-certificate-data: bm90aGluZw==\n")
        with open(os.path.join(ROOT, "provisioner/front/cli/cluster_certs_script.sh")) as script:
            status, said, _ = self.sh(script.read())
        self.assertEqual(status, 0)
        lines = [line.replace(self.folder, "").split("\t") for line in said.splitlines()]
        self.assertEqual((lines[0][0], lines[0][3:]), ("/etc/kubernetes/pki/ca.crt", ["CN=a", "nobody"]))
        self.assertEqual(lines[1:], [["/etc/kubernetes/pki/apiserver.crt", "", "", "", "kubeadm"],
                                     ["/etc/kubernetes/admin.conf", "", "", "", "kubeadm"]])


class ImageCache(OnNode):
    TASK = tasks_of("container_runtime/tasks/cache.yml")["Look for a partition for images"]

    def told(self, blkid, is_mounted=False):
        self.double("blkid", f"exit {blkid}\n")
        self.double("mountpoint", f"exit {0 if is_mounted else 32}\n")
        return self.run_tasks([self.TASK, {"copy": {"content": "{{ container_runtime_cache.stdout }}", "dest": self.at("told")}}])

    def word(self, *words, **more):
        self.assertEqual(self.told(*words, **more)[0], 0)
        return self.read("told")

    def test_is_where_there_is_one_and_its_place_is_empty(self):
        self.assertEqual(self.word(2), "none")
        self.assertEqual(self.word(0), "ready")
        self.made("/var/lib/containerd")
        self.assertEqual(self.word(0), "ready")
        self.write("/var/lib/containerd/a")
        self.assertEqual(self.word(0), "occupied")
        self.assertEqual(self.word(0, is_mounted=True), "ready")

    def test_is_not_taken_for_absent_where_nobody_can_tell(self):
        for status in (4, 8, 127):
            code, said = self.told(status)
            self.assertEqual(code, 2)
            self.assertIn(f"blkid has ended with status {status}", said)


class NameServers(OnNode):
    TASK = tasks_of("cert_manager/tasks/main.yml")["Say what the site has otherwise"]
    WHOLE = "args:\n  - --max-concurrent-challenges=60\n"

    def written(self, manifest, *servers):
        self.made("/etc/kubernetes/site/components")
        self.write("/var/lib/site-artifacts/cert-manager.yml", manifest)
        status, said = self.run_tasks([self.TASK], cert_manager_name_servers=list(servers), cert_manager_version="v1.20.0")
        return said if status else self.read("/etc/kubernetes/site/components/cert-manager.yml")

    def test_stand_beside_the_option_that_all_have(self):
        self.assertEqual(self.written(self.WHOLE), self.WHOLE)
        self.assertEqual(self.written(self.WHOLE, "10.0.0.1:53", "10.0.0.2:53"),
                         self.WHOLE + "  - --acme-http01-solver-nameservers=10.0.0.1:53,10.0.0.2:53\n"
                                      "  - --dns01-recursive-nameservers=10.0.0.1:53,10.0.0.2:53\n")

    def test_are_not_left_out_where_that_is_gone(self):
        self.assertEqual(self.written("args:\n  - --other\n"), "args:\n  - --other\n")
        self.assertIn("the manifest of cert-manager v1.20.0 has no --max-concurrent-challenges", self.written("args:\n  - --more\n", "10.0.0.1:53"))
        self.assertNotIn("--more", self.read("/etc/kubernetes/site/components/cert-manager.yml"))


class LocalVolumes(OnNode):
    TASKS = tasks_of("storage_classes/tasks/folders.yml")

    def test_lie_in_folders_for_root_alone_where_those_were_not_there(self):
        if os.geteuid() != 0:
            self.skipTest("folders are made root's")
        self.made("/srv/data")
        os.chmod(self.at("/srv/data"), 0o755)
        status, said = self.run_tasks(list(self.TASKS.values())[1:], local_volumes=[
            {"path": "/srv/data/a"}, {"path": "/srv/data/own/b", "mode": "0770"}, {"path": "/srv/data/own/c"}])
        self.assertEqual(status, 0, said)
        modes = {path: stat.S_IMODE(os.stat(self.at("/srv/data" + path)).st_mode) for path in ("", "/a", "/own", "/own/b", "/own/c")}
        self.assertEqual(modes, {"": 0o755, "/a": 0o777, "/own": 0o700, "/own/b": 0o770, "/own/c": 0o777})

    def setup_of(self):
        with open(os.path.join(ROOT, "playbooks/roles/storage_classes/templates/local_path.yml.j2")) as file:
            text = file.read()
        text = text[text.index("  setup: |\n"):text.index("  teardown: |\n")]
        return "\n".join(line[4:] for line in text.splitlines()[1:])

    def test_that_are_made_when_asked_for_do_so_where_nothing_else_lies(self):
        for there, mode in (("pvc-1_a_b", 0o700), ("registry", 0o755)):
            place = self.made("/srv/" + there)
            os.chmod(place, 0o755)
            self.made(f"/srv/{there}/{there}")
            self.environment["VOL_DIR"] = place + "/pvc-2_a_b"
            self.assertEqual(self.sh(self.setup_of())[0], 0)
            self.assertEqual(stat.S_IMODE(os.stat(place).st_mode), mode)
            self.assertEqual(stat.S_IMODE(os.stat(place + "/pvc-2_a_b").st_mode), 0o777)


class RegistrySweeping(OnNode):
    SWEEP = os.path.join(ROOT, "playbooks/roles/registry/files/site-registry-sweep")
    STORED = os.path.join(ROOT, "provisioner/front/cluster/registry_stored_script.sh")
    DIGEST = "a" * 64

    def setUp(self):
        super().setUp()
        self.storage = self.made("data")
        self.image = "/data/docker/registry/v2/repositories/mirror/quay.io/x/_manifests/"
        for link in (f"revisions/sha256/{self.DIGEST}/link", "tags/1/current/link"):
            self.write(self.image + link, "sha256:" + self.DIGEST)
            os.utime(self.at(self.image + link), (1000, 1000))

    def sweep(self, seen):
        self.write("list", f"seen {seen} {self.storage}\nmirror/quay.io/x {self.DIGEST} 1\n")
        done = subprocess.run(["sh", self.SWEEP, self.at("list")], capture_output=True, text=True, timeout=60)
        return done.returncode, done.stdout + done.stderr, os.path.exists(self.at(self.image)), os.path.exists(self.at("list"))

    def test_takes_out_what_the_last_hour_says(self):
        self.assertEqual(self.sweep(int(time.time()) - 3000), (0, "", False, False))

    def test_leaves_what_a_list_of_another_hour_says(self):
        told = self.at("list") + " is of another hour, and nothing of it is taken out\n"
        for seen in (int(time.time()) - 3700, int(time.time()) + 3700):
            self.assertEqual(self.sweep(seen), (0, told, True, True))

    def test_leaves_what_a_list_without_its_moment_says(self):
        told = self.at("list") + " does not say when the storage was looked at, and nothing of it is taken out\n"
        for seen in ("soon", "-1"):
            self.assertEqual(self.sweep(seen), (0, told, True, True))

    def stored(self):
        done = subprocess.run(["sh", self.STORED, self.storage], capture_output=True, text=True, timeout=60, env=self.environment)
        return done.returncode, done.stdout.splitlines()[1:]

    def test_sees_manifests_and_tags(self):
        found = [f"revision mirror/quay.io/x {self.DIGEST} 1000.0000000000", "tagged mirror/quay.io/x 1 1000.0000000000",
                 f"tag mirror/quay.io/x 1 sha256:{self.DIGEST}", "end"]
        self.assertEqual(self.stored(), (0, found))

    def test_has_no_end_where_a_listing_fails(self):
        for failing in ("revisions/sha256", "tags/*/current/link -printf", "tags/*/current/link -exec"):
            self.double("find", f'case "$*" in *"{failing}"*) exit 1 ;; esac\nexec /usr/bin/find "$@"\n')
            status, lines = self.stored()
            self.assertEqual((status, "end" in lines), (1, False), failing)
        self.double("find", 'exec /usr/bin/find "$@"\n')
        self.double("grep", "exit 2\n")
        self.assertEqual(self.stored(), (1, []))

    def test_takes_a_tag_that_names_nothing_for_no_failure(self):
        self.write(self.image + "tags/1/current/link")
        status, lines = self.stored()
        self.assertEqual((status, lines[-1], [line for line in lines if line.startswith("tag ")]), (0, "end", []))

    def test_leaves_no_list_behind_whatever_becomes_of_it(self):
        with open(os.path.join(ROOT, "playbooks/cluster/registry_gc.yml")) as file:
            tasks = yaml.safe_load(file)[0]["tasks"]
        for task in tasks + tasks[1]["block"]:
            for name in ("owner", "group"):
                task.get("ansible.builtin.file", task.get("ansible.builtin.copy", {})).pop(name, None)
        for status, ends in ((1, 2), (0, 2)):  # the unit fails; it is one of before, which reads no list
            self.double("systemctl", f'echo "$*" >>"$NODE_FOLDER/asked"; [ "$1" != start ] || exit {status}\n')
            found, said = self.run_tasks(tasks, registry_gc_spare=[{"name": "push", "list": "seen 1 /data"}])
            self.assertEqual(found, ends, said)
            self.assertEqual(os.listdir(self.at("/var/lib/site-registry-gc")), [])
        self.assertIn("the registry's node does not take images out", said)
        self.assertIn("start site-registry-gc@push site-registry-gc@incoming\n", self.read("asked"))


class DataDisks(OnNode):
    """What keeps things on a node's own disk, before it writes to it."""

    NODE = {"registry_storage": "/srv/data/registry", "registry_incoming_storage": "/srv/data/registry/incoming",
            "storage": {"local": [{"disk": "data", "path": "/srv/data"}, {"disk": "late", "path": "/srv/late", "state": "absent"}]}}

    def setUp(self):
        super().setUp()
        self.double("mountpoint", 'echo "$2" >>"$NODE_FOLDER/asked"; test -e "$2/mounted"\n')
        self.write("asked")

    def tell(self, path, **variables):
        tasks = list(tasks_of(path).values())
        tasks[0] = dict(tasks[0], **{"ansible.builtin.import_role": {"name": ROOT + "/playbooks/roles/storage", "tasks_from": "mounted"}})
        status, said = self.run_tasks(tasks, **self.NODE, **variables)
        return status, " ".join(said.split())

    def not_mounted(self):
        return (f"the disk 'data' of localhost is not mounted on {self.folder}/srv/data, and what belongs on it would come to the system's "
                "disk; first: provisioner run playbooks/site.yml -l localhost")

    def test_are_mounted_before_the_registry_writes_to_them(self):
        status, said = self.tell("registry/tasks/storage.yml")
        self.assertNotEqual(status, 0)
        self.assertIn(self.not_mounted(), said)
        self.write("srv/data/mounted")
        self.assertEqual(self.tell("registry/tasks/storage.yml")[0], 0)

    def test_are_mounted_before_a_class_makes_folders_on_them(self):
        def of(path):
            classes = [{"kind": "local_path", "name": "a", "path": path}, {"kind": "local"}]
            return self.tell("storage_classes/tasks/disks.yml", storage_classes=classes)
        self.assertIn(self.not_mounted(), of("/srv/data/local-path")[1])
        self.write("asked")
        for path in ("/srv/database", "/srv/late/a"):
            self.assertEqual(of(path)[0], 0)
        self.assertEqual(self.read("asked"), "")

    def test_take_no_registry_that_leaves_its_images_behind(self):
        self.write("srv/data/mounted")
        self.write("var/lib/registry/docker/registry/v2/repositories/vetted/a")
        status, said = self.tell("registry/tasks/storage.yml")
        new = self.folder + "/srv/data/registry"
        self.assertNotEqual(status, 0)
        self.assertIn(
            f"registry_storage of localhost is '{new}', which holds no images, and {self.folder}/var/lib/registry holds those that the registry gave "
            f"out so far. Either move them, as root there: systemctl stop 'site-registry@*' && cp -a {self.folder}/var/lib/registry {new}.moving "
            f"&& mv -T {new}.moving {new}; or keep them there: registry_storage: {self.folder}/var/lib/registry", said)
        self.write("srv/data/registry/docker/registry/v2/repositories/vetted/a")
        self.assertEqual(self.tell("registry/tasks/storage.yml")[0], 0)


if __name__ == "__main__":
    unittest.main()
