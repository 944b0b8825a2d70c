"""Gates of platforms on the cluster of tests/acceptance/gates: servers that a lab cannot have at the controller's address, what the
inventory says of them, faults of theirs, and all at once where nothing is amiss.

PostgreSQL, helm, cert-manager and the server of ACME are real. Elasticsearch, the object store, the identity provider, Vault and
those who get alerts are doubles (tests/support/platform_servers.py); Gen3's chart is one too (tests/charts/gen3). Argo CD is its
kind and an Application that says how it is, without anybody behind them.
"""

import base64
import contextlib
import json
import os
import subprocess
import sys

import lab_runs
import yaml
from chart_double import packaged
from cluster_lab import STORE, timed
from gate_faults import KUBECTL, Fault, find, kube, make
from handoff_bundles import asked_of_people, instance
from own_lab import must
from own_postgres import OwnPostgres, lend_psql

sys.path.insert(0, os.path.join(lab_runs.ROOT, "tests/support"))
import platform_servers  # noqa: E402

POSTGRES_PORT, SEARCH_PORT, OBJECTS_PORT, LOGIN_PORT, ALERTS_PORT, VAULT_PORT, FORK_PORT = 5432, 9200, 9000, 8180, 9095, 8200, 8280
HOST = "data.one.lab.example.org"
BACK = f"https://{HOST}/user/login/site/login/"
DEPLOYER = "system:serviceaccount:default:deployer"
MAY_DEPLOY = f"create clusterrolebinding deployer --clusterrole cluster-admin --serviceaccount {DEPLOYER.split(':', 2)[2]}"
GEN3 = ["G-1", "G-3", "G-4", "G-5", "G-7", "G-8", "G-10", "G-11", "G-12"]
KIND = {"apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition"}


def kind(group, plural, name, version="v1", scope="Namespaced"):
    """One of others' kinds that takes whatever it is told."""
    return {**KIND, "metadata": {"name": f"{plural}.{group}", "annotations": {"api-approved.kubernetes.io": "unapproved, a double"}},
            "spec": {"group": group, "scope": scope, "names": {"plural": plural, "singular": name.lower(), "kind": name, "listKind": name + "List"},
                     "versions": [{"name": version, "served": True, "storage": True,
                                   "schema": {"openAPIV3Schema": {"type": "object", "x-kubernetes-preserve-unknown-fields": True}}}]}}


SNAPSHOTS = [kind("snapshot.storage.k8s.io", "volumesnapshots", "VolumeSnapshot"),
             kind("snapshot.storage.k8s.io", "volumesnapshotcontents", "VolumeSnapshotContent", scope="Cluster"),
             kind("snapshot.storage.k8s.io", "volumesnapshotclasses", "VolumeSnapshotClass", scope="Cluster")]
SNAPSHOT_CLASS = {"apiVersion": "snapshot.storage.k8s.io/v1", "kind": "VolumeSnapshotClass", "metadata": {"name": "nobodys"},
                  "driver": "rancher.io/local-path", "deletionPolicy": "Retain"}
APPLICATIONS = kind("argoproj.io", "applications", "Application", "v1alpha1")
APPLICATION = {"apiVersion": "argoproj.io/v1alpha1", "kind": "Application", "metadata": {"name": "gen3-one", "namespace": "argocd"},
               "status": {"sync": {"status": "Synced"}, "health": {"status": "Healthy"}}}


def made(things, then=""):
    """Has kinds and things of them on the cluster, the kinds first."""
    lines = [f"echo '{json.dumps(thing)}' | {KUBECTL} apply -f -" for thing in things]
    return "n01", " && sleep 2 && ".join([" && ".join(lines[:-1]), lines[-1]]) + then


