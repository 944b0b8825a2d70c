"""Tries what signs certificates in a cluster (cert-manager): an authority of the instance below the site's, and a server of
ACME outside of it, by HTTP through the ingress. The server and the names that it looks up are pebble's, at the controller's
address: it proves over the wire, by the rules of RFC 8555, and signs by an authority that nobody trusts.
"""

import json
import os
import re
import shutil
import subprocess
import time
import urllib.request

import lab_runs
from cluster_lab import STORE
from metrics_checks import signed_by_the_site
from own_lab import must, settled

ACME_PORT, MANAGEMENT_PORT, NAMES_PORT = 14000, 15000, 8053
OWN, WORLD = "site-ca", "pebble"
LAYER = ["-i", os.path.join(lab_runs.ROOT, "inventory/lab-cert-manager")]


def variables(network):
    return {"components": {"cert_manager": "provisioner"}, "cert_manager_name_servers": [f"{network}.1:{NAMES_PORT}"],
            "cert_manager_issuers": [
                {"name": OWN, "kind": "ca"},
                {"name": WORLD, "kind": "acme", "server": f"https://{network}.1:{ACME_PORT}/dir", "email": "ops@example.org",
                 "ca_file": os.path.join(lab_runs.STATE, "pki/ca.crt")}]}


class Acme:
    """pebble, and a server of names that knows one address for all of them, while it is entered."""

    def __init__(self, lab, network, ingress):
        self.address, self.ingress, self.running = f"{network}.1", ingress, []
        listed = json.loads(must(lab_runs.provisioner("artifacts", "list", *lab.inventory, "--store", STORE, "--json")))
        self.folder = os.path.join(lab_runs.STATE, "acme")
        os.makedirs(self.folder, exist_ok=True)
        for row in listed:
            if row["name"].startswith("pebble"):
                path = shutil.copy(os.path.join(STORE, "sha256", row["sha256"][:2], row["sha256"]), os.path.join(self.folder, row["name"]))
                os.chmod(path, 0o755)

    def start(self, *words, **more):
        log = open(os.path.join(self.folder, words[0] + ".log"), "w")
        self.running.append(subprocess.Popen([os.path.join(self.folder, words[0]), *words[1:]], stdout=log, stderr=log,
                                             env=dict(os.environ, **more)))

    def __enter__(self):
        certificate, key = signed_by_the_site(self.folder, self.address)
        lab_runs.write(self.folder, "pebble.json", json.dumps({"pebble": {
            "listenAddress": f"{self.address}:{ACME_PORT}", "managementListenAddress": f"{self.address}:{MANAGEMENT_PORT}",
            "certificate": certificate, "privateKey": key, "httpPort": 80, "tlsPort": 443}}))
        self.start("pebble-challtestsrv", "-defaultIPv4", self.ingress, "-defaultIPv6", "", "-dnsserver", f"{self.address}:{NAMES_PORT}",
                   "-http01", "", "-https01", "", "-tlsalpn01", "", "-doh", "", "-management", f"{self.address}:8055")
        self.start("pebble", "-config", os.path.join(self.folder, "pebble.json"), "-dnsserver", f"{self.address}:{NAMES_PORT}", "-strict",
                   PEBBLE_VA_NOSLEEP="1", PEBBLE_WFE_NONCEREJECT="0")
        return self

    def __exit__(self, *_):
        for program in self.running:
            program.terminate()
            program.wait(10)

    def authority(self, trust):
        """Whose name stands in what it signs."""
        with urllib.request.urlopen(f"https://{self.address}:{MANAGEMENT_PORT}/intermediates/0", context=trust) as answer:
            said = subprocess.run(["openssl", "x509", "-noout", "-subject", "-nameopt", "RFC2253"], input=answer.read(), capture_output=True)
        return said.stdout.decode().strip().removeprefix("subject=")

    def log(self):
        with open(os.path.join(self.folder, "pebble.log")) as file:
            return file.read()


def page(name, domain, issuer):
    """An Ingress to the pods of the smoke test that asks `issuer` for its certificate."""
    host = f"{name}.{domain}"
    return json.dumps({"apiVersion": "networking.k8s.io/v1", "kind": "Ingress",
                       "metadata": {"name": name, "annotations": {"cert-manager.io/cluster-issuer": issuer}},
                       "spec": {"tls": [{"hosts": [host], "secretName": name + "-tls"}], "rules": [{"host": host, "http": {"paths": [
                           {"path": "/", "pathType": "Prefix", "backend": {"service": {"name": "web", "port": {"number": 80}}}}]}}]}})


