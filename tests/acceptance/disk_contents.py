"""What lies on the disks of a test machine: superblocks of systems whose tools need not be here, written where each of their
formats says and held against libblkid's own opinion; and whether a disk is still the same."""

import hashlib
import os
import struct
import subprocess
import uuid
import zlib

SECTOR, MIB = 512, 1 << 20
SMALLEST = 96 * MIB  # libblkid looks for no ZFS on less than 64 MiB, and 16 go around a partition
GPFS_PARTITION = "37AFFC90-EF7D-4E96-91C3-2D7AE055B174"
WINDOWS_PARTITION = "EBD0A0A2-B9E5-4433-87C0-68B6B72699C7"


def md_member(dice):
    """Version 1.2, at 4 KiB: md(4), linux/raid/md_p.h."""
    block = bytearray(512)
    struct.pack_into("<IIII16s32sQIIQII", block, 0, 0xa92b4efc, 1, 0, 0, dice.randbytes(16), b"node:0", 0, 1, 0, 65536, 0, 2)
    struct.pack_into("<QQQ", block, 128, 2048, 65536, 8)
    struct.pack_into("<16s", block, 168, dice.randbytes(16))
    struct.pack_into("<I", block, 220, 2)
    total = sum(struct.unpack("<65I", block[:260]))
    struct.pack_into("<I", block, 216, (total & 0xffffffff) + (total >> 32))
    return [(4096, bytes(block))]


def lvm_member(dice):
    """A physical volume's label in sector 1, with its checksum: lib/format_text/layout.h."""
    label = bytearray(SECTOR)
    struct.pack_into("<8sQII8s32s", label, 0, b"LABELONE", 1, 0, 32, b"LVM2 001", uuid.UUID(bytes=dice.randbytes(16)).hex.encode())
    struct.pack_into("<I", label, 16, zlib.crc32(bytes(label[20:]), 0xf597a6cf ^ 0xffffffff) ^ 0xffffffff)
    return [(SECTOR, bytes(label))]


def luks(dice):
    """Version 1: cryptsetup's "LUKS On-Disk Format Specification"."""
    header = struct.pack(">6sH32s32s32sI", b"LUKS\xba\xbe", 1, b"aes", b"xts-plain64", b"sha256", 4096)
    return [(0, header.ljust(168, b"\0") + str(uuid.UUID(bytes=dice.randbytes(16))).encode())]


def zfs_member(dice):
    """The uberblocks of a vdev's first label, from its 128 KiB on, a KiB each: "ZFS On-Disk Specification", 1.3."""
    block = struct.pack("<5Q", 0x00bab10c, 5000, 1, dice.getrandbits(63), 1)
    return [(128 * 1024 + number * 1024, block) for number in range(8)]


def gfs2(dice):
    """The superblock at 64 KiB: linux/gfs2_ondisk.h."""
    block = struct.pack(">IIQIIIIII", 0x01161970, 1, 0, 100, 0, 1801, 1900, 0, 4096)
    return [(64 * 1024, block.ljust(512, b"\0"))]


def vmfs_member(dice):
    """A volume's header at 1 MiB: vmfs-tools, vmfs_volume.h."""
    return [(MIB, b"\x0d\xd0\x01\xc0" + struct.pack("<I", 5) + dice.randbytes(120))]


def ceph(dice):
    """BlueStore's label: "bluestore block device", then the device's UUID."""
    return [(0, b"bluestore block device\n" + str(uuid.UUID(bytes=dice.randbytes(16))).encode() + b"\n" + dice.randbytes(60))]


def gpfs_nsd(dice):
    """An NSD without a partition table, told by its sector 2."""
    return [(2 * SECTOR, b"NSD descriptor for /dev/sdb created by GPFS NSDv1 " + dice.randbytes(16).hex().encode())]


def xfs(dice):
    """A superblock of version 4: xfs_format.h."""
    block = bytearray(SECTOR)
    struct.pack_into(">4sIQQQ16s", block, 0, b"XFSB", 4096, 12288, 0, 0, dice.randbytes(16))
    struct.pack_into(">IIIIIHHHH", block, 80, 1, 4096, 3, 0, 1024, 0xb4a4, 512, 256, 16)
    struct.pack_into("8B", block, 120, 12, 9, 8, 4, 12, 0, 0, 25)
    return [(0, bytes(block))]


