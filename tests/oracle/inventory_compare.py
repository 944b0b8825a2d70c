#!/usr/bin/env python3
"""Compares our reading of inventories with ansible-core's own on random trees: --list, --export, -y, --graph and
host patterns.   inventory_compare.py ANSWERS [--trees N] [--from SEED] [--show N] [--keep DIR]
Exit: 0 all equal, 1 not, 77 no ansible-core here."""

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile


def change_to_python_of_ansible():
    """Ansible may be installed for another python than the one that runs this."""
    program = shutil.which("ansible-inventory")
    if not program or "INVENTORY_COMPARE_PYTHON" in os.environ:
        sys.exit(77)
    with open(program, "rb") as script:
        line = script.readline().decode("utf-8", "replace")
    words = line[2:].split() if line.startswith("#!") else []
    if not words or not os.access(words[0], os.X_OK):
        sys.exit(77)
    os.environ["INVENTORY_COMPARE_PYTHON"] = words[0]
    os.execv(words[0], words + sys.argv)


try:
    import yaml
    os.environ.setdefault("ANSIBLE_INVENTORY_UNPARSED_WARNING", "False")
    os.environ["ANSIBLE_LOCALHOST_WARNING"] = "False"
    from ansible.cli.inventory import InventoryCLI
    from ansible.utils.context_objects import GlobalCLIArgs
    from ansible.utils.display import Display
    from ansible.inventory.group import Group
    from ansible.parsing.yaml.dumper import AnsibleDumper
except ImportError:
    change_to_python_of_ansible()

from inventory_trees import PASSWORD, VAULT, Tree

ASKS = {"list": ["--list"], "export": ["--list", "--export"], "tree": ["--list", "-y"],
        "tree_export": ["--list", "--export", "-y"], "yaml": ["--list", "-y"],
        "graph": ["--graph"], "graph_vars": ["--graph", "--vars"]}
ORDERS = 2000  # how many orders of its sets Ansible is asked for before ours is called another
warnings = []
salt = 0
Display.warning = lambda self, message, *args, **kwargs: warnings.append(message)


# Anchors say which values are one object in Python; there is no such thing here.
AnsibleDumper.ignore_aliases = lambda self, data: True

# Ansible walks sets of groups: below the second level the order of hosts is that of Python's hashes.
Group.__hash__ = lambda self: hash((salt, self.name))


class Ansible:
    """One inventory, loaded once and asked as the command line would ask it."""

    def __init__(self, sources, password_file, playbook=None):
        self.arguments = ["ansible-inventory", "--vault-password-file", password_file]
        self.arguments += [word for source in sources for word in ("-i", source)]
        if playbook:
            self.arguments += ["--playbook-dir", playbook]
        self.set_arguments(["--list"])
        self.cli.loader, self.cli.inventory, self.cli.vm = self.cli._play_prereqs()

    def set_arguments(self, more):
        GlobalCLIArgs._Singleton__instance = None
        cli = InventoryCLI(self.arguments + more)
        cli.parse()
        if not hasattr(self, "cli"):
            self.cli = cli

    def answer(self, ask):
        self.set_arguments(ASKS[ask])
        if ask.startswith("graph"):
            return self.cli.inventory_graph()
        top = self.cli._get_group("all")
        is_yaml = "-y" in ASKS[ask]
        return self.cli.dump(self.cli.yaml_inventory(top) if is_yaml else self.cli.json_inventory(top))

    def hosts(self, pattern):
        self.cli.inventory.clear_caches()
        for group in self.cli.inventory.groups.values():
            group.clear_hosts_cache()
        return [host.name for host in self.cli.inventory.get_hosts(pattern)]

    def may_answer(self, pattern, hosts):
        """True if one of the orders that the sets may have gives this."""
        global salt
        first = self.hosts(pattern)
        if len(first) != len(hosts):
            return False
        for salt in range(ORDERS):
            if self.hosts(pattern) == hosts:
                return True
        return False


class TreeLoader(yaml.SafeLoader):
    pass


TreeLoader.add_constructor("!vault", lambda loader, node: {"__ansible_vault": node.value})


def plain(data):
    """Without the mark of text that is not templated, which YAML does not show."""
    if isinstance(data, dict):
        if list(data) == ["__ansible_unsafe"]:
            return data["__ansible_unsafe"]
        return {str(key): plain(value) for key, value in data.items()}
    if isinstance(data, list):
        return [plain(item) for item in data]
    return data.isoformat() if hasattr(data, "isoformat") else data


def without_tuples(text):
    """Python's tuples are lists here; only the text of --vars can show it."""
    return re.sub(r"\(([^()]*?),?\)", r"[\1]", text)


