#!/usr/bin/env python3
"""What roles of a cluster write, rendered on this machine as a run renders it, and read again as YAML.

    rendered_test.py PROVISIONER

Exits 77 where PyYAML is not installed.
"""

import os
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True
PROGRAM = os.path.abspath(sys.argv.pop(1))
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from rendered_role import ROOT, rendered as rendered_by, rendered_text as rendered_text_by, yaml  # noqa: E402


def rendered(role, template, **variables):
    return rendered_by(PROGRAM, role, template, **variables)


class KubeVip(unittest.TestCase):
    def pod(self, kubeconfig):
        return rendered("kube_vip", "kube-vip.yml.j2", kube_vip_image="ghcr.io/kube-vip/kube-vip:v1.0.0",
                        kube_vip_interface="bond0", kubernetes_endpoint={"address": "10.1.2.5", "port": 6443},
                        kube_vip_kubeconfig=kubeconfig)[0]

    def test_says_which_address_by_which_interface(self):
        container = self.pod("/etc/kubernetes/admin.conf")["spec"]["containers"][0]
        told = {entry["name"]: entry.get("value") for entry in container["env"]}
        self.assertEqual(container["image"], "ghcr.io/kube-vip/kube-vip:v1.0.0")
        self.assertEqual((told["address"], told["port"], told["vip_interface"]), ("10.1.2.5", "6443", "bond0"))
        self.assertEqual((told["cp_enable"], told["vip_arp"], told["svc_enable"]), ("true", "true", "false"))
        self.assertTrue(all(isinstance(entry.get("value", ""), str) for entry in container["env"]))

    def test_uses_the_given_file_and_never_makes_an_empty_one(self):
        volume = self.pod("/etc/kubernetes/super-admin.conf")["spec"]["volumes"][0]["hostPath"]
        self.assertEqual(volume, {"path": "/etc/kubernetes/super-admin.conf", "type": "File"})


class Dashboard(unittest.TestCase):
    OURS = {"ingress": "provisioner"}

    def documents(self, owners=None, **variables):
        return {one["kind"]: one for one in rendered("dashboard", "dashboard.yml.j2", component_owners=owners or self.OURS,
                                                     instance_name="main", instance_domain="lsp.example.org", **variables)}

    def test_may_do_nothing_by_itself(self):
        documents = self.documents()
        self.assertEqual(sorted(documents), ["Deployment", "Ingress", "Namespace", "Service", "ServiceAccount"])
        self.assertNotIn("-unsafe-use-service-account-token", self.arguments(documents))

    def arguments(self, documents):
        return documents["Deployment"]["spec"]["template"]["spec"]["containers"][0]["args"]

    def test_keeps_to_what_its_namespace_asks_of_pods(self):
        documents = self.documents()
        labels = documents["Namespace"]["metadata"]["labels"]
        self.assertEqual(labels, {"pod-security.kubernetes.io/enforce": "restricted"})
        pod = documents["Deployment"]["spec"]["template"]["spec"]
        self.assertTrue(pod["securityContext"]["runAsNonRoot"])
        for container in pod["containers"] + pod["initContainers"]:
            self.assertEqual(container["securityContext"], {
                "readOnlyRootFilesystem": True, "allowPrivilegeEscalation": False, "capabilities": {"drop": ["ALL"]}})

    def test_is_reached_by_the_class_of_the_sites_ingress(self):
        ingress = self.documents()["Ingress"]["spec"]
        self.assertEqual((ingress["ingressClassName"], ingress["tls"]), ("traefik", [{"hosts": ["dashboard.lsp.example.org"]}]))
        other = self.documents(owners={"ingress": "site"}, dashboard_ingress_class="nginx", dashboard_certificate="pages")["Ingress"]["spec"]
        self.assertEqual((other["ingressClassName"], other["tls"][0]["secretName"]), ("nginx", "pages"))
        self.assertNotIn("Ingress", self.documents(owners={"ingress": "absent"}))

    def test_lets_people_log_in_at_the_issuer_without_a_secret(self):
        self.assertFalse([word for word in self.arguments(self.documents()) if "oidc" in word])
        words = self.arguments(self.documents(dashboard_oidc_client="kubernetes", kubernetes_oidc={"issuer": "https://id.example.org/r"}))
        self.assertIn("-oidc-idp-issuer-url=https://id.example.org/r", words)
        self.assertIn("-oidc-callback-url=https://dashboard.lsp.example.org/oidc-callback", words)
        self.assertFalse([word for word in words if "secret" in word])


