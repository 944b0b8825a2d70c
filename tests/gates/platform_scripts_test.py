#!/usr/bin/env python3
"""Scripts of gates of platforms, with doubles of kubectl (`ask`, `here`) and of PostgreSQL; Qserv is asked by real curl of doubles on this machine."""

import os
import socket
import socketserver
import ssl
import subprocess
import sys
import tempfile
import threading
import unittest

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from gate_scripts_test import lacks, rights, run, whys  # noqa: E402


class Release(unittest.TestCase):
    def told(self, doubles):
        return run("api_version", doubles)

    def test_is_the_api_servers_own(self):
        doubles = "ask() { printf '{\\n  \"major\": \"1\",\\n  \"gitVersion\": \"v1.34.4\",\\n  \"platform\": \"linux/amd64\"\\n}'; }"
        self.assertEqual(self.told(doubles), [{"fact": "version", "value": "v1.34.4", "on": ""}])

    def test_is_not_known_where_nobody_answers(self):
        self.assertEqual(lacks(self.told("ask() { return 1; }")), ["the API does not answer"])


# Who deploys may make all but $FORBIDDEN; the cluster lacks what $LACK names, and Gen3's namespace has the level $LEVEL. A question in nobody's
# name is the administrator's own, who may do anything.
DEPLOYER = """
ask() {
  case "$LACK $*" in
    "account "*"get serviceaccount"*) echo 'Error from server (NotFound): serviceaccounts "argocd-application-controller" not found'; return 1 ;;
    "api "*"get serviceaccount"*) echo 'Unable to connect to the server: EOF'; return 1 ;;
    *"get serviceaccount"*) ;;
    *" create $FORBIDDEN "*"--as system:serviceaccount:argocd:argocd-application-controller --dry-run=server") echo "Warning: x"; echo "error: failed to create $FORBIDDEN: it is forbidden: User \\"x\\" cannot create it" ; return 1 ;;
    "server create "*) echo 'Unable to connect to the server: EOF'; return 1 ;;
    *" create "*) ;;
    "namespace "*"get namespace"*) return 1 ;;
    *"get namespace"*enforce*) echo "$LEVEL" ;;
    *"run gates-nginx"*) [ "$LACK" != pods ] || { echo "denied by a policy"; return 1; } ;;
  esac
}
"""


class Rights(unittest.TestCase):
    def told(self, lack="", forbidden="nothing", level="baseline", **more):
        given = {"DEPLOYER": "system:serviceaccount:argocd:argocd-application-controller", "GEN3_NAMESPACE": "gen3", "IMAGE": "busybox"}
        return run("gen3_rights", DEPLOYER, **{**given, "LACK": lack, "FORBIDDEN": forbidden, "LEVEL": level, **more})

    def test_are_the_deployers(self):
        lines = self.told()
        who = "system:serviceaccount:argocd:argocd-application-controller"
        self.assertEqual((rights(lines), whys(lines), lacks(lines)),
                         ([f"{who} may create namespaces", f"{who} may create clusterroles", f"{who} may create clusterrolebindings",
                           "a pod that starts as root is taken into 'gen3'"], [], []))

    def test_that_the_deployer_lacks_are_named_whatever_an_administrator_may(self):
        self.assertEqual(whys(self.told(forbidden="clusterrole")),
                         ["who deploys (system:serviceaccount:argocd:argocd-application-controller) may not create clusterroles, and Gen3's charts do: "
                          'error: failed to create clusterrole: it is forbidden: User "x" cannot create it'])
        self.assertEqual(whys(self.told(forbidden="clusterrole", DEPLOYER="ada")), [])

    def test_are_not_proved_where_there_is_no_deployer_or_no_answer(self):
        self.assertEqual(lacks(self.told("account")), ["nobody is known who deploys: there is no service account 'argocd-application-controller' in 'argocd'"])
        self.assertEqual(lacks(self.told("api")), ["the API does not tell of the service account of who deploys: Unable to connect to the server: EOF"])
        self.assertEqual(lacks(self.told("server"))[0], "whether who deploys may create namespaces the API does not say: Unable to connect to the server: EOF")

    def test_let_nginx_start_as_root(self):
        self.assertEqual(whys(self.told(level="restricted")), ["the namespace 'gen3' is restricted: Gen3's images start nginx as root"])
        self.assertEqual(whys(self.told("pods")), ["a pod that starts as root is refused in 'gen3': denied by a policy"])
        self.assertIn({"note": "there is no namespace 'gen3' yet: the bundle brings it, as baseline"}, self.told("namespace"))


