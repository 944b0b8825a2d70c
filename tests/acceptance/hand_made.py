#!/usr/bin/env python3
"""A node imaged as people do it by hand, to be compared with: dnsmasq, iPXE, a Python HTTP server, a RAM disk of busybox
whose script streams the same image's root file system to the disk, and qemu. Nothing is verified, nothing is resumed.
Prints the seconds from power-on to the first strict log-in by SSH as its last line. Everything is in namespaces that end
with it.

    hand_made.py --store DIRECTORY --image NAME [--place DIRECTORY]
"""

import argparse
import glob
import http.server
import json
import os
import re
import shutil
import subprocess
import sys
import threading
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import boot_lab  # noqa: E402
from boot_lab import ADDRESS, BRIDGE, must  # noqa: E402

NODE, MAC, PORT = "10.78.0.11", "52:54:00:78:00:11", 8080
DEADLINE = 600  # seconds, for the whole of a boot on a busy machine
TOOLS = ["sfdisk", "zstd", "e2fsck", "resize2fs", "dd", "blkdiscard", "tar", "blockdev"]
INIT = """#!/bin/busybox sh
/bin/busybox --install -s /bin
export PATH=/usr/sbin:/usr/bin:/sbin:/bin
mount -t proc proc /proc; mount -t sysfs sys /sys; mount -t devtmpfs dev /dev
while read module; do insmod "$module"; done </lib/modules.list
for try in 1 2 3 4 5 6 7 8 9; do [ -e /sys/class/net/eth0 ] && [ -e /dev/sda ] && break; sleep 0.3; done
ip link set eth0 up; ip addr add NODE/24 dev eth0
blkdiscard -f /dev/sda
wget -qO- http://SERVER/head.zst | zstd -dc | /usr/bin/dd of=/dev/sda bs=64k conv=notrunc iflag=fullblock
echo ', +' | sfdisk --quiet --no-reread -N ROOT /dev/sda
blockdev --rereadpt /dev/sda; sleep 0.5
wget -qO- http://SERVER/root.ext4.zst | zstd -dc | /usr/bin/dd of=/dev/sdaROOT bs=64k conv=sparse,notrunc iflag=fullblock
e2fsck -fy /dev/sdaROOT; resize2fs /dev/sdaROOT
mount /dev/sdaROOT /mnt; wget -qO- http://SERVER/config.tar | tar -x -C /mnt; umount /mnt
sync; wget -qO- http://SERVER/deployed; reboot -f
"""
NETWORK = f"[Match]\nType=ether\n[Network]\nDHCP=no\nAddress={NODE}/24\n"


def disk_of(store, image, path):
    """The image as it lies on a disk, and its manifest."""
    manifests = glob.glob(os.path.join(store, "manifests", image, "*.json"))
    with open(max(manifests, key=os.path.getmtime)) as file:
        manifest = json.load(file)
    with open(path, "wb") as disk:
        disk.truncate(manifest["size"])
        for chunk in manifest["chunks"]:
            if "zero" not in chunk:
                disk.seek(chunk["offset"])
                disk.write(must("zstd", "-dcq", os.path.join(store, "chunks", chunk["file"][:2], chunk["file"])))
    return manifest


def cut(disk, place):
    """head.zst and root.ext4.zst; answers the number of the root partition."""
    table = json.loads(must("sfdisk", "--json", disk))["partitiontable"]["partitions"]
    root = max(table, key=lambda one: one["size"])
    for name, begin, count in (("head", 0, root["start"]), ("root.ext4", root["start"], root["size"])):
        path = os.path.join(place, name)
        must("dd", "if=" + disk, "of=" + path, "bs=512", f"skip={begin}", f"count={count}", "conv=sparse")
        must("zstd", "-q", "-3", "-T0", path)
    return re.search(r"(\d+)$", root["node"]).group(1)


def copy_program(name, tree):
    path = shutil.which(name, path="/usr/sbin:/usr/bin:/sbin:/bin")
    for file in [path, *re.findall(r"(/\S+) \(0x", must("ldd", path).decode())]:
        os.makedirs(tree + os.path.dirname(file), exist_ok=True)
        shutil.copy(os.path.realpath(file), tree + file)


def make_ram_disk(store, place, root_number):
    """The distribution's modules come out of the image's own RAM disk, the programs from this machine."""
    files, tree = boot_lab.boot_files(store), os.path.join(place, "tree")
    os.makedirs(tree)
    archive = os.path.join(store, "files", files["ram_disk"][:2], files["ram_disk"])
    must("sh", "-c", 'zstd -dcq "$1" | (cd "$2" && cpio --extract --make-directories --quiet)', "sh", archive, tree)
    for name in TOOLS:
        copy_program(name, tree)
    shutil.copy(shutil.which("busybox"), tree + "/usr/bin/busybox")
    with open(tree + "/init", "w") as file:
        file.write(INIT.replace("ROOT", root_number).replace("SERVER", f"{ADDRESS}:{PORT}").replace("NODE", NODE))
    os.chmod(tree + "/init", 0o755)
    must("sh", "-c", 'cd "$1" && find . | cpio --create --format=newc --quiet | zstd -q -3 >"$2"', "sh", tree, place + "/deploy.img")
    shutil.copy(os.path.join(store, "files", files["kernel"][:2], files["kernel"]), place + "/vmlinuz")


