#!/usr/bin/env python3
"""Scripts of gates, with doubles of what they ask. `ask`, `here` and `probe` stand for kubectl: they give what a cluster was seen
to give, and no proof that one would. Every script is one that sh can read, and says its lines as gates/trial.h has them."""

import json
import os
import subprocess
import tempfile
import unittest

SCRIPTS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../provisioner/front/platform/gates")
ENVIRONMENT = {"RUN": "gates-x", "INSTANCE": "one", "CLUSTER_DOMAIN": "cluster.local", "DEPLOYED": "", "PATH": os.environ["PATH"]}

# What two probes tell of each other; $CASE says what is amiss.
PROBES = """
here() { echo 10.96.1.1; }
ask() { case "$*" in *coredns*) echo "0 " ;; *) echo "kube-dns.kube-system 10.96.0.10" ;; esac; }
sleep() { :; }
probe() {
  at=$(($(cat "$PLACE/count-$1" 2>/dev/null || echo 0) + 1))
  echo $at >"$PLACE/count-$1"
  for name in n01 n06; do
    did=passed
    case "$CASE $1 $name $at" in "late "*" 1" | "cut n01 n06 "*) did=stopped ;; esac
    large=$did
    case "$CASE $1 $name" in "mtu n01 n06") large=stopped ;; esac
    printf 'pair %s %s\\nlarge %s %s\\n' $name $did $name $large
  done
  [ "$CASE" != silent ] || return 1
  named=passed served=passed
  case $CASE in names) named=stopped ;; service) served=stopped ;; esac
  printf 'name a %s\\nname b %s\\nname c %s\\nservice s %s\\nmtu 1500 -\\n' $named $named $named $served
}
"""


def run(script, doubles, after="", **more):
    """Its lines, where it was given these doubles."""
    with tempfile.TemporaryDirectory() as place:
        with open(os.path.join(place, "ready"), "w") as file:
            file.write("n01 10.0.0.1\nn06 10.0.0.6\n")
        text = f'. {SCRIPTS}/prelude.sh\n{doubles}\n. {SCRIPTS}/{script}.sh\n{after}\n'
        done = subprocess.run(["sh", "-c", text], env={**ENVIRONMENT, "PLACE": place, **more}, capture_output=True, text=True, timeout=60)
    return [json.loads(line) for line in done.stdout.splitlines()]


def whys(lines):
    return sorted({line["why"] for line in lines if "wrong" in line})


def lacks(lines):
    return [line["lacks"] for line in lines if "lacks" in line]


def rights(lines):
    return [line["right"] for line in lines if "right" in line]


class Scripts(unittest.TestCase):
    def test_are_shell(self):
        for name in sorted(os.listdir(SCRIPTS)):
            with self.subTest(name):
                done = subprocess.run(["sh", "-n", os.path.join(SCRIPTS, name)], capture_output=True, text=True)
                self.assertEqual(done.stderr, "")

    def test_write_any_text_as_json(self):
        with tempfile.TemporaryDirectory() as place:
            with open(os.path.join(place, "odd.sh"), "w") as file:
                file.write('wrong "a \\"b\\"" "back\\\\slash and\nline\x1b[31m" "\ttab \xff"\n')
            text = f". {SCRIPTS}/prelude.sh\n. {place}/odd.sh"
            done = subprocess.run(["sh", "-c", text], env=ENVIRONMENT, capture_output=True, text=True)
        self.assertEqual(json.loads(done.stdout), {"wrong": 'a "b"', "why": "back\\slash and line[31m", "hint": " tab ", "on": ""})

    def test_ask_for_a_release_of_external_secrets_only_where_charts_use_it(self):
        def said(owner, kinds, deploys):
            lines = run("gen3_secrets", f'ask() {{ printf %s "{kinds}"; }}', OWNER_external_secrets=owner, DEPLOYS_EXTERNAL_SECRETS=deploys)
            return whys(lines) or [line["right"] for line in lines]

        self.assertEqual(said("absent", "", "false"), ["External Secrets is not there, as the profile has it"])
        self.assertEqual(said("absent", "v1=true ", "false"), ["External Secrets is there, and the profile says that it is absent"])
        self.assertEqual(said("site", "v1=true ", "false"), ["it serves v1=true, and Gen3's charts make nothing of it"])
        self.assertEqual(said("site", "v1=true v1beta1=true ", "true"), ["it serves v1 and v1beta1"])
        self.assertIn("External Secrets serves v1=true:", said("site", "v1=true ", "true")[0])

    def test_ask_for_pages_where_the_inventory_or_the_service_says(self):
        def said(declared, given):
            asking = f'ask() {{ printf %s "{given}"; }}\nneed_ingress\nnote "$address"\n'
            return [line.get("note") or line["lacks"] for line in run("prelude", "", asking, INGRESS_ADDRESS=declared)]

        self.assertEqual(said("192.0.2.7", "10.0.0.200"), ["192.0.2.7"])
        self.assertEqual(said("", "10.0.0.200"), ["10.0.0.200"])
        self.assertEqual(said("", "10.0.0.200 10.0.0.201"), ["10.0.0.200"])
        self.assertEqual(said("", ""), ["nobody says at which address the ingress is: ingress_address"])

    def test_lack_what_the_probes_lack(self):
        doubles = 'echo "no node is ready" >"$PLACE/unfit"'
        for script in ("pods", "load_balancer", "gen3_resolver"):
            with self.subTest(script):
                lines = run(script, doubles, POOLS="", OWNER_load_balancer="provisioner", NGINX_RESOLVER="10.96.0.10")
                self.assertEqual([line.get("lacks") for line in lines], ["no node is ready"])


