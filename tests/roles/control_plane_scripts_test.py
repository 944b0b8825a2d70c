#!/usr/bin/env python3
"""What control-plane nodes run about the API's address, certificates that have ended and nodes that are not ready, in a folder of
their own: doubles stand for what they call, but openssl.

    control_plane_scripts_test.py PROVISIONER

Exits 77 where PyYAML is not installed.
"""

import json
import os
import shlex
import subprocess
import sys
import unittest

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from on_node import OnNode, ROOT, stage, tasks_of  # noqa: E402
from rendered_role import rendered_text  # noqa: E402

OnNode.program = os.path.abspath(sys.argv.pop(1))


KEEPALIVED = """# Written by the api_endpoint role.
vrrp_instance kubernetes {
  unicast_peer {
    10.0.0.2
  }
  virtual_ipaddress {
    10.0.0.5 dev bond0.23
  }
}
"""


class LeavingTheAddress(OnNode):
    FORGET = tasks_of("kubernetes_node/tasks/leave.yml")["Forget that it is prepared, where kube-vip has a part in it"]["ansible.builtin.shell"]
    PREPARED = "/etc/kubernetes/site/prepared"

    def setUp(self):
        super().setUp()
        self.double("systemctl", 'echo "$*" >>"$NODE_FOLDER/asked"\n')
        self.double("ip", 'echo "ip $*" >>"$NODE_FOLDER/asked"\n'
                          '[ "$2" != address ] || echo "3: bond0.23    inet 10.0.0.5/32 scope global bond0.23\\\\ valid_lft forever"\n')

    def leave(self, *words, **variables):
        """How many tasks change something."""
        self.words = [*words, "--json"]
        status, said = self.run_tasks(list(tasks_of("api_endpoint/tasks/leave.yml").values()), **variables)
        self.assertEqual(status, 0, said)
        return json.loads(said.splitlines()[-1])["data"]["recap"]["localhost"]["changed"]

    def have_a_part(self):
        self.write("/etc/keepalived/keepalived.conf", KEEPALIVED)
        self.write("/etc/haproxy/haproxy.cfg", "# Written by the api_endpoint role.\n")

    def test_is_shown_before_it_is_done(self):
        self.have_a_part()
        self.assertEqual(self.leave("--check"), 1)
        self.assertFalse(os.path.exists(self.at("asked")))
        self.assertTrue(os.path.exists(self.at("/etc/keepalived/keepalived.conf")))
        self.leave()
        self.assertEqual(self.leave("--check"), 0)

    def test_ends_both_and_takes_the_address_off(self):
        self.have_a_part()
        self.write(self.PREPARED)
        self.assertEqual(self.leave(), 2)
        asked = self.read("asked").splitlines()
        self.assertEqual([line for line in asked if line.startswith("disable")],
                         ["disable --now --quiet keepalived", "disable --now --quiet haproxy"])
        self.assertIn("ip address delete 10.0.0.5/32 dev bond0.23", asked)
        self.assertFalse(os.path.exists(self.at("/etc/keepalived/keepalived.conf")))
        self.assertFalse(os.path.exists(self.at("/etc/haproxy/haproxy.cfg")))
        self.assertTrue(os.path.exists(self.at(self.PREPARED)))
        self.assertEqual(self.leave(), 0)

    def test_leaves_what_a_site_has_put_there_itself(self):
        self.write("/etc/keepalived/keepalived.conf", KEEPALIVED.replace("api_endpoint", "our"))
        self.write("/etc/haproxy/haproxy.cfg", "global\n")
        self.assertEqual(self.leave(), 0)
        self.assertFalse(os.path.exists(self.at("asked")))
        self.assertTrue(os.path.exists(self.at("/etc/haproxy/haproxy.cfg")))

    def test_leaves_the_one_that_is_the_sites_own(self):
        self.have_a_part()
        self.write("/etc/keepalived/keepalived.conf", KEEPALIVED.replace("api_endpoint", "our"))
        self.assertEqual(self.leave(), 2)
        self.assertEqual([line for line in self.read("asked").splitlines() if not line.startswith("cat")], ["disable --now --quiet haproxy"])
        self.assertTrue(os.path.exists(self.at("/etc/keepalived/keepalived.conf")))
        self.assertFalse(os.path.exists(self.at("/etc/haproxy/haproxy.cfg")))
        os.remove(self.at("asked"))
        self.have_a_part()
        self.write("/etc/haproxy/haproxy.cfg", "global\n")
        self.assertEqual(self.leave(), 2)
        asked = self.read("asked").splitlines()
        self.assertEqual([line for line in asked if line.startswith("disable")], ["disable --now --quiet keepalived"])
        self.assertIn("ip address delete 10.0.0.5/32 dev bond0.23", asked)
        self.assertTrue(os.path.exists(self.at("/etc/haproxy/haproxy.cfg")))

    def test_has_the_node_prepared_anew_where_it_had_a_part(self):
        self.write(self.PREPARED)
        self.leave(api_endpoint_mark=self.PREPARED)
        self.assertEqual(self.sh(self.FORGET), (0, "", ""))
        self.assertTrue(os.path.exists(self.at(self.PREPARED)))
        self.have_a_part()
        self.leave(api_endpoint_mark=self.PREPARED)
        self.assertFalse(os.path.exists(self.at(self.PREPARED)))
        self.write(self.PREPARED)
        self.write("/etc/kubernetes/manifests/kube-vip.yaml", "# The site's own.\n")
        self.assertEqual(self.sh(self.FORGET), (0, "", ""))
        self.assertTrue(os.path.exists(self.at(self.PREPARED)))
        self.write("/etc/kubernetes/manifests/kube-vip.yaml", "# Written by the kube_vip role.\n")
        self.assertEqual(self.sh(self.FORGET), (0, "", ""))
        self.assertFalse(os.path.exists(self.at(self.PREPARED)))

    def test_comes_before_anything_else_goes(self):
        tasks = list(tasks_of("kubernetes_node/tasks/leave.yml").values())
        self.assertEqual([task["name"] for task in tasks[:3]], ["Have no part in the address of the API",
                                                                "Forget that it is prepared, where kube-vip has a part in it",
                                                                "Remove all that its cluster has left"])
        self.assertEqual(tasks[0]["vars"], {"api_endpoint_mark": self.PREPARED})


