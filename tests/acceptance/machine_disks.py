"""What lies on the disks of a lab's machine, looked at from outside: also while it runs, or has just lost its power."""

import json
import os
import shutil
import struct
import subprocess
import sys

import lab_runs

SECTOR, MIB = 512, 1 << 20
TAIL = 33 * SECTOR  # the backup of a partition table
MARKER = "provisioner: unfinished image "  # provisioner/node/modules/facts/signatures.h
STAIN, STAIN_SIZE = 0xA5, 4096


def run(*words, most=0):
    """What a program prints, which may end with a status up to `most`."""
    done = subprocess.run(words, capture_output=True, text=True, timeout=300)
    if not 0 <= done.returncode <= most:
        sys.exit(f"{' '.join(words)[:300]}: status {done.returncode}\n{done.stdout[-2000:]}{done.stderr}")
    return done


class MachineDisk:
    """A file of QEMU's. It can be read at any time, and written to while the machine is off."""

    def __init__(self, path):
        self.path = path
        self.size = json.loads(run("qemu-img", "info", "-U", "--output", "json", path).stdout)["virtual-size"]

    def read(self, offset, length):
        piece = os.path.join(lab_runs.STATE, "piece")
        skip, end = offset // SECTOR, (offset + length) // SECTOR  # dd of qemu-img counts from the disk's beginning
        run("qemu-img", "dd", "-U", "-f", "qcow2", "-O", "raw", f"bs={SECTOR}", f"skip={skip}", f"count={end}", "if=" + self.path,
            "of=" + piece)
        with open(piece, "rb") as file:
            return file.read()

    def order(self, flags, orders, most=0):
        """Of qemu-io."""
        words = [word for one in orders for word in ("-c", one)]
        return run("qemu-io", *flags, "-f", "qcow2", *words, self.path, most=most).stdout


class DataDisk(MachineDisk):
    """Random bytes at random places, none of which may ever change."""

    def plant(self, dice):
        piece = os.path.join(lab_runs.STATE, "random")
        with open(piece, "wb") as file:
            file.write(dice.randbytes(4 * MIB))
        places = [0, self.size - 4 * MIB, *(dice.randrange(self.size // SECTOR - 8192) * SECTOR for _ in range(8))]
        self.order([], [f"write -q -s {piece} {place} {4 * MIB}" for place in places])
        self.before = os.path.join(lab_runs.STATE, "data-before.qcow2")
        shutil.copyfile(self.path, self.before)

    def is_changed(self):
        return run("qemu-img", "compare", "-U", self.before, self.path, most=1).returncode == 1


def partitions(head):
    """Where those of a GPT begin and end (UEFI 2.10, 5.3.3), in bytes."""
    for at in range(2 * SECTOR, 34 * SECTOR, 128):
        kind, _, first, last = struct.unpack_from("<16s16sQQ", head, at)
        if any(kind):
            yield first * SECTOR, (last + 1) * SECTOR


class SystemDisk(MachineDisk):
    """The disk that an image is brought to."""

    def __init__(self, path, manifest, digest):
        super().__init__(path)
        self.chunks, self.mark = manifest["chunks"], (MARKER + digest + "\n").encode()
        self.stains, self.before = [], None

    def ends(self):
        return self.read(0, MIB), self.read(self.size - TAIL, TAIL)

    def stain(self, dice):
        """Makes the disk differ from the image in each chunk, so that it tells which of them were written since; what tells
        firmware and wipefs what lies there stays as it is."""
        self.before = self.ends()
        kept = [(0, MIB), (self.size - MIB, self.size)]
        for begin, end in partitions(self.before[0]):
            kept += [(begin, begin + MIB), (end - MIB, end)]
        self.stains = []
        for chunk in self.chunks:
            places = range(chunk["offset"], chunk["offset"] + chunk["length"] - STAIN_SIZE + 1, STAIN_SIZE)
            free = [place for place in places if not any(begin - STAIN_SIZE < place < end for begin, end in kept)]
            self.stains += [dice.choice(free)] if free else []
        self.order([], [f"write -q -P {STAIN} {place} {STAIN_SIZE}" for place in self.stains])

    def stains_left(self):
        said = self.order(["-r", "-U"], [f"read -P {STAIN} {place} {STAIN_SIZE}" for place in self.stains], most=1)
        if said.count(f"read {STAIN_SIZE}/{STAIN_SIZE} bytes") != len(self.stains):
            sys.exit("the disk cannot be read: " + said[-2000:])
        return len(self.stains) - said.count("Pattern verification failed")

    def state(self):
        """"old": not a byte is written; "unfinished": it says so itself, and firmware finds nothing to boot; "whole": each chunk
        is written. Anything else is a sentence on what is wrong."""
        (head, tail), left, all_of_them = self.ends(), self.stains_left(), len(self.stains)
        if (head, tail) == self.before and left == all_of_them:
            return "old"
        is_marked = head[:SECTOR] == self.mark.ljust(SECTOR, b"\0")
        has_boot_sector = head[SECTOR - 2:SECTOR] == b"\x55\xaa"
        has_table = b"EFI PART" in (head[SECTOR:SECTOR + 8], tail[-SECTOR:][:8])
        is_partly_written = 0 < left < all_of_them
        if is_marked and not (has_table and is_partly_written):
            return "unfinished"
        if has_boot_sector and has_table and left == 0:
            return "whole"
        return (f"{left} of {all_of_them} chunks are as before, marker: {is_marked}, boot sector: {has_boot_sector}, "
                f"partition table: {has_table}, it begins with {head[:64]!r}")
