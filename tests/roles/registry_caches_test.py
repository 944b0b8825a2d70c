#!/usr/bin/env python3
"""How the registry's services keep to their disk: what is kept of other registries gives way first, then pushes are refused, and
pulls go on. The scripts of its node, in a folder of each test's own: doubles stand for what they call.

    registry_caches_test.py PROVISIONER

Exits 77 where PyYAML is not installed.
"""

import os
import sys
import unittest

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from on_node import OnNode, ROOT, tasks_of, yaml  # noqa: E402
from rendered_role import rendered_text  # noqa: E402

OnNode.program = os.path.abspath(sys.argv.pop(1))
STORAGE = "/var/lib/registry"
CACHE = STORAGE + "/cache/quay.io"


def rendered(template, **variables):
    """With what the role makes of its variables, as it does so itself."""
    with open(os.path.join(ROOT, "playbooks/roles/registry/vars/main.yml")) as file:
        derived = yaml.safe_load(file)
    upstreams = [{"name": "quay.io", "url": "https://quay.io", "port": 5010}]
    return rendered_text(OnNode.program, "registry", template, **{**derived, "registry_pull_through": upstreams, **variables})


class Room(OnNode):
    def setUp(self):
        super().setUp()
        self.script = rendered("site-registry-space.j2")
        self.double("stat", 'cat "$NODE_FOLDER/free"\n')
        self.double("systemctl", 'echo "$*" >>"$NODE_FOLDER/asked"\n')
        self.made("/run/site-registry")
        self.write(CACHE + "/docker/registry/v2/blobs/a")
        self.write(CACHE + "/scheduler-state.json")
        self.write(STORAGE + "/docker/registry/v2/blobs/b")

    def look(self, free):
        """What was asked of systemd, once the guard has looked at a disk with so many MiB left."""
        self.write("free", str(free))
        self.write("asked")
        status, said, errors = self.sh(self.script)
        self.assertEqual((status, errors), (0, ""))
        return self.read("asked").splitlines(), said

    def test_is_enough(self):
        self.assertEqual(self.look(9000), ([], ""))
        self.assertTrue(os.path.exists(self.at(CACHE + "/docker")))

    def test_is_made_by_what_is_kept_of_others_before_a_push_is_refused(self):
        asked, said = self.look(3000)
        self.assertEqual(asked, ["stop site-registry@quay.io"])
        self.assertIn("had 3000 MiB left: it is emptied, and the cache waits for room", said)
        self.assertEqual(os.listdir(self.at(CACHE)), [])
        self.assertTrue(os.path.exists(self.at(STORAGE + "/docker/registry/v2/blobs/b")))
        self.assertEqual(self.look(3000), ([], ""))

    def test_is_emptied_by_the_next_look_where_one_was_cut_off(self):
        self.write("/run/site-registry/quay.io.full")
        self.assertEqual(self.look(3000)[0], ["stop site-registry@quay.io"])
        self.assertEqual(os.listdir(self.at(CACHE)), [])

    def test_is_filled_again_once_there_is_half_as_much_again(self):
        self.look(3000)
        self.assertEqual(self.look(5000), ([], ""))
        asked, said = self.look(6200)
        self.assertEqual(asked, ["start site-registry@quay.io"])
        self.assertIn("has 6200 MiB left: the cache is filled again", said)
        self.assertEqual(self.look(6200), ([], ""))

    def test_that_is_not_had_by_that_refuses_pushes(self):
        asked, said = self.look(1000)
        self.assertEqual(asked, ["stop site-registry@quay.io", "try-restart site-registry@push", "try-restart site-registry@incoming"])
        self.assertIn("has 1000 MiB left: pushes are refused", said)
        self.assertEqual(self.look(3100)[0], ["try-restart site-registry@push", "try-restart site-registry@incoming"])

    def look_with_a_fault(self, free=1000):
        """What was asked of systemd, and what was said of the fault."""
        self.write("free", str(free))
        self.write("asked")
        status, _, errors = self.sh(self.script)
        self.assertEqual(status, 1)
        return self.read("asked").splitlines(), errors

    def test_refuses_pushes_also_where_a_cache_has_no_folder(self):
        self.double("stat", '[ "${4##*/}" != quay.io ] || exit 1\ncat "$NODE_FOLDER/free"\n')
        asked, errors = self.look_with_a_fault()
        self.assertEqual(asked, ["try-restart site-registry@push", "try-restart site-registry@incoming"])
        self.assertIn("/cache/quay.io could not be looked after: give_way quay.io, status ", errors)

    def test_refuses_pushes_also_where_a_cache_cannot_be_stopped_or_emptied(self):
        pushes = ["try-restart site-registry@push", "try-restart site-registry@incoming"]
        for name, text in (("systemctl", 'echo "$*" >>"$NODE_FOLDER/asked"\n[ "$1" != stop ]\n'), ("rm", "exit 1\n")):
            with self.subTest(name):
                self.setUp()
                self.double(name, text)
                asked, errors = self.look_with_a_fault()
                self.assertEqual(asked, ["stop site-registry@quay.io"] + pushes)
                self.assertIn("could not be looked after: give_way quay.io, status 1\n", errors)
                self.assertTrue(os.path.exists(self.at(CACHE + "/docker")))

    def test_refuses_what_comes_in_also_where_the_other_storage_does_not_tell(self):
        self.double("stat", '[ "${4##*/}" != registry ] || exit 1\ncat "$NODE_FOLDER/free"\n')
        asked, errors = self.look_with_a_fault()
        self.assertEqual(asked[-1], "try-restart site-registry@incoming")
        self.assertIn("/registry could not be looked after: look push, status ", errors)


