"""The double of Gen3's chart (tests/charts/gen3) as a package, as its makers publish theirs."""

import os
import tarfile

import lab_runs

DOUBLE = os.path.join(lab_runs.ROOT, "tests/charts/gen3")


def packaged(folder, version, more):
    """Its path: of this version, with `more` templates, each a name and its text."""
    own = os.path.join(folder, version, "gen3")
    os.makedirs(os.path.join(own, "templates"), exist_ok=True)
    for place, _, names in os.walk(DOUBLE):
        below = os.path.join(own, os.path.relpath(place, DOUBLE))
        os.makedirs(below, exist_ok=True)
        for name in names:
            with open(os.path.join(place, name)) as file:
                text = file.read()
            lab_runs.write(below, name, text.replace("version: 0.3.90", f"version: {version}") if name == "Chart.yaml" else text)
    for name, text in more.items():
        lab_runs.write(os.path.join(own, "templates"), name, text)
    path = os.path.join(folder, f"gen3-{version}.tgz")
    with tarfile.open(path, "w:gz") as archive:
        archive.add(own, "gen3")
    return path
