"""Programs that recipes have made, out of the artefact store."""

import json
import os
import shutil
import sys
import tempfile


def programs_of(*recipes):
    """A folder with all outputs of these."""
    store = os.environ.get("PROVISIONER_ARTIFACTS", "/var/cache/provisioner/artifacts")
    builds = os.path.join(store, "builds")
    folder, found = tempfile.mkdtemp(prefix="store-programs-"), set()
    for name in os.listdir(builds) if os.path.isdir(builds) else []:
        with open(os.path.join(builds, name)) as file:
            made = json.load(file)
        if made["recipe"] not in recipes:
            continue
        found.add(made["recipe"])
        for output, kept in made["outputs"].items():
            target = os.path.join(folder, output)
            shutil.copy(os.path.join(store, "sha256", kept["sha256"][:2], kept["sha256"]), target)
            os.chmod(target, 0o755)
    for recipe in recipes:
        if recipe not in found:
            sys.exit(f"the artefact store has no {recipe}: provisioner artifacts lock, or --programs FOLDER")
    return folder
