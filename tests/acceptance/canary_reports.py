"""Reports of tests/acceptance/handoff-canaries: on people of a real slapd and of gates that ask servers, each with a secret of its
own; in every form, where all is well, where somebody refuses the secret, and where nobody is there.

PostgreSQL is real. The object store, Vault and whoever gets alerts are doubles (tests/support/platform_servers.py).
"""

import json
import os
import shutil
import sys

import handoff_bundles as bundles
import lab_runs
from own_directory import OwnDirectory, certificate
from own_postgres import OwnPostgres, lend_psql

sys.path.insert(0, os.path.join(lab_runs.ROOT, "tests/support"))
import platform_servers  # noqa: E402

# What each is the secret of; the inventory has it sealed as `sealed_NAME`.
NAMES = ["ldap", "s3", "webhook", "postgres", "role_id", "secret_id", "write_token"]
POSTGRES_PORT, OBJECTS_PORT, ALERTS_PORT, VAULT_PORT = 5432, 9000, 9095, 8200
HOST, BUCKET = "data.agdr.example.org", "agdr-data"
GEN3, PHALANX = ["C-12", "G-3", "G-5"], ["P-5"]
ANOTHER = dict.fromkeys(NAMES, "another")  # the secrets of servers that refuse ours
PEOPLE = {"ada": (100001, 100001), "babbage": (100002, 100777)}  # number, owner of the home
VARIABLES = """
identity:
  ldap:
    url: ldap://127.0.0.1:{port}
    start_tls: true
    ca_file: {folder}/ca.crt
    bind_dn: cn=reader,dc=example
    bind_password: "{{{{ sealed_ldap }}}}"
    user_base: ou=people,dc=example
    group_base: ou=groups,dc=example
  ranges: {{users: 100000-599999, groups: 90000-99999, own_groups: true}}
  exports: [{{name: home, path: /srv/homes, kind: directory}}]
  node: n06
  pilots: [ada]
gen3_postgres_password: "{{{{ sealed_postgres }}}}"
gen3_s3_key: {{id: LAB, secret: "{{{{ sealed_s3 }}}}"}}
gates_alerts_webhook: "http://{address}:{alerts}/{{{{ sealed_webhook }}}}"
phalanx_vault: {{role_id: "{{{{ sealed_role_id }}}}", secret_id: "{{{{ sealed_secret_id }}}}", write_token: "{{{{ sealed_write_token }}}}"}}
"""


def entries():
    for name, (number, _) in PEOPLE.items():
        yield [f"dn: uid={name},ou=people,dc=example", "objectClass: inetOrgPerson", "objectClass: posixAccount", f"uid: {name}",
               f"cn: {name}", "sn: x", f"uidNumber: {number}", "gidNumber: 90000", f"homeDirectory: /home/{name}"]
    yield ["dn: cn=rsp,ou=groups,dc=example", "objectClass: posixGroup", "cn: rsp", "gidNumber: 90000"]


class Servers:
    """What knows a secret: `words` are those by NAMES. `folder` is no part of the state, and goes with them."""

    def __init__(self, folder, address, words):
        self.folder, self.address, self.words = folder, address, words
        os.chmod(folder, 0o755)
        certificate(folder)
        self.directory = OwnDirectory(folder, entries(), words["ldap"])
        self.postgres = OwnPostgres(folder, address, POSTGRES_PORT, words["postgres"])

    def variables(self):
        return VARIABLES.format(port=self.directory.port, folder=self.folder, address=self.address, alerts=ALERTS_PORT)

    def named_in(self, text):
        """An instance's own file with these servers in the place of the site's."""
        for site, here in (("{host: pg.agdr.example.org}", f"{{host: {self.address}, port: {POSTGRES_PORT}, username: gen3}}"),
                           ("https://s3.agdr.example.org", f"http://{self.address}:{OBJECTS_PORT}")):
            assert site in text, site
            text = text.replace(site, here)
        return text

    def objects(self, words):
        return platform_servers.ObjectStore("LAB", words["s3"], BUCKET, f"https://{HOST}", address=self.address, port=OBJECTS_PORT)

    def alerts(self):
        return platform_servers.AlertReceiver(address=self.address, port=ALERTS_PORT)

    def vault(self, words):
        return platform_servers.Vault("secret/phalanx/agdr", words["role_id"], words["secret_id"], words["write_token"],
                                      address=self.address, port=VAULT_PORT)

    def other_directory(self):
        """At the same place, by the same certificate."""
        other = os.path.join(self.folder, "other")
        os.mkdir(other)
        for name in ("ca.crt", "server.crt", "server.key"):
            shutil.copy(os.path.join(self.folder, name), other)
        directory = OwnDirectory(other, entries(), ANOTHER["ldap"])
        directory.port = self.directory.port
        return directory