def make_configuration(place):
    """What makes the image this node's own: host keys made here, so that known_hosts is complete before the first boot."""
    tree = os.path.join(place, "config")
    for folder in ("etc/ssh", "etc/systemd/network", "root/.ssh"):
        os.makedirs(os.path.join(tree, folder), mode=0o700)
        os.chmod(os.path.join(tree, folder), 0o755 if folder != "root/.ssh" else 0o700)
    must("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", place + "/id")
    must("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", tree + "/etc/ssh/ssh_host_ed25519_key")
    shutil.copy(place + "/id.pub", tree + "/root/.ssh/authorized_keys")
    with open(tree + "/etc/hostname", "w") as file:
        file.write("node11\n")
    with open(tree + "/etc/systemd/network/10-node.network", "w") as file:
        file.write(NETWORK)
    with open(tree + "/etc/ssh/ssh_host_ed25519_key.pub") as key, open(place + "/known_hosts", "w") as known:
        known.write(f"{NODE} {key.read()}")
    must("tar", "-c", "-f", place + "/config.tar", "-C", tree, "--owner=0", "--group=0", "etc/ssh", "etc/hostname",
         "etc/systemd/network/10-node.network", "root/.ssh")


class Files(http.server.SimpleHTTPRequestHandler):
    is_deployed = False

    def do_GET(self):
        if self.path == "/deployed":
            Files.is_deployed = True
        if self.path not in ("/boot.ipxe", "/deployed"):
            return super().do_GET()
        base = f"http://{ADDRESS}:{PORT}"
        text = ("exit\n" if Files.is_deployed else
                f"kernel {base}/vmlinuz console=ttyS0\ninitrd {base}/deploy.img\nboot\n")
        self.send_response(200)
        self.end_headers()
        self.wfile.write(("#!ipxe\n" + text).encode())
        return None

    def log_message(self, *_):
        pass


def serve(place):
    handler = lambda *words: Files(*words, directory=place)  # noqa: E731
    server = http.server.ThreadingHTTPServer((ADDRESS, PORT), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with open(place + "/dm.conf", "w") as file:
        file.write(f"port=0\ninterface={BRIDGE}\nbind-interfaces\nno-ping\ndhcp-authoritative\nuser=root\n"
                   f"dhcp-range=10.78.0.100,10.78.0.200,255.255.255.0,1h\ndhcp-option=3\ndhcp-host={MAC},{NODE},node11\n"
                   f"dhcp-boot=http://{ADDRESS}:{PORT}/boot.ipxe\nenable-ra\ndhcp-range=fd78::,ra-only,64,1h\n"
                   f"ra-param={BRIDGE},10,60\ndhcp-leasefile={place}/leases\n")
    return subprocess.Popen(["dnsmasq", "-k", "-C", place + "/dm.conf"], stderr=subprocess.DEVNULL)


def power_on(place, processor):
    must("qemu-img", "create", "-q", "-f", "qcow2", place + "/node11.qcow2", "12G")
    return subprocess.Popen(
        ["qemu-system-x86_64", "-accel", "tcg,tb-size=256", "-M", "pc", "-cpu", processor, "-m", "512", "-display", "none", "-nodefaults",
         "-boot", "order=nc", "-netdev", "tap,id=n0,ifname=tap11,script=no,downscript=no",
         "-device", f"virtio-net-pci,netdev=n0,mac={MAC}", "-device", "virtio-scsi-pci",
         "-drive", f"if=none,id=d0,file={place}/node11.qcow2,cache=unsafe,discard=unmap", "-device", "scsi-hd,drive=d0",
         "-device", "virtio-rng-pci", "-serial", f"file:{place}/console"])


def logs_in(place):
    return subprocess.run(
        ["ssh", "-F", "none", "-i", place + "/id", "-o", "BatchMode=yes", "-o", "ConnectTimeout=3", "-o", "StrictHostKeyChecking=yes",
         "-o", f"UserKnownHostsFile={place}/known_hosts", "root@" + NODE, "true"], capture_output=True).returncode == 0


def main():
    words = argparse.ArgumentParser()
    words.add_argument("--store", required=True)
    words.add_argument("--image", required=True)
    words.add_argument("--place", default="/var/tmp")
    words.add_argument("--processor", default="Nehalem")
    words = words.parse_args()
    boot_lab.enter()
    place = boot_lab.make_place(words.place)
    boot_lab.make_network(["tap11"])
    must("ip", "addr", "add", "fd78::1/64", "dev", BRIDGE, "nodad")
    disk_of(words.store, words.image, place + "/disk")
    make_ram_disk(words.store, place, cut(place + "/disk", place))
    os.remove(place + "/disk")
    make_configuration(place)
    dnsmasq = serve(place)
    begin = time.monotonic()
    machine = power_on(place, words.processor)
    try:
        while not logs_in(place):
            if time.monotonic() - begin > DEADLINE or machine.poll() is not None:
                with open(place + "/console", errors="replace") as console:
                    sys.exit("no log-in; last words of the console:\n" + console.read()[-3000:])
            time.sleep(0.5)
        print(f"{time.monotonic() - begin:.1f}")
    finally:
        for process in (machine, dnsmasq):
            process.kill()
            process.wait()


if __name__ == "__main__":
    main()
