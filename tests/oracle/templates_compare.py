#!/usr/bin/env python3
"""Compares our templates with ansible-core's own templating: written expressions and generated ones.

Usage: templates_compare.py TEMPLATE_TOOL [--show N]
Exits 77 where ansible-core is not installed, 1 where one differs that is not listed in KNOWN.
"""
import argparse, json, os, subprocess, sys, datetime, itertools

if os.path.exists("/usr/bin/python3") and sys.executable != "/usr/bin/python3":
    os.execv("/usr/bin/python3", ["/usr/bin/python3"] + sys.argv)
try:
    from ansible.template import Templar
    from ansible.parsing.dataloader import DataLoader
    from ansible.errors import AnsibleError
    from ansible.playbook.conditional import Conditional
except ImportError:
    print("ansible-core is not installed: nothing to compare with")
    sys.exit(77)

here = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, here)
from template_corpus import VARIABLES, corpus  # noqa: E402


def plain(value):
    if isinstance(value, dict):
        return {("true" if k is True else "false" if k is False else "null" if k is None else str(k)): plain(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(v) for v in value]
    if isinstance(value, (datetime.date, datetime.datetime)):
        return value.isoformat()
    if isinstance(value, float) and (value != value or value in (float("inf"), float("-inf"))):
        return repr(value)
    if isinstance(value, (str, int, float, bool)) or value is None:
        return value if not isinstance(value, str) else str(value)
    return repr(value)


def theirs(case):
    templar = Templar(DataLoader(), variables=VARIABLES)
    try:
        if case["mode"] == "condition":
            conditional = Conditional(loader=DataLoader())
            conditional.when = [case["template"]]
            return {"value": bool(conditional.evaluate_conditional(templar, VARIABLES))}
        return {"value": plain(templar.template(case["template"]))}
    except Exception as error:  # any failure is an error to a playbook
        return {"error": str(error)}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("tool")
    parser.add_argument("--show", type=int, default=20)
    options = parser.parse_args()
    cases = [{"template": t, "mode": m, "variables": VARIABLES} for t, m in corpus()]
    text = "".join(json.dumps(c) + "\n" for c in cases)
    output = subprocess.run([options.tool], input=text, capture_output=True, text=True, timeout=300)
    ours = [json.loads(line) for line in output.stdout.splitlines()]
    if len(ours) != len(cases):
        print("the tool ended after", len(ours), "of", len(cases), cases[len(ours)]["template"], output.stderr[-500:])
        return 1
    different = 0
    for case, mine in zip(cases, ours):
        their = theirs(case)
        same = ("error" in mine and "error" in their) or ("value" in mine and "value" in their and plain(mine["value"]) == their["value"])
        if same:
            continue
        different += 1
        if different <= options.show:
            print(case["mode"], repr(case["template"]), "\n    ansible:", json.dumps(their)[:300], "\n    ours:   ", json.dumps(mine)[:300])
    print(f"{len(cases)} templates, {different} differ")
    return 1 if different else 0


sys.exit(main())
