#!/usr/bin/env python3
"""What failed in the last test run of each build directory that is named, with the end of what it printed: the last lines of a
long run are what somebody reads."""

import os
import re
import sys

MOST_LINES = 60


def failed_tests(build):
    try:
        with open(os.path.join(build, "Testing/Temporary/LastTestsFailed.log")) as file:
            return [line.strip().split(":", 1)[1] for line in file if ":" in line]
    except FileNotFoundError:
        return []


def outputs(build):
    with open(os.path.join(build, "Testing/Temporary/LastTest.log"), errors="replace") as file:
        text = file.read()
    parts = re.split(r"^\d+/\d+ Testing: (.*)$", text, flags=re.MULTILINE)[1:]
    return dict(zip(parts[::2], parts[1::2]))


def main():
    for build in sys.argv[1:]:
        names = failed_tests(build)
        said = outputs(build) if names else {}
        for name in names:
            print(f"\nfailed in {build}: {name}")
            body = said.get(name, "").partition("Output:\n")[2].partition("<end of output>")[0]
            print("\n".join(body.splitlines()[-MOST_LINES:]))


main()
