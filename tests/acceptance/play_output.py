"""What a run prints, taken apart: for every host its tasks in order, the recap, the exit code."""

import difflib
import re

BANNER = re.compile(r"^(PLAY|TASK|RUNNING HANDLER|NO MORE HOSTS LEFT|PLAY RECAP|META)\b")
RECORD = re.compile(r"^(ok|changed|failed|skipping|fatal|rescued|ignored|included|FAILED - RETRYING)\b:? ?")
HOST = re.compile(r"\[([^\]]+)\]")
TIMES = re.compile(r'("(?:start|end|delta)": )"[^"]*"|((?:start|end|delta)=)\S+')
LINK = re.compile(r'"msg": "(?:Failed to connect to the host via ssh: |[^"]* cannot be connected to: )[^"]*"')

# What is said of a mistake in a playbook differs by design: here it has its place and a caret.
MISTAKE = re.compile(r'(FAILED! => \{.*"msg": )"(?:[^"\\]|\\.)*(?:is undefined|error was:|undefined variable)(?:[^"\\]|\\.)*"')
PLACE = re.compile(r"^(\S+:\d+:\d+: (error: |in task )|hint: | *\d+ \| | +\| +\^)")


class Output:
    def __init__(self, done, folder):
        self.code = done.returncode
        self.out = self.neutral(done.stdout, folder)
        self.err = self.neutral(done.stderr, folder)

    @staticmethod
    def neutral(text, folder):
        text = text.replace(folder, "FOLDER").replace("No config file found; using defaults\n", "")
        text = TIMES.sub(lambda found: (found.group(1) or found.group(2)) + "TIME", text)
        text = MISTAKE.sub(r'\1"MISTAKE"', text)
        text = "".join(line for line in text.splitlines(True) if not PLACE.match(line))
        return re.sub(r"(?m)^(\w.*) \*{3,}$", r"\1 ***", LINK.sub('"msg": "LINK"', text))

    def text(self):
        return "exit code %d\n%s\n--- stderr\n%s" % (self.code, self.out, self.err)

    def records(self):
        """(banner, record) pairs, a record being a status line with all that belongs to it."""
        banner, found, is_open = "", [], False
        for line in self.out.splitlines():
            if BANNER.match(line):
                banner, is_open = line, False
                if not line.startswith(("PLAY RECAP", "TASK", "RUNNING")):
                    found.append((banner, None))
            elif RECORD.match(line) or (banner.startswith("PLAY RECAP") and line.strip()):
                found.append((banner, line))
                is_open = True
            elif line == "...ignoring":
                found[-1] = (found[-1][0], found[-1][1] + "\n" + line)
            elif is_open and line.strip():
                found[-1] = (found[-1][0], found[-1][1] + "\n" + line)
        return found

    def by_host(self):
        hosts = {}
        for banner, record in self.records():
            for host in self.hosts_of(banner, record):
                hosts.setdefault(host, []).append("%s\n%s" % (banner, record or ""))
        return hosts

    @staticmethod
    def hosts_of(banner, record):
        if record is None:
            return []
        if record.startswith("included:"):
            return re.split(r", ", re.sub(r" => .*", "", record, flags=re.S).rsplit(" for ", 1)[1])
        if banner.startswith("PLAY RECAP"):
            return [record.split(":")[0].strip()]
        found = HOST.search(record)
        return [found.group(1).split(" -> ")[0]] if found else ["?"]


def unified(theirs, ours, what):
    lines = difflib.unified_diff(theirs.splitlines(), ours.splitlines(), "ansible-playbook", "provisioner", lineterm="", n=2)
    return "%s\n%s" % (what, "\n".join(lines))


def differences(theirs, ours):
    found = []
    if theirs.code != ours.code:
        found.append("exit code %d, not %d\n%s" % (ours.code, theirs.code, ours.err[-600:]))
    want, got = theirs.by_host(), ours.by_host()
    for host in sorted(set(want) | set(got)):
        if want.get(host) != got.get(host):
            found.append(unified("\n".join(want.get(host, [])), "\n".join(got.get(host, [])), "host " + host))
    return "\n".join(found)


def text_differences(theirs, ours):
    return "" if theirs.out == ours.out else unified(theirs.out, ours.out, "the whole output")
