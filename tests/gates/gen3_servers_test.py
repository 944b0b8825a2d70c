#!/usr/bin/env python3
"""Scripts of gates of Gen3 that ask servers, by real curl, of doubles on this machine (tests/support/platform_servers.py). kubectl
is doubled too: what it would have a pod do is done here."""

import os
import ssl
import subprocess
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from gate_servers_test import lacks, platform_servers, run, whys  # noqa: E402


# What is applied, and in which namespace; the name that it makes leads to the double once it is known, at the $KNOWN-th question.
SEARCH = """
sleep() { :; }
ask() { sed 's/^/applied: /' >"$PLACE/applied"; [ -z "${REFUSAL:-}" ] || { echo "$REFUSAL"; return 1; }; }
kubectl() {
  at=$(($(cat "$PLACE/asked" 2>/dev/null || echo 0) + 1))
  echo $at >"$PLACE/asked"
  [ $at -ge $KNOWN ] || { cat >/dev/null; printf 'curl: (6) Could not resolve host: x\n\n000'; return; }
  sed "s|http://gen3-elasticsearch-master.gates-x.svc.cluster.local:9200|$REAL|" | curl --config -
}
"""


class Elasticsearch(unittest.TestCase):
    def told(self, double, place="es.example.org", known="1", **more):
        with double:
            return run("gen3_elasticsearch", SEARCH + "trap 'cat \"$PLACE/applied\" 2>/dev/null | while read -r line; do note \"$line\"; done' EXIT",
                       ELASTICSEARCH=place, REAL=double.url, KNOWN=known, SEARCH_OBJECTS="metadata: {namespace: '@NAMESPACE@'}", **more)

    def test_passes_the_version_that_gen3_works_with(self):
        double = platform_servers.Elasticsearch()
        lines = self.told(double)
        self.assertEqual([line["right"] for line in lines if "right" in line], ["version 7.10.2", "an index is made", "and dropped"])
        self.assertEqual(double.indexes, set())
        # By what the bundle has, in the namespace of the run.
        self.assertEqual(lines[-1], {"note": "applied: metadata: {namespace: 'gates-x'}"})

    def test_waits_until_the_name_is_known(self):
        self.assertEqual(whys(self.told(platform_servers.Elasticsearch(), known="5")), [])
        self.assertEqual(whys(self.told(platform_servers.Elasticsearch(), known="999")),
                         ["a pod has no answer from Elasticsearch by the name gen3-elasticsearch-master, which leads to es.example.org: Could not resolve host: x"])

    def test_names_the_setting_where_only_the_bundles_own_name_is_said(self):
        name = "gen3-elasticsearch-master.gen3"
        self.assertEqual(whys(self.told(platform_servers.Elasticsearch(), name, ELASTICSEARCH_IS_OWN_NAME="yes")),
                         [f"gen3.elasticsearch.host is '{name}', the name that the bundle makes of it: the site's own server is not named"])

    def test_is_not_proved_where_the_name_is_refused(self):
        self.assertEqual(lacks(self.told(platform_servers.Elasticsearch(), REFUSAL="denied by a policy")),
                         ["the API does not take the Service 'gen3-elasticsearch-master' as the bundle has it: denied by a policy"])

    def test_takes_away_what_a_run_left(self):
        double = platform_servers.Elasticsearch()
        double.indexes.add("provisioner-gates-one-two")
        self.assertEqual(whys(self.told(double)), [])
        self.assertEqual(double.indexes, set())

    def test_names_another_version(self):
        self.assertEqual(whys(self.told(platform_servers.Elasticsearch("8.11.0"))), ["Elasticsearch is 8.11.0, and Gen3 works with 7.10 alone"])

    def test_names_what_stops_an_index(self):
        double = platform_servers.Elasticsearch()
        double.is_read_only = True
        why, = whys(self.told(double))
        self.assertTrue(why.startswith('no index can be made: status 403: {"error": {"type": "cluster_block_exception"'), why)

    def test_is_not_run_where_none_is_declared(self):
        self.assertEqual(lacks(run("gen3_elasticsearch", ELASTICSEARCH="")), ["the inventory declares no Elasticsearch for Gen3: gen3.elasticsearch"])


