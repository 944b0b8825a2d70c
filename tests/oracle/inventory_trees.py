"""Random inventories: YAML, INI, scripts, host lists, directories, group_vars and host_vars, some of it under a
vault."""

import json
import os
import random

from ansible.parsing.vault import VaultLib, VaultSecret

PASSWORD = "a password of many words"
VAULT = VaultLib([("default", VaultSecret(PASSWORD.encode()))])

GROUPS = ["Web2", "g_1", "site-a.b", "web", "db", "app", "zeta", "alpha", "rack-1", "site.north", "prod", "stage", "k8s", "gpu", "aaa"]
HOSTS = ["n1", "n2", "n3", "a.example.org", "db-1", "db_2", "10.0.0.5", "localhost", "x", "web9"]
RANGES = ["s[01:09:4]", "t[a:g:2]", "u[0:4:2]-[x:z]", "N[1:2]", "v[098:101]", "n[1:3]", "n[01:03]", "h[a:c]", "m[0:10:5]", "r[08:11].lan", "p[1:2]-[a:b]", "10.1.0.[1:3]", "q[:2]"]
PORTS = ["n1:2222", "a.example.org:22", "[2001:db8::1]:99", "2001:db8::2", "n[1:2]:8022", "db-1:0", "web-:22"]
NAMES = ["x", "y", "color", "size", "path", "nested", "ansible_user", "ansible_host", "list_of", "groups", "omit", "port", "été"]
INI_VALUES = [
    "1", "True", "true", "None", "0644", "0o17", "0x1f", "1_000", "1e3", "1.5", ".5", "-3", "+4", "--5", "00", "007", "1,2",
    "(1,2)", "(1)", "[1, 'a', None]", "{'a': 1, 'b': [True]}", "'quoted'", '"double"', "'a' 'b'", "r'a\\n'", "'a\\tb'", "b'x'",
    "a # comment", "5 # five", "text with spaces", "a=b=c", "[broken", "'open", "{{ x }}", "yes", "no", "1.", "1e", "[]", "{}",
    "('a',)", "[1,]", "[,]", "{1: 2}", "'\\u00e9'", "u'x'", "é", "0b101", "1__0", "[1 2]", "not True", "-", "\\", "a\\b", "1 2", "",
]
HOST_VALUES = [
    "1", "True", "true", "None", "0644", "1_000", "1e3", "1.5", "-3", "'two words'", '"two words"', "{'a':1}", '"{\'a\': 1}"',
    "\"['x', 1]\"", "a=b", "{{x}}", "x#y", "''", "\"'quoted'\"", "[1,2]", "(1,2)", "a\\ b", '"a\\"b"', "'a\\nb'", "1,2", "é", "0",
]
YAML_VALUES = [
    "1", "yes", "no", "On", "0644", "0o17", "0x1f", "1_000", "1e3", "1.5", "1:30", "~", "null", "'quoted'", "\"double\\n\"",
    "2020-01-02", "2020-01-02 10:20:30", "[1, two, 3.0]", "{a: 1, b: [x]}", "text here", "\"{{ x }}\"", "!unsafe \"{{ x }}\"",
    "|\n{pad}line one\n{pad}line two", ">-\n{pad}folded\n{pad}text", ".inf", "-7", "0", "''", "[]", "{}", "é", "[!unsafe a, b]", "1.0e+3",
]


