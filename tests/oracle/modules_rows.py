#!/usr/bin/env python3
"""Runs the calls below, one by one and each in a fresh tree, through ansible-core and through our node half, and compares
result and tree. Usage: modules_rows.py NODE_MODULE [--only MODULE]. Exits 77 (skipped) where ansible-core is not installed.
"""
import argparse
import json
import os
import shutil
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from modules_compare import ROOT, Ours, compare, placed, plain, run_ansible, tree  # noqa: E402

SORTED = {"files"}
# ansible-core has neither check mode nor differences for these.
PLAIN_ONLY = {"assemble"}


def write(path, text, mode=0o644):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w") as file:
        file.write(text)
    os.chmod(path, mode)


def populate(root):
    for name, text in (("a.conf", "one\ntwo\n"), ("b.conf", "key = 1"), ("c.txt", "x" * 3000), (".hidden", "h"), ("d/e.conf", "deep\n"),
                       ("d/f/g.conf", "deeper\n"), ("empty", "")):
        write(os.path.join(root, name), text)
    os.symlink("a.conf", root + "/link")
    os.symlink("d", root + "/dlink")
    os.chmod(root + "/c.txt", 0o600)
    os.utime(root + "/c.txt", (1000000000, 1000000000))
    for name, text in (("10-first", "first\n"), ("20-second", "second"), ("30-third", "third\n"), (".dot", "dot\n"), ("note.bak", "old\n")):
        write(os.path.join(root, "parts", name), text)


FIND = [{"paths": ROOT}, {"paths": ROOT, "recurse": True}, {"paths": [ROOT, ROOT + "/d"], "patterns": "*.conf"},
        {"paths": ROOT, "recurse": True, "patterns": ["*.conf", "*.txt"], "excludes": "a*"},
        {"paths": ROOT, "hidden": True, "file_type": "any"}, {"paths": ROOT, "file_type": "directory", "recurse": True},
        {"paths": ROOT, "file_type": "link", "recurse": True, "follow": True}, {"paths": ROOT, "recurse": True, "depth": 2},
        {"paths": ROOT, "recurse": True, "depth": 1}, {"paths": ROOT, "use_regex": True, "patterns": "^[ab].*f$"},
        {"paths": ROOT, "use_regex": True, "patterns": "conf"}, {"paths": ROOT, "size": "1k"}, {"paths": ROOT, "size": "-1k"},
        {"paths": ROOT, "age": "1w"}, {"paths": ROOT, "age": "-1d"}, {"paths": ROOT, "age": "old"}, {"paths": ROOT, "size": "1x"},
        {"paths": ROOT, "contains": "t.o", "recurse": True}, {"paths": ROOT, "contains": "wo"},
        {"paths": ROOT, "contains": "ne.tw", "read_whole_file": True}, {"paths": ROOT, "contains": r"one\ntwo", "read_whole_file": True},
        {"paths": ROOT + "/missing"}, {"paths": ROOT + "/a.conf"}, {"paths": ROOT, "get_checksum": True}, {"paths": ROOT, "size": "0"},
        {"paths": ROOT, "patterns": "[ab].conf,c*"}, {"paths": ROOT + "/", "recurse": True, "follow": True}]
GETENT = [{"database": "passwd", "key": "root"}, {"database": "group", "key": "nosuch"}, {"database": "nosuch"},
          {"database": "group", "key": "nosuch", "fail_key": False}, {"database": "services", "key": "ssh"}, {"database": "passwd"},
          {"database": "protocols"}, {"database": "hosts", "key": "localhost"}, {"database": "passwd", "key": "root", "split": "o"}]
ASSEMBLE = [dict({"src": ROOT + "/parts", "dest": ROOT + "/out"}, **more) for more in (
    {}, {"delimiter": "###"}, {"delimiter": "# x\\n"}, {"regexp": "^[0-9]"}, {"ignore_hidden": True}, {"mode": "0600"},
    {"dest": ROOT + "/a.conf", "backup": True}, {"src": ROOT + "/none"}, {"src": ROOT + "/a.conf"}, {"validate": "grep -q first %s"},
    {"validate": "grep -q nothing %s"}, {"dest": ROOT + "/link"}, {"dest": ROOT + "/new/out"})]
ROWS = {"find": FIND, "getent": GETENT, "assemble": ASSEMBLE}


def without_order(result, root):
    result = json.loads(json.dumps(result).replace(root, ROOT))
    if result.get("validation", {}).get("rc") == 0:
        del result["validation"]  # of a check that says yes, nothing is told here
    for key in SORTED & set(result):
        if isinstance(result[key], list):
            result[key] = sorted(result[key], key=lambda item: item["path"])
    return result


def run_row(ours, module, arguments, check, diff):
    base = tempfile.mkdtemp(prefix="modules-rows-")
    roots = [base + "/theirs", base + "/ours__"]
    try:
        for root in roots:
            os.makedirs(root)
            populate(root)
        call = {"module": module, "arguments": arguments, "check": check, "diff": diff}
        theirs = without_order(plain(run_ansible(placed(call, roots[0]), roots[0]), roots[0]), roots[0])
        mine = without_order(plain(ours.run(dict(placed(call, roots[1]), directory=roots[1])), roots[1]), roots[1])
        difference = compare(theirs, mine)
        trees = [tree(root) for root in roots]
        if difference is None and trees[0] != trees[1]:
            difference = {path: [trees[0].get(path), trees[1].get(path)] for path in set(trees[0]) | set(trees[1])
                          if trees[0].get(path) != trees[1].get(path)}
        if difference is not None:
            print("%s\n%s" % (json.dumps(call), json.dumps(difference, indent=1, sort_keys=True)))
        return difference is not None
    finally:
        shutil.rmtree(base)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("--only", action="append")
    options = parser.parse_args()
    os.umask(0o022)
    ours = Ours(options.program)
    calls = failures = 0
    for module, rows in ROWS.items():
        if options.only and module not in options.only:
            continue
        for arguments in rows:
            for check, diff in ((False, False), (True, False), (False, True))[:1 if module in PLAIN_ONLY else 3]:
                calls += 1
                failures += run_row(ours, module, arguments, check, diff)
    print("%d calls, %d differ" % (calls, failures))
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