class LeavingKubeVip(OnNode):
    FILE = "/etc/kubernetes/manifests/kube-vip.yaml"

    def leave(self):
        status, said = self.run_tasks(list(tasks_of("kube_vip/tasks/leave.yml").values()))
        self.assertEqual(status, 0, said)
        return os.path.exists(self.at(self.FILE))

    def test_takes_away_what_the_role_has_written_and_nothing_of_a_site(self):
        self.assertFalse(self.leave())
        self.write(self.FILE, "# Of the site's own.\nkind: Pod\n")
        self.assertTrue(self.leave())
        self.write(self.FILE, rendered_text(OnNode.program, "kube_vip", "kube-vip.yml.j2", kube_vip_kubeconfig="/a", kube_vip_interface="bond0",
                                            kubernetes_endpoint={"name": "api.one", "address": "10.0.0.5", "port": 6443}))
        self.assertFalse(self.leave())


class ReachedAsTheInventorySays(OnNode):
    """What stands before anybody gives the address of the API away."""

    TASKS = [tasks_of("api_endpoint/tasks/reached.yml")["Be sure that somebody has its address"],
             tasks_of("api_endpoint/tasks/reached.yml")["Be sure that nodes reach the API where the inventory says"],
             {**tasks_of("kube_vip/tasks/asked.yml")["Be sure that its image is named, and the port the API server's"],
              "when": tasks_of("api_endpoint/tasks/reached.yml")["Be sure of what kube-vip takes"]["when"]}]

    def setUp(self):
        super().setUp()
        self.double("getent", 'printf "10.0.0.5       STREAM api.one\\n10.0.0.5       DGRAM\\n"\n')
        self.write("/etc/kubernetes/admin.conf", "clusters:\n- cluster:\n    server: https://api.one:8443\n  name: kubernetes\n")

    def told(self, address="10.0.0.5", port=8443, by="keepalived", name="api.one", **variables):
        status, said = self.run_tasks(self.TASKS, **{"api_endpoint_router": 51, "kube_vip_image": "an/image", "kubernetes_endpoint_by": by,
                                                     "kubernetes_endpoint": {"name": name, "address": address, "port": port}, **variables})
        return "" if status == 0 else said

    def have(self, router):
        self.write("/etc/keepalived/keepalived.conf", KEEPALIVED + f"  virtual_router_id {router}\n")

    def test_goes_on(self):
        self.assertEqual(self.told(), "")
        self.have(51)
        self.assertEqual(self.told(cluster_silent_control=["n03"]), "")
        self.assertEqual(self.told(api_endpoint_router=77), "")
        for nobody in ("none", "", None):
            self.assertEqual(self.told(by=nobody), "")

    def test_is_nothing_before_there_is_a_cluster(self):
        os.remove(self.at("/etc/kubernetes/admin.conf"))
        self.assertEqual(self.told(port=9443), "")

    def test_refuses_another_port_or_name(self):
        told = f"reach its API at https://api.one:8443 ({self.folder}/etc/kubernetes/admin.conf), and kubernetes_endpoint says https://"
        self.assertIn(told + "api.one:9443", self.told(port=9443))
        self.assertIn(told + "api.two:8443", self.told(name="api.two"))
        self.have(51)
        self.assertIn(told + "api.one:6443", self.told(port=6443, by="kube_vip"))

    def test_refuses_a_way_that_nobody_knows(self):
        self.assertIn("kubernetes_endpoint_by is keepalived, kube_vip or none, not 'keepalive'", self.told(by="keepalive"))

    def test_goes_on_where_nothing_is_said_of_the_way(self):
        status, said = self.run_tasks(self.TASKS, api_endpoint_router=51, kubernetes_endpoint={"name": "api.one", "address": "10.0.0.5", "port": 8443})
        self.assertEqual(status, 0, said)


    def test_refuses_kube_vip_by_another_port_than_the_servers(self):
        self.assertIn("the port of kubernetes_endpoint is 6443, not 8443", self.told(by="kube_vip"))

    def test_refuses_an_address_that_the_name_does_not_lead_to(self):
        told = "the name api.one of the API leads to 10.0.0.5 here, and kubernetes_endpoint says 10.0.0.6: where that is new, run playbooks/site.yml"
        self.assertIn(told, self.told("10.0.0.6"))
        self.assertEqual(self.told("10.0.0.6", by="none"), "")  # the site's own load balancer's
        self.have(51)
        self.assertIn(told, self.told("10.0.0.6", by="none"))
        self.double("getent", "exit 2\n")
        self.assertIn("the name api.one of the API leads to nothing here", self.told())

    def test_refuses_a_change_that_a_silent_control_plane_cannot_be_told_of(self):
        self.have(51)
        told = "the address of the API is had by keepalived (api_endpoint_router 51), and by "
        silent = {"cluster_silent_control": ["n03"]}
        self.assertIn(told + "keepalived (api_endpoint_router 77) the inventory says, but n03 of the control plane cannot be told",
                      self.told(api_endpoint_router=77, **silent))
        self.assertIn(told + "none the inventory says", self.told(by="none", **silent))
        os.remove(self.at("/etc/keepalived/keepalived.conf"))
        self.assertEqual(self.told(**silent), "")
        self.write("/etc/kubernetes/manifests/kube-vip.yaml", "# Written by the kube_vip role.\n")
        self.assertIn("the address of the API is had by kube_vip, and by keepalived", self.told(**silent))

    def test_comes_before_anything_else_about_the_address(self):
        for path in ("playbooks/cluster/tasks/address.yml", "playbooks/cluster/settings.yml", "playbooks/cluster/prepare.yml"):
            with open(os.path.join(ROOT, path)) as file:
                told = file.read()
            self.assertLess(told.index("tasks_from: reached"), min(told.find(other) for other in
                            ("name: kube_vip", "role: kube_vip", "control_plane, tasks_from: settings") if other in told), path)


