#!/usr/bin/env python3
"""The script of the guard role, on files of a directory of its own. systemd is a double here, two programs that do
nothing: what a timer would call is called by the test. The real one is in acceptance/rollback.
"""

import os
import subprocess
import tempfile
import unittest

ROLE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "playbooks", "roles", "guard")


class SiteGuard(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        with open(os.path.join(ROLE, "templates", "site-guard.j2")) as template:
            text = template.read()
        self.assertEqual(text.count("{{"), 1)
        self.script = self.write("site-guard", text.replace("{{ guard_directory }}", self.path("kept")))
        for double in ("systemctl", "systemd-run"):
            os.chmod(self.write(double, "#!/bin/sh\n"), 0o755)
        self.file = self.write("file", "old\n")
        self.call("save", "net", self.file)

    def path(self, name):
        return os.path.join(self.folder.name, name)

    def write(self, name, text):
        with open(self.path(name), "w") as file:
            file.write(text)
        return self.path(name)

    def call(self, *words, status=0):
        search = self.folder.name + ":" + os.environ["PATH"]
        done = subprocess.run(["sh", self.script, *words], capture_output=True, text=True, env={"PATH": search})
        self.assertEqual(done.returncode, status, done.stderr)
        return done.stdout + done.stderr

    def text(self):
        with open(self.file) as file:
            return file.read()

    def change(self):
        self.write("file", "new\n")
        self.call("arm", "net", "20", "true")

    def test_what_is_confirmed_stays(self):
        self.change()
        self.call("confirm", "net")
        self.call("undo", "net")
        self.assertEqual(self.text(), "new\n")
        self.assertEqual(self.call("pending", "net"), "")

    def test_may_be_confirmed_twice(self):
        self.change()
        self.call("confirm", "net")
        self.call("confirm", "net")
        self.assertEqual(self.text(), "new\n")

    def test_the_timer_puts_back_what_worked(self):
        self.change()
        self.assertEqual(self.call("pending", "net"), "pending\n")
        self.call("undo", "net")
        self.assertEqual(self.text(), "old\n")
        self.assertIn("net was not confirmed in time", self.call("confirm", "net", status=1))

    def test_a_boot_puts_back_what_worked(self):
        self.change()
        self.assertIn("undoing what nobody confirmed: net", self.call("boot"))
        self.assertEqual(self.text(), "old\n")
        self.call("confirm", "net", status=1)

    def test_a_new_try_is_not_told_of_the_last(self):
        self.change()
        self.call("undo", "net")
        self.change()
        self.call("confirm", "net")
        self.assertEqual(self.text(), "new\n")

    def test_what_was_never_armed_is_not_confirmed(self):
        self.write("file", "new\n")
        self.assertIn("no timer was armed", self.call("confirm", "net", status=1))

    def test_a_file_that_was_not_there_goes_again(self):
        os.remove(self.file)
        self.call("restore", "net")
        self.assertEqual(self.text(), "old\n")
        added = self.path("added")
        self.call("save", "other", added)
        self.write("added", "new\n")
        self.call("arm", "other", "20", "true")
        self.call("undo", "other")
        self.assertFalse(os.path.exists(added))


if __name__ == "__main__":
    unittest.main()
