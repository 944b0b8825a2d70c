#!/usr/bin/env python3
"""Scripts of gates that ask servers, by real curl, of doubles on this machine (tests/support/platform_servers.py). kubectl is
doubled too: what it would have a pod do is done here."""

import json
import os
import subprocess
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "../support"))
import platform_servers  # noqa: E402

SCRIPTS = os.path.join(HERE, "../../provisioner/front/platform/gates")
ENVIRONMENT = {"RUN": "gates-x", "INSTANCE": "one_Two", "CLUSTER_DOMAIN": "cluster.local", "GEN3_NAMESPACE": "gen3", "PATH": os.environ["PATH"]}
HERE_AS_POD = """
need_tools() { :; }
timeout() { shift; "$@"; }
kubectl() { case "$*" in *"exec -i tools -- curl --config -") curl --config - ;; *) echo "no kubectl $*" >&2; return 1 ;; esac; }
"""


def run(script, doubles="", **more):
    """Its lines."""
    with tempfile.TemporaryDirectory() as place:
        text = f". {SCRIPTS}/prelude.sh\n{HERE_AS_POD}\n{doubles}\n. {SCRIPTS}/{script}.sh\n"
        done = subprocess.run(["sh", "-c", text], env={**ENVIRONMENT, "PLACE": place, **more}, capture_output=True, text=True, timeout=60)
    assert done.stderr == "", done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def whys(lines):
    return [line["why"] for line in lines if "wrong" in line]


def lacks(lines):
    return [line["lacks"] for line in lines if "lacks" in line]


