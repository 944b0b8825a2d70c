"""Random trees of files, and random calls of modules on them."""

import os

ROOT = "@ROOT@"  # stands for the tree's place

LINES = ["a=1", "b=2", "a=3", "# comment", "port = 80", "", "x", "y z", "  indented", "END"]
NAMES = ["f", "g", "l", "dang", "d", "d/x", "d/e", "d/e/deep", "dl", "h", "new", "new/a/b", "d/lx", "dl/x", "out/z", "out"]
MODES = ["0644", "0600", "0755", "u=rw,g=r,o=", "u+x", "g-w", "a+rX", "u=rwX,g=rX,o=", "+x", "-w", "o=u-w", "+t", "=r",
         0o640, "u=rwx,g=u,o=g", "ug=rwX,o-rwx", "9", "u=q", "777", "01777", "a=", "ugo+r,o-r", "+X"]


def content(dice):
    text = "\n".join(dice.choice(LINES) for _ in range(dice.randrange(0, 6)))
    return text + dice.choice(["\n", "\n", "\n", "", "\r\n"])


def populate(root, dice):
    os.makedirs(root + "/d/e")
    os.makedirs(root + "/out")
    for name in ["f", "g", "d/x", "d/e/deep", "out/z"]:
        with open(os.path.join(root, name), "w", newline="") as file:
            file.write(content(dice))
        os.chmod(os.path.join(root, name), dice.choice([0o644, 0o600, 0o755, 0o640]))
    os.link(root + "/f", root + "/h")
    os.symlink(dice.choice(["g", "f", "d/x"]), root + "/l")
    os.symlink("nowhere", root + "/dang")
    os.symlink("d", root + "/dl")
    os.symlink("x", root + "/d/lx")
    if dice.random() < 0.5:
        os.symlink("../out", root + "/d/lout")
    os.chmod(root + "/d", dice.choice([0o755, 0o700, 0o2775]))


def owner_options(dice, arguments):
    if dice.random() < 0.35:
        arguments["mode"] = dice.choice(MODES)
    if dice.random() < 0.12:
        arguments["owner"] = dice.choice(["root", "nobody", "0", "65534", "nosuch"])
    if dice.random() < 0.12:
        arguments["group"] = dice.choice(["root", "nogroup", "65534", "nosuch"])


def path_in(dice):
    return ROOT + "/" + dice.choice(NAMES)


def file_call(dice):
    arguments = {"path": path_in(dice)}
    if dice.random() < 0.9:
        arguments["state"] = dice.choice(["file", "directory", "absent", "link", "hard", "touch", "directory", "link"])
    if arguments.get("state") in ("link", "hard") and dice.random() < 0.9 or dice.random() < 0.04:
        arguments["src"] = dice.choice([ROOT + "/" + dice.choice(NAMES), dice.choice(NAMES)])
    if dice.random() < 0.3:
        arguments["force"] = dice.choice([True, "yes", False])
    if dice.random() < 0.3:
        arguments["follow"] = dice.choice([True, False])
    if dice.random() < 0.2:
        arguments["recurse"] = True
    for option in ("access_time", "modification_time"):
        if dice.random() < 0.1:
            arguments[option] = dice.choice(["preserve", "now", "202001020304.05", "bad"])
    owner_options(dice, arguments)
    return "file", arguments


PATTERNS = ["^a=", "a", "=", "^$", "port", r"^(\w+)\s*=\s*(\d+)", "nomatch", "EN.", r"\d", "z$", " +", "^#", "x|y"]