class ExternalSecrets(unittest.TestCase):
    def told(self, kinds, owner):
        return run("gen3_secrets", 'ask() { printf "%s" "$KINDS"; }', KINDS=kinds, OWNER_external_secrets=owner, DEPLOYS_EXTERNAL_SECRETS="true")

    def test_are_absent_where_the_profile_says_so(self):
        self.assertEqual(rights(self.told("", "absent")), ["External Secrets is not there, as the profile has it"])
        self.assertEqual(whys(self.told("v1=true ", "platform")), ["External Secrets is there, and the profile says that it is platform"])
        self.assertEqual(whys(self.told("", "site")), ["External Secrets is not there, and the profile says that it is site"])

    def test_serve_both_versions(self):
        for kinds in ("v1=true v1beta1=true ", "v1beta1=true v1=true "):
            self.assertEqual(rights(self.told(kinds, "site")), ["it serves v1 and v1beta1"])
        self.assertEqual(whys(self.told("v1=true v1beta1=false ", "site")),
                         ["External Secrets serves v1=true v1beta1=false: some of Gen3's templates need v1, and seven v1beta1"])


# A claim that is bound, or not: $PHASE is its pod's; $DEFAULTS are the default classes.
CLAIM = """
ask() { case "$*" in *"get storageclasses"*) printf "$DEFAULTS" ;; *"apply -f -") cat >/dev/null; [ "$PHASE" != refused ] ;; esac; }
here() { case "$*" in *"get pod gen3"*) echo "$PHASE" ;; *"get events"*) printf 'gen3 no room for 10Gi\\nother x\\n' ;; esac; }
sleep() { :; }
"""


class WorkspaceVolume(unittest.TestCase):
    def told(self, phase, defaults="fast true\\nslow \\n"):
        return run("gen3_volume", CLAIM, PHASE=phase, DEFAULTS=defaults, IMAGE="busybox")

    def test_is_bound_and_written(self):
        self.assertEqual(rights(self.told("Succeeded")), ["a claim of 10 GiB is bound and written"])

    def test_is_named_where_it_is_not(self):
        self.assertEqual(whys(self.told("Pending")), ["the default class 'fast' does not bind a claim of 10 GiB: gen3 no room for 10Gi"])
        self.assertEqual(whys(self.told("Pending", "slow \\n")), ["no storage class is the default, and Gen3's charts name none"])
        self.assertEqual(lacks(self.told("refused")), ["a claim is refused"])


# Who has which database, "DATABASE ROLE" a line, on the site's server, which $IN lets in; the role `admin` is a superuser.
SERVER = """
psql() {
  [ -n "$IN" ] || { echo "psql: no password supplied" >&2; return 2; }
  for asked; do :; done
  case "$asked" in
    "select 1") echo 1 ;;
    *pg_get_userbyid*) name=${asked##*"datname = '"}; printf "$OWNED" | sed -n "s/^${name%"'"} //p" ;;
    *rolcanlogin*) case "$asked" in *"'group'"*) echo f ;; *) echo t ;; esac ;;
    *rolsuper*) case "$asked" in *"'admin'"*) echo t ;; *) echo f ;; esac ;;
  esac
}
timeout() { shift; "$@"; }
ask() { case "$*" in "get storageclass $THERE") ;; *) return 1 ;; esac; }
"""


