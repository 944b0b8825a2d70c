"""Instances that are handed over, a record of gates in the place of a run of them, and what a tree is held against."""

import base64
import datetime
import filecmp
import json
import os
import shutil
import subprocess

import lab_runs
import yaml
from own_lab import must

# Each is all that an instance's own file says: at most 25 lines.
GEN3 = """platform: gen3
instance_name: NAME
instance_domain: data.NAME.example.org
kubernetes_endpoint: {name: api.NAME, address: "{{ hostvars.n01.ansible_host }}", port: 6443}
kubernetes_endpoint_by: none
components: {metrics: absent, logs: absent}
storage_classes: [{name: local-path, kind: local_path, default: true}, {name: disk, kind: local}, {name: served, kind: nfs}]
local_volumes: "{{ [{'class': 'disk', 'path': '/srv/qserv', 'size': '1Gi'}] if inventory_hostname == 'n06' else [] }}"
nfs_volumes: [{name: datasets, class: served, path: /datasets, size: 10Ti, read_only: true}]
access:
  namespaces:
    gen3: {commons: NAME, flows_from: [ingress, jupyter-pods-gen3], flows_to: [outside, api-server], limits: {default_request: {cpu: 50m}}}
    jupyter-pods-gen3: {commons: NAME, flows_from: [gen3], flows_to: [outside]}
  roles: {operators: {groups: [NAME-ops], may: admin, in: ["commons:NAME"]}, viewers: {groups: [NAME-staff], may: view, in: all}}
gen3:
  release: "2026.08"
  dictionary_url: https://files.NAME.example.org/schema.json
  gitops: {repository: "https://git.example.org/commons.git"}
  postgres: {host: pg.NAME.example.org}
  elasticsearch: {host: 10.22.0.40}
  s3: {url: "https://s3.NAME.example.org", bucket: NAME-data, users: "s3://NAME-users/user.yaml"}
  oidc: {issuer: "https://login.NAME.example.org/realms/NAME", client_id: gen3-NAME}
  indices: [{index: NAME_case, type: case}, {index: NAME_file, type: file}]
"""
PHALANX = """platform: phalanx
instance_name: NAME
instance_domain: rsp.NAME.example.org
kubernetes_endpoint: {name: api.NAME, address: "{{ hostvars.n01.ansible_host }}", port: 6443}
kubernetes_endpoint_by: none
components: {metrics: absent, logs: absent}
storage_classes: [{name: local-path, kind: local_path, default: true}, {name: disk, kind: local}]
local_volumes: "{{ [{'class': 'disk', 'path': '/srv/qserv', 'size': '1Gi'}] if inventory_hostname == 'n06' else [] }}"
node_labels: "{{ {'tier': 'worker'} if inventory_hostname == 'n06' else {} }}"
phalanx:
  address: "{{ lab_network }}.230"
  vault_url: https://vault.NAME.example.org
  repository: https://git.example.org/phalanx.git
  oidc: {issuer: "https://login.NAME.example.org/realms/NAME"}
  ldap: {url: "ldaps://ipa.NAME.example.org", users: "cn=users,cn=accounts,dc=NAME", groups: "cn=groups,cn=accounts,dc=NAME"}
  users: [rsp]
  admins: [rsp-admins]
  initial_admins: [amara]
  lab: {volumes: [{name: home, server: 10.22.0.5, path: /home, at: /home}]}
"""


def instance(platform, name):
    """The instance's own file, and how many lines it has."""
    text = {"gen3": GEN3, "phalanx": PHALANX}[platform].replace("NAME", name)
    return text, len(text.splitlines())


def record_gates(name, result="passed", days=0, waivers=()):
    """What a run of gates would keep, in the place of such a run."""
    finished = datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(days=days)
    blocks = result != "passed" and not waivers
    told = {"name": "said here", "result": "passed", "blocks": False, "ran_on": ["n01"], "text": "said here", "details": [], "hint": "", "seconds": 1}
    known = json.loads(must(lab_runs.provisioner("gates", "list", "--json")))["gates"]
    gates = [dict(told, id=one["id"]) for one in known]
    next(one for one in gates if one["id"] == "C-3").update(name="pods", result=result, blocks=blocks)
    record = {"instance": name, "finished": finished.strftime("%Y-%m-%dT%H:%M:%SZ"), "passed": not blocks, "whole": True,
              "lock": "", "waivers": list(waivers), "gates": gates}
    folder = os.path.join(lab_runs.STATE, "clusters", name)
    os.makedirs(folder, exist_ok=True)
    lab_runs.write(folder, "gates.json", json.dumps(record))


def hand_over(lab, platform, out, *more):
    return lab_runs.provisioner("handoff", platform, lab.name, *lab.inventory, "--out", out, *more)


def asked_of_people(lab):
    """All that the bundle for Phalanx asks people to put into Vault, given: {application: {key: text}}."""
    out = os.path.join(lab_runs.STATE, "phalanx")
    shutil.rmtree(out, ignore_errors=True)
    must(hand_over(lab, "phalanx", out, "--draft"))
    with open(out + "/phalanx/static-secrets.yaml") as file:
        wanted = yaml.safe_load(file)
    given = {application: {key: "given" for key in keys} for application, keys in wanted["applications"].items()}
    # As Phalanx's own command keeps names and passwords of registries.
    registries = {registry: {"username": "given", "password": "given"} for registry in wanted["pull-secret"]["registries"]}
    return {**given, **({"pull-secret": {".dockerconfigjson": json.dumps({"auths": registries})}} if registries else {})}


def verify(tree, *more):
    done = lab_runs.provisioner("handoff", "verify", tree, *more)
    return done.returncode, done.stdout + done.stderr


def paths(tree):
    return sorted(os.path.relpath(os.path.join(folder, name), tree) for folder, _, names in os.walk(tree) for name in names)


def same_bytes(one, other):
    """The files that differ, or are in one alone."""
    names = set(paths(one)) | set(paths(other))
    _, differ, missing = filecmp.cmpfiles(one, other, names, shallow=False)
    return sorted(differ + missing)


def signed_by_openssl(tree, key):
    """What openssl and sha256sum say, who know nothing of us."""
    with open(os.path.join(tree, "checksums.sig")) as file:
        signature = lab_runs.write(lab_runs.STATE, "signature", "")
        with open(signature, "wb") as raw:
            raw.write(base64.b64decode(file.read()))
    said = subprocess.run(["openssl", "dgst", "-sha256", "-verify", key, "-signature", signature, os.path.join(tree, "checksums")],
                          capture_output=True, text=True)
    sums = subprocess.run(["sha256sum", "--check", "--quiet", "checksums"], cwd=tree, capture_output=True, text=True)
    return said.stdout.strip(), sums.returncode
