"""Images of random bytes, pushed to a site's registry by skopeo as CI would, and whether all that a tag names is there."""

import base64
import gzip
import hashlib
import io
import json
import os
import shutil
import ssl
import subprocess
import tarfile
import urllib.error
import urllib.request

import lab_runs

MANIFESTS = "application/vnd.oci.image.manifest.v1+json, application/vnd.oci.image.index.v1+json"
LAYER = "application/vnd.oci.image.layer.v1.tar+gzip"


def random_image(folder, sizes, files=None):
    """An OCI layout with a layer of random bytes for each of these sizes, and one of `files` below them."""
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder + "/blobs/sha256")

    def keep(content):
        digest = hashlib.sha256(content).hexdigest()
        with open(f"{folder}/blobs/sha256/{digest}", "wb") as file:
            file.write(content)
        return {"digest": "sha256:" + digest, "size": len(content)}

    def layer(members):
        plain, packed = io.BytesIO(), io.BytesIO()
        with tarfile.open(fileobj=plain, mode="w") as archive:
            for name, content in members.items():
                one = tarfile.TarInfo(name)
                one.size = len(content)
                archive.addfile(one, io.BytesIO(content))
        with gzip.GzipFile(fileobj=packed, mode="wb", compresslevel=0, mtime=0) as file:
            file.write(plain.getbuffer())
        return keep(packed.getvalue()), "sha256:" + hashlib.sha256(plain.getbuffer()).hexdigest()

    contents = ([files] if files else []) + [{f"random{number}": os.urandom(size)} for number, size in enumerate(sizes)]
    layers = [layer(content) for content in contents]
    config = keep(json.dumps({"os": "linux", "architecture": "amd64", "config": {"User": "1000"},
                              "rootfs": {"type": "layers", "diff_ids": [plain for _, plain in layers]}}).encode())
    manifest = keep(json.dumps({
        "schemaVersion": 2, "mediaType": MANIFESTS.split(",")[0],
        "config": dict(config, mediaType="application/vnd.oci.image.config.v1+json"),
        "layers": [dict(packed, mediaType=LAYER) for packed, _ in layers]}).encode())
    lab_runs.write(folder, "index.json", json.dumps({"schemaVersion": 2, "manifests": [
        dict(manifest, mediaType=MANIFESTS.split(",")[0], annotations={"org.opencontainers.image.ref.name": "x"})]}))
    lab_runs.write(folder, "oci-layout", '{"imageLayoutVersion": "1.0.0"}')
    return manifest["digest"]


class Account:
    """Somebody who may come to the registry at `address`, with the site's authority in a folder for skopeo."""

    def __init__(self, folder, address, user, password):
        self.folder, self.address, self.user, self.password = folder, address, user, password
        os.makedirs(folder + "/ca", exist_ok=True)
        shutil.copy(lab_runs.STATE + "/pki/ca.crt", folder + "/ca/ca.crt")
        words = base64.b64encode(f"{user}:{password}".encode()).decode()
        ports = {f"{address}:{port}": {"auth": words} for port in (5001, 5002)}
        lab_runs.write(folder, user + ".json", json.dumps({"auths": ports}))
        os.chmod(f"{folder}/{user}.json", 0o600)

    def push_words(self, layout, place):
        return ["skopeo", "copy", "--quiet", "--retry-times", "0", "--authfile", f"{self.folder}/{self.user}.json",
                "--dest-cert-dir", self.folder + "/ca", f"oci:{layout}:x", f"docker://{self.address}:{place}"]

    def push(self, layout, place, deadline=600):
        return subprocess.run(self.push_words(layout, place), capture_output=True, text=True, timeout=deadline)

    def start_push(self, layout, place):
        return subprocess.Popen(self.push_words(layout, place), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def ask(self, port, path, method="GET"):
        request = urllib.request.Request(f"https://{self.address}:{port}/v2/{path}", method=method,
                                         headers={"Accept": MANIFESTS})
        if port != 5000:
            request.add_header("Authorization", "Basic " + base64.b64encode(
                f"{self.user}:{self.password}".encode()).decode())
        trust = ssl.create_default_context(cafile=self.folder + "/ca/ca.crt")
        return urllib.request.urlopen(request, context=trust, timeout=120)

    def tags(self, port, repository):
        try:
            return json.load(self.ask(port, repository + "/tags/list"))["tags"] or []
        except urllib.error.HTTPError as error:
            if error.code != 404:
                raise
            return []

    def lacking(self, port, repository):
        """Of each tag, what it names and what is not there or has another digest."""
        lacks = []
        for tag in self.tags(port, repository):
            try:
                manifest = json.load(self.ask(port, f"{repository}/manifests/{tag}"))
            except urllib.error.HTTPError as error:
                lacks.append(f"{tag}: its manifest, {error}")
                continue
            for blob in [manifest["config"], *manifest["layers"]]:
                try:
                    content = self.ask(port, f"{repository}/blobs/{blob['digest']}").read()
                except (urllib.error.HTTPError, OSError) as error:
                    lacks.append(f"{tag}: {blob['digest']}, {error}")
                    continue
                if "sha256:" + hashlib.sha256(content).hexdigest() != blob["digest"]:
                    lacks.append(f"{tag}: {blob['digest']} is another")
        return lacks