class PhalanxDatabases(unittest.TestCase):
    def told(self, owned="gafaelfawr gafaelfawr\\nnublado nublado\\n", url="postgresql://look:word@db.example.org/postgres", databases="", **more):
        given = {"OWNED": owned, "DATABASE_URL": url, "DATABASES": databases, "IN": "yes", "POSTGRES_CLASS": "", "CLASSES": "fast local_path yes Delete\n",
                 "THERE": "fast"}
        return run("phalanx_databases", SERVER, **{**given, **more})

    HANDED = "gafaelfawr postgresql://gate@db.example.org:5432/auth?sslmode=require\nnublado postgresql://hub@db.example.org/hub\n"

    def test_are_looked_for_on_the_sites_server(self):
        self.assertEqual(rights(self.told()), ["database gafaelfawr, of the role gafaelfawr", "database nublado, of the role nublado"])
        self.assertEqual(whys(self.told("gafaelfawr admin\\n")), ["the database 'gafaelfawr' is of 'admin', who is no role of its own that logs in",
                                                                  "there is no database 'nublado' on the site's PostgreSQL"])
        self.assertEqual(whys(self.told("gafaelfawr group\\nnublado nublado\\n")), ["the database 'gafaelfawr' is of 'group', who is no role of its own that logs in"])
        self.assertEqual(whys(self.told(IN="")), ["PostgreSQL does not let us in: psql: no password supplied"])

    def test_are_those_that_are_handed_over(self):
        self.assertEqual(rights(self.told("auth gate\\nhub hub\\n", databases=self.HANDED)), ["database auth, of the role gate", "database hub, of the role hub"])
        self.assertEqual(whys(self.told("auth other\\n", databases=self.HANDED)),
                         ["the database 'auth' is of 'other', and 'gate' is handed over to gafaelfawr", "there is no database 'hub' on the site's PostgreSQL"])

    def test_are_not_proved_where_nobody_can_look(self):
        self.assertEqual(lacks(self.told(url="", databases=self.HANDED)),
                         ["databases of the site are handed over (gafaelfawr nublado), and nobody's way in is known by which to look at them"])
        self.assertEqual(lacks(self.told("hub hub\\n", databases=self.HANDED.replace("gate@db", "gate@other"))),
                         ["the database that is handed over to gafaelfawr is at other.example.org, and phalanx_database_url leads to db.example.org: it was not looked at"])

    def test_are_made_on_the_class_that_is_handed_over(self):
        self.assertEqual(rights(self.told(url="")), ["the class 'fast' is there"])
        self.assertEqual(rights(self.told(url="", POSTGRES_CLASS="slow", THERE="slow")), ["the class 'slow' is there"])
        self.assertEqual(whys(self.told(url="", CLASSES="")), ["there is no storage class 'standard' for Phalanx's PostgreSQL, and no database of the site is declared"])
        one = self.HANDED.splitlines()[0] + "\n"
        self.assertEqual(rights(self.told("auth gate\\n", databases=one)), ["database auth, of the role gate", "the class 'fast' is there"])
        self.assertEqual(whys(self.told("auth gate\\n", databases=one, THERE="none")),
                         ["there is no storage class 'fast' for Phalanx's PostgreSQL, and no database of the site is declared for nublado"])


# The name leads to $FOUND, and the Service $TAKEN has the address.
NAMES = """
timeout() { shift; case "$1" in getent) printf "$FOUND" ;; esac; }
ask() { printf 'default/other 10.0.0.8\\n%s 10.0.0.9\\n' "${TAKEN:-}" | grep -v '^ '; }
"""


class PhalanxAddress(unittest.TestCase):
    def told(self, found="10.0.0.9 STREAM x\\n10.0.0.9 DGRAM\\n", **more):
        return run("phalanx_address", NAMES, **{"FOUND": found, "FQDN": "rsp.example.org", "PHALANX_ADDRESS": "10.0.0.9", **more})

    def test_is_where_the_name_leads_and_nobodys_yet(self):
        self.assertEqual(rights(self.told()), ["rsp.example.org leads to 10.0.0.9", "nobody has it yet"])

    def test_is_named_where_it_is_not(self):
        self.assertEqual(whys(self.told("")), ["the name rsp.example.org leads nowhere"])
        self.assertEqual(whys(self.told("10.0.0.7 STREAM x\\n")), ["the name rsp.example.org leads to 10.0.0.7 , and the address that is kept is 10.0.0.9"])
        self.assertEqual(whys(self.told(TAKEN="web/front")), ["10.0.0.9 is taken by the Service web/front"])

    def test_is_phalanxs_once_it_stands(self):
        own = "ingress-nginx/ingress-nginx-controller"
        self.assertEqual(rights(self.told(TAKEN=own, DEPLOYED="yes"))[1:], [f"Phalanx's ingress has it: {own}"])
        self.assertEqual(whys(self.told(TAKEN=own)), [f"10.0.0.9 is taken by the Service {own}"])
        self.assertEqual(whys(self.told(TAKEN="web/front", DEPLOYED="yes")), ["10.0.0.9 is taken by the Service web/front"])
        self.assertEqual(whys(self.told(DEPLOYED="yes")), ["no Service has 10.0.0.9, and Phalanx's ingress is to have it"])

    def test_is_not_proved_where_none_is_declared(self):
        self.assertEqual(lacks(self.told(FQDN="")), ["the inventory declares no name of the environment: phalanx.fqdn, or instance_domain"])
        self.assertEqual(lacks(self.told(PHALANX_ADDRESS="")), ["the inventory keeps no address for Phalanx's ingress: phalanx.address"])