class Cilium(unittest.TestCase):
    def documents(self, **variables):
        return {(one["kind"], one["metadata"]["name"]): one for one in rendered(
            "pod_network", "cilium.yml.j2", pod_network="cilium", pod_network_cilium_image="quay.io/cilium/cilium:v1",
            pod_network_cilium_operator_image="quay.io/cilium/operator-generic:v1", **variables)}

    def test_has_options_that_are_all_texts(self):
        options = self.documents()["ConfigMap", "cilium-config"]["data"]
        self.assertTrue(all(isinstance(value, str) for value in options.values()), options)
        self.assertEqual(options["routing-mode"], "native")
        self.assertEqual(options["ipv4-native-routing-cidr"], "10.244.0.0/16")

    def test_goes_by_tunnels_where_asked_and_by_other_options_where_given(self):
        options = self.documents(pod_network_backend="vxlan", pod_network_cilium_options={
            "enable-hubble": "true"})["ConfigMap", "cilium-config"]["data"]
        self.assertEqual((options["routing-mode"], options["auto-direct-node-routes"]), ("tunnel", "false"))
        self.assertEqual(options["enable-hubble"], "true")

    def test_makes_other_pods_of_other_options(self):
        def mark(**variables):
            pod = self.documents(**variables)["DaemonSet", "cilium"]["spec"]["template"]
            return pod["metadata"]["annotations"]["provisioner/options"]
        self.assertEqual(mark(), mark())
        self.assertNotEqual(mark(), mark(pod_network_cilium_options={"debug": "true"}))

    def test_has_an_operator_that_leaves_a_lost_node_and_two_where_there_are_nodes_for_them(self):
        operator = self.documents(deadline_factor=2)["Deployment", "cilium-operator"]["spec"]
        lost = [{"key": f"node.kubernetes.io/{condition}", "operator": "Exists", "effect": "NoExecute", "tolerationSeconds": 600}
                for condition in ("not-ready", "unreachable")]
        self.assertEqual((operator["replicas"], operator["template"]["spec"]["tolerations"]), (1, [*lost, {"operator": "Exists"}]))
        several = self.documents(cluster_members=["n01", "n02", "n03"])["Deployment", "cilium-operator"]["spec"]
        self.assertEqual(several["replicas"], 2)

    def test_starts_the_agent_by_the_given_command(self):
        agent = self.documents(pod_network_cilium_command=["sh", "-c", "exec cilium-agent \"$@\"", "x"])[
            "DaemonSet", "cilium"]["spec"]["template"]["spec"]["containers"][0]
        self.assertEqual(agent["command"], ["sh", "-c", "exec cilium-agent \"$@\"", "x", "--config-dir=/etc/cilium-config"])


class Admission(unittest.TestCase):
    def test_refuses_pods_and_warns_of_what_makes_them_and_leaves_nothing_out(self):
        documents = {(one["kind"], one["metadata"]["name"]): one["spec"] for one in rendered(
            "admission", "admission.yml.j2", admission_registry="registry.lab:5000", cluster_instance="one") if "spec" in one}
        policy = documents["ValidatingAdmissionPolicy", "vetted-images"]
        bindings = [documents["ValidatingAdmissionPolicyBinding", name] for name in ("vetted-images", "vetted-images-of-workloads")]
        self.assertEqual([one["validationActions"] for one in bindings], [["Deny"], ["Warn"]])
        self.assertEqual([one["paramRef"]["parameterNotFoundAction"] for one in bindings], ["Deny", "Allow"])
        self.assertEqual(policy["matchConstraints"]["resourceRules"], sum((one["matchResources"]["resourceRules"] for one in bindings), []))
        self.assertEqual({str(one["matchResources"]["namespaceSelector"]) for one in bindings},
                         {"{'matchLabels': {'provisioner/instance': 'one'}}"})