class Platforms:
    """The servers, while it is entered; and what the inventory says of them."""

    def __init__(self, lab, network):
        self.lab, self.address = lab, f"{network}.1"
        self.stack, at = contextlib.ExitStack(), {"address": self.address}
        self.postgres = OwnPostgres(lab_runs.STATE, self.address, POSTGRES_PORT)
        self.search = platform_servers.Elasticsearch(port=SEARCH_PORT, **at)
        self.objects = platform_servers.ObjectStore("LAB", "a key of the lab's", "one-data", f"https://{HOST}", port=OBJECTS_PORT, **at)
        self.login = platform_servers.OidcProvider("gen3-one", BACK, port=LOGIN_PORT, **at)
        self.alerts = platform_servers.AlertReceiver(port=ALERTS_PORT, **at)
        self.vault = platform_servers.Vault("secret/phalanx/one", "role-of-the-lab", "secret-of-the-lab", "staffs", port=VAULT_PORT, **at)
        self.fork = platform_servers.Static({"/commons.git/info/refs": (200, "001e# service=git-upload-pack\n0000")}, port=FORK_PORT, **at)

    def __enter__(self):
        for one in (self.postgres, self.search, self.objects, self.login, self.alerts, self.vault, self.fork):
            self.stack.enter_context(one)
        self.postgres.have_vector(True)
        return self

    def __exit__(self, *words):
        self.stack.__exit__(*words)

    def gen3(self, **more):
        """What the instance says where Gen3 is to stand on it."""
        said = yaml.safe_load(instance("gen3", "one")[0])["gen3"]
        theirs = {"hostname": HOST, "gitops": {"repository": self.fork.url + "/commons.git"}, "trusts_site_authority": True,
                  "postgres": {"host": self.address, "port": POSTGRES_PORT, "username": "gen3"},
                  "elasticsearch": {"host": self.address, "port": SEARCH_PORT}, "s3": {"url": self.objects.url, "bucket": "one-data"},
                  "oidc": {"issuer": self.login.issuer, "client_id": "gen3-one"}}
        access = self.lab.own["access"]
        workspaces = {"gen3": {"flows_from": ["jupyter-pods-gen3"]}, "jupyter-pods-gen3": {"flows_from": ["gen3"]}}
        return {"platform": "gen3", "gen3": {**said, **theirs}, "access": {**access, "namespaces": {**access["namespaces"], **workspaces}},
                "gen3_postgres_password": self.postgres.password, "gen3_s3_key": {"id": "LAB", "secret": "a key of the lab's"},
                "gen3_deployer": DEPLOYER, **more}

    def phalanx(self, **more):
        said = yaml.safe_load(instance("phalanx", "one")[0])["phalanx"]
        return {"platform": "phalanx", "phalanx": {**said, "environment": "one", "vault_url": self.vault.url, "repository": self.fork.url + "/commons.git"},
                "phalanx_vault": {"role_id": "role-of-the-lab", "secret_id": "secret-of-the-lab", "write_token": "staffs"}, "phalanx_networks": [],
                "identity": {"exports": [{"name": "home", "path": "/srv/homes", "kind": "directory", "homes": "username"}]}, **more}

    def fill_vault(self):
        self.vault.secrets = asked_of_people(self.lab)


def add_artifacts(lab):
    """helm, and doubles of Gen3's chart: as it is, one that makes up a password, one with a kind that nobody knows."""
    folder = os.path.join(lab_runs.STATE, "charts")
    os.makedirs(os.path.join(lab_runs.STATE, "artifacts"), exist_ok=True)
    made_up = "apiVersion: v1\nkind: Secret\nmetadata: {name: made-up}\nstringData: {password: {{ randAlphaNum 20 | quote }}}\n"
    unknown = "apiVersion: example.org/v1\nkind: Nobody\nmetadata: {name: unknown}\n"
    charts = {"0.3.90": {}, "0.3.91": {"made-up.yaml": made_up}, "0.3.92": {"unknown.yaml": unknown}}
    listed = [{"name": "helm", "kind": "binary", "version": "v3.19.4", "from": "build:helm-3.19/helm"}]
    listed += [{"name": "gen3", "kind": "chart", "version": version, "from": "file:" + packaged(folder, version, more)} for version, more in charts.items()]
    lab_runs.write(lab_runs.STATE, "artifacts/instance.yml", json.dumps({"artifacts": listed}))