class IngressOfThePlatform(unittest.TestCase):
    def told(self, classes, deployed="yes", **more):
        given = {"CLASSES": classes, "DEPLOYED": deployed, "OWNER_ingress": "platform", "PLATFORM_INGRESS_CLASS": "nginx", "INGRESS_CLASS": "traefik"}
        return run("ingress", 'ask() { printf "$CLASSES"; }', **{**given, **more})

    def test_is_absent_before_it_comes(self):
        self.assertEqual(rights(self.told("", "")), ["no ingress class, as the profile has it"])
        self.assertEqual(whys(self.told("nginx true\n", "")), ["there is the ingress class 'nginx', and the profile says that the ingress is platform"])

    def test_is_there_alone_once_it_has_come(self):
        self.assertEqual(rights(self.told("nginx \n")), ["ingress class nginx, the platform's"])
        self.assertEqual(rights(self.told("own \n", PLATFORM_INGRESS_CLASS="own")), ["ingress class own, the platform's"])
        for classes, seen in (("", ""), ("nginx \ntraefik \n", "nginx traefik"), ("traefik \n", "traefik")):
            self.assertEqual(whys(self.told(classes)), [f"the ingress classes are '{seen}', and the platform, which is said to stand here, brings 'nginx' alone"])

    def test_that_is_nobodys_stays_absent(self):
        self.assertEqual(whys(self.told("nginx \n", OWNER_ingress="absent")), ["there is the ingress class 'nginx', and the profile says that the ingress is absent"])


# Nodes that take notebooks are $FOUND; the registry of their images is a real server of TLS on this machine, whose names are
# resolved as those of the site would be, and which pods reach by this machine's own openssl.
LABELLED = """
ask() { echo "$FOUND"; }
need_tools() { :; }
tool() { shift 2; "$@" </dev/null; }
"""


class Notebooks(unittest.TestCase):
    def setUp(self):
        self.place = self.enterContext(tempfile.TemporaryDirectory())
        self.openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "90", "-subj", "/CN=authority",
                     "-keyout", "authority.key", "-out", "authority.crt")
        self.openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-subj", "/CN=localhost", "-keyout", "key", "-out", "request")
        with open(self.place + "/names", "w") as file:
            file.write("subjectAltName=DNS:localhost\n")
        self.openssl("x509", "-req", "-in", "request", "-CA", "authority.crt", "-CAkey", "authority.key", "-days", "90", "-extfile", "names", "-out", "crt")
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.place + "/crt", self.place + "/key")
        self.server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), socketserver.BaseRequestHandler, bind_and_activate=True)
        self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        self.server.handle_error = lambda *words: None
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()
        self.addCleanup(self.server.server_close)
        self.addCleanup(self.server.shutdown)

    def openssl(self, *words):
        subprocess.run(["openssl", *words], cwd=self.place, check=True, capture_output=True)

    def told(self, found="n06 n07", trusted=False, registry=None):
        """`trusted`: the authority that has signed for the registry is one of the public list."""
        listed = f'need_authorities_here() {{ cat "{self.place}/authority.crt" >"$PLACE/stock.pem"; }}\n' if trusted else ""
        return run("phalanx_notebooks", LABELLED + listed, FOUND=found, LAB_REGISTRY=registry or f"localhost:{self.server.server_address[1]}")

    def test_have_nodes_and_a_registry_that_nublado_trusts(self):
        lines = self.told(trusted=True)
        self.assertEqual(whys(lines), [])
        self.assertEqual(rights(lines), ["nodes for notebooks: n06 n07", f"Nublado trusts localhost:{self.server.server_address[1]}, of which it lists images"])

    def test_go_anywhere_where_no_node_is_for_them(self):
        self.assertEqual(whys(self.told("", trusted=True)), ["no node has the label nublado.lsst.io/permitted=true: notebooks go anywhere, or nowhere"])

    @unittest.skipUnless(os.path.isdir("/usr/share/ca-certificates/mozilla"), "no public authorities here")
    def test_are_not_listed_of_a_registry_that_the_site_alone_vouches_for(self):
        lines = self.told()
        self.assertEqual(whys(lines), [f"Nublado lists images of localhost:{self.server.server_address[1]}, whose certificate its image does not trust "
                                       "(unable to get local issuer certificate): nobody has an image to choose"])
        self.assertEqual([line["hint"] for line in lines if "wrong" in line],
                         ["another registry: phalanx.lab.registry and repository; or have one of yours with a certificate of a public authority be the "
                          "site's: registry_kind"])

    def test_are_not_listed_of_a_registry_that_is_not_reached(self):
        with socket.socket() as nobody:
            nobody.bind(("127.0.0.1", 0))
            name = f"localhost:{nobody.getsockname()[1]}"
            self.assertEqual(whys(self.told(trusted=True, registry=name)), [f"pods do not reach the registry of notebooks' images, {name}: Connection refused"])