# Name of what is planted -> (its type as libblkid has it, what makes its bytes). Nobody may erase these unasked.
FOREIGN = {"GPFS": ("gpfs_nsd", gpfs_nsd), "VMFS": ("VMFS_volume_member", vmfs_member), "GFS2": ("gfs2", gfs2),
           "Ceph": ("ceph_bluestore", ceph), "ZFS": ("zfs_member", zfs_member), "LVM2": ("LVM2_member", lvm_member),
           "md": ("linux_raid_member", md_member), "LUKS": ("crypto_LUKS", luks)}
PLAIN = ["nothing", "ext4", "xfs", "partitions", "noise"]


def write_at(path, offset, content):
    with open(path, "r+b") as disk:
        disk.seek(offset)
        disk.write(content)


def new_disk(path, size, dice):
    """Sparse, with some bytes in its middle whose loss would be seen. Where a signature may stand it is empty."""
    with open(path, "wb") as disk:
        disk.truncate(size)
    for _ in range(4):
        write_at(path, dice.randrange(24 * MIB, size - 8 * MIB) // SECTOR * SECTOR, dice.randbytes(64 * 1024))


def partition(path, kind, size):
    """A table of two partitions; begin and length of the second one."""
    begin, length = 8 * MIB, size // MIB * MIB - 16 * MIB
    script = (f"label: gpt\nstart=1MiB, size=4MiB, type={WINDOWS_PARTITION}, name=\"Basic data\"\n"
              f"start=8MiB, size={length // SECTOR}, type={kind}\n")
    subprocess.run(["sfdisk", "--quiet", path], input=script, text=True, check=True, capture_output=True, timeout=60)
    return begin, length


def require_type(path, offset, length, kind):
    """libblkid takes it for what it stands for. GPFS is none of its: our own probe's."""
    if kind == "gpfs_nsd":
        return
    said = subprocess.run(["blkid", "--probe", "--offset", str(offset), "--size", str(length), "--output", "value", "--match-tag", "TYPE",
                           path], capture_output=True, text=True, timeout=60)
    if said.stdout.strip() != kind:
        raise SystemExit(f"blkid takes what was planted as '{kind}' for '{said.stdout.strip()}' {said.stderr}")


def plant_foreign(path, size, name, dice):
    """On the disk itself or in a partition; answers the type that a plan must name."""
    kind, make = FOREIGN[name]
    offset, length = 0, size
    if dice.random() < 0.5:
        by_table = name == "GPFS" and dice.random() < 0.5
        offset, length = partition(path, GPFS_PARTITION if by_table else WINDOWS_PARTITION, size)
        if by_table:
            return kind
    for place, content in make(dice):
        write_at(path, offset + place, content)
    require_type(path, offset, length, kind)
    return kind


def plant_plain(path, size, name, dice):
    if name == "ext4":
        subprocess.run(["mke2fs", "-q", "-F", "-t", "ext4", "-E", "nodiscard", path], check=True, capture_output=True, timeout=60)
    elif name == "xfs":
        for place, content in xfs(dice):
            write_at(path, place, content)
    elif name == "partitions":
        partition(path, WINDOWS_PARTITION, size)
    elif name == "noise":
        write_at(path, 0, dice.randbytes(MIB))
    if name in ("ext4", "xfs"):
        require_type(path, 0, size, name)


def digest(path):
    """Of all that is not zeros, with its places: two disks have the same one exactly where their bytes are the same."""
    found, block = hashlib.sha256(str(os.path.getsize(path)).encode()), 64 * 1024
    nothing = bytes(block)
    with open(path, "rb") as disk:
        offset = 0
        while True:
            try:
                begin = os.lseek(disk.fileno(), offset, os.SEEK_DATA)
            except OSError:  # only a hole is left
                return found.hexdigest()
            end, offset = os.lseek(disk.fileno(), begin, os.SEEK_HOLE), max(offset, begin // block * block)
            while offset < end:
                content = os.pread(disk.fileno(), block, offset)
                if content != nothing[:len(content)]:
                    found.update(offset.to_bytes(8, "big") + content)
                offset += block