def common_faults(lab, network, vault_password):
    """Of gates that every platform has."""
    incoming = "/var/lib/registry/incoming/docker/registry/v2/repositories"
    secret = "canary-of-the-lab-0123456789"  # as an object of Kubernetes may be called
    scale = f"{KUBECTL} --namespace cert-manager scale deployment/cert-manager --replicas"
    wait = f"{KUBECTL} --namespace cert-manager rollout status --timeout 120s deployment/cert-manager"
    gone = " ".join(one["metadata"]["name"] for one in SNAPSHOTS)
    return [
        Fault("nobody issues certificates", "C-7", "the ClusterIssuer 'site-ca' gave no certificate for gates.one.lab.example.org within 45 s",
              ("n01", f"{scale} 0"), ("n01", f"{scale} 1 && {wait}")),
        Fault("nobody takes snapshots", "C-8", "a snapshot of a volume of 'local-path' was not ready within 45 s: nobody says why",
              made([*SNAPSHOTS, SNAPSHOT_CLASS]), kube(f"delete crd {gone}")),
        # Another registry with the same images, to which the way of n06 leads: with connections that stand, it would still ask the first.
        Fault("a node pulls elsewhere", "C-10", "n06 pulls docker.io/library/busybox, and the registry's log has no request of it for sha256:",
              ("n04", "sed 's/:5000\"/:5099\"/' /etc/site-registry/read.yml >/run/beside.yml && chmod 644 /run/beside.yml && "
                      "systemd-run --quiet --unit beside --uid docker-registry docker-registry serve /run/beside.yml && "
                      "nft add table ip beside && nft 'add chain ip beside before { type nat hook prerouting priority -150; }' && "
                      f"nft add rule ip beside before ip saddr {network}.16 tcp dport 5000 redirect to :5099 && systemctl restart site-registry@read && sleep 2"),
              ("n04", "nft delete table ip beside; systemctl stop beside; rm /run/beside.yml")),
        Fault("robots of CI have no place", "C-10", "a robot of CI cannot push to incoming/", ("n04", f"chown root {incoming}/incoming"),
              ("n04", f"chown docker-registry {incoming}/incoming")),
        Fault("robots of CI may make any place", "C-10", "a robot of CI may push to vetted/ of what comes in", ("n04", f"chown docker-registry {incoming}"),
              ("n04", f"rm -rf {incoming}/vetted && chown root {incoming}")),
        Fault("garbage was collected long ago", "C-10", "n04: garbage of 'push' was collected 40 days ago, and 35 is the most",
              ("n04", "mkdir -p /var/lib/site-registry-gc && touch -d '40 days ago' /var/lib/site-registry-gc/push"), ("n04", "rm -r /var/lib/site-registry-gc")),
        Fault("nobody takes alerts", "C-12", "the receiver of alerts does not take one from a pod", say={"gates_alerts_webhook": f"http://{network}.1:9/"}),
        Fault("a secret would be handed over", "C-16", "the bundle that would be written shows 'lab_pull_password'",
              say={"lab_pull_password": secret, "registry_pull_secret": secret}),
        Fault("a copy of the administrator's file", "C-16", "n01: /root/.kube/config holds a credential that may do everything in the cluster",
              ("n01", "mkdir -p /root/.kube && cp /etc/kubernetes/admin.conf /root/.kube/config"), ("n01", "rm -r /root/.kube")),
        Fault("the credential for emergencies lies open", "C-16", "lies open: who has the inventory may do everything in the cluster",
              say={"break_glass_file": lab_runs.write(lab_runs.STATE, "open.conf", "apiVersion: v1\n")}),
        Fault("the credential for emergencies is another cluster's", "C-16", "the sealed credential for emergencies is none of this cluster, or has ended",
              say={"break_glass_file": sealed(vault_password, other_credential())}),
    ]


def other_credential():
    """A kubeconfig with a certificate that nobody's cluster has given."""
    made_one = subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", lab_runs.STATE + "/other.key", "-days", "90", "-subj",
                               "/O=system:masters/CN=other"], capture_output=True, check=True).stdout
    return yaml.dump({"users": [{"name": "other", "user": {"client-certificate-data": base64.b64encode(made_one).decode()}}]})


def sealed(password, text, name="sealed.conf"):
    path = lab_runs.write(lab_runs.STATE, name, text)
    # Its own variable would name the same password once more, and then it asks which of the two is meant.
    environment = {name: value for name, value in os.environ.items() if name != "ANSIBLE_VAULT_PASSWORD_FILE"}
    subprocess.run(["ansible-vault", "encrypt", "--vault-password-file", password, path], env=environment, stdin=subprocess.DEVNULL, check=True,
                   capture_output=True)
    return path


