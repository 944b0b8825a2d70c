#!/usr/bin/env python3
"""What is said of tests that were skipped."""

import os
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import skipped  # noqa: E402

RECORD = """<?xml version="1.0" encoding="UTF-8"?>
<testsuite name="Linux-c++" tests="5" failures="1" disabled="0" skipped="2">
  <testcase name="cluster" classname="cluster" time="0.1" status="{cluster}">{why}<system-out></system-out></testcase>
  <testcase name="gpfs_role" classname="gpfs_role" time="1" status="run"/>
  <testcase name="life_of_a_lab" classname="life_of_a_lab" time="1" status="fail"><failure message=""/></testcase>
  <testcase name="oracle_yaml" classname="oracle_yaml" time="1" status="notrun"><skipped message="SKIP_RETURN_CODE=77"/></testcase>
  <testcase name="pxe_reimage" classname="pxe_reimage" time="1" status="run"/>
</testsuite>
"""
WHY = '<skipped message="SKIP_RETURN_CODE=77"/>'


def lines_of(record, is_root):
    with tempfile.NamedTemporaryFile("w", suffix=".xml") as file:
        file.write(record)
        file.flush()
        return skipped.closing_lines(skipped.outcomes(file.name), is_root)


class Skipped(unittest.TestCase):
    def test_names_them_where_all_that_root_must_try_has_run(self):
        self.assertEqual(lines_of(RECORD.format(cluster="run", why=""), True),
                         (["SKIPPED, 1 of 5 tests of the program as a whole: oracle_yaml"], False))

    def test_says_loudly_what_was_not_tried_without_root(self):
        self.assertEqual(lines_of(RECORD.format(cluster="notrun", why=WHY), False),
                         (["SKIPPED, 2 of 5 tests of the program as a whole: cluster, oracle_yaml",
                           "NOT TRIED, for want of root: cluster"], False))

    def test_fails_where_root_has_not_tried_a_cluster(self):
        self.assertEqual(lines_of(RECORD.format(cluster="notrun", why=WHY), True),
                         (["SKIPPED, 2 of 5 tests of the program as a whole: cluster, oracle_yaml",
                           "error: root runs this, and what asks for root alone has not run: cluster"], True))

    def test_fails_where_there_is_no_such_test_any_more(self):
        whole = '<testsuite name="x"><testcase name="layers" status="run"/></testsuite>'
        self.assertEqual(lines_of(whole, True),
                         (["none of 1 tests of the program as a whole was skipped",
                           "error: root runs this, and what asks for root alone has not run: cluster, gpfs_role, life_of_a_lab, pxe_reimage"], True))


if __name__ == "__main__":
    unittest.main()
