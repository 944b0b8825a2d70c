#!/usr/bin/env python3
"""Which doors the firewall role opens, of its rules as a run renders them; and that those of the shipped sites let in whoever installs
and uses a cluster, and nobody else.

    firewall_rules_test.py PROVISIONER

Exits 77 where PyYAML is not installed.
"""

import ipaddress
import json
import os
import re
import subprocess
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True
PROGRAM = os.path.abspath(sys.argv.pop(1))
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from rendered_role import ROOT, rendered_text  # noqa: E402

SSH = ["10.1.1.0/24"]
# Of each shipped inventory a registry's node and one of the control plane.
SHIPPED = {"reference": ("n04", "n01"), "rubin": ("pdac04", "pdac01"), "gen3": ("agdrp04", "agdrp01")}
SAID = ("roles", "firewall_ssh_from", "firewall_trusted", "firewall_api_from", "firewall_incoming_from", "kubernetes_endpoint")
LOOKED_AT = ("ansible_host", "kubernetes_node_address", "base_more_hosts", "registry_name", "registry_address")


def lets_in(rules, source, port):
    """Whether a new connection from there to the port is accepted, by the rules in their order."""
    address = ipaddress.ip_address(source)
    for line in rules.splitlines():
        found = re.fullmatch(r"\s*(?:ip saddr (?:\{ (.*) \}|(\S+)) )?(?:tcp dport (\S+) )?accept", line)
        if not found:
            continue
        subnets = (found[1] or found[2] or "0.0.0.0/0").split(", ")
        first, _, last = (found[3] or "1-65535").partition("-")
        if any(address in ipaddress.ip_network(subnet) for subnet in subnets) and int(first) <= port <= int(last or first):
            return True
    return False


def variables_of(inventory, node):
    """What the inventory says of the node, evaluated by a run that stays on this machine."""
    with tempfile.TemporaryDirectory() as folder:
        told, path = os.path.join(folder, "told"), os.path.join(folder, "play.yml")
        said = ", ".join(f"'{name}': {name}" for name in SAID + LOOKED_AT)
        with open(path, "w") as file:
            json.dump([{"hosts": node, "connection": "local", "gather_facts": False,
                        "tasks": [{"copy": {"content": "{{ {" + said + "} | to_json }}", "dest": told}}]}], file)
        done = subprocess.run([PROGRAM, "run", path, "-i", "inventory/" + inventory], cwd=ROOT, capture_output=True, text=True, timeout=60,
                              env=dict(os.environ, PROVISIONER_STATE=os.path.join(folder, "state")))
        if done.returncode != 0:
            raise AssertionError(done.stdout + done.stderr)
        with open(told) as file:
            values = json.load(file)
    return {name: values[name] for name in SAID}, values


class Firewall(unittest.TestCase):
    def rules(self, *roles, **variables):
        return rendered_text(PROGRAM, "firewall", "site.nft.j2", **{"roles": list(roles), **variables})

    def doors(self, rules, source, ports):
        return [port for port in ports if lets_in(rules, source, port)]

    def test_lets_the_controller_and_ci_push_from_where_ssh_comes(self):
        rules, ports = self.rules("registry", firewall_ssh_from=SSH), (22, 5000, 5001, 5002)
        self.assertEqual(self.doors(rules, "10.1.1.7", ports), [22, 5000, 5001, 5002])
        self.assertEqual(self.doors(rules, "10.1.9.7", ports), [5000])

    def test_lets_them_push_from_elsewhere_where_that_is_said(self):
        rules = self.rules("registry", firewall_ssh_from=SSH, firewall_push_from=["10.1.2.0/24"], firewall_incoming_from=["10.1.3.0/24"])
        self.assertEqual([self.doors(rules, source, (5001, 5002)) for source in ("10.1.1.7", "10.1.2.7", "10.1.3.7")], [[], [5001], [5002]])

    def test_follows_the_registrys_ports_and_opens_those_of_its_caches(self):
        rules = self.rules("registry", firewall_ssh_from=SSH, registry_port=443, registry_push_port=8001,
                           registry_pull_through=[{"name": "quay.io", "url": "https://quay.io", "port": 5010}])
        self.assertEqual(self.doors(rules, "10.1.1.7", (443, 5000, 5001, 5010, 8001)), [443, 5010, 8001])

    def test_opens_the_api_by_its_address_where_that_has_a_port_of_its_own(self):
        ports = (6443, 8443)
        self.assertEqual(self.doors(self.rules("control"), "10.1.9.7", ports), [6443])
        by_address = self.rules("control", kubernetes_endpoint={"name": "api", "address": "10.1.3.5", "port": 8443})
        self.assertEqual(self.doors(by_address, "10.1.9.7", ports), [6443, 8443])
        self.assertEqual(self.rules("control", kubernetes_endpoint={"name": "api", "address": "10.1.3.5", "port": 6443}).count("6443"), 1)

    def test_opens_the_api_to_those_who_may_ask_it_and_to_the_trusted(self):
        rules = self.rules("control", firewall_api_from=["10.1.4.0/24"], firewall_trusted=["10.1.3.0/24"],
                           kubernetes_endpoint={"name": "api", "address": "10.1.3.5", "port": 8443})
        self.assertEqual([self.doors(rules, source, (6443, 8443)) for source in ("10.1.9.7", "10.1.4.7", "10.1.3.7")], [[], [6443, 8443], [6443, 8443]])

    def test_of_the_shipped_sites_lets_them_be_installed_and_used(self):
        for inventory, (registry, control) in SHIPPED.items():
            said, values = variables_of(inventory, registry)
            rules = self.rules(**said)
            # The controller is where SSH comes from, and the registry has an address there.
            management = ipaddress.ip_network(said["firewall_ssh_from"][0])
            self.assertIn(ipaddress.ip_address(values["ansible_host"]), management, inventory)
            controller = str(management[250])
            self.assertEqual(self.doors(rules, controller, (5000, 5001, 5002)), [5000, 5001, 5002], inventory)
            self.assertEqual(self.doors(rules, "192.0.2.200", (22, 5001, 5002)), [], inventory)
            said, values = variables_of(inventory, control)
            rules, port = self.rules(**said), said["kubernetes_endpoint"]["port"]
            self.assertEqual(self.doors(rules, controller, (6443, port)), [6443, port], inventory)
            self.assertEqual(self.doors(rules, "192.0.2.200", (6443, port)), [], inventory)
            self.assertEqual(self.doors(rules, values["kubernetes_node_address"], (2379, 6443, port)), [2379, 6443, port], inventory)
            names = {name: entry["address"] for entry in values["base_more_hosts"] for name in entry["names"]}
            self.assertEqual(names[values["registry_name"]], values["registry_address"], inventory)


if __name__ == "__main__":
    unittest.main()
