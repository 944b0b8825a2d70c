"""Two machines of a lab with their new systems, that become a cluster: what scripts do with them."""

import re
import subprocess

import lab_runs
from cluster_lab import ClusterOrders
from machine_lab import MachineLab
from own_lab import must

CONTROL, WORKER = "n01", "n06"
MEMBERS = [CONTROL, WORKER]


class MachineCluster(ClusterOrders, MachineLab):
    # In software emulation an exec into a pod takes a quarter of a minute.
    user, patience, answer = "ops", 900, 60
    apply_words = ("--validate=false",)  # an API that tells kubectl what it knows takes longer than kubectl waits
    name = "machines"

    def __init__(self, number, store):
        super().__init__(number, MEMBERS, store, making=["--cluster"], layers=["inventory/lab-machines"])
        self.known = None

    def addresses(self):
        with open(self.directory + "/inventory.yml") as file:
            return dict(re.findall(r'(n\d+): \{"ansible_host": "([^"]+)"', file.read()))

    def meet(self):
        """From now on other machines at these addresses are none of ours."""
        asked = ["ssh-keyscan", "-T", "60", *self.addresses().values()]
        said = subprocess.run(asked, capture_output=True, text=True, timeout=180).stdout
        self.known = lab_runs.write(lab_runs.STATE, "known_hosts", said)

    def known_hosts(self):
        return self.known

    def on(self, node, command, deadline=300):
        """What root's command on a node prints; it must end well."""
        return must(self.ssh_for(node, command, deadline))
