#!/usr/bin/env python3
"""Holds the sources against the house: who may include whom, and the limits of files and functions.

The table is provisioner/CMakeLists.txt itself. Prints every violation with its place; exit status 1 if there is one.
    layers.py [ROOT]
"""

import os
import re
import sys

FLOORS = ["base", "node", "language", "engine", "machine", "cluster", "platform", "front"]
MOST_LINES, MOST_FUNCTION_LINES, MOST_COLUMNS = 400, 60, 100
# Each third-party header belongs to one room; that of the command line to those that have commands.
LIBRARIES = {"libssh/": "transport", "sqlite3.h": "store", "yaml.h": "value", "nlohmann/": "value", "pcre2.h": "base",
             "CLI/": ("cli", "cluster", "platform", "program"), "sodium": "crypto", "openssl/": "crypto", "sys/capability.h": "host", "crypt.h": "crypto", "curl/": "http", "microhttpd.h": "http", "zstd.h": "chunk", "zlib.h": "registry", "archive.h": "registry", "archive_entry.h": "registry", "ldap.h": "ldap", "libvirt/": "metal",
             "boost/": "fetch"}
FORBIDDEN_NAMES = {"util", "utils", "helper", "helpers", "manager", "common", "misc", "impl", "data", "info"}


def table(root):
    """Room -> (floor, rooms it may include)."""
    text = open(os.path.join(root, "provisioner/CMakeLists.txt")).read()
    text = re.sub(r"#.*", "", text)
    rooms = {}
    for call in re.findall(r"room\(([^)]*)\)", text):
        words = call.split()
        floor, room = words[0].split("/")
        allowed, key = {room}, None
        for word in words[1:]:
            if word in ("BESIDE", "USES", "WITH", "JOINED"):
                key = word
            elif key in ("BESIDE", "USES"):
                allowed.add(word)
        rooms[room] = (floor, allowed)
    return rooms


def check_table(rooms):
    for room, (floor, allowed) in rooms.items():
        for other in allowed - {room}:
            if other not in rooms:
                yield "provisioner/CMakeLists.txt: '%s' names no room: '%s'" % (room, other)
            elif FLOORS.index(rooms[other][0]) > FLOORS.index(floor):
                yield "provisioner/CMakeLists.txt: '%s' stands below '%s' and may not include it" % (room, other)


def check_includes(path, room, rooms, lines):
    for number, line in enumerate(lines, 1):
        found = re.match(r'\s*#\s*include\s+([<"])([^>"]+)[>"]', line)
        if not found:
            continue
        name = found.group(2)
        if found.group(1) == '"':
            parts = name.split("/")
            if parts[0] != "provisioner" or len(parts) < 4:
                yield "%s:%d: includes are written from the root: '%s'" % (path, number, name)
            elif parts[2] not in rooms[room][1]:
                yield "%s:%d: room '%s' may not include room '%s'" % (path, number, room, parts[2])
        for prefix, owner in LIBRARIES.items():
            if found.group(1) == "<" and name.startswith(prefix) and room not in (owner if isinstance(owner, tuple) else (owner,)):
                yield "%s:%d: <%s> belongs to room '%s'" % (path, number, name, owner if isinstance(owner, str) else "' and '".join(owner))


def bare(text):
    """The text without comments, strings and characters, line by line as it was."""
    pattern = re.compile(r'R"([^(\s]*)\(.*?\)\1"|//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"|(?<![0-9a-fA-F])\'(?:\\.|[^\'\\\n])+\'', re.S)
    return pattern.sub(lambda found: "\n" * found.group(0).count("\n"), text)


def is_table(body):
    """A body that is nothing but one table of data or of small functions."""
    begin = re.match(r"\s*(return\s*\{|static const [^;=(]*=\s*\{)", body)
    if begin is None:
        return False
    place, depth = begin.end(), 1
    while depth and place < len(body):
        depth += {"{": 1, "}": -1}.get(body[place], 0)
        place += 1
    return re.fullmatch(r"\s*;\s*(return \w+;\s*)?", body[place:]) is not None


def functions(text):
    """(first line, number of lines) of each body that is a function's and no table."""
    stack = []
    head, line = "", 1
    for place, char in enumerate(text):
        if char == "\n":
            line += 1
        if char == "{":
            outer = re.search(r"\b(namespace|class|struct|enum|union|extern)\b[^;()]*$", head)
            is_function = ")" in head and not outer and not any(kind for kind, *_ in stack)
            stack.append((is_function, line, place + 1))
            head = ""
        elif char == "}":
            if stack:
                is_function, begin, start = stack.pop()
                if is_function and not is_table(text[start:place]):
                    yield begin, line - begin + 1
            head = ""
        elif char == ";":
            head = ""
        else:
            head += char


def check_length(path, lines):
    if len(lines) > MOST_LINES:
        yield "%s: %d lines, at most %d" % (path, len(lines), MOST_LINES)


def check_columns(path, lines):
    for number, line in enumerate(lines, 1):
        if len(line) > MOST_COLUMNS:
            yield "%s:%d: %d columns, at most %d" % (path, number, len(line), MOST_COLUMNS)


def check_form(path, room, floor, text, lines):
    stem = os.path.splitext(os.path.basename(path))[0]
    if FORBIDDEN_NAMES & set(stem.split("_")[-1:]):
        yield "%s: a file is named for the one thing it defines" % path
    if path.endswith(".h") and not any(line.strip() == "#pragma once" for line in lines[:3]):
        yield "%s:1: a header begins with #pragma once" % path
    code = bare(text)
    for number, line in enumerate(code.split("\n"), 1):
        if re.match(r"using namespace", line):
            yield "%s:%d: no 'using namespace' at file scope" % (path, number)
        if floor != "front" and room != "agent" and re.search(r"\bstd::(cout|cerr)\b|\bprintf\(", line):
            yield "%s:%d: only the front prints" % (path, number)
    for begin, length in functions(code):
        if length > MOST_FUNCTION_LINES:
            yield "%s:%d: a function of %d lines, at most %d" % (path, begin, length, MOST_FUNCTION_LINES)


def sources(root, part):
    """(path from the root, text, lines) of each file of C++ in a part of the tree."""
    for folder, _, names in sorted(os.walk(os.path.join(root, part))):
        for name in sorted(names):
            if name.endswith((".cpp", ".h")):
                path = os.path.join(folder, name)
                with open(path, encoding="utf-8") as file:
                    text = file.read()
                lines = text.split("\n")[:-1] if text.endswith("\n") else text.split("\n")
                yield os.path.relpath(path, root), text, lines


def check(root):
    rooms = table(root)
    yield from check_table(rooms)
    for path, text, lines in sources(root, "provisioner"):
        parts = path.split(os.sep)
        room = parts[2] if len(parts) > 3 else ""
        if room not in rooms or rooms[room][0] != parts[1]:
            yield "%s: stands in no room of the table" % path
            continue
        yield from check_includes(path, room, rooms, lines)
        yield from check_length(path, lines)
        yield from check_columns(path, lines)
        yield from check_form(path, room, rooms[room][0], text, lines)
    for path, _, lines in sources(root, "tests"):
        yield from check_length(path, lines)


def main():
    root = sys.argv[1] if len(sys.argv) > 1 else os.path.join(os.path.dirname(os.path.abspath(__file__)), "..")
    violations = list(check(root))
    for violation in violations:
        print(violation)
    print("%d violations" % len(violations))
    return 1 if violations else 0


if __name__ == "__main__":
    sys.exit(main())