def readable(ask, text, is_ours):
    if ask.startswith("tree"):
        data = json.loads(text) if is_ours else yaml.load(text, Loader=TreeLoader)
        return json.dumps(plain(data), sort_keys=True, default=str, indent=1)
    if ask == "graph_vars":
        text = opened(without_tuples(text))
    return text.rstrip("\n")


def opened(text):
    """Ansible's --vars shows what is under a vault, ours does not."""
    return re.sub(r"\$ANSIBLE_VAULT;[^}]*", lambda sealed: VAULT.decrypt(sealed.group()).decode(), text)


class Comparison:
    def __init__(self, answers, show):
        self.program = subprocess.Popen([answers], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.show = show
        self.equal = self.different = self.left_out = 0

    def ours(self, tree, asks):
        question = {"inputs": tree.sources, "playbook_directory": tree.playbook or os.getcwd(), "asks": asks,
                    "password": PASSWORD}
        self.program.stdin.write(json.dumps(question) + "\n")
        self.program.stdin.flush()
        return json.loads(self.program.stdout.readline())

    def compare(self, seed, tree):
        warnings.clear()
        patterns = tree.patterns()
        asks = [[ask, ""] for ask in list(ASKS) + ["exported"]] + [["select", pattern] for pattern in patterns]
        problems = []
        try:
            ansible = Ansible(tree.sources, tree.password_file, tree.playbook)
            expected = [ansible.answer(ask) for ask in ASKS]
        except Exception as error:  # a tree that Ansible itself cannot list
            expected = "ansible: " + str(error)
        broken = isinstance(expected, str) or any("Failed to parse" in text or "Unable to parse" in text for text in warnings)
        answer = self.ours(tree, asks)
        if broken:
            self.left_out += 1
            return
        if "error" in answer:
            return self.report(seed, tree, [("load", "", answer["error"])])
        for ask, theirs, got in zip(ASKS, expected, answer["answers"]):
            if "error" in got:
                problems.append((ask, theirs, got))
                continue
            # Text that only --export's own reader of the playbook folder sees differs without --playbook-dir.
            if ask.endswith(("export", "vars")) and not tree.playbook and os.path.exists("group_vars"):
                continue
            theirs, got = readable(ask, theirs, False), readable(ask, got, True)
            if theirs != got:
                problems.append((ask, theirs, got))
        problems += exported_problems(tree, expected[0], answer["answers"][len(ASKS)])
        for pattern, got in zip(patterns, answer["answers"][len(ASKS) + 1:]):
            try:
                theirs = ansible.hosts(pattern)
            except Exception as error:
                theirs = {"error": str(error)}
            if isinstance(got, dict) or isinstance(theirs, dict):
                same = isinstance(got, dict) and isinstance(theirs, dict)
            else:
                same = theirs == got or ansible.may_answer(pattern, got)
            if not same:
                problems.append(("select " + pattern, json.dumps(theirs), json.dumps(got)))
        self.report(seed, tree, problems)

    def report(self, seed, tree, problems):
        if not problems:
            self.equal += 1
            return
        self.different += 1
        if self.different > self.show:
            return
        print("=== seed %d, %s: %s" % (seed, tree.sources, [problem[0] for problem in problems]))
        for ask, theirs, got in problems[:3]:
            print("--- " + ask)
            print(difference(str(theirs), str(got)))


def exported_problems(tree, listing, exported):
    """What Ansible reads of our export must be what it reads of the tree."""
    path = tree.write("exported/hosts.yml", exported)
    try:
        again = json.loads(Ansible([path], tree.password_file).answer("list"))["_meta"]["hostvars"]
    except Exception as error:
        return [("exported", "", str(error))]
    before = json.loads(listing)["_meta"]["hostvars"]
    if again == before:
        return []
    return [("exported", json.dumps(before, indent=1, sort_keys=True), json.dumps(again, indent=1, sort_keys=True))]


def difference(theirs, ours):
    import difflib
    return "\n".join(list(difflib.unified_diff(theirs.splitlines(), ours.splitlines(), "ansible", "ours", lineterm="", n=2))[:40])


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("answers")
    parser.add_argument("--trees", type=int, default=1000)
    parser.add_argument("--from", type=int, default=0, dest="first")
    parser.add_argument("--show", type=int, default=5)
    parser.add_argument("--keep")
    options = parser.parse_args()
    comparison = Comparison(os.path.abspath(options.answers), options.show)
    with tempfile.TemporaryDirectory() as scratch:
        root = options.keep or scratch
        os.makedirs(os.path.join(scratch, "empty"))
        os.chdir(os.path.join(scratch, "empty"))
        for seed in range(options.first, options.first + options.trees):
            comparison.compare(seed, Tree(seed, root))
    print("%d of %d inventories equal (%d more that Ansible cannot read)" % (
        comparison.equal, comparison.equal + comparison.different, comparison.left_out))
    return 0 if comparison.different == 0 else 1


if __name__ == "__main__":
    sys.exit(main())