@unittest.skipUnless(os.geteuid() == 0, "homes are made by root")
class Homes(unittest.TestCase):
    """On directories of this machine, by real programs; an export that squashes root is one that nobody may write to."""

    def setUp(self):
        self.place = self.enterContext(tempfile.TemporaryDirectory())
        os.chmod(self.place, 0o755)

    def told(self, schema="username", kind="directory", init="yes", pilots="", doubles=""):
        told = run("phalanx_homes_node", doubles, IS_MEMBER="yes", TAKES_NOTEBOOKS="yes", NODE="n06", HOMES=f"{self.place} {kind} {schema}\n",
                   INIT_HOMES=init, PILOTS=pilots)
        self.assertEqual([name for name in os.listdir(self.place) if name.startswith(".")], [])
        return told

    def test_are_made_and_given_to_their_owners(self):
        lines = self.told()
        self.assertEqual([line["right"] for line in lines], [f"a home is made on {self.place}, given to its owner, and written to by them"])

    def test_need_folders_for_first_letters(self):
        for letter in "abcdefghijklmnopqrstuvwx":
            os.mkdir(os.path.join(self.place, letter))
        self.assertEqual(whys(self.told("initialThenUsername")),
                         [f"{self.place} lacks folders for the first letters y z: Nublado makes one level of folders alone"])
        for letter in "yz":
            os.mkdir(os.path.join(self.place, letter))
        self.assertEqual(whys(self.told("initialThenUsername")), [])

    def test_cannot_be_made_by_a_root_that_is_squashed(self):
        doubles = 'timeout() { shift; case "$1" in mkdir) echo "mkdir: cannot create directory: Permission denied" >&2; return 1 ;; *) "$@" ;; esac; }'
        self.assertEqual(whys(self.told(doubles=doubles)), [f"root cannot make homes on {self.place}: Permission denied (root_squash, or read-only)"])
        doubles = 'timeout() { shift; case "$1" in chown) echo "chown: Operation not permitted" >&2; return 1 ;; *) "$@" ;; esac; }'
        self.assertEqual(whys(self.told(doubles=doubles)), [f"root cannot give a home on {self.place} to its owner: Operation not permitted"])

    def test_cannot_be_written_below_a_folder_that_is_closed(self):
        os.chmod(self.place, 0o700)
        why, = whys(self.told())
        self.assertTrue(why.startswith(f"who owns a home on {self.place} cannot write to it: "), why)

    def test_are_nobodys_where_the_export_is_not_mounted(self):
        why, = whys(self.told(kind="nfs"))
        self.assertTrue(why.startswith(f"{self.place} is to be on nfs, and is on "), why)

    def test_are_looked_for_where_nobody_makes_them(self):
        os.mkdir(os.path.join(self.place, "ada"))
        self.assertEqual(whys(self.told(init="", pilots="ada max")), [f"the pilot user 'max' has no home on {self.place}, and Nublado is told to make none"])
        self.assertEqual(len([line for line in self.told(init="") if "lacks" in line]), 1)


# A zone as name servers tell of it; $SERVERS are its own.
ZONE = """
need_probes() { nodes=n01; }
probe() {
  case "$*" in
    *-type=ns*) for server in $SERVERS; do echo "example.org nameserver = $server."; done ;;
    *-type=soa*) [ -n "$KNOWS" ] && echo "  origin = ns.example.org" ;;
  esac
}
"""