class GivingTheAddressAway(OnNode):
    """What keepalived asks; `ready`: whose haproxy passes connections on."""

    def given(self, ready, haproxy=0, peers=("10.0.0.2", "fd00::3")):
        self.double("systemctl", f"exit {haproxy}\n")
        cases = "".join(f" *https://{node}:8443/readyz) exit 0 ;;" for node in ready)
        self.double("curl", f'case "$*" in{cases.replace("[", chr(92) + "[")} *) exit 7 ;; esac\n')
        script = rendered_text(OnNode.program, "api_endpoint", "site-api-reached.j2")
        return subprocess.run(["sh", "-s", "8443", *peers], input=script, text=True, env=self.environment, timeout=60).returncode != 0

    def test_is_for_who_passes_on_to_nobody_while_another_one_does(self):
        self.assertFalse(self.given(["127.0.0.1", "10.0.0.2"]))
        self.assertTrue(self.given(["10.0.0.2"]))
        self.assertTrue(self.given(["[fd00::3]"]))

    def test_is_not_for_who_is_no_worse_than_the_others(self):
        self.assertFalse(self.given([]))
        self.assertFalse(self.given([], peers=()))

    def test_is_for_who_has_no_haproxy(self):
        self.assertTrue(self.given(["127.0.0.1"], haproxy=3))


