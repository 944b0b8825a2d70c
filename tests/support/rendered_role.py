"""What a role writes, rendered on this machine as a run renders it.

Whoever imports it exits 77 where PyYAML is not installed.
"""

import json
import os
import subprocess
import sys
import tempfile

try:
    import yaml
except ImportError:
    sys.exit(77)

ROOT = os.path.abspath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))


def rendered(program, role, template, **variables):
    """The documents that the role's template makes of its defaults and these variables."""
    return list(yaml.safe_load_all(rendered_text(program, role, template, **variables)))


def rendered_text(program, role, template, **variables):
    """The text that it makes of them."""
    with tempfile.TemporaryDirectory() as folder:
        source = os.path.join(ROOT, "playbooks/roles", role, "templates", template)
        defaults = os.path.join(ROOT, "playbooks/roles", role, "defaults/main.yml")
        play = [{"hosts": "localhost", "connection": "local", "gather_facts": False, "vars": variables, "vars_files": [],
                 "tasks": [{"template": {"src": source, "dest": os.path.join(folder, "out.yml")}}]}]
        with open(defaults) as file:
            play[0]["vars"] = {**yaml.safe_load(file), **variables}
        path = os.path.join(folder, "play.yml")
        with open(path, "w") as file:
            json.dump(play, file)
        done = subprocess.run([program, "run", path, "-i", "localhost,"], capture_output=True, text=True, timeout=60,
                              env=dict(os.environ, PROVISIONER_STATE=os.path.join(folder, "state")))
        if done.returncode != 0:
            raise AssertionError(done.stdout + done.stderr)
        with open(os.path.join(folder, "out.yml")) as file:
            return file.read()