class Certificates(unittest.TestCase):
    def told(self, doubles="", chain=None, **more):
        given = {"FQDN": "data.example.org", "ROUTE53_ZONE": "", "SERVERS": "", "KNOWS": ""}
        doubles += "\nis_there() { :; }\n" + (f"cp {chain} $PLACE/chain.pem" if chain else "")
        return run("phalanx_certificate", doubles, **{**given, **more})

    def made(self, days="90", name="data.example.org"):
        place = self.enterContext(tempfile.TemporaryDirectory())
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", days, "-subj", "/CN=x",
                        "-addext", f"subjectAltName=DNS:{name}", "-keyout", place + "/key", "-out", place + "/crt"], check=True, capture_output=True)
        return place + "/crt"

    def test_of_a_private_authority_are_not_trusted(self):
        self.assertEqual(whys(self.told(chain=self.made())), ["stock images do not trust the certificate of data.example.org: self-signed certificate"])

    def test_are_known_by_their_end(self):
        self.assertIn("the certificate of data.example.org ends within 30 days", "".join(whys(self.told(chain=self.made("20")))))

    def test_of_a_public_authority_are_trusted(self):
        # A public authority's own certificate stands for one that it has signed: it vouches for itself, and has no names.
        root = "/usr/share/ca-certificates/mozilla/ISRG_Root_X1.crt"
        if not os.path.exists(root):
            self.skipTest("no public authorities here")
        self.assertEqual(whys(self.told(chain=root)), ["stock images do not trust the certificate of data.example.org: hostname mismatch"])

    def test_are_not_known(self):
        self.assertEqual([line["lacks"] for line in self.told()], ["no certificate of data.example.org is known here, and no zone of Route 53"])

    def test_are_proved_by_route_53(self):
        aws = "ns-1.awsdns-01.org ns-2.awsdns-02.com"
        self.assertEqual(whys(self.told(ZONE, ROUTE53_ZONE="example.org", SERVERS=aws, KNOWS="yes")), [])
        self.assertEqual(whys(self.told(ZONE, ROUTE53_ZONE="example.org", SERVERS=aws)),
                         ["ns-1.awsdns-01.org, which is to answer for the zone example.org, does not know it"])
        self.assertEqual(whys(self.told(ZONE, ROUTE53_ZONE="example.org", SERVERS=aws + " ns.other.net")),
                         ["the zone example.org is not Route 53's: ns.other.net answers for it"])
        self.assertEqual(whys(self.told(ZONE, ROUTE53_ZONE="example.org")), ["nobody tells pods who answers for the zone example.org"])
        self.assertEqual(whys(self.told(ZONE, ROUTE53_ZONE="elsewhere.org")),
                         ["the name data.example.org is not of the zone elsewhere.org that Route 53 is to prove it by"])


# Pods that verify the chain, and a server that shows a certificate.
TLS = """
need_probes() { nodes=n01; }
ask() { cat >"$PLACE/applied"; }
here() { echo "Verify return code: 0 (ok)"; }
timeout() { :; }
"""


class Chain(unittest.TestCase):
    def notes(self, **more):
        given = {"OWNER_ingress": "provisioner", "INGRESS_ADDRESS": "10.0.0.9", "DOMAIN": "example.org", "DEBIAN_IMAGE": "", "ALPINE_IMAGE": "", "IMAGE": "busybox"}
        return [line["note"] for line in run("tls", TLS, **{**given, **more}) if "note" in line]

    def test_says_what_stood_for_images_that_nobody_has_named(self):
        debian = "the node's own Debian, with its own authorities, stood for Debian (gates_debian_image)"
        alpine = "the node's own Debian, with its authorities as one file, stood for Alpine (gates_alpine_image)"
        self.assertEqual(self.notes(), [debian, alpine])
        self.assertEqual(self.notes(DEBIAN_IMAGE="debian:12"), [alpine])
        self.assertEqual(self.notes(DEBIAN_IMAGE="debian:12", ALPINE_IMAGE="alpine:3"), [])