class Elasticsearch(unittest.TestCase):
    def told(self, double, place=None):
        with double:
            return run("gen3_elasticsearch", ELASTICSEARCH=place or double.url)

    def test_passes_the_version_that_gen3_works_with(self):
        double = platform_servers.Elasticsearch()
        lines = self.told(double)
        self.assertEqual([line["right"] for line in lines], ["version 7.10.2", "an index is made", "and dropped"])
        self.assertEqual(double.indexes, set())

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

    def test_looks_for_a_short_name_in_gen3s_namespace(self):
        why, = whys(self.told(platform_servers.Elasticsearch(), "http://gen3-elasticsearch-master:9200"))
        self.assertIn("at http://gen3-elasticsearch-master.gen3.svc.cluster.local:9200: Could not resolve host", why)

    def test_is_not_run_where_none_is_declared(self):
        self.assertEqual(lacks(run("gen3_elasticsearch", ELASTICSEARCH="")), ["the inventory declares no Elasticsearch for Gen3: gen3_elasticsearch"])


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
probe() { case "$*" in *nslookup*) printf 'Server: 10.96.0.10\n\nName: x\nAddress: 10.0.0.9\n' ;; esac; }
kubectl() { cat >/dev/null; printf "$SAYS"; }
"""


class PublicName(unittest.TestCase):
    def told(self, says, name="data.example.org"):
        return run("gen3_name", NAMED, PUBLIC_NAME=name, SAYS=says)

    def test_is_verified_whatever_is_there(self):
        lines = self.told("<html>\\n404")
        self.assertEqual((whys(lines), lines[-1]["right"]), ([], "a pod verifies the certificate of data.example.org"))

    def test_is_not_trusted(self):
        said = "curl: (60) SSL certificate problem: unable to get local issuer certificate\\nMore details here\\n\\n000"
        self.assertEqual(whys(self.told(said)),
                         ["a pod does not trust what is shown for data.example.org: SSL certificate problem: unable to get local issuer certificate"])
        self.assertEqual(whys(self.told("curl: (7) Failed to connect\\n000")), ["a pod is not answered at https://data.example.org/: Failed to connect"])

    def test_is_a_label_of_pods(self):
        self.assertIn("a label of a pod, which Gen3 makes it, has 63 at most", whys(self.told("\\n200", "a" * 60 + ".example.org"))[0])

    def test_is_not_run_without_one(self):
        self.assertEqual(lacks(self.told("", "")), ["the inventory declares no public name for Gen3: gen3_hostname"])


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


class Alerts(unittest.TestCase):
    NONE = {"ALERTMANAGER": "", "ALERTS_WEBHOOK": "", "ALERTS_QUERY": "", "CA_FILE": "/etc/ssl/certs/ca-certificates.crt"}

    def setUp(self):
        self.receiver = self.enterContext(platform_servers.AlertReceiver())
        self.manager = self.enterContext(platform_servers.Alertmanager(self.receiver.url))

    def told(self, **more):
        # Waits are made short.
        return run("alerts", "sleep() { :; }", **{**self.NONE, **more})

    def asked(self):
        return {"ALERTS_QUERY": self.receiver.url + "/find/CANARY"}

    def test_reach_a_webhook(self):
        lines = self.told(ALERTS_WEBHOOK=self.receiver.url)
        self.assertEqual([line["right"] for line in lines], ["the receiver of alerts takes one, from a pod"])
        self.assertEqual(self.receiver.bodies, ['{"text": "provisioner-gates-gates-x: nothing is wrong"}'])
        self.assertEqual(self.told(ALERTS_WEBHOOK=self.receiver.url, **self.asked())[-1], {"right": "and has it", "on": ""})

    def test_name_a_webhook_that_refuses(self):
        self.receiver.status = 403
        self.assertEqual(whys(self.told(ALERTS_WEBHOOK=self.receiver.url)), ["the receiver of alerts does not take one from a pod: status 403: invalid_token"])

    def test_name_a_receiver_that_forgets(self):
        self.receiver.forgets = True
        self.assertEqual(whys(self.told(ALERTS_WEBHOOK=self.receiver.url, **self.asked())),
                         [f"the receiver of alerts took one, and it is not found at {self.receiver.url}/find/CANARY"])

    def test_go_by_alertmanager(self):
        lines = self.told(ALERTMANAGER=self.manager.url, **self.asked())
        self.assertEqual([line["right"] for line in lines], ["Alertmanager takes an alert", "and its receiver has it"])
        self.assertEqual(json.loads(self.receiver.bodies[0])[0]["labels"]["alertname"], "ProvisionerGates gates-x")
        self.assertEqual(self.told(ALERTMANAGER=self.manager.url)[-1]["right"], "and has told its receiver of it")

    def test_name_a_route_that_leads_nowhere(self):
        self.manager.is_routed = False
        self.assertEqual(whys(self.told(ALERTMANAGER=self.manager.url)), ["Alertmanager took an alert and told nobody of it within 100 s"])

    def test_are_not_run_where_others_hold_it_back(self):
        self.manager.is_routed, self.manager.others = False, 2
        self.assertEqual(lacks(self.told(ALERTMANAGER=self.manager.url)),
                         ["Alertmanager took an alert and told nobody within 100 s; 2 others are under way, with which it may hold this one back (group_interval)"])

    def test_name_a_receiver_that_is_away(self):
        self.manager.receiver = "http://127.0.0.1:9/"
        self.assertEqual(whys(self.told(ALERTMANAGER=self.manager.url)), ["Alertmanager took an alert, and its receiver does not take it"])
        why, = whys(self.told(ALERTMANAGER=self.manager.url, **self.asked()))
        self.assertTrue(why.endswith("/find/CANARY within 100 s: 0 notifications were taken and 2 failed by now"), why)

    def test_are_not_run_where_nobody_is_named(self):
        self.assertEqual(lacks(self.told()), ["the inventory names nobody who gets alerts: none was sent"])


# What nodes ask of registries, without the world: $REACHES are those that answer.
WORLD = """
curl() {
  case "$*" in
    "--config -") command curl "$@" ;;
    *) for place in $REACHES; do case "$*" in *"$place"*) printf 401; return ;; esac; done; printf 000 ;;
  esac
}
"""


class Ways(unittest.TestCase):
    def setUp(self):
        self.fork = self.enterContext(platform_servers.Static({"/phalanx.git/info/refs": (200, "001e# service=git-upload-pack\n0000")}))
        self.charts = self.enterContext(platform_servers.Static({"/index.yaml": (200, "entries: {}")}))

    def told(self, reaches="ghcr.io registry-1.docker.io", **more):
        given = {"PHALANX_REPOSITORY": self.fork.url + "/phalanx.git", "HELM_REPOSITORIES": self.charts.url, "REACHES": reaches,
                 "CA_FILE": "/etc/ssl/certs/ca-certificates.crt"}
        return run("phalanx_ways", WORLD, **{**given, **more})

    def test_pass_where_all_can_be_had(self):
        self.assertEqual([line["right"] for line in self.told()],
                         [f"pods reach the fork {self.fork.url}/phalanx.git", "nodes reach https://ghcr.io", "nodes reach https://registry-1.docker.io",
                          f"pods reach charts of {self.charts.url}"])

    def test_name_what_cannot(self):
        self.fork.pages, self.charts.pages = {"/phalanx.git/info/refs": (401, "")}, {}
        self.assertEqual(whys(self.told("ghcr.io")),
                         [f"the fork {self.fork.url}/phalanx.git asks pods who they are: Argo CD reads it without an account",
                          "nodes do not reach https://registry-1.docker.io, and no mirror stands for it",
                          f"pods do not reach charts of {self.charts.url}: status 404"])

    def test_are_not_run_without_a_fork(self):
        self.assertEqual(lacks(self.told(PHALANX_REPOSITORY="")), ["the inventory names no fork of Phalanx: phalanx.repository"])


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