class Hosts(unittest.TestCase):
    """hosts.toml is no YAML: its lines, without those about who wrote them."""

    ADOPTED = {"registry_kind": "harbor", "registry_proxies": [{"name": "quay.io", "url": "https://quay.io"}]}

    def lines(self, item, **variables):
        text = rendered_text_by(PROGRAM, "container_runtime", "hosts.toml.j2", item=item,
                                container_runtime_registry="registry.lab:5000", **variables)
        return [line for line in text.splitlines() if line and not line.startswith("#")]

    def hosts(self, item, **variables):
        return [line for line in self.lines(item, **variables) if line.startswith(("[", "server"))]

    def test_name_the_sites_registry_alone(self):
        own = "/usr/local/share/ca-certificates/site-provisioner.crt"
        self.assertEqual(self.lines("quay.io"), [
            'server = "https://registry.lab:5000/v2/mirror/quay.io"', 'capabilities = ["pull", "resolve"]', f'ca = "{own}"',
            "override_path = true", '[host."https://registry.lab:5000/v2/mirror/quay.io"]', '  capabilities = ["pull", "resolve"]',
            f'  ca = "{own}"', "  override_path = true"])

    def test_refuse_images_of_registries_that_nothing_names(self):
        self.assertEqual(self.hosts("_default"), ['server = "https://registry.lab:5000/v2/mirror/not-brought-in"',
                                                  '[host."https://registry.lab:5000/v2/mirror/not-brought-in"]'])

    def test_ask_the_proxies_of_a_registry_of_others(self):
        self.assertEqual(self.hosts("quay.io", **self.ADOPTED), [
            'server = "https://registry.lab:5000/v2/mirror/quay.io"', '[host."https://registry.lab:5000/v2/mirror/quay.io"]',
            '[host."https://registry.lab:5000/v2/quay.io"]'])
        self.assertEqual(len(self.hosts("docker.io", **self.ADOPTED)), 2)
        self.assertEqual(len(self.hosts("quay.io", registry_proxies=self.ADOPTED["registry_proxies"])), 2)

    def test_know_a_registry_of_others_by_its_own_authority(self):
        self.assertNotIn("ca", [line.split()[0] for line in self.lines("quay.io", **self.ADOPTED)])
        given = self.lines("quay.io", registry_ca_file="/etc/harbor.crt", **self.ADOPTED)
        self.assertEqual({line.strip() for line in given if "ca =" in line}, {'ca = "/etc/containerd/registry-ca.crt"'})


class Places(unittest.TestCase):
    """Which registries have a folder of their own."""

    ARTIFACTS = {"pause": {"1": {"image": "registry.k8s.io/pause:1", "sha256": "0"}}, "kubelet": {"1": {"sha256": "0"}},
                 "driver": {"2": {"image": "nvcr.io/x/driver:2", "sha256": "0"}}}

    def places(self, **variables):
        with open(os.path.join(ROOT, "playbooks/roles/container_runtime/vars/main.yml")) as file:
            more = yaml.safe_load(file)
        with tempfile.NamedTemporaryFile("w", suffix=".j2") as source:
            source.write("{{ container_runtime_places | to_json }}")
            source.flush()
            return rendered("container_runtime", source.name, artifacts=self.ARTIFACTS, container_runtime_registry="r:5000",
                            **{**more, **variables})[0]

    def test_are_those_that_the_lock_has_images_of(self):
        self.assertEqual(self.places(), ["registry.k8s.io", "docker.io", "quay.io", "ghcr.io", "nvcr.io", "r:5000", "_default"])

    def test_are_no_others_where_these_are_asked_themselves(self):
        self.assertNotIn("_default", self.places(container_runtime_only_registry=False))
        self.assertNotIn("_default", self.places(registry_kind="nexus"))

    def test_are_those_that_a_registry_of_others_has_proxies_for(self):
        self.assertEqual(self.places(registry_kind="nexus", registry_proxies=[{"name": "gcr.io", "url": "https://gcr.io"}])[4:],
                         ["gcr.io", "nvcr.io", "r:5000"])


