"""Programs that recipes have made, out of the artefact store."""

import json
import os
import shutil
import sys
import tempfile

import lab_runs
import yaml
from lab_runs import STORE
from own_lab import must


def take(sha256, path):
    """Has a program of the store there."""
    shutil.copy(os.path.join(STORE, "sha256", sha256[:2], sha256), path)
    os.chmod(path, 0o755)


def built_program(recipe, name, version):
    """What a recipe makes for this machine alone, built where the store has it not; its path."""
    folder = os.path.join(lab_runs.STATE, "programs")
    inventory = os.path.join(folder, name)
    os.makedirs(os.path.join(folder, "artifacts"), exist_ok=True)
    os.makedirs(inventory, exist_ok=True)
    lab_runs.write(inventory, "hosts.yml", "all: {hosts: {here: }}\n")
    lab_runs.write(os.path.join(folder, "artifacts"), name + ".yml",
                   json.dumps({"artifacts": [{"name": name, "kind": "binary", "version": version, "from": f"build:{recipe}/{name}"}]}))
    must(lab_runs.provisioner("artifacts", "lock", "-i", inventory, "--store", STORE, deadline=3600))
    with open(os.path.join(folder, "artifacts", name + ".lock")) as file:
        sha256 = yaml.safe_load(file)["artifacts"][0]["sha256"]
    program = os.path.join(inventory, name)
    take(sha256, program)
    return program


def programs_of(*recipes):
    """A folder with all outputs of these."""
    builds = os.path.join(STORE, "builds")
    folder, found = tempfile.mkdtemp(prefix="store-programs-"), set()
    for name in os.listdir(builds) if os.path.isdir(builds) else []:
        with open(os.path.join(builds, name)) as file:
            made = json.load(file)
        if made["recipe"] not in recipes:
            continue
        found.add(made["recipe"])
        for output, kept in made["outputs"].items():
            take(kept["sha256"], os.path.join(folder, output))
    for recipe in recipes:
        if recipe not in found:
            sys.exit(f"the artefact store has no {recipe}: provisioner artifacts lock, or --programs FOLDER")
    return folder
