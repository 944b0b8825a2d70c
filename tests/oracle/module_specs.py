#!/usr/bin/env python3
"""Compares the options of our modules (types, defaults, choices, aliases, what is required) with those of ansible-core's.

Usage: module_specs.py MODULE_SPECS. Exits 77 where ansible-core is not installed, 1 where one differs that is not a departure.
"""
import importlib, json, os, subprocess, sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from modules_compare import basic  # noqa: E402  (finds the Python that has ansible-core, or ends with 77)
import yaml  # noqa: E402

MODULES = """apt assemble blockinfile command copy file find getent group hostname lineinfile ping replace service setup slurp stat systemd systemd_service
tempfile user""".split()
COLLECTED = {"ansible.posix": ["authorized_key", "mount", "sysctl"], "community.general": ["modprobe"]}
# Without a Python module of their own: their documentation says what they take.
ACTIONS = "add_host assert debug fail fetch group_by include_vars package pause raw reboot script set_fact shell set_stats template wait_for_connection".split()

# What differs and is meant to, by module and option ("*" for every option of it, or every module with it).
WHATEVER_IS_GIVEN = "Ansible's action takes what it is given: a text, a number, a list"
OF_THE_ACTION = "an option of Ansible's action, which the module does not see"
BY_THE_ACTION = "Ansible's action sees to it, not the module"
DEPARTURES = {
    ("add_host", "groups"): WHATEVER_IS_GIVEN,
    ("add_host", "name"): BY_THE_ACTION,
    ("assert", "*"): WHATEVER_IS_GIVEN,
    ("command", "warn"): "gone since ansible-core 2.14",
    ("command", "_uses_shell"): "how Ansible's action for shell calls the module",
    ("command", "cmd"): BY_THE_ACTION,
    ("copy", "_original_basename"): "how Ansible's action calls the module",
    ("copy", "content"): "a dict or a list is written as JSON, also by Ansible's action",
    ("copy", "mutually_exclusive"): BY_THE_ACTION,
    ("copy", "required_one_of"): BY_THE_ACTION,
    ("debug", "*"): WHATEVER_IS_GIVEN,
    ("fail", "*"): WHATEVER_IS_GIVEN,
    ("group_by", "key"): WHATEVER_IS_GIVEN,
    ("group_by", "parents"): WHATEVER_IS_GIVEN,
    ("package", "name"): "what the module of the node's manager takes",
    ("package", "state"): "what the module of the node's manager takes",
    ("pause", "minutes"): "fractions are taken; there, a whole number is wanted and any text accepted",
    ("pause", "seconds"): "fractions are taken; there, a whole number is wanted and any text accepted",
    ("reboot", "connect_timeout"): "an old name that Ansible's action still takes",
    ("reboot", "post_reboot_delay"): "an old name that Ansible's action still takes",
    ("reboot", "pre_reboot_delay"): "an old name that Ansible's action still takes",
    ("reboot", "reboot_timeout"): "an old name that Ansible's action still takes",
    ("reboot", "reboot_command"): "found out on the node, in both",
    ("service", "*"): "Ansible's action hands the options of systemd on to systemd's module",
    ("set_fact", "key_value"): "stands for the facts themselves in the documentation",
    ("shell", "argv"): "its module is that of command",
    ("shell", "executable"): "its module is that of command",
    ("shell", "strip_empty_ends"): "its module is that of command",
    ("template", "*"): "the defaults are the renderer's; a newline may be written as one, too",
    ("user", "ssh_key_comment"): "names the machine, which is known on the node",
    ("*", "decrypt"): OF_THE_ACTION,
    ("*", "expand_argument_vars"): "of ansible-core 2.16",
}
FREE_FORM = {"free_form", "free-form", "_raw_params"}


class Captured(Exception):
    pass


def capture(self, argument_spec, **more):
    raise Captured(argument_spec, more)


def spec_by_running(path):
    module = importlib.import_module(path)
    basic.AnsibleModule.__init__ = capture
    try:
        module.main()
    except Captured as captured:
        options, more = captured.args
        if more.get("add_file_common_args"):
            options = dict(basic.FILE_COMMON_ARGUMENTS, **options)
        return options, more
    raise SystemExit("%s made no AnsibleModule" % path)