class Joining(unittest.TestCase):
    def join(self, **variables):
        return rendered("control_plane", "join.yml.j2", inventory_hostname="n18", kubernetes_node_address="10.1.2.18",
                        control_plane_token="abcdef.0123456789abcdef", control_plane_authority="sha256:00",
                        control_plane_key={"stdout": "00"}, **{
                            "kubernetes_endpoint": {"name": "api", "port": 6443}, "roles": ["worker"], **variables})[0]

    def test_has_no_taints_of_its_own_where_none_are_asked_for(self):
        self.assertNotIn("taints", self.join()["nodeRegistration"])

    def test_has_its_taints_from_the_first_moment(self):
        taints = self.join(node_taints=["key=qserv:NoSchedule", "nublado.lsst.io/permitted=true:NoExecute", "bare:NoSchedule"])
        self.assertEqual(taints["nodeRegistration"]["taints"], [
            {"key": "key", "value": "qserv", "effect": "NoSchedule"},
            {"key": "nublado.lsst.io/permitted", "value": "true", "effect": "NoExecute"},
            {"key": "bare", "value": "", "effect": "NoSchedule"}])

    def test_keeps_the_taint_of_a_control_plane_beside_them(self):
        taints = self.join(node_taints=["a=b:NoSchedule"], roles=["control"])["nodeRegistration"]["taints"]
        self.assertEqual([taint["key"] for taint in taints], ["node-role.kubernetes.io/control-plane", "a"])

    def test_waits_as_long_as_it_is_told(self):
        self.assertNotIn("timeouts", self.join())
        self.assertEqual(self.join(kubernetes_timeouts={"tlsBootstrap": "15m"})["timeouts"], {"tlsBootstrap": "15m"})


class Beginning(unittest.TestCase):
    def documents(self, **variables):
        return {one["kind"]: one for one in rendered(
            "control_plane", "init.yml.j2", inventory_hostname="n01", kubernetes_node_address="10.1.2.11", cluster_instance="main",
            kubernetes_version="v1.34.4", kubernetes_endpoint={"name": "api", "address": "10.1.2.5", "port": 8443}, **variables)}

    def test_waits_as_long_as_kubeadm_would_where_nothing_is_said(self):
        self.assertNotIn("timeouts", self.documents()["InitConfiguration"])

    def test_waits_as_long_as_it_is_told(self):
        told = self.documents(kubernetes_timeouts={"controlPlaneComponentHealthCheck": "15m"})["InitConfiguration"]
        self.assertEqual(told["timeouts"], {"controlPlaneComponentHealthCheck": "15m"})

    def test_waits_as_many_times_longer_as_its_nodes_are_slower(self):
        told = self.documents(deadline_factor=6)["InitConfiguration"]["timeouts"]
        self.assertEqual(told, {"controlPlaneComponentHealthCheck": "24m", "kubeletHealthCheck": "24m", "kubernetesAPICall": "6m",
                                "etcdAPICall": "12m", "discovery": "30m", "tlsBootstrap": "30m"})

    def test_seals_secrets_but_in_a_cluster_that_was_begun_without(self):
        sealed = self.documents()["ClusterConfiguration"]["apiServer"]
        bare = self.documents(control_plane_is_sealed=False)["ClusterConfiguration"]["apiServer"]
        self.assertIn("encryption-provider-config", [one["name"] for one in sealed["extraArgs"]])
        self.assertNotIn("encryption", str(bare))
        self.assertEqual([one["name"] for one in bare["extraVolumes"]], ["audit-policy", "audit-log"])

    def test_says_nothing_of_programs_that_have_no_options_of_the_sites(self):
        cluster = self.documents()["ClusterConfiguration"]
        self.assertFalse({"controllerManager", "scheduler", "etcd"} & set(cluster))

    def test_gives_programs_the_sites_options_as_texts_after_those_always_set(self):
        cluster = self.documents(kubernetes_arguments={
            "apiServer": {"max-requests-inflight": 800}, "controllerManager": {"leader-elect": False},
            "scheduler": {"leader-elect-lease-duration": "60s"}, "etcd": {"heartbeat-interval": 500}})["ClusterConfiguration"]
        self.assertEqual(cluster["apiServer"]["extraArgs"][-1], {"name": "max-requests-inflight", "value": "800"})
        self.assertEqual(cluster["apiServer"]["extraArgs"][0]["name"], "audit-policy-file")
        self.assertEqual(cluster["apiServer"]["extraVolumes"][0]["name"], "audit-policy")
        self.assertEqual(cluster["controllerManager"]["extraArgs"], [{"name": "leader-elect", "value": "False"}])
        self.assertEqual(cluster["scheduler"]["extraArgs"], [{"name": "leader-elect-lease-duration", "value": "60s"}])
        self.assertEqual(cluster["etcd"]["local"]["extraArgs"], [{"name": "heartbeat-interval", "value": "500"}])


