"""A small disk to install from, with no more of a system in it than an installation touches: the program that makes host
keys, and a mark. And whether a disk holds it, grown and made a node's own."""

import json
import os
import re
import shutil
import subprocess

import disk_contents

MIB = disk_contents.MIB
ROOT_BEGIN, ROOT_SIZE, SIZE = 2 * MIB, 56 * MIB, 60 * MIB
MARK = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIN6w8lV/STEDPTsjMBH9RjJv1J/Kglge4nOK0GaQ07uC operator@site"


def run(*words, data=None):
    return subprocess.run(words, input=data, check=True, capture_output=True, text=True, timeout=300).stdout


def make_tree(tree):
    for folder in ("dev", "etc/ssh", "proc", "run", "sys", "tmp", "usr/bin", "root"):
        os.makedirs(os.path.join(tree, folder))
    program = shutil.which("ssh-keygen")
    for path in [program, *re.findall(r"(/\S+) \(0x", run("ldd", program))]:
        os.makedirs(os.path.dirname(tree + path), exist_ok=True)
        shutil.copy(os.path.realpath(path), tree + path)
    for name, text in (("passwd", "root:x:0:0:root:/root:/bin/sh\n"), ("group", "root:x:0:\n"), ("hostname", "nobody\n"),
                       ("mark", MARK + "\n")):
        with open(os.path.join(tree, "etc", name), "w") as file:
            file.write(text)


def make_image(place):
    """Its path: GPT, a partition for boot code, a root of ext4."""
    tree, root, disk = (os.path.join(place, "small." + end) for end in ("tree", "root", "disk"))
    make_tree(tree)
    with open(root, "wb") as file:
        file.truncate(ROOT_SIZE)
    run("mke2fs", "-q", "-F", "-t", "ext4", "-L", "root", "-d", tree, root)
    with open(disk, "wb") as file:
        file.truncate(SIZE)
    run("sfdisk", "--quiet", disk, data=f"label: gpt\nstart=1MiB, size=1MiB, type=21686148-6449-6E6F-744E-656564454649\n"
                                        f"start=2MiB, size={ROOT_SIZE // 512}, type=0FC63DAF-8483-4772-8E79-3D69D8477DE4\n")
    with open(root, "rb") as file:
        disk_contents.write_at(disk, ROOT_BEGIN, file.read())
    return disk


def content_of(disk, path):
    return run("debugfs", "-R", "cat " + path, f"{disk}?offset={ROOT_BEGIN}")


def written_wrongly(disk, node):
    """What of a disk is not as an installation leaves it."""
    table = json.loads(run("sfdisk", "--json", disk))["partitiontable"]
    root = table["partitions"][-1]
    end = (root["start"] + root["size"]) * 512
    if root["start"] * 512 != ROOT_BEGIN or os.path.getsize(disk) - end > 2 * MIB:
        yield f"its root reaches from {root['start']} to {end} of {os.path.getsize(disk)}"
    check = subprocess.run(["e2fsck", "-f", "-n", f"{disk}?offset={ROOT_BEGIN}"], capture_output=True, text=True, timeout=300)
    if check.returncode != 0:
        yield "its root is no sound file system: " + check.stdout + check.stderr
    for path, wanted in (("/etc/hostname", node + "\n"), ("/etc/mark", MARK + "\n"), ("/root/.ssh/authorized_keys", MARK + "\n")):
        if (found := content_of(disk, path)) != wanted:
            yield f"its {path} is {found!r}"
    if "PRIVATE KEY" not in content_of(disk, "/etc/ssh/ssh_host_ed25519_key"):
        yield "it has no host key"
