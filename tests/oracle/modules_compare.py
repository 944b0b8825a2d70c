#!/usr/bin/env python3
"""Runs random sequences of module calls through ansible-core and through our node half, each in a tree of its own, and
compares every result and the trees after it. Usage: modules_compare.py NODE_MODULE [--seeds N] [--first SEED] [--steps N]
Exits 77 (skipped) where ansible-core is not installed.
"""
import argparse
import json
import os
import random
import shutil
import stat
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from module_calls import ROOT, make_call, populate  # noqa: E402


def interpreter_of_ansible():
    program = shutil.which("ansible")
    if program is None:
        return None
    with open(program, errors="replace") as file:
        first = file.readline().strip()
    return first[2:].split()[0] if first.startswith("#!") else None


try:
    from ansible.module_utils import basic
except ImportError:
    other = interpreter_of_ansible()
    if other is None or os.environ.get("MODULES_COMPARE_AGAIN"):
        print("ansible-core is not installed")
        sys.exit(77)
    os.environ["MODULES_COMPARE_AGAIN"] = "1"
    os.execv(other, [other] + sys.argv)

# Keys whose values are clocks, process numbers or inode numbers.
VOLATILE = {"invocation", "start", "end", "delta", "atime", "mtime", "ctime", "inode", "dev", "version", "warnings",
            "backup", "backup_file", "stdout_lines", "stderr_lines", "blocks", "path_content", "size", "mimetype", "charset"}


def run_ansible(call, root):
    """One call of ansible-core's own module, in a forked child: importing ansible once is what makes this fast."""
    reader, writer = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(reader)
        os.dup2(writer, 1)
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
        os.chdir(root)
        arguments = dict(call["arguments"])
        module = call["module"]
        if module == "shell":
            module = "command"
            arguments["_uses_shell"] = True
        arguments.update({"_ansible_check_mode": call["check"], "_ansible_diff": call["diff"],
                          "_ansible_remote_tmp": root + ".tmp", "_ansible_module_name": module})
        basic._ANSIBLE_ARGS = json.dumps({"ANSIBLE_MODULE_ARGS": arguments}).encode()
        try:
            __import__("ansible.modules." + module, fromlist=["main"]).main()
        except SystemExit:
            pass
        except BaseException as crash:  # the module's own bug: any failure of ours is right
            results = getattr(crash, "results", None) or {"msg": "crash", "crash": repr(crash)}
            sys.stdout.write(json.dumps(dict(results, failed=True)))
        sys.stdout.flush()
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader, "rb") as stream:
        text = stream.read()
    os.waitpid(pid, 0)
    return json.loads(text.decode("utf-8", "surrogateescape") or '{"failed": true, "msg": "no answer"}')


