"""Mitogen's strategy and ansible-core-rs, each in a virtual environment that is made once below the user's cache."""

import glob
import os
import subprocess
import sys

import sides

CACHE = os.path.join(os.environ.get("XDG_CACHE_HOME", os.path.expanduser("~/.cache")), "provisioner-bench")


def environment(name, packages):
    """The path of a virtual environment with these packages. Throws NotMeasured."""
    path = os.path.join(CACHE, name)
    marker = os.path.join(path, "is-whole")
    if not os.path.exists(marker):
        for words in ([sys.executable, "-m", "venv", "--clear", path], [path + "/bin/pip", "install", "-q", *packages]):
            done = subprocess.run(words, capture_output=True, text=True)
            if done.returncode != 0:
                raise sides.NotMeasured(f"{name} cannot be installed: {(done.stdout + done.stderr).strip()[-500:]}")
        open(marker, "w").close()
    return path


def mitogen(*words):
    """The strategy in the ansible-core that it supports; what both print is the same."""
    path = environment("mitogen", ["ansible-core~=2.16.0", "mitogen~=0.3.54"])
    plugins = glob.glob(path + "/lib/python*/site-packages/ansible_mitogen/plugins/strategy")
    return sides.Side("mitogen", [path + "/bin/ansible-playbook", *words], ANSIBLE_STRATEGY_PLUGINS=plugins[0],
                      ANSIBLE_STRATEGY="mitogen_linear", **sides.ANSIBLE)


def ansible_core_rs(*words):
    path = environment("ansible-core-rs", ["ansible-core-rs==0.16.0"])
    return sides.Side("ansible-core-rs", [path + "/bin/ansible", "playbook", "-f", "20", *words], **sides.ANSIBLE)


def side(make, name, *words):
    """A side, with or without a figure."""
    try:
        return make(*words)
    except sides.NotMeasured as problem:
        without = sides.Side(name, [])
        without.problem = str(problem)
        return without