class Prometheus(unittest.TestCase):
    ENDPOINT = {"name": "api", "address": "10.1.2.5", "port": 6443}

    def configuration(self, **variables):
        return rendered("prometheus", "prometheus.yml.j2", cluster_instance="main", kubernetes_endpoint=self.ENDPOINT, **variables)[0]

    def jobs(self, **variables):
        return {job["job_name"]: job for job in self.configuration(**variables)["scrape_configs"]}

    def test_asks_all_of_the_cluster_by_a_token_and_over_certificates_that_it_checks(self):
        jobs = self.jobs(kube_state_metrics_image="registry.k8s.io/kube-state-metrics/kube-state-metrics:v2.17.0")
        self.assertEqual(sorted(jobs), ["apiserver", "cadvisor", "kube-state-metrics", "kubelet", "node"])
        for name in jobs.keys() - {"node"}:
            self.assertEqual((jobs[name]["scheme"], jobs[name]["tls_config"]), ("https", {"ca_file": "/etc/prometheus/site/ca.crt"}))
            self.assertEqual(jobs[name]["authorization"], {"credentials_file": "/etc/prometheus/site/token"})

    def test_asks_kube_state_metrics_through_the_api_where_a_site_has_it(self):
        self.assertNotIn("kube-state-metrics", self.jobs())
        job = self.jobs(kube_state_metrics_image="x")["kube-state-metrics"]
        self.assertEqual(job["static_configs"], [{"targets": ["10.1.2.5:6443"]}])
        self.assertEqual([one["kind"] for one in rendered("prometheus", "reader.yml.j2", kube_state_metrics_image="x")][-2:], ["Role", "RoleBinding"])

    def test_asks_pods_of_namespaces_through_the_api_and_may_do_no_more_there(self):
        self.assertNotIn("pods", self.jobs())
        job = self.jobs(prometheus_pods_of=["gen3"])["pods"]
        self.assertEqual((job["file_sd_configs"], job["scheme"]), ([{"files": ["/var/lib/site-prometheus/pods.json"]}], "https"))
        self.assertEqual(job["authorization"], {"credentials_file": "/etc/prometheus/site/token"})
        role, binding = rendered("prometheus", "reader.yml.j2", prometheus_pods_of=["gen3"])[-2:]
        self.assertEqual({(one["kind"], one["metadata"]["namespace"]) for one in (role, binding)}, {("Role", "gen3"), ("RoleBinding", "gen3")})
        self.assertEqual(role["rules"], [{"apiGroups": [""], "resources": ["pods"], "verbs": ["list"]},
                                         {"apiGroups": [""], "resources": ["pods/proxy"], "verbs": ["get"]}])
        asks = rendered_text_by(PROGRAM, "prometheus", "site-prometheus-pods.service.j2", prometheus_pods_of=["gen3", "tap"], kubernetes_endpoint=self.ENDPOINT)
        self.assertIn("\nExecStart=/usr/local/sbin/site-prometheus-pods https://10.1.2.5:6443 gen3 tap\n", asks)

    def test_has_further_jobs_of_the_site(self):
        job = {"job_name": "switches", "static_configs": [{"targets": ["10.1.0.1:9116"], "labels": {"rack": "A1"}}]}
        self.assertEqual(self.jobs(prometheus_jobs=[job])["switches"], job)

    def test_tells_those_whom_the_site_names(self):
        said = self.configuration(prometheus_remote_write=[{"url": "https://mimir/api/v1/push", "ca": "/ca.crt", "headers": {"X-Scope-OrgID": "one"}}],
                                  prometheus_alertmanagers=[{"address": "alerts:9093"}], prometheus_rules=[{"name": "a", "rules": []}])
        self.assertEqual(said["remote_write"], [{"url": "https://mimir/api/v1/push", "tls_config": {"ca_file": "/ca.crt"},
                                                 "headers": {"X-Scope-OrgID": "one"}}])
        self.assertEqual(said["alerting"], {"alertmanagers": [{"static_configs": [{"targets": ["alerts:9093"]}]}]})
        self.assertEqual(said["rule_files"], ["/etc/prometheus/site/rules.yml"])
        self.assertFalse({"remote_write", "alerting", "rule_files"} & self.configuration().keys())