class IdentityProvider(unittest.TestCase):
    BACK = "https://data.example.org/user/login/site/login/"

    def told(self, double, **more):
        with double:
            told = {"OIDC_DISCOVERY": double.url + "/realms/site/.well-known/openid-configuration", "OIDC_CLIENT": "gen3", "OIDC_ID": "site",
                    "PUBLIC_NAME": "data.example.org"}
            return run("gen3_identity", **{**told, **more})

    def double(self, client="gen3"):
        return platform_servers.OidcProvider(client, self.BACK)

    def test_passes_one_that_knows_the_address_and_refuses_others(self):
        lines = self.told(self.double())
        self.assertEqual((whys(lines), lacks(lines)), ([], []))
        self.assertEqual(lines[-1]["right"], self.BACK + " is registered, and another is refused")

    def test_names_an_address_that_is_not_registered(self):
        double = self.double()
        double.back = "https://elsewhere.example.org/"
        self.assertEqual(whys(self.told(double)), [f"the client 'gen3' does not exist there, or {self.BACK} is not registered: 400"])

    def test_names_one_that_sends_people_anywhere(self):
        double = self.double()
        double.takes_any = True
        self.assertEqual(whys(self.told(double)),
                         ["the provider would send people of the client 'gen3' to any address: what they log in with can be stolen"])

    def test_names_a_page_of_another_issuer(self):
        double = self.double()
        double.issuer = "https://id.example.org"
        why, = whys(self.told(double))
        self.assertTrue(why.endswith("is of the issuer 'https://id.example.org'"), why)

    def test_names_what_is_no_discovery_page(self):
        why, = whys(self.told(self.double(), OIDC_DISCOVERY="http://127.0.0.1:9/x"))
        self.assertTrue(why.startswith("a pod gets no discovery page from http://127.0.0.1:9/x: Failed to connect to 127.0.0.1"), why)

    def test_is_not_run_where_nothing_is_declared(self):
        self.assertEqual(len(lacks(self.told(self.double(), OIDC_DISCOVERY=""))), 1)
        self.assertEqual(len(lacks(self.told(self.double(), OIDC_CLIENT=""))), 1)


# Pods resolve the name and come to its port; $SAYS is what curl makes of its certificate.
NAMED = """
need_probes() { nodes=n01; }
probe() { case "$*" in *nslookup*) printf "${ANSWER:-Server: 10.96.0.10\n\nName: x\nAddress: 10.0.0.9\n}" ;; esac; }
kubectl() { case "$*" in *"get service traefik"*) printf 10.0.0.200 ;; *) cat >/dev/null; printf "$SAYS" ;; esac; }
"""