class Greeter:
    """A double of what listens for queries: it greets whoever comes, as MySQL does, and speaks no HTTP."""

    def __enter__(self):
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = str(self.socket.getsockname()[1])
        threading.Thread(target=self.greet, daemon=True).start()
        return self

    def greet(self):
        while True:
            try:
                came, _ = self.socket.accept()
            except OSError:
                return
            with came:
                came.sendall(b"J\0\0\0\n8.0.30-qserv\0")

    def __exit__(self, *words):
        self.socket.close()


# Nodes of Qserv, as the API has them; curl is this machine's.
QSERV = """
need_tools() { :; }
timeout() { shift; "$@"; }
kubectl() { case "$*" in *"exec -i tools -- curl --config -") curl --config - ;; esac; }
ask() {
  case "$*" in
    *"get nodes --selector tier=worker"*) printf "$WORKERS" ;;
    *"get nodes --selector tier "*) printf "$LABELS" ;;
    *"get pv"*) printf "$DISKS" ;;
  esac
}
"""


class Qserv(unittest.TestCase):
    def told(self, **more):
        given = {"QSERV": "", "TIERS": "worker n11\nczar n12\n", "LABELS": "worker n11\\nczar n12\\n", "WORKERS": "n11 qserv\\n", "DISKS": "disk-n11 n11 Retain\\n"}
        return run("phalanx_qserv", QSERV, **{**given, **more})

    def test_has_labels_taints_and_volumes(self):
        self.assertEqual([(line["right"], line["on"]) for line in self.told()],
                         [("its label tier=worker", "n11"), ("its label tier=czar", "n12"), ("its taint", "n11"), ("a volume of its own that is retained", "n11")])

    def test_is_named_where_it_lacks_them(self):
        self.assertEqual(whys(self.told(LABELS="worker n11\\nutility n12\\n")), ["the inventory has n12 for Qserv by tier=czar, and its label is 'utility'"])
        self.assertEqual(whys(self.told(WORKERS="n11 \\n")), ["n11 has no taint for Qserv: other pods take its memory"])
        self.assertEqual(whys(self.told(DISKS="disk-n13 n13 Retain\\n")), ["n11 has no volume of its own for a Qserv worker"])
        self.assertEqual(whys(self.told(DISKS="disk-n11 n11 Delete\\n")), ["the volume of n11 is deleted with its claim: catalogues take weeks to load"])

    def test_is_not_proved_where_there_is_none(self):
        none = {"TIERS": "", "LABELS": "", "WORKERS": ""}
        self.assertEqual(lacks(self.told(**none)), ["no node has the label tier=worker: this instance has no Qserv of its own, and none elsewhere is declared"])

    def test_is_reached_where_it_is_elsewhere(self):
        none = {"TIERS": "", "LABELS": "", "WORKERS": "", "QSERV": "127.0.0.1"}
        with Greeter() as queries, Greeter() as rest:
            lines = self.told(**none, QSERV_PORTS=f"{queries.port} {rest.port}")
            self.assertEqual((rights(lines), whys(lines), lacks(lines)),
                             ([f"Qserv at 127.0.0.1 answers a pod on port {port}" for port in (queries.port, rest.port)], [], []))
        why, = whys(self.told(**none, QSERV_PORTS="9"))
        self.assertTrue(why.startswith("a pod does not come to Qserv at 127.0.0.1, port 9: Failed to connect"), why)


if __name__ == "__main__":
    unittest.main()
