#!/usr/bin/env python3
"""Writes a container image as an OCI archive, without a container engine: the same input makes the same bytes.

    oci-archive --name HOST/REPOSITORY:TAG [--layer TAR]... [--file SOURCE:DESTINATION]...
                [--directory PATH:MODE]... [--entrypoint WORD]... [--command WORD]... [--user UID:GID] FILE

Files and directories become one layer on top of those given. Layers are not compressed: an image stays on the rack
that it was made for, where the time of packing costs more than the bytes. Format: OCI image specification 1.0.
"""

import argparse
import hashlib
import io
import json
import os
import tarfile
import tempfile

EPOCH, CREATED = 1767225600, "2026-01-01T00:00:00Z"
PATH = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
MEDIA = "application/vnd.oci.image."
# What a program finds missing where nothing lies below it.
BARE_FILES = {"etc/passwd": "root:x:0:0:root:/root:/sbin/nologin\nnonroot:x:65532:65532::/:/sbin/nologin\n",
              "etc/group": "root:x:0:\nnonroot:x:65532:\n",
              "etc/nsswitch.conf": "hosts: files dns\n"}


def arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("--name", required=True)
    for option in ("layer", "file", "directory", "entrypoint", "command"):
        parser.add_argument("--" + option, action="append", default=[])
    parser.add_argument("--user")
    parser.add_argument("archive")
    return parser.parse_args()


def member(name, mode, kind=tarfile.REGTYPE, size=0):
    entry = tarfile.TarInfo(name)
    entry.mode, entry.type, entry.size, entry.mtime = mode, kind, size, EPOCH
    return entry


def names_in(path):
    with tarfile.open(path) as tar:
        return {os.path.normpath(name) for name in tar.getnames()}


class Layer:
    """A tar file under construction. A directory that a lower layer has is left as it is there: it may be a link."""

    def __init__(self, stream, below):
        self.tar = tarfile.open(fileobj=stream, mode="w", format=tarfile.USTAR_FORMAT)
        self.known = {""}.union(*(names_in(path) for path in below))

    def directory(self, path, mode=0o755):
        if path not in self.known:
            self.directory(os.path.dirname(path))
            self.known.add(path)
            self.tar.addfile(member(path, mode, tarfile.DIRTYPE))

    def text(self, path, content):
        self.directory(os.path.dirname(path))
        encoded = content.encode()
        self.tar.addfile(member(path, 0o644, size=len(encoded)), io.BytesIO(encoded))

    def program(self, source, path):
        self.directory(os.path.dirname(path))
        with open(source, "rb") as content:
            self.tar.addfile(member(path, 0o755, size=os.path.getsize(source)), content)


def write_layer(options, stream):
    layer = Layer(stream, options.layer)
    if not options.layer:
        layer.directory("tmp", 0o1777)
        for path, content in BARE_FILES.items():
            layer.text(path, content)
    for path, mode in (word.split(":") for word in options.directory):
        layer.directory(path.strip("/"), int(mode, 8))
    for source, path in (word.split(":") for word in options.file):
        layer.program(source, path.strip("/"))
    layer.tar.close()


def digest(path):
    with open(path, "rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def encode(value):
    return json.dumps(value, sort_keys=True, separators=(",", ":")).encode()


def config(options, layers):
    said = {"Env": [PATH], "WorkingDir": "/", "Entrypoint": options.entrypoint, "Cmd": options.command,
            "User": options.user}
    return {"architecture": "amd64", "os": "linux", "created": CREATED,
            "config": {key: value for key, value in said.items() if value},
            "rootfs": {"type": "layers", "diff_ids": ["sha256:" + digest(path) for path in layers]},
            "history": [{"created": CREATED, "created_by": "oci-archive"} for _ in layers]}


class Archive:
    def __init__(self, path):
        self.tar = tarfile.open(path, "w", format=tarfile.USTAR_FORMAT)
        self.written = set()
        for directory in ("blobs", "blobs/sha256"):
            self.tar.addfile(member(directory, 0o755, tarfile.DIRTYPE))

    def add(self, name, content):
        self.tar.addfile(member(name, 0o644, size=len(content)), io.BytesIO(content))

    def add_json(self, kind, value):
        """Adds it as a blob, and answers how others refer to it."""
        content = encode(value)
        name = hashlib.sha256(content).hexdigest()
        self.add("blobs/sha256/" + name, content)
        return {"mediaType": MEDIA + kind, "digest": "sha256:" + name, "size": len(content)}

    def add_layer(self, path):
        name, size = digest(path), os.path.getsize(path)
        if name not in self.written:
            self.written.add(name)
            with open(path, "rb") as content:
                self.tar.addfile(member("blobs/sha256/" + name, 0o644, size=size), content)
        return {"mediaType": MEDIA + "layer.v1.tar", "digest": "sha256:" + name, "size": size}


def write_archive(options, layers):
    archive = Archive(options.archive)
    archive.add("oci-layout", encode({"imageLayoutVersion": "1.0.0"}))
    manifest = archive.add_json("manifest.v1+json", {
        "schemaVersion": 2, "mediaType": MEDIA + "manifest.v1+json",
        "config": archive.add_json("config.v1+json", config(options, layers)),
        "layers": [archive.add_layer(path) for path in layers]})
    # containerd takes the whole name from the second; the first is the specification's.
    manifest["annotations"] = {"org.opencontainers.image.ref.name": options.name,
                               "io.containerd.image.name": options.name}
    index = {"schemaVersion": 2, "mediaType": MEDIA + "index.v1+json", "manifests": [manifest]}
    archive.add("index.json", encode(index))
    archive.tar.close()


def main():
    options = arguments()
    with tempfile.NamedTemporaryFile(dir=os.path.dirname(os.path.abspath(options.archive))) as own:
        write_layer(options, own)
        own.flush()
        is_more_than_its_base = options.file or options.directory or not options.layer
        write_archive(options, options.layer + ([own.name] if is_more_than_its_base else []))


main()