class PublicName(unittest.TestCase):
    def told(self, says, name="data.example.org", **more):
        return run("gen3_name", NAMED, PUBLIC_NAME=name, SAYS=says, **more)

    def test_is_verified_whatever_is_there(self):
        lines = self.told("<html>\\n404")
        self.assertEqual((whys(lines), lines[-1]["right"]), ([], "a pod verifies the certificate of data.example.org"))

    def test_is_not_trusted(self):
        said = "curl: (60) SSL certificate problem: unable to get local issuer certificate\\nMore details here\\n\\n000"
        self.assertEqual(whys(self.told(said)),
                         ["a pod does not trust what is shown for data.example.org at 10.0.0.9: SSL certificate problem: unable to get local issuer certificate"])
        self.assertEqual(whys(self.told("curl: (7) Failed to connect\\n000")), ["a pod is not answered by https://data.example.org/ at 10.0.0.9: Failed to connect"])

    def test_says_where_it_was_looked_for_and_where_it_should_lead(self):
        unknown = "Server:\\t\\t10.96.0.10\\nAddress:\\t10.96.0.10:53\\n\\n** server can't find data.example.org: NXDOMAIN\\n"
        for owner, declared, should in (("provisioner", "", "10.0.0.200"), ("site", "192.0.2.7", "192.0.2.7"),
                                        ("site", "", "the ingress, whose address is not known here")):
            why = whys(self.told("\\n000", ANSWER=unknown, OWNER_ingress=owner, INGRESS_ADDRESS=declared))[0]
            self.assertEqual(why, "the public name data.example.org is not resolved in a pod on n01, which asked 10.96.0.10; "
                             f"it should lead to {should}: wts, sheepdog and fence ask for it there")

    def test_says_so_where_it_leads_to_another_address_than_the_ingress(self):
        lines = self.told("\\n200", OWNER_ingress="provisioner")
        self.assertEqual([line["note"] for line in lines if "note" in line],
                         ["data.example.org is 10.0.0.9 in a pod on n01, and the ingress is at 10.0.0.200: what stands at 10.0.0.9 must pass on to it"])
        self.assertEqual(whys(self.told("curl: (7) Failed to connect\\n000", OWNER_ingress="provisioner")),
                         ["a pod is not answered by https://data.example.org/ at 10.0.0.9 (the ingress is at 10.0.0.200): Failed to connect"])
        self.assertEqual([line for line in self.told("\\n200", INGRESS_ADDRESS="10.0.0.9") if "note" in line], [])

    def test_is_a_label_of_pods(self):
        self.assertIn("a label of a pod, which Gen3 makes it, has 63 at most", whys(self.told("\\n200", "a" * 60 + ".example.org"))[0])

    def test_is_not_run_without_one(self):
        self.assertEqual(lacks(self.told("", "")), ["the inventory declares no public name for Gen3: gen3.hostname, or instance_domain"])


# The same, where the page at the public name is a double's here; what a pod would run, this machine does.
FRONT = """
need_probes() { nodes=n01; }
probe() { case "$*" in *nslookup*) printf 'Server: 10.96.0.10\n\nName: x\nAddress: 10.0.0.9\n' ;; esac; }
kubectl() {
  case "$*" in
    *"exec -i tools -- curl --config -") sed "s|https://data.example.org|$FRONT|" | curl --config - ;;
    *) while [ "$1" != -- ]; do shift; done; shift; "$@" ;;
  esac
}
"""


@unittest.skipUnless(os.path.isdir("/usr/share/ca-certificates/mozilla"), "this machine has no list of public authorities")
class SiteAuthority(unittest.TestCase):
    """A page by a certificate of an authority that the node trusts, and nobody else."""

    def told(self, script="gen3_name", **more):
        place = self.enterContext(tempfile.TemporaryDirectory())
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", place + "/key", "-out", place + "/crt", "-days", "2", "-subj",
                        "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"], check=True, capture_output=True)
        page = platform_servers.Static({"/": (200, "<html>")})
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(place + "/crt", place + "/key")
        page.server.socket = context.wrap_socket(page.server.socket, server_side=True)
        front = f"https://localhost:{page.server.server_port}"
        with page:
            # What curl takes for the node's own store.
            return run(script, FRONT, PUBLIC_NAME="data.example.org", FRONT=front, CURL_CA_BUNDLE=place + "/crt", PUBLIC_LIST=place + "/public.pem",
                       **{"OIDC_DISCOVERY": front + "/x", "S3": front, "S3_PUT": "", **more})

    def test_is_not_known_to_stock_images(self):
        said = "SSL certificate problem: self-signed certificate, by public authorities alone: stock images do not know the site's own"
        hint = "a publicly trusted certificate for that name; or images that carry the site's authority: gen3.trusts_site_authority: true"
        for script in ("gen3_name", "gen3_identity", "gen3_objects"):
            wrong, = [line for line in self.told(script, TRUSTS_SITE_AUTHORITY="false") if "wrong" in line]
            self.assertTrue(wrong["why"].endswith(said), wrong)
            self.assertTrue(wrong["hint"].endswith(hint), wrong)

    def test_counts_where_images_carry_it(self):
        self.assertEqual(whys(self.told()), [])