class Keepalived(unittest.TestCase):
    def test_asks_whether_haproxy_passes_connections_on_here_or_elsewhere(self):
        nodes = {"localhost": {"ansible_host": "10.0.0.1"}, "n02": {"ansible_host": "10.0.0.2"}, "n03": {"kubernetes_node_address": "10.1.0.3"}}
        text = rendered_text(OnNode.program, "api_endpoint", "keepalived.conf.j2", api_endpoint_nodes=list(nodes), api_endpoint_interface="bond0",
                             ansible_host="10.0.0.1", hostvars=nodes, kubernetes_endpoint={"address": "10.0.0.5", "port": 8443})
        told = [line.strip() for line in text[text.index("vrrp_script"):text.index("vrrp_instance")].splitlines()]
        self.assertEqual(told, ["vrrp_script haproxy {", 'script "/etc/keepalived/site-api-reached 8443 10.0.0.2 10.1.0.3"', "interval 2",
                                "# Longer than it asks: one that is cut off counts as a no.", "timeout 6", "fall 2", "rise 1", "}", ""])


class Haproxy(unittest.TestCase):
    def server(self, **variables):
        text = rendered_text(OnNode.program, "api_endpoint", "haproxy.cfg.j2", kubernetes_endpoint={"port": 8443}, api_endpoint_nodes=[],
                             **variables)
        return [line.strip() for line in text.splitlines() if "default-server" in line][0]

    def test_knows_api_servers_by_the_clusters_authority_once_it_has_it(self):
        self.assertIn(" verify none ", self.server())
        self.assertIn(" verify required ca-file /etc/kubernetes/pki/ca.crt ", self.server(api_endpoint_is_known=True))


class Asked(OnNode):
    """What keepalived would run with, and nobody have the address."""

    def asked(self, **variables):
        script = tasks_of("api_endpoint/tasks/main.yml")["Be sure of what is asked for"]
        return self.run_tasks([script], **{"api_endpoint_interface": "lo", "api_endpoint_router": 51, **variables})

    def test_is_refused(self):
        self.assertEqual(self.asked()[0], 0)
        self.assertEqual(self.asked(api_endpoint_interface="")[0], 0)
        for variables, told in (({"api_endpoint_router": 256}, "api_endpoint_router is '256'"),
                                ({"api_endpoint_router": "x"}, "api_endpoint_router is 'x'"),
                                ({"api_endpoint_interface": "bond9"}, "this node has no interface 'bond9' (api_endpoint_interface)")):
            status, said = self.asked(**variables)
            self.assertNotEqual(status, 0)
            self.assertIn(told, said)