def shown(address, host):
    """Of the certificate that is shown for a name: issuer, names, serial."""
    said = subprocess.run(f"openssl s_client -connect {address}:443 -servername {host} </dev/null 2>/dev/null | "
                          "openssl x509 -noout -issuer -serial -ext subjectAltName -nameopt RFC2253", shell=True, capture_output=True, text=True).stdout
    found = [re.search(pattern, said) for pattern in (r"issuer=(.*)", r"DNS:(.*)", r"serial=(.*)")]
    return tuple(one.group(1).strip() if one else None for one in found)


def ready(lab, name, namespace="default"):
    told = lab.kubectl("n01", f"--namespace {namespace} wait --for=condition=Ready --timeout 120s certificate/{name}", 150)
    return "condition met" in told.stdout or told.stdout + told.stderr


def try_issuers(figures, lab, client, acme):
    address, domain, own = client.address, client.domain, f"CN={lab.name} cert-manager CA"
    issuer, names, first = shown(address, "nobody." + domain)
    figures.claim("the standard certificate is of the instance's authority", (issuer, names), (own, f"{domain}, DNS:*.{domain}"))
    figures.claim("who trusts the site alone believes it", client.ask("nobody")[0], 404)

    figures.claim("an Ingress asks the instance's authority", lab.apply("n01", page("signed", domain, OWN)), True)
    figures.claim("and has a certificate", ready(lab, "signed-tls"), True)
    wanted = (own, f"signed.{domain}")
    figures.claim("which is shown for its name", settled(lambda: shown(address, "signed." + domain)[:2], wanted, 30), wanted)
    figures.claim("and believed", client.ask("signed")[0], 200)
    try_foreign_name(figures, lab)
    try_renewal(figures, lab, address, domain, first)
    try_acme(figures, lab, client, acme)


def try_foreign_name(figures, lab):
    """The authority is one for names of the instance: what it signs beside that, nobody believes."""
    wish = {"apiVersion": "cert-manager.io/v1", "kind": "Certificate", "metadata": {"name": "foreign"},
            "spec": {"secretName": "foreign", "dnsNames": ["www.example.com"], "issuerRef": {"kind": "ClusterIssuer", "name": OWN}}}
    figures.claim("somebody asks it for another's name", lab.apply("n01", json.dumps(wish)), True)
    figures.claim("that is signed", ready(lab, "foreign"), True)
    chain = lab.kubectl("n01", "get secret foreign -o 'jsonpath={.data.tls\\.crt}'").stdout
    told = lab.ssh_for("n01", f"echo {chain} | base64 -d >/tmp/foreign; openssl verify -CAfile /usr/local/share/ca-certificates/site-provisioner.crt "
                       "-untrusted /tmp/foreign /tmp/foreign 2>&1", 30).stdout
    figures.claim("and nobody believes it", "permitted subtree violation" in told, True, told)


def try_renewal(figures, lab, address, domain, first):
    pods = lab.kubectl("n01", "--namespace site-ingress get pods -o name").stdout
    lab.kubectl("n01", "--namespace site-ingress delete secret issued-certificate")
    begin = time.monotonic()
    anew = settled(lambda: shown(address, "nobody." + domain)[2] not in (first, None), True, 180)
    figures.claim("a certificate that is made anew is shown", anew, True)
    figures.claim("by the same pods", lab.kubectl("n01", "--namespace site-ingress get pods -o name").stdout, pods)
    figures.note(f"it took {time.monotonic() - begin:.0f} s")


def try_acme(figures, lab, client, acme):
    told = lab.kubectl("n01", f"wait --for=condition=Ready --timeout 180s clusterissuer/{WORLD}", 200)
    figures.claim("the server of ACME takes the site's account", "condition met" in told.stdout, True, told.stderr + acme.log())
    begin = time.monotonic()
    figures.claim("an Ingress asks it", lab.apply("n01", page("world", client.domain, WORLD)), True)
    figures.claim("proves that the name is its own, and has a certificate", ready(lab, "world-tls"), True, acme.log())
    figures.note(f"it took {time.monotonic() - begin:.0f} s")
    wanted = (acme.authority(client.trust), f"world.{client.domain}")
    figures.claim("which is shown for its name", settled(lambda: shown(client.address, "world." + client.domain)[:2], wanted, 30), wanted)
