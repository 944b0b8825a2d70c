#!/usr/bin/env python3
"""How long a change may take: .ci/run with doubles of ./check and of the clock."""

import os
import shutil
import subprocess
import tempfile
import unittest

SCRIPT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../.ci/run")


def write(folder, name, body):
    path = os.path.join(folder, name)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w") as file:
        file.write("#!/bin/sh\n" + body)
    os.chmod(path, 0o755)


def run(minutes, status=0, kept=("a", "b"), made=()):
    """Exit status and output of a ./check that takes so long, with what the cache has and what it builds."""
    with tempfile.TemporaryDirectory() as folder:
        builds = os.path.join(folder, "cache/builds")
        for name in kept:
            write(builds, name, "")
        os.makedirs(os.path.join(folder, ".ci"))
        shutil.copy(SCRIPT, os.path.join(folder, ".ci/run"))
        write(folder, "check", f"mkdir -p {builds}; for name in {' '.join(made)}; do : >{builds}/$name; done\necho {60 * minutes} >{folder}/now\nexit {status}\n")
        write(folder, "bin/date", f"cat {folder}/now 2>/dev/null || echo 0\n")
        done = subprocess.run([os.path.join(folder, ".ci/run")], capture_output=True, text=True, timeout=30,
                              env={"PATH": f"{folder}/bin:{os.environ['PATH']}", "PROVISIONER_ARTIFACTS": os.path.join(folder, "cache")})
        return done.returncode, done.stdout + done.stderr


class Time(unittest.TestCase):
    def test_of_half_an_hour_passes_with_all_in_the_cache(self):
        status, text = run(30)
        self.assertEqual(status, 0)
        self.assertIn("took 30 min 0 s; what a cluster is made of lay in ", text)
        self.assertNotIn("TOO LONG", text)

    def test_of_more_fails_although_all_tests_have_passed(self):
        status, text = run(31)
        self.assertEqual(status, 1)
        self.assertIn("TOO LONG: it is to take 30 minutes at most\nerror: ./check passed, and .ci/run fails for the time alone\n", text)

    def test_may_be_longer_where_a_recipe_had_to_be_built(self):
        status, text = run(50, made=["c"])
        self.assertEqual(status, 0, text)
        self.assertIn("; 1 of what a cluster is made of had to be built", text)
        self.assertEqual(run(51, made=["c"])[0], 1)

    def test_of_a_first_run_is_judged_by_what_it_builds(self):
        self.assertEqual(run(49, kept=[], made=["a", "b"])[0], 0)

    def test_leaves_the_status_of_tests_that_failed(self):
        status, text = run(60, status=8)
        self.assertEqual(status, 8)
        self.assertIn("TOO LONG", text)
        self.assertNotIn("for the time alone", text)


if __name__ == "__main__":
    unittest.main()