# cert-manager with one issuer, $ISSUER, which gives the first of $CERTIFICATES and, once it is asked to renew, the second; it stops
# after as many as $GIVES.
CERT_MANAGER = """
ask() {
  case "$*" in
    *"get clusterissuers"*) printf '%s' "$ISSUER" ;;
    *"apply -f -") cat >"$PLACE/asked"; echo 1 >"$PLACE/wanted" ;;
    *"get certificates"*) printf '%s' "$DUE" ;;
  esac
}
here() {
  wanted=$(cat "$PLACE/wanted")
  [ "$wanted" -le "$GIVES" ] || wanted=$GIVES
  case "$*" in
    *"get secret"*) [ "$wanted" = 0 ] || base64 -w 0 "$(printf '%s' "$CERTIFICATES" | cut -d' ' -f"$wanted")" ;;
    *"patch certificate"*) echo 2 >"$PLACE/wanted" ;;
    *"get certificaterequests"*) echo "site the authority does not answer" ;;
    *".status}"*) [ "$wanted" = 0 ] || echo True ;;
  esac
}
sleep() { :; }
"""


class Issuers(unittest.TestCase):
    def setUp(self):
        place = self.enterContext(tempfile.TemporaryDirectory())
        for number in "12":
            subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "9", "-subj", "/CN=x",
                            "-addext", "subjectAltName=DNS:gates.one.example.org", "-keyout", place + "/key", "-out", f"{place}/{number}"], check=True, capture_output=True)
        self.certificates = f"{place}/1 {place}/2"

    def told(self, gives="2", issuer="site True \n", due="", owner="site", domain="one.example.org"):
        return run("issuers", CERT_MANAGER, OWNER_cert_manager=owner, DEBIAN_IMAGE="", ALPINE_IMAGE="", DOMAIN=domain, GIVES=gives, ISSUER=issuer,
                   CERTIFICATES=self.certificates, DUE=due)

    def test_issue_and_renew(self):
        self.assertEqual([line.get("right") for line in self.told()], ["'site' issues a certificate for gates.one.example.org", "'site' renews it"])

    def test_are_named_where_they_do_not(self):
        self.assertEqual(whys(self.told("0")), ["the ClusterIssuer 'site' gave no certificate for gates.one.example.org within 45 s: the authority does not answer"])
        self.assertEqual(whys(self.told("1")), ["the ClusterIssuer 'site' issues, and did not renew a certificate within 45 s: the authority does not answer"])
        self.assertEqual(whys(self.told(issuer="site False \n")), ["the ClusterIssuer 'site' is not ready"])
        self.assertEqual(whys(self.told(issuer="")), ["there is no ClusterIssuer, and the profile says that cert-manager is site"])
        self.assertEqual(whys(self.told(domain="other.example.org")), ["the ClusterIssuer 'site' gave a certificate that is not for gates.other.example.org"])

    def test_that_are_public_are_asked_once_for_a_new_name(self):
        lines = self.told(issuer="le True https://acme.example.org/directory\n")
        self.assertEqual(whys(lines), ["the ClusterIssuer 'le' gave a certificate that is not for gates-x.one.example.org"])
        self.assertIn({"note": "'le' is a public authority, whose certificates are counted: it was not asked to renew one"}, lines)

    def test_are_held_to_what_is_due(self):
        lines = self.told(due="web tls 2020-01-01T00:00:00Z\nweb new 2999-01-01T00:00:00Z\n")
        self.assertEqual(whys(lines), ["the certificate web/tls was to be renewed on 2020-01-01T00:00:00Z, and was not"])

    def test_are_not_asked_where_the_sites_own_authority_is_all(self):
        line, = self.told(owner="absent")
        self.assertTrue(line["note"].startswith("certificates come from the site's own authority, and 'cluster up' renews them"), line)


# Two nodes that take pods, one of them not gladly; $FAILS is the pod that does.
PORTAL = """
ask() { case "$*" in *"get nodes"*) printf 'n06  \nn07  PreferNoSchedule\nn01  PreferNoSchedule NoSchedule\nn02 true \nn03  NoExecute\n' ;; *"apply -f -") cat >>"$PLACE/applied" ;; esac; }
here() { case "$*" in *"get pod"*) case "$*" in *"portal-$FAILS "*) echo Failed ;; *) echo Succeeded ;; esac ;; *"logs"*) echo "Permission denied" ;; esac; }
"""


