#!/usr/bin/env python3
"""Which tests of the program as a whole were skipped, by name, of a record of ctest in JUnit's form: a run without them is green
for less. Where root ran it, those that ask for nothing but root must have run: else exit status 1.

    skipped.py FILE
"""

import os
import sys
import xml.etree.ElementTree

OF_ROOT = ["cluster", "gpfs_role", "life_of_a_lab", "pxe_reimage"]


def outcomes(path):
    """Name -> whether it ran."""
    cases = xml.etree.ElementTree.parse(path).getroot().iter("testcase")
    return {case.get("name"): case.get("status") not in ("notrun", "disabled") for case in cases}


def closing_lines(ran, is_root):
    """What there is to say, and whether that is a failure."""
    skipped = sorted(name for name, has_run in ran.items() if not has_run)
    lines = [f"SKIPPED, {len(skipped)} of {len(ran)} tests of the program as a whole: {', '.join(skipped)}" if skipped else
             f"none of {len(ran)} tests of the program as a whole was skipped"]
    missing = [name for name in OF_ROOT if not ran.get(name)]
    if missing and is_root:
        lines.append(f"error: root runs this, and what asks for root alone has not run: {', '.join(missing)}")
    elif missing:
        lines.append(f"NOT TRIED, for want of root: {', '.join(missing)}")
    return lines, bool(missing) and is_root


def main():
    lines, is_failure = closing_lines(outcomes(sys.argv[1]), os.geteuid() == 0)
    print("\n".join(lines))
    sys.exit(is_failure)


if __name__ == "__main__":
    main()
