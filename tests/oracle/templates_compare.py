#!/usr/bin/env python3
"""Compares our templates with ansible-core's own templating: expressions, files, conditions, lookups, random filters.

Usage: templates_compare.py TEMPLATE_TOOL [--show N] [--seed N] [--random N] [--only MODE]
Exits 77 where ansible-core is not installed, 1 where one differs that is not a departure.
"""
import argparse, datetime, glob, importlib.util, json, os, re, shutil, subprocess, sys, tempfile, types


def change_to_python_of_ansible():
    """The interpreter in the first line of `ansible` is the one that has its modules."""
    program = shutil.which("ansible")
    if program is None or os.environ.get("HAS_CHANGED_PYTHON"):
        return
    first = open(program, errors="replace").readline()
    interpreter = first[2:].strip() if first.startswith("#!") else sys.executable
    if os.path.realpath(interpreter) != os.path.realpath(sys.executable):
        os.environ["HAS_CHANGED_PYTHON"] = "1"
        os.execv(interpreter, [interpreter] + sys.argv)


change_to_python_of_ansible()
os.environ.update(ANSIBLE_DEPRECATION_WARNINGS="False", ANSIBLE_SYSTEM_WARNINGS="False")
os.environ["LC_TEST"] = "from the environment"
try:
    from ansible.errors import AnsibleError
    from ansible.parsing.dataloader import DataLoader
    from ansible.playbook.conditional import Conditional
    from ansible.template import AnsibleEnvironment, Templar
except ImportError:
    print("ansible-core is not installed: nothing to compare with")
    sys.exit(77)

here = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, here)
from template_corpus import VARIABLES, corpus  # noqa: E402
from template_files import FILES, more_cases  # noqa: E402
from template_random import random_cases  # noqa: E402

# What differs by decision (docs/manual-templates.md) or has no meaning to compare.
DEPARTURES = [
    r"\{%-? *(do|break|continue)\b",       # always known here, an option of ansible.cfg there
    r"urlsplit",                           # of bytes, dicts and numbers: Python's own accidents
    r"extends 'middle.j2'",                # super() of three levels fails there
    r"is (not )?(filter|test)\b",          # an error there where the name is no plugin's
    r"json_query",                         # refused here
    r"__class__",                          # a way out of the sandbox
    r"'nested', l\)",                       # of one list alone it takes the items apart letter by letter
    r"(in|intersect|difference|contains)\W+\w+\.(keys|items)\(\)",  # views are lists, which hold dicts, too
]


# Likewise, told by what came out: views and generators are lists here, numbers have 64 bits.
DEPARTURES_IN_RESULTS = r"Could not load \\|Markup\(|NativeJinjaText|unknown group name|invalid group reference|no attribute 'group'|dict_keys|dict_values|dict_items|range\(|'range'|<generator|AnsibleUndefined|ANSIBLEUNDEFINED|ansibleundefined|does not fit into 64 bits|[0-9]j\)|not supported between instances"

# What the oracle itself lacks on some machines: who gives it, and the templates that need it.
NEEDS = [
    ("passlib", r"password_hash"),
    ("netaddr", r"ipaddr|ipv[46]|ipwrap|ipsubnet|ipmath|nthhost"),
    ("ansible_collections.ansible.utils", r"ipaddr|ipv[46]|ipwrap|ipsubnet|ipmath|nthhost"),
    ("ansible_collections.community.general", r"random_mac|version_sort|community"),
]


unordered_glob = glob.glob  # in the order of the directory: ours is that of the names


def is_there(module):
    try:
        return importlib.util.find_spec(module) is not None
    except ModuleNotFoundError:
        return False


def comparable(cases):
    """The cases that the oracle can answer here; says which it cannot."""
    for module, pattern in NEEDS:
        if not is_there(module):
            kept = [case for case in cases if not re.search(pattern, case["template"])]
            print(f"{len(cases) - len(kept)} templates are not compared: there is no {module} for ansible-core here")
            cases = kept
    return cases