class ObjectStore(unittest.TestCase):
    def double(self):
        return platform_servers.ObjectStore("GATES", "a secret", "gen3-data", "https://data.example.org")

    def told(self, double, **more):
        with double:
            urls = {"S3": double.url, **{"S3_" + method: double.signed(method, "x/one") for method in ("PUT", "GET", "DELETE")}}
            return run("gen3_objects", **{**urls, "PUBLIC_NAME": "data.example.org", **more})

    def test_passes_where_objects_come_and_go(self):
        double = self.double()
        lines = self.told(double)
        self.assertEqual([line.get("right") for line in lines],
                         ["an object is put", "and got by a signed URL", "not without a signature",
                          "browsers on data.example.org may put objects (CORS)", "and deleted"])
        self.assertEqual(double.objects, {})

    def test_names_a_key_that_is_not_its_own(self):
        double = self.double()
        urls = {"S3_" + method: double.signed(method, "x/one") for method in ("PUT", "GET", "DELETE")}
        double.secret = "another"
        why, = whys(self.told(double, **urls))
        self.assertEqual(why, f"a pod cannot put an object into {double.url}: status 403: <Error><Code>SignatureDoesNotMatch</Code></Error>")

    def test_names_a_bucket_that_anybody_reads(self):
        double = self.double()
        double.is_public = True
        self.assertEqual(whys(self.told(double)), ["whoever has no key gets objects of the bucket"])

    def test_names_browsers_that_may_not(self):
        double = self.double()
        double.origin = "https://other.example.org"
        self.assertEqual(whys(self.told(double)),
                         ["the store does not let browsers on https://data.example.org put objects: it allows 'nobody'"])

    def test_is_not_run_without_a_key(self):
        lines = self.told(self.double(), S3_PUT="")
        self.assertEqual((lines[0]["right"], lacks(lines)),
                         ("a pod is answered, with status 403", ["no bucket or key of the object store is known here: nothing was put, got and signed"]))


# A cluster that has Argo CD and Gen3's Application, or lacks what $LACK names.
ARGO_CD = """
ask() {
  case "$LACK $*" in
    "crd "*"get crd"*) return 1 ;;
    *"get crd"*) ;;
    "application "*) return 1 ;;
    *".status.sync.status"*) echo "$STATE" ;;
    *".status.conditions"*) echo "$CONDITION" ;;
    *) echo "Deployment fence-deployment OutOfSync Degraded" ;;
  esac
}
"""


class ArgoCd(unittest.TestCase):
    def told(self, lack="", state="Synced Healthy", owner="site", **more):
        with platform_servers.Static({"/commons.git/info/refs": (200, "# service=git-upload-pack")}) as git:
            return run("gen3_argo_cd", ARGO_CD, **{"LACK": lack, "STATE": state, "CONDITION": "", "OWNER_argo_cd": owner, "ARGO_CD_NAMESPACE": "argocd",
                       "ARGO_APPLICATION": "gen3-one", "ARGO_REPOSITORIES": git.url + "/commons.git", **more}), git.url

    def test_passes_one_that_is_synced_and_healthy(self):
        lines, url = self.told()
        self.assertEqual([line["right"] for line in lines], [f"pods reach {url}/commons.git", "the Application 'gen3-one' is synced and healthy"])

    def test_names_one_that_is_not(self):
        lines, _ = self.told(state="OutOfSync Degraded", CONDITION="ComparisonError: chart not found")
        self.assertEqual(whys(lines), ["the Application 'gen3-one' is OutOfSync Degraded: ComparisonError: chart not found (Deployment fence-deployment OutOfSync Degraded)"])

    def test_names_a_repository_that_is_not_there(self):
        lines, url = self.told(ARGO_REPOSITORIES="http://127.0.0.1:9/commons.git")
        self.assertTrue(whys(lines)[0].startswith("pods do not reach the repository http://127.0.0.1:9/commons.git: Failed to connect"), whys(lines))

    def test_is_not_run_before_there_is_one(self):
        lines, _ = self.told("application")
        self.assertEqual(lacks(lines), ["there is no Application 'gen3-one' in 'argocd': Gen3 is not deployed yet"])

    def test_goes_by_the_profile(self):
        self.assertEqual(whys(self.told("crd")[0]), ["there is no Argo CD (its kind applications.argoproj.io), and the profile says that it is site"])
        self.assertEqual(whys(self.told("crd", owner="absent")[0]), [])
        lines, _ = self.told("crd", ARGO_IS_ELSEWHERE="true")
        self.assertEqual((whys(lines), lacks(lines)), ([], ["Argo CD stands in another cluster (gen3.gitops.destination): what becomes of its "
                                                            "Application is not seen from here"]))
        self.assertEqual(whys(self.told(ARGO_IS_ELSEWHERE="true")[0]), [])
        self.assertEqual(whys(self.told(owner="absent")[0]), ["Argo CD is there (its kind applications.argoproj.io), and the profile says that it is absent"])


