#!/usr/bin/env python3
"""Scripts that nodes of a cluster run, in a folder of their own: doubles stand for what they call.

    node_scripts_test.py PROVISIONER

Exits 77 where PyYAML is not installed.
"""

import os
import stat
import subprocess
import sys
import time
import unittest

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from on_node import OnNode, ROOT, stage, tasks_of, yaml  # noqa: E402

OnNode.program = os.path.abspath(sys.argv.pop(1))


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


class RestoredTokens(OnNode):
    """Those that Secrets hold when etcd is a snapshot's: `good` is signed by the key of this cluster."""

    KUBECTL = """case "$*" in
  *"get secrets"*) [ ! -e "$NODE_FOLDER/silent" ] || exit 1
    b64() { printf %s "$1" | base64; }
    printf 'apps mine is-fixed= %s\\nkube-system site-prometheus is-fixed= %s\\nteam empty is-fixed= \\nteam kept is-fixed=true %s\\n' \
      "$(b64 good)" "$(b64 bad)" "$(b64 bad)" ;;
  *"create -o"*) [ ! -e "$NODE_FOLDER/mute" ] || exit 1
    case $(cat) in
      *'"token": "good"'*) printf 'true ' ;;
      *) printf ' '; echo . >>"$NODE_FOLDER/asked"; sed -n "$(wc -l <"$NODE_FOLDER/asked") p" "$NODE_FOLDER/answers" ;;
    esac ;;
  *patch*) echo "$*" >>"$NODE_FOLDER/patched" ;;
esac
"""

    def setUp(self):
        super().setUp()
        self.double("sleep", 'echo "$1" >>"$NODE_FOLDER/slept"\n')
        self.answer("invalid signature, no keys found")

    def answer(self, *errors):
        """Of a token that is not accepted; the last of them goes on."""
        self.write("answers", "".join(error + "\n" for error in errors + errors[-1:] * 2))

    def taken_out(self):
        self.double("kubectl", self.KUBECTL)
        return self.sh(stage("etcd_end")["Take tokens that the API refuses out of their Secrets"]["ansible.builtin.shell"])

    def test_are_taken_out_where_the_api_refuses_them(self):
        self.assertEqual(self.taken_out(), (0, "kube-system site-prometheus\nteam empty\n", ""))
        self.assertEqual(self.read("patched"), "--namespace kube-system patch secret site-prometheus --type json --patch "
                                               '[{"op": "remove", "path": "/data/token"}]\n')

    def test_are_taken_out_where_the_api_has_not_their_key_by_three_answers_some_seconds_apart(self):
        for errors in (["[invalid bearer token, go-jose/go-jose: error in cryptographic primitive]"], ["invalid bearer token"]):
            with self.subTest(errors):
                self.setUp()
                self.answer(*errors)
                self.assertIn("kube-system site-prometheus\n", self.taken_out()[1])
                self.assertEqual((len(self.read("asked").splitlines()), self.read("slept")), (3, "3\n3\n"))

    def test_stay_where_the_api_could_not_look_their_account_up_once(self):
        no = "invalid signature, no keys found"
        for errors in (["[invalid bearer token, Token has been invalidated]"], [no, "etcdserver: leader changed"], [no, no, ""]):
            with self.subTest(errors):
                self.setUp()
                self.answer(*errors)
                self.assertEqual(self.taken_out(), (0, "team empty\n", ""))
                self.assertFalse(os.path.exists(self.at("patched")))

    def test_stay_where_the_api_does_not_answer(self):
        for fault in ("silent", "mute"):
            self.write(fault)
            self.assertNotEqual(self.taken_out()[0], 0)
            self.assertFalse(os.path.exists(self.at("patched")))
            os.remove(self.at(fault))


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
        told = self.sections()
        self.assertLess(abs(int(told.pop("now")) - time.time()), 60)
        self.assertEqual(told, {"nodes": '{"items": []}', "configured": "v1.34.4", "proxy": "v1.34.4", "network": "cilium"})

    def test_tells_that_something_is_not_there(self):
        for absent in ("configured", "proxy", "network"):
            told = self.sections(absent=absent)
            self.assertEqual((len(told), told[absent]), (5, ""))

    def test_tells_nothing_of_an_api_that_leaves_a_question_open(self):
        for silent in ("nodes", "configured", "proxy", "network"):
            self.assertEqual(self.sections(silent=silent), {}, silent)


class Certificates(OnNode):
    COMPONENTS, SITE = "/etc/kubernetes/site/components/", "/usr/local/share/ca-certificates/site-provisioner"

    def told(self):
        with open(os.path.join(ROOT, "provisioner/front/cli/cluster_certs_script.sh")) as script:
            status, said, errors = self.sh(script.read())
        self.assertEqual(status, 0, errors)
        return [line.replace(self.folder, "").split("\t") for line in said.splitlines()]

    def make(self, path, *above):
        """A certificate, of an authority that was made before or of its own."""
        self.made(os.path.dirname(path))
        signed = [word for name in above for word in ("-CA", self.at(name + ".crt"), "-CAkey", self.at(name + ".key"))]
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ed25519", "-nodes", "-subj", "/CN=" + os.path.basename(path), "-days", "9",
                        "-addext", "basicConstraints=critical,CA:TRUE", "-keyout", self.at(path + ".key"), "-out", self.at(path + ".crt"), *signed],
                       check=True, capture_output=True)

    def test_of_components_are_told_of_with_who_renews_them(self):
        self.make(self.SITE)
        for name in ("ingress", "issuer-own"):
            self.make(self.COMPONENTS + name, self.SITE)
        self.make(self.COMPONENTS + "issuer-given")
        for kubectl in ("exit 1\n", "exit 0\n"):
            self.double("kubectl", kubectl)
            self.assertEqual([(line[0].rsplit("/", 1)[1], *line[3:]) for line in self.told()[1:]],
                             [("ingress.crt", "CN=ingress", "site"), ("issuer-given.crt", "CN=issuer-given", "given"),
                              ("issuer-own.crt", "CN=issuer-own", "site")])

    def test_of_components_that_another_node_has_brought_since_are_left_out(self):
        for name in ("ingress", "metrics", "other"):
            self.make(self.COMPONENTS + name)
        # The cluster has this node's of the ingress, with its authority behind it, and another's for the rest.
        self.double("kubectl", f"""name=other; case "$*" in *ingress-secret.yml*) name=ingress ;; esac
cat "$NODE_FOLDER{self.COMPONENTS}$name.crt" "$NODE_FOLDER{self.COMPONENTS}other.crt" | base64 -w 0\n""")
        self.assertEqual([line[3] for line in self.told()], ["CN=ingress", "CN=other"])

    def test_that_cannot_be_read_are_told_of_all_the_same(self):
        self.made("/etc/kubernetes/pki")
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ed25519", "-nodes", "-subj", "/CN=a", "-days", "9", "-keyout", "/dev/null",
                        "-out", self.at("/etc/kubernetes/pki/ca.crt")], check=True, capture_output=True)
        self.write("/etc/kubernetes/pki/apiserver.crt", "nothing")
        self.write("/etc/kubernetes/admin.conf", "client-certificate-data: bm90aGluZw==\n")
        lines = self.told()
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


if __name__ == "__main__":
    unittest.main()