def plain(value):
    if isinstance(value, dict):
        return {("true" if k is True else "false" if k is False else "null" if k is None else str(k)): plain(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(v) for v in value]
    if isinstance(value, types.GeneratorType):
        return plain(list(value))
    if isinstance(value, (datetime.date, datetime.datetime)):
        return str(value)
    if isinstance(value, float) and (value != value or value in (float("inf"), float("-inf"))):
        return repr(value)
    if isinstance(value, (str, int, float, bool)) or value is None:
        return value if not isinstance(value, str) else str(value)
    return repr(value)


class Oracle:
    def __init__(self, folder):
        glob.glob = lambda *given, **more: sorted(unordered_glob(*given, **more))
        self.folder = folder
        self.loader = DataLoader()
        self.loader.set_basedir(folder)

    def answer(self, case):
        variables = json.loads(json.dumps(VARIABLES))
        templar = Templar(self.loader, variables=variables)
        templar.environment.loader.searchpath = [os.path.join(self.folder, "templates"), self.folder]
        try:
            if case["mode"] == "condition":
                conditional = Conditional(loader=self.loader)
                conditional.when = [case["template"]]
                return {"value": bool(conditional.evaluate_conditional(templar, variables))}
            if case["mode"] == "render":
                return {"value": self.rendered(templar, case)}
            return {"value": plain(templar.template(case["template"]))}
        except Exception as error:  # any failure is an error to a playbook
            return {"error": str(error)}

    def rendered(self, templar, case):
        style = {"trim_blocks": True, "lstrip_blocks": False, "newline_sequence": "\n"}
        style.update(case.get("style", {}))
        # A Templar of its own, as the template module makes one: loader and style are the environment's.
        copy = templar.copy_with_new_env(environment_class=AnsibleEnvironment, available_variables=templar.available_variables,
                                         searchpath=templar.environment.loader.searchpath, **style)
        return str(copy.do_template(case["template"], preserve_trailing_newlines=True, escape_backslashes=False))


def lay_out(folder):
    for name, text in FILES.items():
        path = os.path.join(folder, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", newline="") as out:
            out.write(text)


def is_same(mine, their):
    if "error" in mine or "error" in their:
        return "error" in mine and "error" in their
    return "value" in mine and plain(mine["value"]) == their["value"]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("tool")
    parser.add_argument("--show", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--random", type=int, default=1500)
    parser.add_argument("--only", default="")
    options = parser.parse_args()
    cases = [{"template": t, "mode": m} for t, m in corpus()] if options.only in ("", "corpus") else []
    cases += [c for c in more_cases() if options.only in ("", c["mode"])]
    cases += [c for c in random_cases(options.seed, options.random) if options.only in ("", "random", c["mode"])]
    with tempfile.TemporaryDirectory() as folder:
        lay_out(folder)
        return compare(options, comparable(cases), folder)


def compare(options, cases, folder):
    text = "".join(json.dumps(dict(c, variables=VARIABLES, folder=folder)) + "\n" for c in cases)
    output = subprocess.run([options.tool], input=text, capture_output=True, text=True, timeout=600)
    ours = [json.loads(line) for line in output.stdout.splitlines()]
    if len(ours) != len(cases):
        print("the tool ended after", len(ours), "of", len(cases), cases[len(ours)]["template"], output.stderr[-2000:])
        return 1
    oracle = Oracle(folder)
    different = departed = 0
    for case, mine in zip(cases, ours):
        their = oracle.answer(case)
        if is_same(mine, their):
            continue
        if any(re.search(d, case["template"]) for d in DEPARTURES) or re.search(DEPARTURES_IN_RESULTS, json.dumps([mine, their])):
            departed += 1
            continue
        different += 1
        if different <= options.show:
            print(case["mode"], case.get("style", ""), repr(case["template"]), "\n    ansible:", json.dumps(their)[:400], "\n    ours:   ", json.dumps(mine)[:400])
    print(f"{len(cases)} templates, {different} differ, {departed} depart by decision")
    return 1 if different else 0


sys.exit(main())
