"""A store of packages as a site has one, with the double's commands in place of IBM's: a folder that apt reads."""

import hashlib
import os
import subprocess

HERE = os.path.dirname(os.path.abspath(__file__))
COMMANDS = ["mmaddnode", "mmbuildgpl", "mmchlicense", "mmchmgr", "mmgetstate", "mmlscluster", "mmlslicense", "mmlsmgr", "mmlsnsd",
            "mmmount", "mmsdrrestore", "mmshutdown", "mmstartup", "mmumount"]
VERSION = "5.2.3-0"
PACKAGES = ["gpfs.base", "gpfs.gpl", "gpfs.gskit", "gpfs.msg.en-us"]
# A node's configuration is in the directory that all share, under its name.
SET_UP = "#!/bin/sh\nmkdir -p /var/mmfs\nln -sfn /var/lib/gpfs-double/gen/$(hostname) /var/mmfs/gen\n"


def write(path, text, mode=0o644):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w") as file:
        file.write(text)
    os.chmod(path, mode)


def build(folder, name):
    root = os.path.join(folder, "build", name)
    write(root + "/DEBIAN/control", f"Package: {name}\nVersion: {VERSION}\nArchitecture: amd64\nMaintainer: tests\n"
                                    f"Description: stands for a package of GPFS\n")
    if name == "gpfs.base":
        write(root + "/DEBIAN/postinst", SET_UP, 0o755)
        with open(os.path.join(HERE, "mm")) as script:
            text = script.read()
        for command in COMMANDS:
            write(f"{root}/usr/lpp/mmfs/bin/{command}", text, 0o755)
    package = f"{folder}/{name}_{VERSION}_amd64.deb"
    subprocess.run(["dpkg-deb", "--root-owner-group", "--build", root, package], check=True, capture_output=True)
    return package


def make(folder):
    """The line of sources.list that a node with this folder as /var/lib/gpfs-double/store reads it by."""
    index = ""
    for package in [build(folder, name) for name in PACKAGES]:
        control = subprocess.run(["dpkg-deb", "--field", package], check=True, capture_output=True, text=True).stdout
        with open(package, "rb") as file:
            content = file.read()
        digest = hashlib.sha256(content).hexdigest()
        index += f"{control}Filename: ./{os.path.basename(package)}\nSize: {len(content)}\nSHA256: {digest}\n\n"
    write(os.path.join(folder, "Packages"), index)
    return "deb [trusted=yes] file:/var/lib/gpfs-double/store ./"
