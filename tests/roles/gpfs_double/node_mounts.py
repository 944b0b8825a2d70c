"""Mounts in the nodes of a lab of containers, made from outside: a directory that all of them share, and file systems whose
server is dead. A node's own mount namespace is entered by a child, with what it mounts already open.
"""

import ctypes
import os
import re
import select
import struct
import threading

LIBC = ctypes.CDLL(None, use_errno=True)
OPEN_TREE, MOVE_MOUNT = 428, 429  # linux/mount.h; the C library of Debian 12 has no functions for them
AT_FDCWD, AT_EMPTY_PATH, OPEN_TREE_CLONE, MOVE_MOUNT_F_EMPTY_PATH, CLONE_NEWNS = -100, 0x1000, 1, 4, 0x20000
MNT_DETACH = 2
FUSE_INIT, ESTALE = 26, 116


def need(done, doing):
    if done < 0:
        raise OSError(ctypes.get_errno(), doing)
    return done


def read(path):
    with open(path) as file:
        return file.read()


def first_process(node, words):
    """The id of the node's init, among the processes of the lab whose control group holds `words`."""
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            is_init = re.search(r"^NSpid:.*\t1$", read(f"/proc/{pid}/status"), re.M) and words in read(f"/proc/{pid}/cgroup")
            if is_init and read(f"/proc/{pid}/root/etc/hostname").strip() == node:
                return int(pid)
        except OSError:
            continue
    raise LookupError(f"node {node} has no init")


def inside(pid, task):
    """Does `task` in a child that has the mount namespace of `pid`."""
    namespace = os.open(f"/proc/{pid}/ns/mnt", os.O_RDONLY | os.O_CLOEXEC)
    child = os.fork()
    if child == 0:
        try:
            need(LIBC.setns(namespace, CLONE_NEWNS), "enter the node")
            task()
            os._exit(0)
        except OSError as error:
            print(error, flush=True)
            os._exit(1)
    os.close(namespace)
    if os.waitpid(child, 0)[1] != 0:
        raise OSError("the node's mounts are not as wished")


def share(directory, pid, target):
    """Mounts a directory of this machine on `target` in a node."""
    tree = need(LIBC.syscall(OPEN_TREE, AT_FDCWD, directory.encode(), OPEN_TREE_CLONE | os.O_CLOEXEC), "open " + directory)

    def move():
        os.makedirs(target, exist_ok=True)
        need(LIBC.syscall(MOVE_MOUNT, tree, b"", AT_FDCWD, target.encode(), MOVE_MOUNT_F_EMPTY_PATH), "mount " + target)

    inside(pid, move)
    os.close(tree)


class DeadFileSystem:
    """A file system in a node whose server is away: it leaves every question unanswered, as an NFS server that is off, or
    says that all is stale, as GPFS does where the daemon has lost its quorum. A FUSE server that knows one message."""

    def __init__(self, pid, path, source, is_stale=False):
        self.pid, self.path, self.is_stale = pid, path, is_stale
        self.device = os.open("/dev/fuse", os.O_RDWR | os.O_CLOEXEC)
        options = f"fd={self.device},rootmode=40000,user_id=0,group_id=0,allow_other"

        def mount():
            os.makedirs(path, exist_ok=True)
            need(LIBC.mount(source.encode(), path.encode(), b"fuse", 0, options.encode()), "mount " + path)

        inside(pid, mount)
        self.stop_reader, self.stop_writer = os.pipe()
        self.thread = threading.Thread(target=self.serve, daemon=True)
        self.thread.start()

    def serve(self):
        while self.stop_reader not in select.select([self.device, self.stop_reader], [], [])[0]:
            try:
                request = os.read(self.device, 1 << 20)
            except OSError:
                return  # unmounted
            _, opcode, unique = struct.unpack_from("=IIQ", request)
            if opcode == FUSE_INIT:
                body = struct.pack("=IIIIHHI", 7, 31, 0, 0, 0, 0, 4096) + bytes(40)
                os.write(self.device, struct.pack("=IiQ", 16 + len(body), 0, unique) + body)
            elif self.is_stale:
                os.write(self.device, struct.pack("=IiQ", 16, -ESTALE, unique))

    def close(self):
        """Whoever hangs in it gets an error."""
        os.write(self.stop_writer, b"x")
        self.thread.join()
        for descriptor in (self.device, self.stop_reader, self.stop_writer):
            os.close(descriptor)
        inside(self.pid, lambda: LIBC.umount2(self.path.encode(), MNT_DETACH))
