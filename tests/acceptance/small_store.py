"""A store of images for scripts whose nodes get as far as their boot script: kernel and RAM disk are bytes without meaning."""

import hashlib
import json
import os

import boot_lab


def keep_file(store, text):
    digest = hashlib.sha256(text).hexdigest()
    folder = os.path.join(store, "files", digest[:2])
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, digest), "wb") as file:
        file.write(text)
    return digest


def make_images(place):
    """One image of an empty disk, with a kernel and a RAM disk that are none."""
    store, disk = os.path.join(place, "images"), os.path.join(place, "disk")
    boot_lab.must("truncate", "--size=8M", disk)
    boot_lab.must("sfdisk", "--quiet", disk, data=b"label: gpt\nstart=1MiB, size=6MiB\n")
    boot_lab.import_image(store, disk, "none")
    folder = os.path.join(store, "manifests/none")
    path = os.path.join(folder, next(name for name in os.listdir(folder) if name.endswith(".boot")))
    with open(path) as file:
        said = json.load(file)
    with open(path, "w") as file:
        json.dump({**said, "kernel": keep_file(store, b"a kernel that is none\n" * 100),
                   "ram_disk": keep_file(store, b"a RAM disk that is none\n" * 100)}, file)
    return store