class Tree:
    def __init__(self, seed, root):
        self.random = random.Random(seed)
        self.root = os.path.join(root, "t%d" % seed)
        self.anchors = 0
        os.makedirs(self.root)
        self.password_file = self.write("../password", PASSWORD + "\n")
        self.groups = self.random.sample(GROUPS, self.random.randint(1, 7))
        self.order = {name: place for place, name in enumerate(self.groups)}
        self.sources = [self.source(number) for number in range(self.random.choice([1, 1, 1, 2, 3]))]
        self.playbook = self.folder_beside("play") if self.random.random() < 0.5 else None

    def chance(self, share):
        return self.random.random() < share

    def write(self, path, text, mode=0o644):
        path = os.path.join(self.root, path)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as out:
            out.write(text)
        os.chmod(path, mode)
        return path

    def host(self):
        share = self.random.random()
        return self.random.choice(HOSTS if share < 0.6 else RANGES if share < 0.85 else PORTS)

    def children_of(self, group):
        later = [name for name in self.groups if self.order[name] > self.order[group]]
        return self.random.sample(later, min(len(later), self.random.choice([0, 0, 1, 1, 2, 3])))

    # sources ---------------------------------------------------------------------------------------------------
    def source(self, number):
        share = self.random.random()
        if share < 0.05:
            return ",".join(self.random.sample(HOSTS, 3)) + ","
        if share < 0.35:
            return self.directory("inv%d" % number)
        folder = self.random.choice(["", "sub%d/" % number])
        path = self.file(folder, "hosts%d" % number)
        if self.chance(0.6):
            self.vars_folders(os.path.dirname(os.path.relpath(path, self.root)))
        return path

    def file(self, folder, stem):
        kind = self.random.choice(["yaml", "yaml", "ini", "ini", "ini", "json", "script", "bare"])
        if kind == "yaml":
            return self.write(folder + stem + self.random.choice([".yml", ".yaml"]), self.yaml())
        if kind == "ini":
            return self.write(folder + stem + self.random.choice(["", ".conf", ".inv"]), self.ini())
        if kind == "json":
            return self.write(folder + stem + ".json", json.dumps(self.plain()))
        if kind == "script":
            text = "#!/bin/sh\ncat <<'END'\n%s\nEND\n" % json.dumps(self.script())
            return self.write(folder + stem + ".sh", text, 0o755)
        return self.write(folder + stem, self.random.choice([self.yaml, self.ini])())

    def directory(self, name):
        for number in range(self.random.randint(1, 3)):
            self.file(name + "/", "%02d-part" % self.random.choice([number, 9 - number]))
        for ignored in self.random.sample(["notes.md", "old.bak", "x.ini", ".hidden", "y.cfg", "save~"], 2):
            self.write(name + "/" + ignored, "this is [not an inventory\n")
        if self.chance(0.3):
            self.file(name + "/deeper/", "more")
        self.vars_folders(name)
        return os.path.join(self.root, name)

    def ini(self):
        lines = []
        for _ in range(self.random.choice([0, 0, 1, 2])):
            lines.append(self.ini_host())
        names = list(self.groups)
        self.random.shuffle(names)
        for group in names:
            if self.chance(0.8):
                lines.append("\n[%s]%s" % (group, self.random.choice(["", "", "  # words"])))
                lines += [self.ini_host() for _ in range(self.random.choice([0, 1, 2, 3]))]
            else:
                lines.append("[%s:hosts]" % group if self.chance(0.3) else "[%s]" % group)
            if self.chance(0.3):
                lines.append("# a comment\n; another")
        for group in names:
            children = self.children_of(group)
            if children:
                lines += ["", "[%s:children]" % group] + children
        for group in names + ["all"]:
            if self.chance(0.5):
                lines += ["", "[%s:vars]" % group]
                for _ in range(self.random.randint(1, 3)):
                    equals = self.random.choice(["=", " = ", "= "])
                    lines.append(self.random.choice(NAMES) + equals + self.random.choice(INI_VALUES))
                if self.chance(0.3):
                    lines.append("ansible_group_priority=%d" % self.random.choice([0, 1, 2, 10, -1]))
        return self.odd_lines(lines)

    def odd_lines(self, lines):
        """What editors and people leave behind: tabs, blank and commented lines, sections again, other line ends."""
        if self.chance(0.3):
            again = self.random.choice(self.groups)
            lines += ["", "[%s]" % again, "  " + self.ini_host(), "\t# a comment that is indented", ";x"]
        if self.chance(0.1):
            lines = ["[ungrouped]", self.ini_host()] + lines
        if self.chance(0.1):
            lines += ["[all]", self.ini_host(), "[all:children]", self.random.choice(self.groups)]
        end = "\r\n" if self.chance(0.1) else "\n"
        return end.join(lines) + self.random.choice([end, end, "", end + end + " \t " + end])

    def ini_host(self):
        words = [self.host()]
        for _ in range(self.random.choice([0, 0, 1, 2])):
            words.append(self.random.choice(NAMES) + "=" + self.random.choice(HOST_VALUES))
        return self.random.choice(["  ", " ", "\t"]).join(words) + self.random.choice(["", "", " # behind", "   "])

    def yaml(self):
        self.seen = set()
        text = ["---"] if self.chance(0.5) else []
        top = self.random.choice([["all"], self.groups[:2], ["all"] + self.groups[:1]])
        for group in top:
            text += self.yaml_group(group, 0, 0)
        if self.chance(0.2):
            text = ["# a comment"] + text + ["...", "# behind the end"]
        return "\n".join(text) + "\n"

    def yaml_group(self, group, indent, depth):
        pad = "  " * indent
        lines = [pad + group + ":"]
        parts = ["hosts", "children", "vars"]
        self.random.shuffle(parts)
        for part in parts:
            if self.chance(0.25):
                continue
            inner = []
            if part == "hosts":
                for host in dict.fromkeys(self.host() for _ in range(self.random.choice([1, 2, 3]))):
                    inner.append("%s    %s:" % (pad, json.dumps(host) if ":" in host or "[" in host else host))
                    if self.chance(0.5):
                        inner += self.yaml_vars(indent + 3)
            elif part == "children":
                names = self.groups[:] if group == "all" else self.children_of(group)
                for child in names[: 4 - depth]:
                    inner += self.yaml_group(child, indent + 2, depth + 1)
            else:
                inner = self.yaml_vars(indent + 2)
                if group != "all" and self.chance(0.3):
                    inner.append("%s    ansible_group_priority: %d" % (pad, self.random.choice([0, 2, 5, 10])))
            if inner:
                lines += [pad + "  " + part + ":"] + inner
            elif self.chance(0.3):
                lines.append(pad + "  " + part + self.random.choice([":", ": {}", ": null", ": ~"]))
        return lines

    def yaml_vars(self, indent):
        pad = "  " * indent
        names = self.random.sample(NAMES, self.random.randint(1, 3))
        lines = [pad + name + ": " + self.yaml_value(pad + "  ") for name in names]
        if self.chance(0.1):
            self.anchors += 1
            name = "shared%d" % self.anchors
            lines += [pad + "base: &%s {one: 1, two: [a, b]}" % name,
                      pad + "more: {<<: *%s, two: 2}" % name, pad + "same: *%s" % name]
        return lines

    def yaml_value(self, pad):
        if self.chance(0.04):
            sealed = VAULT.encrypt(self.random.choice(["secret", "{{ x }}", "two\nlines", "0644"])).decode()
            return "!vault |\n" + "".join("%s%s\n" % (pad, line) for line in sealed.splitlines()).rstrip("\n")
        return self.random.choice(YAML_VALUES).replace("{pad}", pad)

    def plain(self):
        groups = {}
        for group in self.groups:
            entry = {"hosts": {self.host(): {"j": self.random.choice([1, 1.5, 1e3, True, None, "x", [1], {"a": "b"}])}}}
            if self.chance(0.4):
                entry["vars"] = {self.random.choice(NAMES): "json"}
            groups[group] = entry
        return {"all": {"children": groups}}

    def script(self):
        answer = {"_meta": {"hostvars": {name: {"from_meta": 1} for name in self.random.sample(HOSTS, 3)}}}
        for group in self.groups:
            hosts = self.random.sample(HOSTS, 2)
            answer[group] = self.random.choice([hosts, {"hosts": hosts, "vars": {"s": group}},
                                                {"hosts": hosts, "children": self.children_of(group)}])
        return answer

    # files of variables ----------------------------------------------------------------------------------------
    def vars_folders(self, folder):
        for kind, names in (("group_vars", self.groups + ["all", "ungrouped"]), ("host_vars", HOSTS)):
            for name in self.random.sample(names, min(len(names), self.random.choice([0, 1, 2, 3]))):
                self.vars_of(os.path.join(folder, kind, name))

    def write_vars(self, path):
        text = self.vars_text()
        try:
            self.write(path, VAULT.encrypt(text).decode() if self.chance(0.1) else text)
        except (FileExistsError, IsADirectoryError, NotADirectoryError):
            pass  # another source made a folder of that name, or a file

    def vars_of(self, path):
        shape = self.random.choice(["file", "file", "folder", "both"])
        if shape in ("file", "both"):
            ending = self.random.choice(["", ".yml", ".yaml", ".json"]) if shape == "file" else ".yml"
            self.write_vars(path + ending)
        if shape in ("folder", "both"):
            for name in self.random.sample(["10-a.yml", "20-b.yaml", "c", "deep/d.yml", "skip.txt", "e.yml~", ".f.yml", "dotted.d/g.yml"], 4):
                self.write_vars(os.path.join(path, name))

    def vars_text(self):
        return "\n".join(self.yaml_vars(0)) + "\n" if self.chance(0.95) else "# nothing\n"

    def folder_beside(self, name):
        os.makedirs(os.path.join(self.root, name), exist_ok=True)
        self.vars_folders(name)
        return os.path.join(self.root, name)

    def patterns(self):
        names = self.groups + HOSTS + ["all", "ungrouped", "*", "nothing"]
        one = lambda: self.random.choice(names)
        forms = [one() + ":&" + one() + ":!" + one() + "[0]", "~^n", "~.*1$:!n1", "!~n.*", "all:!n*:!*.org", "10.0.0.*", one() + "[-2:]",
                 one() + "[0:0]", one() + "[9]", one() + "*", "*" + one(), "N1,n2, " + one(), "s[01:09:4]", "all[1:]:&" + one(),
                 "::", one() + ":", "!all", "*[0]", "~(n|s)[0-9]+,!s05", "&all",
                 one(), one() + ":" + one(), one() + ":&" + one(), "all:!" + one(), one() + "," + one(), one() + "[0]",
                 one() + "[0:1]", one() + "[-1]", "n*", "~n[12]", "~(web|db).*", "*.org", one() + "[1:]", "!" + one(), "&" + one(),
                 one() + ":" + one() + ":!" + one(), "n?", "[ab]*", "all[2:3]", one() + ",!" + one(), one() + " " + one()]
        return self.random.sample(forms, 6)