class RenewedKubelet(OnNode):
    """A kubelet whose certificate has ended starts no control plane."""

    TASK = stage("certs_renew")["Have its kubelet known to the API where its own certificate has ended"]
    PKI = "/var/lib/kubelet/pki/"

    def setUp(self):
        super().setUp()
        self.authority = self.made("/etc/kubernetes/pki")
        self.openssl("req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout ca.key -out ca.crt -days 2 -subj /CN=kubernetes")
        self.made(self.PKI)

    def openssl(self, words):
        return subprocess.run(["openssl", *shlex.split(words)], cwd=self.authority, check=True, capture_output=True, text=True).stdout

    def renewed(self):
        status, said = self.run_tasks([self.TASK], roles=["control"])
        self.assertEqual(status, 0, said)
        return "changed=1" in said

    def test_has_one_that_the_authority_signed(self):
        self.write(self.PKI + "kubelet-client-before.pem", "no longer one\n")
        current = self.at(self.PKI + "kubelet-client-current.pem")
        os.symlink(self.at(self.PKI + "kubelet-client-before.pem"), current)
        self.assertTrue(self.renewed())
        self.assertTrue(os.path.islink(current))
        self.openssl(f"verify -purpose sslclient -CAfile ca.crt {current}")
        self.assertEqual(self.openssl(f"x509 -noout -subject -nameopt RFC2253 -in {current}"), "subject=CN=system:node:localhost,O=system:nodes\n")
        self.assertEqual(self.openssl(f"pkey -pubout -in {current}"), self.openssl(f"x509 -noout -pubkey -in {current}"))
        self.assertEqual(os.stat(current).st_mode & 0o077, 0)

    def test_keeps_one_that_goes_on(self):
        self.openssl("req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout own.key -out own.pem -days 2 -subj /CN=own")
        os.symlink(self.authority + "/own.pem", self.at(self.PKI + "kubelet-client-current.pem"))
        self.assertFalse(self.renewed())

    def test_is_nothing_of_a_node_that_has_no_kubelet(self):
        self.assertFalse(self.renewed())

    def test_comes_after_the_files_and_before_etcd_on_all_nodes(self):
        names = list(stage("certs_renew"))
        self.assertEqual(names[:4], ["Make them anew", self.TASK["name"], "Have etcd start again with them", "See that etcd answers"])


class Draining(OnNode):
    TASK = stage("drain")["Move the pods elsewhere"]

    def drained(self, **variables):
        self.double("kubectl", 'echo "$*" >>"$NODE_FOLDER/asked"\n')
        status, said = self.run_tasks([self.TASK], cluster_leaving=["n07"], **variables)
        self.assertEqual(status, 0, said)
        return [line for line in self.read("asked").splitlines() if not line.startswith("get ")]

    def test_moves_pods(self):
        self.assertEqual([line.split()[0] for line in self.drained()], ["annotate", "annotate", "drain", "annotate"])

    def test_only_keeps_pods_out_of_a_node_that_is_not_ready(self):
        self.assertEqual(self.drained(cluster_moves_pods=False)[1:], [
            "annotate --overwrite node n07 provisioner/away=draining", "cordon n07", "annotate --overwrite node n07 provisioner/away=cordoned"])


class Settling(OnNode):
    TASK = stage("settle")["Wait until those are ready that should be"]

    def test_fails_where_a_node_does_not_become_ready_but_for_who_goes_on_without_it(self):
        self.double("kubectl", 'echo timed out >&2\nexit 1\n')
        self.assertNotEqual(self.run_tasks([self.TASK], cluster_awaited=["n07"])[0], 0)
        status, said = self.run_tasks([self.TASK], cluster_awaited=["n07"], cluster_goes_on_unready=True)
        self.assertEqual(status, 0, said)


class WaitingForDaemons(OnNode):
    """`counts`: generation, the one that was seen, pods wanted, up to date, available."""

    TASK = tasks_of("component/tasks/main.yml")["Wait until {{ component_name }} runs"]
    WAITS = ["--namespace a rollout status deployment/c daemonset/s", "wait --for=condition=Ready x/y"]

    def waited(self, counts, unready):
        self.double("kubectl", f'echo "$*" >>"$NODE_FOLDER/asked"\ncase "$*" in *" get "*) printf %s {counts} ;; esac\n')
        status, said = self.run_tasks([self.TASK], component_name="it", component_waits=self.WAITS, component_wait_seconds=1,
                                      component_unready_nodes=unready)
        return status, said, self.read("asked").splitlines()

    def test_is_kubectls_where_all_nodes_are_ready(self):
        status, said, asked = self.waited("", 0)
        self.assertEqual((status, asked), (0, ["--namespace a rollout status deployment/c --timeout 1s",
                                               "--namespace a rollout status daemonset/s --timeout 1s",
                                               "wait --for=condition=Ready x/y --timeout 1s"]), said)

    def test_is_for_no_pods_of_nodes_that_are_not_ready(self):
        status, said, asked = self.waited("3,3,5,4,4", 1)
        self.assertEqual((status, len([line for line in asked if " get " in line])), (0, 1), said)
        for counts in ("3,2,5,5,5", "3,3,5,3,4", "3,3,5,5,3", "3,3,5,,", ""):
            status, said, _ = self.waited(counts, 1)
            self.assertNotEqual(status, 0, counts)
            self.assertIn("daemonset/s of a does not run on all nodes that are ready", said)


if __name__ == "__main__":
    unittest.main()
