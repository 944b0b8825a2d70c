#!/usr/bin/env python3
"""The script of the bundle that brings Phalanx onto a cluster, in a clone of a fork. Git is real; a double of Phalanx's command
writes down what it was asked, and on which branch."""

import os
import subprocess
import tempfile
import unittest

SCRIPT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../provisioner/platform/handoff/phalanx_install.sh")
PHALANX = '#!/bin/sh\necho "$* ($(git branch --show-current))" >>"$ASKED"\n[ "$1 $2" != "secrets audit" ] || exit ${AUDIT:-0}\n'
VAULT = {"VAULT_ROLE_ID": "role", "VAULT_SECRET_ID": "secret", "VAULT_TOKEN": "writes"}


class Install(unittest.TestCase):
    def setUp(self):
        self.place = self.enterContext(tempfile.TemporaryDirectory())
        self.write("bundle/phalanx/environments/values-main.yaml", "name: main\n")
        self.write("bundle/phalanx/applications/portal/values-main.yaml", "{}\n")
        self.write("programs/phalanx", PHALANX)
        os.chmod(self.place + "/programs/phalanx", 0o755)
        self.git("init", "--quiet", "--bare", "--initial-branch", "main", "fork.git")
        self.git("clone", "--quiet", "fork.git", "first")
        self.write("first/environments/values.yaml", "all: true\n")
        self.git("-C", "first", "add", "--all")
        self.git("-C", "first", "commit", "--quiet", "--message", "one")
        self.git("-C", "first", "tag", "2026.08")
        self.git("-C", "first", "push", "--quiet", "origin", "HEAD:main", "HEAD:refs/heads/site", "2026.08")
        self.git("clone", "--quiet", "fork.git", "clone")

    def write(self, name, text):
        os.makedirs(os.path.dirname(f"{self.place}/{name}"), exist_ok=True)
        with open(f"{self.place}/{name}", "w") as file:
            file.write(text)

    def environment(self, **more):
        who = {f"GIT_{role}_{part}": word for role in ("AUTHOR", "COMMITTER") for part, word in (("NAME", "t"), ("EMAIL", "t@t"))}
        return {"PATH": f"{self.place}/programs:{os.environ['PATH']}", "HOME": self.place, "GIT_CONFIG_NOSYSTEM": "1", "ASKED": self.place + "/asked", **who, **more}

    def git(self, *words):
        return subprocess.run(["git", *words], cwd=self.place, env=self.environment(), check=True, capture_output=True, text=True).stdout.strip()

    def install(self, revision, **more):
        text = f"set -eu\nenvironment=main\nrepository=https://git.example.org/phalanx.git\nrevision='{revision}'\n. {SCRIPT}\n"
        done = subprocess.run(["sh", "-c", text, "sh", self.place + "/bundle"], cwd=self.place + "/clone", env=self.environment(**more),
                              capture_output=True, text=True, timeout=60)
        return done.returncode, done.stderr

    def asked(self):
        with open(self.place + "/asked") as file:
            return file.read().splitlines()

    def test_pushes_the_branch_that_argo_cd_is_to_follow(self):
        self.assertEqual(self.install("site", **VAULT), (0, ""))
        self.assertEqual(self.asked(), ["environment lint main (site)", "secrets audit main (site)", "environment install main (site)"])
        self.assertEqual(self.git("-C", "fork.git", "show", "refs/heads/site:environments/values-main.yaml"), "name: main")
        self.assertEqual(self.git("-C", "fork.git", "rev-list", "--count", "refs/heads/main"), "1")

    def test_changes_nothing_more_when_it_is_run_again(self):
        self.install("site", **VAULT)
        self.assertEqual(self.install("site", **VAULT), (0, ""))
        self.assertEqual(self.git("-C", "fork.git", "rev-list", "--count", "refs/heads/site"), "2")

    def test_follows_no_tag_and_says_so_before_it_changes_anything(self):
        status, told = self.install("2026.08", **VAULT)
        self.assertEqual((status, told.splitlines()), (2, [
            "'2026.08' is no branch of https://git.example.org/phalanx.git: Argo CD follows a branch, and no tag or commit; nothing was changed",
            "make one: git push origin '2026.08^{commit}:refs/heads/NAME'; then phalanx.revision: NAME, and a new bundle"]))
        self.assertFalse(os.path.exists(self.place + "/asked"))
        self.assertEqual((self.git("-C", "clone", "status", "--porcelain"), self.git("-C", "clone", "symbolic-ref", "HEAD")), ("", "refs/heads/main"))

    def test_takes_the_branch_of_a_name_that_a_tag_has_too(self):
        self.git("-C", "first", "push", "--quiet", "origin", "2026.08^{commit}:refs/heads/2026.08")
        status, told = self.install("2026.08", **VAULT)
        self.assertEqual(status, 0, told)
        self.assertEqual(self.asked()[-1], "environment install main (2026.08)")
        self.assertEqual(self.git("-C", "fork.git", "rev-list", "--count", "refs/heads/2026.08"), "2")

    def test_stops_where_people_have_something_to_do(self):
        status, told = self.install("main")
        self.assertEqual((status, told.splitlines()[0]), (2, "with a VAULT_TOKEN that may make roles: phalanx vault create-read-approle main"))
        self.assertEqual(self.install("main", **{**VAULT, "VAULT_TOKEN": ""})[0], 2)
        status, told = self.install("main", **VAULT, AUDIT="1")
        self.assertEqual((status, told), (2, "fill in a copy of phalanx/static-secrets.yaml, then: phalanx secrets sync --secrets COPY main\n"))
        self.assertNotIn("environment install main (main)", self.asked())

    def test_says_what_git_says_where_the_fork_is_away(self):
        os.rename(self.place + "/fork.git", self.place + "/elsewhere")
        status, told = self.install("site", **VAULT)
        self.assertEqual(status, 128)
        self.assertIn("does not appear to be a git repository", told)


if __name__ == "__main__":
    unittest.main()