class Changed(Fault):
    """A fault of a server: `change(servers)` makes it, `back(servers)` mends it; beside them what the inventory says all the while."""

    def __init__(self, name, gate, says, change, back, said=None):
        super().__init__(name, gate, says, say=said)
        self.change, self.back = change, back

    def begin(self, lab):
        self.change()
        super().begin(lab)

    def end(self, lab):
        self.back()
        super().end(lab)


def server_faults(servers):
    def setting(name, attribute, value):
        held = {}

        def change():
            target = getattr(servers, name)
            held["was"] = getattr(target, attribute)
            setattr(target, attribute, value)

        def back():
            setattr(getattr(servers, name), attribute, held["was"])
        return change, back
    gen3, phalanx = servers.gen3(), servers.phalanx()
    none = (lambda: None, lambda: None)
    return [
        Changed("the server lacks pgvector", "G-3", "the server has no extension 'vector'", lambda: servers.postgres.have_vector(False),
                lambda: servers.postgres.have_vector(True), gen3),
        Changed("the user is no superuser", "G-3", "the user is no superuser: dbcreate fails at its first run, and reports success at the second", *none,
                {**gen3, "gen3": {**gen3["gen3"], "postgres": {**gen3["gen3"]["postgres"], "username": "weak"}}}),
        Changed("Elasticsearch is another version", "G-4", "Elasticsearch is 8.11.0, and Gen3 works with 7.10 alone", *setting("search", "version", "8.11.0"), gen3),
        Changed("Elasticsearch takes no writes", "G-4", "no index can be made: status 403", *setting("search", "is_read_only", True), gen3),
        Changed("the store knows another key", "G-5", "status 403: <Error><Code>SignatureDoesNotMatch</Code></Error>", *setting("objects", "secret", "another"), gen3),
        Changed("browsers may not ask the store", "G-5", f"the store does not let browsers on https://{HOST} put objects", *setting("objects", "origin", "https://x.org"), gen3),
        Changed("an address is not registered", "G-8", f"the client 'gen3-one' does not exist there, or {BACK} is not registered", *setting("login", "back", "https://x.org/"), gen3),
        Changed("any address is taken", "G-8", "the provider would send people of the client 'gen3-one' to any address", *setting("login", "takes_any", True), gen3),
        Changed("only the bundle's own name is said", "G-4", "gen3.elasticsearch.host is 'gen3-elasticsearch-master', the name that the bundle makes of it", *none,
                {**gen3, "gen3": {**gen3["gen3"], "elasticsearch": {"host": "gen3-elasticsearch-master"}}}),
        Changed("nobody has declared where workspaces are", "G-10", "the chart starts workspaces in 'jupyter-pods-gen3', which 'access' does not declare", *none,
                {**gen3, "access": servers.lab.own["access"]}),
        Changed("the deployer may make no roles", "G-11", "who deploys (system:serviceaccount:default:deployer) may not create clusterroles, and Gen3's charts do",
                lambda: servers.lab.kubectl("n01", "delete clusterrolebinding deployer"), lambda: must(servers.lab.kubectl("n01", MAY_DEPLOY)), gen3),
        Changed("the chart makes up a password", "G-12", "two renderings of gen3 0.3.91 differ in Secret made-up at /stringData/password", *none,
                {**gen3, "gen3": {**gen3["gen3"], "chart": "0.3.91"}}),
        Changed("the chart has a kind that nobody knows", "G-12", 'the chart has objects of a kind that the cluster does not know: "Nobody" in version "example.org/v1"',
                *none, {**gen3, "gen3": {**gen3["gen3"], "chart": "0.3.92"}}),
        Changed("a secret was not given", "P-5", "there is no secret 'argocd': status 404", *setting("vault", "secrets", {}), phalanx),
        Changed("the cluster may write secrets", "P-5", "the cluster's role may change secrets below secret/phalanx/one", *setting("vault", "reader", ["read", "update"]), phalanx),
        Changed("Vault is sealed", "C-16", "is sealed: it gives nobody anything", *setting("vault", "is_sealed", True), phalanx),
        Changed("a network is not there", "P-14", "the cluster does not know networks beside the pods' own", *none, {**phalanx, "phalanx_networks": [{"name": "kube-system/dds"}]}),
        Changed("the Portal's work area is not shared", "P-10", "what user 91 wrote to the Portal's work area on n06 is not there on n07", *none,
                {**phalanx, "phalanx_portal": {"memory": "64Mi", "workarea": {"host_path": "/srv/portal"}}}),
        Changed("a certificate that nobody trusts", "P-4", "stock images do not trust the certificate of", *none,
                {**phalanx, "phalanx_fqdn": HOST, "phalanx_certificate": os.path.join(lab_runs.STATE, "pki/ca.crt")}),
        Changed("the fork is away", "P-12", "pods do not reach the fork", *setting("fork", "pages", {}), phalanx),
    ]