class Issuers(unittest.TestCase):
    def issuers(self, *issuers):
        return {one["metadata"]["name"]: one["spec"] for one in rendered("cert_manager", "issuers.yml.j2", cert_manager_issuers=list(issuers)) if one}

    def test_have_a_key_of_the_cluster_or_an_account_elsewhere(self):
        acme = {"name": "world", "kind": "acme", "server": "https://acme.example.org/dir", "email": "ops@example.org"}
        specs = self.issuers({"name": "site-ca", "kind": "ca"}, acme)
        self.assertEqual(specs["site-ca"], {"ca": {"secretName": "issuer-site-ca"}})
        self.assertEqual(specs["world"]["acme"], {
            "server": "https://acme.example.org/dir", "email": "ops@example.org", "privateKeySecretRef": {"name": "account-world"},
            "solvers": [{"http01": {"ingress": {"ingressClassName": "traefik"}}}]})

    def test_take_what_else_a_server_asks_for(self):
        solvers = [{"dns01": {"rfc2136": {"nameserver": "10.1.2.3"}}}]
        with tempfile.NamedTemporaryFile("w") as file:
            file.write("certificate")
            file.flush()
            spec = self.issuers({"name": "world", "kind": "acme", "server": "s", "email": "e", "solvers": solvers, "ca_file": file.name,
                                 "more": {"profile": "short"}})["world"]["acme"]
        self.assertEqual((spec["solvers"], spec["caBundle"], spec["profile"]), (solvers, "Y2VydGlmaWNhdGU=", "short"))


class Ingress(unittest.TestCase):
    def source(self, **variables):
        pods = [one for one in rendered("ingress", "ingress.yml.j2", component_owners={"load_balancer": "absent", "cert_manager": "absent"},
                                        **variables) if one["kind"] == "DaemonSet"][0]
        volumes = {one["name"]: one for one in pods["spec"]["template"]["spec"]["volumes"]}
        return volumes["dynamic"]["projected"]["sources"][1]["secret"]

    def test_waits_for_the_sites_certificate_and_not_for_an_issuers(self):
        self.assertEqual(self.source(), {"name": "standard-certificate"})
        self.assertEqual(self.source(ingress_issuer="site-ca"), {"name": "issued-certificate", "optional": True})


class Logs(unittest.TestCase):
    """What is not sent yet lies on the node's disk, and nobody waits for another's receiver."""

    def test_wait_on_the_nodes_disk_for_each_receiver_by_itself(self):
        outputs = [{"name": "site", "kind": "loki", "url": "https://l/otlp"}, {"name": "central", "kind": "elasticsearch", "url": "https://e"}]
        secret, = rendered("logs", "secret.yml.j2", cluster_instance="one", logs_outputs=outputs, logs_queue=3, logs_node_files=["/var/log/a"])
        said = yaml.safe_load(secret["stringData"]["collector.yml"])
        self.assertEqual(said["service"]["pipelines"], {
            f"logs/{name}": {"receivers": [f"file_log/pods-{name}", f"file_log/node-{name}"], "processors": ["memory_limiter", "resource"],
                             "exporters": [f"{kind}/{name}"]} for name, kind in (("site", "otlp_http"), ("central", "elasticsearch"))})
        for name, exporter in said["exporters"].items():
            queue = {key: exporter["sending_queue"][key] for key in ("storage", "block_on_overflow", "sizer", "queue_size")}
            self.assertEqual(queue, {"storage": "file_storage", "block_on_overflow": True, "sizer": "items", "queue_size": 3000}, name)
            self.assertEqual(exporter["retry_on_failure"], {"enabled": True, "max_elapsed_time": 0})
        self.assertEqual({one["storage"] for one in said["receivers"].values()}, {"file_storage"})
        self.assertNotIn("batch", said["processors"])


class Settings(unittest.TestCase):
    def test_put_the_sites_audit_rules_before_the_standard_ones(self):
        own = {"level": "None", "namespaces": ["noisy"]}
        rules = rendered("control_plane", "audit.yml.j2", kubernetes_audit_rules=[own])[0]["rules"]
        self.assertEqual(rules[0], own)
        self.assertGreater(len(rules), 4)

    def test_give_a_kubelet_fields_of_its_own(self):
        self.assertEqual(rendered("kubernetes_node", "kubelet.conf.j2", kubernetes_kubelet_own={"maxPods": 40})[0]["maxPods"], 40)
        self.assertEqual(sorted(rendered("kubernetes_node", "kubelet.conf.j2")[0]), ["apiVersion", "kind"])


if __name__ == "__main__":
    unittest.main()