class Reports:
    """All that reports have said, and where they wrote it."""

    def __init__(self, figures, lab, folder):
        self.figures, self.lab, self.folder, self.said = figures, lab, folder, []
        os.makedirs(folder)

    def ask(self, *words):
        done = lab_runs.provisioner(*words[:2], self.lab.name, *words[2:], *self.lab.inventory)
        self.said.append(done.stdout + done.stderr)
        return done

    def path(self, name):
        return os.path.join(self.folder, name)

    def users(self):
        """Every form names everybody."""
        forms = {"table": ["--all"], "CSV": ["--csv"], "JSON": ["--json"], "page": ["--page", "-"]}
        missing = {}
        for form, words in forms.items():
            text = self.ask("users", "report", *words).stdout
            missing.update({form: self.said[-1]} if not all(name in text for name in PEOPLE) else {})
        self.figures.claim("forms of the report on users in which somebody is missing", missing, {})
        done = self.ask("users", "report", "--page", self.path("users.html"))
        self.figures.claim("a home of another's is found", (done.returncode, "uid-differs" in done.stdout), (2, True), self.said[-1])

    def users_without(self, what):
        done = self.ask("users", "report")
        self.figures.claim(f"users, where the directory {what}: an error", (done.returncode, "ldap" in done.stderr.lower()), (1, True), self.said[-1])

    def all_gates(self):
        """Of the whole set, as it is kept."""
        done = self.ask("gates", "run", "--page", self.path("gates.html"), "--junit", self.path("gates.xml"))
        kept = os.path.join(lab_runs.STATE, "clusters", self.lab.name, "gates.json")
        for path in (self.path("gates.html"), self.path("gates.xml"), kept):
            with open(path) as file:
                text = file.read()
            missing = [gate for gate in GEN3 if gate not in text]
            self.figures.claim(f"gates that ask with a secret and are not in {os.path.basename(path)}", missing, [], self.said[-1])
        self.figures.note(f"`gates run` ends with {done.returncode}")

    def gates(self, names):
        done = self.ask("gates", "run", *[word for name in names for word in ("--gate", name)], "--json")
        told = json.loads(done.stdout)["gates"] if done.stdout.startswith("{") else []
        return {one["id"]: one["result"] for one in told}

    def gates_without(self, names, what):
        passed = sorted(name for name, result in self.gates(names).items() if result == "passed")
        self.figures.claim(f"gates that pass where servers {what}", passed, [], self.said[-1])


def prepare(lab):
    lend_psql(lab, "n01")
    for name, (_, owner) in PEOPLE.items():
        lab.on("n06", f"install -d -m 700 -o {owner} -g 90000 /srv/homes/{name}")


def report_for_gen3(reports, servers):
    figures = reports.figures
    with servers.directory, servers.postgres, servers.objects(servers.words), servers.alerts() as alerts:
        servers.postgres.have_vector(True)
        reports.all_gates()
        told = reports.gates(GEN3)
        figures.claim("gates that had to know the secrets of PostgreSQL and the object store", {name: told.get(name) for name in ("G-3", "G-5")},
                      {"G-3": "passed", "G-5": "passed"}, reports.said[-1])
        figures.claim("an alert came to the webhook", len(alerts.bodies) > 0, True, reports.said[-1])
        servers.postgres.tell("alter role gen3 password 'another'")
        alerts.status = 403
        reports.gates_without(["C-12", "G-3"], "refuse")
    with servers.other_directory(), servers.objects(ANOTHER):
        reports.users_without("refuses")
        reports.gates_without(["G-5"], "refuse")
    reports.users_without("is away")
    reports.gates_without(GEN3, "are away")


def report_for_phalanx(reports, servers):
    with servers.vault(servers.words) as vault:
        vault.secrets = bundles.asked_of_people(reports.lab)
        reports.figures.claim("the gate that had to know the secrets of Vault", reports.gates(PHALANX), {"P-5": "passed"}, reports.said[-1])
    with servers.vault(ANOTHER):
        reports.gates_without(PHALANX, "refuse")
    reports.gates_without(PHALANX, "are away")