class Portal(unittest.TestCase):
    def told(self, fails="-", **more):
        given = {"FAILS": fails, "HAS_PORTAL": "yes", "PORTAL_VOLUME": '"hostPath": {"path": "/srv"}', "PORTAL_CLASS": ""}
        return run("phalanx_portal", PORTAL, **{**given, **more})

    def test_writes_and_reads_from_two_nodes(self):
        self.assertEqual([(line["right"], line["on"]) for line in self.told()],
                         [("user 91 writes to the Portal's work area", "n06"), ("and reads it on another node", "n07")])

    def test_names_a_tree_that_it_may_not_write_to_or_that_is_not_shared(self):
        self.assertEqual(whys(self.told("writes")), ["user 91 cannot write to the Portal's work area on n06: Permission denied"])
        self.assertEqual(whys(self.told("reads")), ["what user 91 wrote to the Portal's work area on n06 is not there on n07: Permission denied"])

    def test_is_not_run_where_it_is_not_declared(self):
        self.assertEqual([line["lacks"] for line in self.told(PORTAL_VOLUME="")], ["the inventory does not say where the Portal's work area is"])
        self.assertEqual([line["right"] for line in self.told(HAS_PORTAL="")], ["no portal is among the applications"])


# Networks beside the pods' own, of a cluster that lacks what $LACK names.
NETWORKS = """
ask() {
  case "$LACK $*" in
    "crd "*"get crd"* | "network "*"--namespace kube-system get"*) return 1 ;;
    *"--all-namespaces"*) printf '%s' "$THERE" ;;
    *"apply -f -") cat >/dev/null ;;
  esac
}
here() {
  case "$LACK $*" in
    *network-status*) [ "$LACK" = interface ] || echo '[{"name": "kube-system/dds"}]' ;;
    "way "*ping*) return 1 ;;
    *"get events"*) echo "failed to set up sandbox: no master interface" ;;
  esac
}
timeout() { [ "$LACK" != start ]; }
"""


class Networks(unittest.TestCase):
    def told(self, lack="", networks="kube-system/dds 10.0.0.1\n", declares="yes", there=""):
        return run("phalanx_networks", NETWORKS, LACK=lack, NETWORKS=networks, DECLARES_NETWORKS=declares, THERE=there)

    def test_pass_where_pods_have_them(self):
        self.assertEqual([line.get("right") for line in self.told()],
                         ["the network kube-system/dds is there", "a pod has an address of kube-system/dds", "and reaches 10.0.0.1"])

    def test_name_what_is_amiss(self):
        for lack, why in (("crd", "the cluster does not know networks beside the pods' own: the kind network-attachment-definitions.k8s.cni.cncf.io is not there"),
                          ("network", "there is no network 'kube-system/dds'"),
                          ("start", "a pod with the network 'kube-system/dds' does not start: failed to set up sandbox: no master interface"),
                          ("interface", "a pod that asks for the network 'kube-system/dds' gets no interface of it"),
                          ("way", "a pod with the network 'kube-system/dds' does not reach 10.0.0.1 on it")):
            with self.subTest(lack):
                self.assertEqual(whys(self.told(lack)), [why])

    def test_are_absent_where_none_is_declared(self):
        self.assertEqual(whys(self.told(networks="")), [])
        self.assertEqual(whys(self.told(networks="", there="kube-system/dds ")), ["there are the networks kube-system/dds, and the inventory says that there are none"])
        self.assertEqual([line["lacks"] for line in self.told(declares="")], ["the inventory does not say which networks pods have beside their own"])


class Pods(unittest.TestCase):
    def told(self, case):
        return run("pods", PROBES, CASE=case)

    def test_pass_where_all_is_reached(self):
        lines = self.told("well")
        self.assertEqual(whys(lines), [])
        self.assertEqual(sum("right" in line for line in lines), 6)

    def test_are_asked_again_where_a_pod_is_known_late(self):
        lines = self.told("late")
        self.assertEqual(whys(lines), [])
        self.assertIn({"note": "it took 2 tries until all was known everywhere"}, lines)

    def test_name_the_way_that_is_lost(self):
        self.assertEqual(whys(self.told("cut")), ["pods on n01 do not reach pods on n06"])

    def test_name_the_mtu_where_large_packets_are_lost(self):
        self.assertEqual(whys(self.told("mtu")), ["small packets pass from n06 to n01 and large ones do not: the MTU of pods is too large"])

    def test_name_the_name_service(self):
        self.assertEqual(whys(self.told("names")), ["no name is resolved in pods: CoreDNS is scaled to 0"])

    def test_name_what_stands_for_services(self):
        self.assertEqual(whys(self.told("service")), [f"pods on {node} reach no Service by its address: kube-proxy on {node} does not do its work" for node in ("n01", "n06")])

    def test_take_silence_for_no_answer(self):
        self.assertEqual(whys(self.told("silent")), [f"the probe on {node} could not be asked all: 4 of 9 answers came: large n06 passed" for node in ("n01", "n06")])


if __name__ == "__main__":
    unittest.main()