def results(lab, said, *gates):
    lab.say({**lab.own, **said})
    status, told, text = lab.gates(*[word for gate in gates for word in ("--gate", gate)], "--store", STORE)
    return {gate: one["result"] for gate, one in told.items()}, text


def try_platforms(figures, lab, servers, only=None):
    lend_psql(lab, "n01")
    for node in ("n06", "n07"):
        lab.on(node, "mkdir -p /srv/homes /srv/portal && chown 91:91 /srv/portal")
    must(lab.kubectl("n01", "create serviceaccount deployer --namespace default"))
    must(lab.kubectl("n01", MAY_DEPLOY))
    lab.say({**lab.own, **servers.phalanx()})
    servers.fill_vault()
    seconds, (told, text) = timed(results, lab, servers.gen3(), *GEN3)
    figures.claim("gates of Gen3, where nothing is amiss", told, dict.fromkeys(GEN3, "passed"), text)
    figures.note(f"they took {seconds:.0f} s")
    figures.claim("nothing of them is left", (lab.left(), servers.objects.objects, servers.search.indexes,
                                             [name for name in servers.postgres.tell("select datname from pg_database") if "gates" in name]), ([], {}, set(), []))
    stock = servers.gen3()
    told, text = results(lab, {**stock, "gen3": {**stock["gen3"], "trusts_site_authority": False}}, "G-5", "G-8")
    figures.claim("by public authorities alone, where nothing is of the site's", told, dict.fromkeys(["G-5", "G-8"], "passed"), text)
    told, text = results(lab, servers.phalanx(), "P-5", "P-8", "P-14")
    figures.claim("gates of Phalanx, where nothing is amiss", told, dict.fromkeys(["P-5", "P-8", "P-14"], "passed"), text)
    figures.claim("no log-in to Vault is left", servers.vault.tokens, set())
    try_argo_cd(figures, lab, servers)
    planted = [one for one in server_faults(servers) if only is None or only in one.name + one.gate]
    found = sum(find(figures, lab, fault, "--store", STORE) for fault in planted)
    figures.claim(f"faults of servers found by their gates, of {len(planted)}", found, len(planted))
    told, text = results(lab, servers.gen3(gen3_deployer=""), "G-11")
    figures.claim("where nobody is known who deploys", told, {"G-11": "not run"}, text)
    without_servers(figures, lab)
    must(lab.kubectl("n01", "delete clusterrolebinding/deployer"))
    must(lab.kubectl("n01", "delete serviceaccount/deployer --namespace default"))
    lab.say(lab.own)


def try_argo_cd(figures, lab, servers):
    must(lab.ssh_for("n01", f"{KUBECTL} create namespace argocd && {made([APPLICATIONS, APPLICATION])[1]}", 60))
    told, text = results(lab, servers.gen3(), "G-13")
    figures.claim("G-13: an Application that is synced and healthy", told, {"G-13": "passed"}, text)
    bad = {**APPLICATION, "status": {"sync": {"status": "OutOfSync"}, "health": {"status": "Degraded"}}}
    must(lab.ssh_for(*make(bad), 60))
    status, said, text = lab.gates("--gate", "G-13")
    figures.claim("G-13: one that is not", (status, said.get("G-13", {}).get("text")), (2, "the Application 'gen3-one' is OutOfSync Degraded"), text)
    must(lab.ssh_for("n01", f"{KUBECTL} delete namespace argocd && {KUBECTL} delete crd applications.argoproj.io", 90))


def without_servers(figures, lab):
    """Nothing passes whose server is not named."""
    names = [f"G-{number}" for number in (3, 4, 5, 6, 8, 12, 14)] + ["P-4", "P-5", "P-8", "P-10", "P-12", "P-13"]
    told, text = results(lab, {}, *names)
    figures.claim("without servers, gates of platforms", told, dict.fromkeys(names, "not run"), text)