def spec_by_documentation(names):
    # Ansible refuses a standard input that does not block, and an ssh of another test makes a shared one such.
    done = subprocess.run(["ansible-doc", "-j"] + names, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    if done.returncode != 0:
        raise SystemExit("ansible-doc ended with %d:\n%s" % (done.returncode, done.stderr))
    return {name: (doc["doc"].get("options", {}), {}) for name, doc in json.loads(done.stdout).items()}


def meaning(default):
    try:
        return yaml.safe_load(default) if isinstance(default, str) else default
    except yaml.YAMLError:
        return default


def their_type(option):
    kind = option.get("type", "str")
    kind = kind if isinstance(kind, str) else "raw"
    return "list of str" if kind == "list" and option.get("elements") == "str" else kind


def compared(name, option, theirs, mine):
    """(what, theirs, ours) for each that differs."""
    their = {"type": their_type(theirs), "required": bool(theirs.get("required")), "aliases": sorted(theirs.get("aliases") or []),
             "choices": sorted(map(str, theirs.get("choices") or [])), "default": theirs.get("default"), "secret": bool(theirs.get("no_log"))}
    our = dict(mine, aliases=sorted(mine["aliases"]), choices=sorted(mine["choices"]))
    if option.endswith("mode") and our["type"] == "mode" and their["type"] in ("raw", "str"):
        our["type"] = their["type"]
    if our["type"] == "list" and their["type"] == "list of str" or {our["type"], their["type"]} == {"list", "list of str"} and "elements" not in theirs:
        our["type"] = their["type"]
    if their["default"] is not None and our["default"] is not None:
        their["default"], our["default"] = meaning(their["default"]), meaning(our["default"])
    if their["default"] in ([], "") and our["default"] is None:
        our["default"] = their["default"]  # nothing is nothing
    return [(key, their[key], our[key]) for key in their if their[key] != our[key]]


def as_sets(rows):
    return sorted(sorted(map(str, row)) for row in rows or [])


def conditions(rows):
    return sorted([str(row[0]), str(row[1]).lower(), sorted(row[2])] for row in rows or [])


def is_departure(name, option):
    return any(key in DEPARTURES for key in [(name, option), (name, "*"), ("*", option)])


def can_fail(row, options):
    """A default satisfies it."""
    return not any(options.get(option, {}).get("default") is not None for option in row)


def differences(name, theirs, ours):
    options, more = theirs
    for option in sorted(set(options) | set(ours["options"])):
        if is_departure(name, option) or (option in FREE_FORM and ours["free_form"]):
            continue
        if option not in ours["options"]:
            yield "%s: has no '%s'" % (name, option)
        elif option not in options:
            yield "%s: '%s' is not Ansible's" % (name, option)
        else:
            for what, their, our in compared(name, option, options[option], ours["options"][option]):
                yield "%s.%s: %s is %r, ours %r" % (name, option, what, their, our)
    if not more:
        return
    more["required_one_of"] = [row for row in more.get("required_one_of") or [] if can_fail(row, options)]
    for key in ("mutually_exclusive", "required_one_of", "required_together"):
        if not is_departure(name, key) and as_sets(more.get(key)) != as_sets(ours[key]):
            yield "%s: %s is %s, ours %s" % (name, key, as_sets(more.get(key)), as_sets(ours[key]))
    if conditions(more.get("required_if")) != conditions(ours["required_if"]):
        yield "%s: required_if is %s, ours %s" % (name, conditions(more.get("required_if")), conditions(ours["required_if"]))


def main():
    paths = {name: "ansible.modules." + name for name in MODULES}
    for collection, names in COLLECTED.items():
        paths.update({name: "ansible_collections.%s.plugins.modules.%s" % (collection, name) for name in names})
    theirs, missing = spec_by_documentation(ACTIONS), []
    for name, path in paths.items():
        try:
            theirs[name] = spec_by_running(path)
        except ImportError:
            missing.append(name)
    output = subprocess.run([sys.argv[1]] + list(theirs), capture_output=True, text=True, check=True).stdout
    ours, found = json.loads(output), []
    for name in sorted(theirs):
        found += list(differences(name, theirs[name], ours[name])) if name in ours else ["%s is not here" % name]
    print("\n".join(found + ["%d modules, %d differences%s" % (len(theirs), len(found), ", not installed there: " + " ".join(missing) if missing else "")]))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