class Ours:
    def __init__(self, program):
        self.process = subprocess.Popen([program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd="/")

    def run(self, call):
        self.process.stdin.write(json.dumps(call).encode() + b"\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line:
            raise SystemExit("our node half ended at %s" % json.dumps(call))
        return json.loads(line.decode("utf-8", "surrogateescape"))


def tree(root):
    """Every path with type, mode, owner and content or target. Backups are counted by the name they belong to."""
    seen = {}
    for base, directories, files in os.walk(root):
        for name in directories + files:
            path = os.path.join(base, name)
            status = os.lstat(path)
            content = None
            if stat.S_ISLNK(status.st_mode):
                content = os.readlink(path).replace(root, ROOT)
            elif stat.S_ISREG(status.st_mode):
                with open(path, "rb") as file:
                    content = file.read().decode("latin-1").replace(root, ROOT)
            shown = os.path.relpath(path, root)
            if name.endswith("~"):
                shown = "(backup) " + (content or "")  # of a link: beside its target, not beside itself
            seen[shown] = (oct(status.st_mode), status.st_uid, status.st_gid, content)
    return seen


def plain(value, root):
    if isinstance(value, dict):
        return {key: plain(item, root) for key, item in value.items() if key not in VOLATILE}
    if isinstance(value, list):
        return [plain(item, root) for item in value]
    if isinstance(value, str):
        return value.replace(root, ROOT)
    return value


def placed(call, root):
    return json.loads(json.dumps(call).replace(ROOT, root))


# Words for a failed system call are ours; ansible-core shows Python's.
def same_failure(theirs, ours):
    foreign = theirs.get("msg", "")
    return theirs.get("failed") and not ours.get("changed") and ("Errno" in foreign or "crash" in theirs or "traceback" in theirs)


def departs(call, root):
    """Where we mean to differ, told before the call: links have no mode of their own, so check mode promises no change of
    it; nothing is copied over or linked to itself, a directory not over a file; a hard link over or to a symbolic one."""
    arguments = placed(call, root)["arguments"]
    path = arguments.get("path") or arguments.get("dest", "")
    source = os.path.join(root, arguments.get("src", path + " none"))
    if os.path.isdir(path) and call["module"] in ("file", "copy"):
        path = os.path.join(path, os.path.basename(source))
    is_same = os.path.realpath(source) == os.path.realpath(path.rstrip("/"))
    if call["module"] == "copy":
        target = os.path.realpath(path) + "/"
        is_tree = os.path.isdir(source)
        return is_same or is_tree and (target.startswith(os.path.realpath(source) + "/") or has_link(source) or
                                       os.path.lexists(path.rstrip("/")) and not os.path.isdir(path))
    state = arguments.get("state")
    if state == "link" and is_same or state == "directory" and not os.path.lexists(path):
        return "modification_time" in arguments or "access_time" in arguments or state == "link"
    if state == "hard" and (is_same or os.path.islink(source) or os.path.islink(path)):
        return True
    if state in ("link", "hard") and call["check"] and ("mode" in arguments or "owner" in arguments or "group" in arguments):
        return True  # check mode there looks at what is to be replaced
    if call["module"] in ("blockinfile", "lineinfile") and arguments.get("create") and (state == "absent" or arguments.get("backrefs")):
        return True  # makes directories for a file that is not to be made
    is_wrong = "nosuch" in (arguments.get("owner"), arguments.get("group")) or arguments.get("mode") in ("9", "u=q")
    if arguments.get("validate") and (call["check"] or is_wrong):
        return True  # we see a wrong option before anything else
    if call["module"] == "lineinfile" and "insertafter" in arguments and lacks_last_newline(path):
        return True  # ansible-core joins the new line to a last one without an end
    if arguments.get("follow") is False and os.path.islink(path) and "mode" in arguments:
        return True  # the diff of a mode that is not changed
    return call["check"] and os.path.islink(path) and "mode" in arguments


def lacks_last_newline(path):
    if not os.path.isfile(path):
        return False
    with open(path, "rb") as file:
        return not file.read().endswith(b"\n")


def has_link(directory):
    return any(os.path.islink(os.path.join(base, name)) for base, below, files in os.walk(directory) for name in below + files)


def departs_in_result(call, theirs, ours):
    if "too many levels" in ours.get("msg", ""):
        return True
    if "Broken pipe" in theirs.get("msg", ""):
        return True  # a program that does not read what it is given: a race there
    # Of a file to be made, check mode there does not show the attributes.
    return call["check"] and call["module"] in ("lineinfile", "blockinfile") and isinstance(theirs.get("diff"), dict)


def compare(theirs, ours):
    if same_failure(theirs, ours):
        return None
    for result in (theirs, ours):
        result.setdefault("changed", False)
    if theirs.get("failed") and ours.get("failed"):
        # ansible-core may have done half of the work by then, which shows in the keys of the file; we have done nothing.
        theirs, ours = [{key: result.get(key) for key in ("msg", "rc", "details", "cmd", "stdout")} for result in (theirs, ours)]
    return None if theirs == ours else {"ansible-core": theirs, "ours": ours}


def run_seed(seed, steps, ours, only, verbose):
    dice = random.Random(seed)
    base = tempfile.mkdtemp(prefix="modules-compare-")
    roots = [base + "/theirs", base + "/ours__"]
    for root in roots:
        populate(root, random.Random(seed))
    calls = 0
    try:
        for _ in range(steps):
            call = make_call(dice, only)
            calls += 1
            is_departure = departs(call, roots[1])
            theirs = plain(run_ansible(placed(call, roots[0]), roots[0]), roots[0])
            mine = plain(ours.run(dict(placed(call, roots[1]), directory=roots[1])), roots[1])
            is_departure = is_departure or departs_in_result(call, theirs, mine)
            difference = None if is_departure else compare(theirs, mine)
            trees = [tree(root) for root in roots]
            if difference is None and trees[0] != trees[1] and not mine.get("failed") and not is_departure:
                difference = {path: [trees[0].get(path), trees[1].get(path)] for path in set(trees[0]) | set(trees[1])
                              if trees[0].get(path) != trees[1].get(path)}
            if difference is not None:
                print("seed %d: %s\n%s" % (seed, json.dumps(call), json.dumps(difference, indent=1, sort_keys=True)))
                return calls, 1
            if trees[0] != trees[1]:
                return calls, 0  # a failed task may leave traces in one of them; nothing after it can be compared
    finally:
        shutil.rmtree(base)
    return calls, 0


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("--seeds", type=int, default=30)
    parser.add_argument("--first", type=int, default=1)
    parser.add_argument("--steps", type=int, default=12)
    parser.add_argument("--only", action="append")
    options = parser.parse_args()
    for name in ("file", "lineinfile", "blockinfile", "replace", "stat", "slurp", "command", "copy"):
        __import__("ansible.modules." + name)
    os.umask(0o022)
    ours = Ours(options.program)
    calls = failures = 0
    for seed in range(options.first, options.first + options.seeds):
        done, failed = run_seed(seed, options.steps, ours, options.only, False)
        calls += done
        failures += failed
    print("%d calls in %d sequences, %d sequences differ" % (calls, options.seeds, failures))
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
