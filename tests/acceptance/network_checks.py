"""Edits of a configured machine's network that cut it off undo themselves; one that does not is kept."""

import json
import time

import lab_runs
from configured_machine import NODE, Play
from own_lab import must

UNDO = 90  # network_undo_seconds, as the role has it
SLACK = 40  # seconds more, for what undoes it and a new log-in, in software emulation
STATE = ("cd /etc/systemd/network && for file in *; do sha256sum \"$file\"; stat -c '%a %U %n' \"$file\"; done; "
         "ip -4 -brief address show scope global | awk '{$2 = \"\"; print}' | sort; ip -4 route | sed 's/ *linkdown//' | sort")
LEFT = "systemctl list-units --all --no-legend 'site-guard-network*'; ls /var/lib/site-guard/network/armed 2>/dev/null || true"


def overlay(machine, name, variables):
    """One more layer, with variables of the machine."""
    text = json.dumps({"edited": {"hosts": {NODE: variables}}})
    return [*machine.inventory, "-i", lab_runs.write(lab_runs.STATE, name + ".yml", text)]


def bad_edits(machine):
    """What is wrong, and the variables that say it."""
    said = json.loads(must(lab_runs.provisioner("inventory", "host", NODE, *machine.inventory)))
    network = said["network"]
    network["interfaces"].append({"name": "eno7", "mtu": 9000})
    network["bonds"][0]["members"] = ["eno7"]
    vlan = {"name": "bond0.77", "id": 77, "link": "bond0", "mtu": 1500, "addresses": [machine.address + "/24"]}
    return {"another subnet": {"untagged_addresses": ["198.51.100.11/24"]},
            "a bond of ports that are not there": {"network": network},
            "the address in a VLAN of nobody's": {"untagged_addresses": [], "public_vlans": [vlan]}}


def check_bad_edit(figures, machine, what, variables):
    before, links = machine.on(STATE), set(machine.on("ls /sys/class/net").split())
    play = Play(overlay(machine, "bad", variables), "--tags", "network")
    figures.claim(f"{what}: exit status of the run", play.status in (2, 4), True, play.text)
    says = any(words in play.failure() for words in ("the link is cut", "the link to the node was lost", "timed out waiting"))
    figures.claim(f"{what}: the run says that it reaches the machine no more", says, True, play.text)
    figures.note(f"it says: {play.failure()[:400]}")
    armed = play.when("[network : Arm the timer")
    figures.claim(f"{what}: a timer was armed", armed is not None, True, play.text)
    back = machine.answers_after(UNDO + SLACK)
    took = None if back is None or armed is None else time.monotonic() - armed
    figures.claim(f"{what}: a log-in at the old address within {UNDO} + {SLACK} s of the change", took is not None and took <= UNDO + SLACK,
                  True, play.text[-3000:] + machine.console(NODE)[-1500:])
    if took is None:
        return
    figures.note(f"it took {took:.0f} s")
    after = machine.on(STATE)
    figures.claim(f"{what}: files, addresses and routes are as before", after == before, True, f"{before}\n--- after:\n{after}")
    figures.claim(f"{what}: links that it has left", sorted(set(machine.on("ls /sys/class/net").split()) - links), [])
    figures.claim(f"{what}: nothing waits any more", machine.on(LEFT).strip(), "")
    good = Play(machine.inventory, "--tags", "network")
    figures.claim(f"{what}: a run with the right inventory", good.result(), "status 0, changed=0, failed=0", good.text[-3000:])


def check_good_edit(figures, machine):
    """Another MTU, and one more VLAN."""
    private = json.loads(must(lab_runs.provisioner("inventory", "host", NODE, *machine.inventory)))["private_vlans"]
    storage = next(vlan for vlan in private if vlan["network"] == "storage")
    storage["mtu"] = 4000
    more = {"name": "bond0.24", "id": 24, "link": "bond0", "mtu": 1500, "addresses": ["198.51.100.21/24"]}
    inventory = overlay(machine, "good", {"private_vlans": private, "public_vlans": [more]})
    play = Play(inventory, "--tags", "network")
    figures.claim("a good edit: exit status of the run", play.status, 0, play.text)
    time.sleep(UNDO + 10)
    links = {one["ifname"]: one for one in json.loads(machine.on("ip -json -details address"))}
    vlan = links.get("bond0.24", {})
    figures.claim("a good edit: the VLAN is there, beyond the timer's time", vlan.get("linkinfo", {}).get("info_data", {}).get("id"), 24)
    figures.claim("a good edit: with its address", [one["local"] for one in vlan.get("addr_info", []) if one["family"] == "inet"],
                  ["198.51.100.21"])
    figures.claim("a good edit: the other MTU is in force", links.get(storage["name"], {}).get("mtu"), 4000)
    figures.claim("a good edit: nothing waits any more", machine.on(LEFT).strip(), "")
    again = Play(inventory, "--tags", "network")
    figures.claim("a good edit: a second run", again.result(), "status 0, changed=0, failed=0", again.text[-3000:])


def check_network(figures, machine):
    for what, variables in bad_edits(machine).items():
        check_bad_edit(figures, machine, what, variables)
    check_good_edit(figures, machine)