def lineinfile_call(dice):
    arguments = {"path": path_in(dice)}
    if dice.random() < 0.9:
        arguments["line"] = dice.choice(LINES + ["a=9", r"\1 = 7", r"k\g<1>", "two\nlines", "tail\n"])
    if dice.random() < 0.4:
        arguments["regexp"] = dice.choice(PATTERNS)
    elif dice.random() < 0.15:
        arguments["search_string"] = dice.choice(["a", "=", "port", "none"])
    if dice.random() < 0.25:
        arguments["state"] = "absent"
    if dice.random() < 0.25:
        arguments["insertafter"] = dice.choice(["EOF", "BOF", "^a", "port", "nomatch"])
    elif dice.random() < 0.25:
        arguments["insertbefore"] = dice.choice(["BOF", "EOF", "^a", "port", "nomatch"])
    for option, chance in (("backrefs", 0.15), ("create", 0.3), ("backup", 0.1), ("firstmatch", 0.2)):
        if dice.random() < chance:
            arguments[option] = True
    if dice.random() < 0.05:
        arguments["validate"] = dice.choice(["true %s", "false %s", "grep -q a %s", "no placeholder"])
    owner_options(dice, arguments)
    return "lineinfile", arguments


def blockinfile_call(dice):
    arguments = {"path": path_in(dice), "block": content(dice) if dice.random() < 0.85 else ""}
    if dice.random() < 0.25:
        arguments["marker"] = dice.choice(["# {mark} one", "// {mark}", "same"])
    if dice.random() < 0.1:
        arguments["marker_begin"] = "START"
    if dice.random() < 0.2:
        arguments["state"] = "absent"
    if dice.random() < 0.25:
        arguments["insertafter"] = dice.choice(["EOF", "BOF", "^a", "port", "nomatch"])
    elif dice.random() < 0.25:
        arguments["insertbefore"] = dice.choice(["BOF", "EOF", "^a", "port", "nomatch"])
    for option, chance in (("create", 0.4), ("backup", 0.1)):
        if dice.random() < chance:
            arguments[option] = True
    owner_options(dice, arguments)
    return "blockinfile", arguments


def replace_call(dice):
    arguments = {"path": path_in(dice), "regexp": dice.choice(PATTERNS), "replace": dice.choice(["Q", "", r"<\g<0>>", "a", r"n\n"])}
    if dice.random() < 0.2:
        arguments["after"] = dice.choice(["a", "port", "nomatch"])
    if dice.random() < 0.2:
        arguments["before"] = dice.choice(["END", "b", "nomatch"])
    owner_options(dice, arguments)
    return "replace", arguments


def stat_call(dice):
    return "stat", {"path": path_in(dice), "follow": dice.random() < 0.5, "get_mime": False,
                    "checksum_algorithm": dice.choice(["sha1", "sha256", "md5"])}


def slurp_call(dice):
    return "slurp", {"src": path_in(dice)}


def command_call(dice):
    arguments = {"_raw_params": dice.choice(["echo hi", "echo 'a  b' c", "cat f", "no-such-program x", "ls d/e", "printf 'a\\n\\n'",
                                             "false", "sh -c 'exit 3'", "echo $HOME $NOPE ~", "", "sh -c 'kill -15 $$'"]),
                 "chdir": ROOT + dice.choice(["", "", "", "/d", "/missing"])}
    for option in ("creates", "removes"):
        if dice.random() < 0.2:
            arguments[option] = dice.choice([path_in(dice), ROOT + "/d/*", ROOT + "/n*", "f", "missing"])
    if dice.random() < 0.1:
        arguments["strip_empty_ends"] = False
    if dice.random() < 0.15:
        arguments["stdin"] = "input"
    return dice.choice(["command", "shell"]), arguments


def copy_call(dice):
    arguments = {"src": path_in(dice), "dest": path_in(dice) + dice.choice(["", "", "", "/"]), "remote_src": True}
    for option, chance in (("force", 0.15), ("backup", 0.1)):
        if dice.random() < chance:
            arguments[option] = option == "backup"
    if dice.random() < 0.2:
        arguments["follow"] = True
    owner_options(dice, arguments)
    if dice.random() < 0.1:
        arguments["mode"] = "preserve"
    return "copy", arguments


MAKERS = [file_call, file_call, file_call, lineinfile_call, lineinfile_call, blockinfile_call, replace_call, stat_call, slurp_call,
          command_call, copy_call]


def make_call(dice, only):
    makers = [maker for maker in MAKERS if not only or maker.__name__[:-5] in only]
    module, arguments = dice.choice(makers)(dice)
    return {"module": module, "arguments": arguments, "check": dice.random() < 0.2, "diff": dice.random() < 0.5}