# Gen3 at the public name, which is a double here; $DEPLOYMENTS and $JOBS are what the API tells.
GEN3 = """
ask() { case "$*" in *"get deployments"*) printf "$DEPLOYMENTS" ;; *"get jobs"*) printf "$JOBS" ;; esac; }
kubectl() { sed "s|https://$PUBLIC_NAME|$FRONT|" | curl --config -; }
sleep() { :; }
"""


class Deployed(unittest.TestCase):
    def setUp(self):
        self.front = self.enterContext(platform_servers.Static({"/": (200, "<html>"), "/user/jwt/keys": (200, '{"keys": []}')}))
        self.metrics = self.enterContext(platform_servers.Static({"/api/v1/query": (200, '{"status": "success", "data": {"result": [{"value": [1, "3"]}]}}')}))
        self.logs = self.enterContext(platform_servers.Static({"/find/gates-gates-x": (200, '{"request": "/?gates-gates-x", "response_secs": 0.1}')}))

    def told(self, **more):
        given = {"DEPLOYMENTS": "revproxy-deployment 1 1\\nfence-deployment 2 2\\n", "JOBS": "usersync 1  \\n", "PUBLIC_NAME": "data.example.org",
                 "FRONT": self.front.url, "METRICS_QUERY": self.metrics.url, "LOGS_QUERY": self.logs.url + "/find/CANARY", "MONITORING": "",
                 "CA_FILE": "/etc/ssl/certs/ca-certificates.crt"}
        return run("gen3_deployed", GEN3, **{**given, **more})

    def test_passes_where_all_is_served(self):
        lines = self.told()
        self.assertEqual((whys(lines), lacks(lines)), ([], []))
        self.assertEqual(sum("right" in line for line in lines), 7)

    def test_names_what_is_not_ready_or_not_done(self):
        lines = self.told(DEPLOYMENTS="revproxy-deployment 1 1\\nfence-deployment 2 1\\n", JOBS="usersync 1  \\nfence-dbcreate  True backoff limit\\netl  \\n")
        self.assertEqual(whys(lines), ["deployments lack pods: fence-deployment", "the job 'fence-dbcreate' has failed: backoff limit", "the job 'etl' is not done"])

    def test_names_pages_that_are_not_served(self):
        self.front.pages = {"/": (502, "bad gateway"), "/user/jwt/keys": (200, "{}")}
        self.assertEqual(whys(self.told()), ["a pod does not get https://data.example.org/: status 502: bad gateway",
                                             "fence shows no keys at https://data.example.org/user/jwt/keys: nobody can verify a token"])

    def test_names_log_ins_that_nobody_counts_and_requests_that_nobody_logs(self):
        self.metrics.pages = {"/api/v1/query": (200, '{"status": "success", "data": {"result": []}}')}
        self.logs.pages = {"/find/gates-gates-x": (200, "GET /?gates-gates-x")}
        self.assertEqual(whys(self.told()), ["Prometheus knows no gen3_fence_login_total: nobody scrapes fence, or nobody has logged in yet",
                                             "a request is found in the log store, and not as revproxy's JSON (response_secs)"])

    def test_is_not_run_before_it_is_deployed(self):
        self.assertEqual(lacks(self.told(DEPLOYMENTS="")), ["Gen3 is not deployed in 'gen3': there is no revproxy"])
        self.assertEqual(len(lacks(self.told(LOGS_QUERY="", METRICS_QUERY=""))), 2)


if __name__ == "__main__":
    unittest.main()