class Status(OnNode):
    def told(self, holds=524288):
        self.double("systemctl", 'case "$2" in *gc@*) echo inactive ;; *) echo active ;; esac\n')
        self.double("du", f'[ "$2" = --block-size=1K ] && echo "{holds}	$3"\n')
        self.double("stat", 'case "$*" in *%a*) echo 1000 ;; *%b*) echo 4000 ;; *) echo 64768 ;; esac\n')
        with open(os.path.join(ROOT, "provisioner/front/cluster/registry_status_script.sh")) as script:
            text = "set -- /data/registry /data/registry/incoming quay.io\n" + script.read()
        status, said, errors = self.sh(text)
        self.assertEqual((status, errors), (0, ""))
        return said.splitlines()

    def test_has_caches_with_what_they_hold(self):
        self.assertEqual(self.told()[-2:], ["service quay.io active", "cache quay.io 512 64768"])

    def test_has_nothing_in_a_cache_that_is_an_empty_folder(self):
        self.assertEqual(self.told(holds=4)[-1], "cache quay.io 0 64768")

    def test_says_that_a_cache_waits_for_room(self):
        self.write("/run/site-registry/quay.io.full")
        self.assertIn("service quay.io waits-for-room", self.told())
        self.assertIn("service push active", self.told())


class Answers(OnNode):
    TASK = tasks_of("registry/tasks/main.yml")["Be sure that each answers, or is a cache that waits for room"]

    def told(self, code):
        self.double("curl", f"printf {code}\n")
        return self.run_tasks([dict(self.TASK, retries=1)], registry_name="registry.lab", registry_address="10.0.0.4", site_pki_ca_file="/ca.crt",
                              registry_all=[{"name": "quay.io", "port": 5010, "expected": "200"}])

    def test_are_waited_for_but_of_a_cache_that_waits_for_room(self):
        self.assertEqual(self.told(200)[0], 0)
        self.assertNotEqual(self.told(503)[0], 0)
        self.write("/run/site-registry/quay.io.full")
        status, said = self.told(503)
        self.assertEqual(status, 0, said)


class Waiting(OnNode):
    TASK = tasks_of("registry/tasks/main.yml")["See which caches wait for room"]

    def told(self):
        status, said = self.run_tasks([self.TASK, {"ansible.builtin.debug": {"var": "registry_waiting.stdout_lines"}}])
        self.assertEqual(status, 0, said)
        return [word for word in said.split() if "site-registry@" in word]

    def test_is_who_has_a_mark(self):
        self.assertEqual(self.told(), [])
        self.write("/run/site-registry/quay.io.full")
        self.write("/run/site-registry/docker.io.full")
        self.assertEqual(self.told(), ['"site-registry@docker.io",', '"site-registry@quay.io"'])


class Services(unittest.TestCase):
    def test_go_on_trying_to_start_and_leave_a_cache_that_waits_for_room(self):
        lines = rendered("site-registry@.service.j2").splitlines()
        self.assertIn("StartLimitIntervalSec=0", lines)
        self.assertIn("Restart=always", lines)
        self.assertIn("ConditionPathExists=!/run/site-registry/%i.full", lines)

    def test_look_after_no_cache_where_there_is_none(self):
        self.assertNotIn("give_way", rendered("site-registry-space.j2", registry_pull_through=[]))

    def test_of_a_cache_ask_its_upstream_and_may_delete_what_is_old(self):
        cache = yaml.safe_load(rendered("config.yml.j2", item={"name": "quay.io", "url": "https://quay.io", "port": 5010}))
        self.assertEqual((cache["proxy"], cache["http"]["addr"]), ({"remoteurl": "https://quay.io"}, ":5010"))
        self.assertEqual(cache["storage"]["filesystem"]["rootdirectory"], CACHE)
        self.assertEqual(cache["storage"]["delete"], {"enabled": True})
        self.assertNotIn("auth", cache)


class Garbage(unittest.TestCase):
    def limit(self, hours):
        return [line for line in rendered("site-registry-gc@.service.j2", **hours).splitlines() if line.startswith("TimeoutStartSec=")]

    def test_is_collected_for_as_long_as_it_takes_where_nothing_else_is_said(self):
        for hours, limit in (({}, "infinity"), ({"registry_gc_hours": 0}, "infinity"), ({"registry_gc_hours": 3}, "3h")):
            self.assertEqual(self.limit(hours), ["TimeoutStartSec=" + limit])


if __name__ == "__main__":
    unittest.main()
