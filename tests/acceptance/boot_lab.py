"""What the boot scripts share: a network of their own, the real boot service in it, images with a RAM disk of the program
under test, and a BMC for each machine. All of it lives in namespaces that end with the script, whatever becomes of it."""

import atexit
import http.client
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time

import lab_runs

sys.path.insert(0, os.path.join(lab_runs.ROOT, "tests/support"))
import redfish_double  # noqa: E402

BRIDGE, ADDRESS, PORT = "boot0", "10.78.0.1", 8087
INSIDE = "PROVISIONER_BOOT_LAB"  # says that the namespaces are there
PASSWORD = "bmc-" + os.urandom(6).hex()
DEPLOY = os.path.join(os.path.dirname(lab_runs.PROGRAM), "provisioner-deploy")
# Of a kernel and what the RAM disk consists of, nothing else.
RAM_DISK = """name: ram-disk
suite: bookworm
root_mib: ROOT_MIB
kernel: KERNEL
packages: [e2fsprogs, fdisk, grub-efi-amd64-bin, grub-pc-bin, kmod, mdadm, openssh-client, zstd]
files:
  - path: /etc/initramfs-tools/conf.d/modules
    content: |
      MODULES=list
      COMPRESS=zstd
"""


def must(*words, data=None, deadline=120):
    done = subprocess.run(words, input=data, capture_output=True, timeout=deadline)
    if done.returncode != 0:
        raise SystemExit(f"{' '.join(words)}: status {done.returncode}\n{done.stdout.decode()}{done.stderr.decode()}")
    return done.stdout


def enter():
    """Begins the script anew in namespaces of its own for network and processes; needs root."""
    if os.geteuid() != 0:
        sys.exit("namespaces, bridges and dnsmasq need root")
    if INSIDE not in os.environ:
        shutil.rmtree(lab_runs.STATE)  # it begins anew with one of its own
        os.execvpe("unshare", ["unshare", "--net", "--pid", "--fork", "--kill-child", "--mount-proc", sys.executable, *sys.argv],
                   {**os.environ, INSIDE: "1"})
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: sys.exit("ended by a signal"))


def make_network(taps=()):
    """A bridge with an address of ours, and a port in it for each virtual machine."""
    for words in ("link set lo up", f"link add {BRIDGE} type bridge", f"addr add {ADDRESS}/24 dev {BRIDGE}", f"link set {BRIDGE} up"):
        must("ip", *words.split())
    for tap in taps:
        must("ip", "tuntap", "add", tap, "mode", "tap")
        must("ip", "link", "set", tap, "master", BRIDGE, "up")


class Stranger:
    """Another network namespace at the bridge: a machine that has no job."""

    def __init__(self, address, port="to-stranger"):
        self.address = address
        self.process = subprocess.Popen(["unshare", "--net", "sleep", "infinity"])
        pid = str(self.process.pid)
        while os.readlink(f"/proc/{pid}/ns/net") == os.readlink("/proc/self/ns/net"):
            time.sleep(0.01)
        must("ip", "link", "add", port, "type", "veth", "peer", "name", "eth0", "netns", pid)
        must("ip", "link", "set", port, "master", BRIDGE, "up")
        self.inside = ["nsenter", "--net", "--target", pid]
        for words in (f"addr add {address}/24 dev eth0", "link set eth0 up", "link set lo up"):
            must(*self.inside, "ip", *words.split())

    def run(self, *words, data=None, deadline=600):
        return must(*self.inside, *words, data=data, deadline=deadline)


# ---- images -------------------------------------------------------------------------------------------------------------------

def init_of(archive):
    """The program that a RAM disk begins with."""
    plain = subprocess.run(["zstd", "-dcq", archive], capture_output=True, check=True, timeout=60).stdout
    return subprocess.run(["cpio", "--extract", "--to-stdout", "--quiet", "init"], input=plain, capture_output=True, timeout=60).stdout


def boot_files(store):
    """Kernel and RAM disk of the image made last that has some; as the program chooses them."""
    newest = {}
    for folder, _, names in os.walk(os.path.join(store, "manifests")):
        for name in names:
            if name.endswith(".boot"):
                with open(os.path.join(folder, name)) as file:
                    said = json.load(file)
                if said["ram_disk"] and said["made"] > newest.get("made", ""):
                    newest = said
    return newest


def is_of_this_build(store):
    files = boot_files(store)
    if not files:
        return False
    with open(DEPLOY, "rb") as program:
        return init_of(os.path.join(store, "files", files["ram_disk"][:2], files["ram_disk"])) == program.read()


def make_store(place, given, kernel):
    """A store of images in `place` with a RAM disk of this build: a copy of the given one where that has it, else built."""
    store = os.path.join(place, "images")
    if given:
        shutil.copytree(given, store, ignore=shutil.ignore_patterns("packages", "apt", "work"))
        if is_of_this_build(store):
            return store
        print(f"the RAM disk in {given} is not of this build: making one", flush=True)
    folder = os.path.join(place, "definitions/images/ram-disk")
    os.makedirs(folder)
    lab_runs.write(folder, "image.yml", RAM_DISK.replace("KERNEL", kernel).replace("ROOT_MIB", "420" if "cloud" in kernel else "900"))
    done = subprocess.run([lab_runs.PROGRAM, "image", "build", "ram-disk", "--store", store, "--version", os.urandom(4).hex()],
                          cwd=os.path.join(place, "definitions"), env=lab_runs.environment(), capture_output=True, text=True, timeout=3600)
    if done.returncode != 0 or not is_of_this_build(store):
        raise SystemExit("no RAM disk: " + done.stdout + done.stderr)
    return store


def make_place(where, is_kept=False):
    place = tempfile.mkdtemp(prefix="provisioner-boot-", dir=where)
    if not is_kept:
        atexit.register(shutil.rmtree, place, ignore_errors=True)
    return place


def import_image(store, disk, name):
    done = lab_runs.provisioner("image", "import", disk, "--name", name, "--store", store)
    if done.returncode != 0:
        raise SystemExit("cannot import: " + done.stderr)


# ---- the boot service -------------------------------------------------------------------------------------------------------------

class BootService:
    """The real one, with its log."""

    def __init__(self, store, *more):
        self.store, self.more, self.process = store, more, None
        self.directory = os.path.join(lab_runs.STATE, "boot")
        self.log = os.path.join(lab_runs.STATE, "serve.log")

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.stop()

    def start(self):
        with open(self.log, "ab") as log:
            begin = log.tell()
            self.process = subprocess.Popen([lab_runs.PROGRAM, "serve", "boot", "--interface", BRIDGE, "--images", self.store, *self.more],
                                            cwd=lab_runs.ROOT, env=lab_runs.environment(), stdout=log, stderr=log)
        end = time.monotonic() + 60
        while b"boot service at" not in open(self.log, "rb").read()[begin:]:
            if self.process.poll() is not None or time.monotonic() > end:
                raise SystemExit("the boot service does not start: " + open(self.log).read())
            time.sleep(0.05)

    def stop(self):
        self.process.terminate()
        self.process.wait(30)

    def script_path(self, node):
        """What DHCP would tell this node to fetch, "/boot/TOKEN"; None where it is not armed."""
        path = os.path.join(self.directory, "options")
        text = open(path).read() if os.path.exists(path) else ""
        found = re.search(r'tag:node-' + re.escape(node) + r',.*?"http://[^/]+([^"]+)"', text)
        return found.group(1) if found else None

    def await_script(self, node, deadline=30):
        end = time.monotonic() + deadline
        while time.monotonic() < end:
            if path := self.script_path(node):
                return path
            time.sleep(0.05)
        return None


def asked(method, path, headers, body=None):
    """Status and bytes of an answer of the boot service."""
    link = http.client.HTTPConnection(ADDRESS, PORT, timeout=60)
    try:
        link.request(method, path, body, headers)
        answer = link.getresponse()
        return answer.status, answer.read()
    finally:
        link.close()


def get(path):
    return asked("GET", path, {})


def post(path, token, body):
    return asked("POST", path, {"Authorization": "Bearer " + token}, body)


class BootScript:
    """What iPXE reads of it: the kernel with its words, the RAM disk."""

    def __init__(self, text):
        kernel = re.search(r"^kernel http://[^/]+(\S+) (.*)$", text, re.M)
        self.kernel, self.words = kernel.group(1), kernel.group(2).replace("initrd=ramdisk ", "")
        self.ram_disk = re.search(r"^initrd --name ramdisk http://[^/]+(\S+)$", text, re.M).group(1)
        self.token = re.search(r"provisioner\.token=([0-9a-f]{32})", text).group(1)


# ---- BMCs ------------------------------------------------------------------------------------------------------------------------

class Words:
    user, password, power = "root", PASSWORD, "Off"

    def __init__(self, serial):
        self.serial = serial


class Switch(redfish_double.Machine):
    """The power of one machine, which is what `machine` does: on(), off(), is_on()."""

    def __init__(self, serial, machine):
        super().__init__(Words(serial))
        self.machine = machine

    def power_at(self, when):
        return "On" if self.machine.is_on() else "Off"

    def reset(self, verb):
        self.resets.append({"time": time.time(), "type": verb})
        self.machine.on() if verb in ("On", "ForceOn") else self.machine.off()


class Bmc:
    """tests/support/redfish_double.py over a machine, in a thread."""

    def __init__(self, serial, machine):
        self.switch = Switch(serial, machine)
        service = type("Service", (redfish_double.Service,), {"machine": self.switch})
        self.server = redfish_double.Server(("127.0.0.1", 0), service)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.address = f"redfish+http://127.0.0.1:{self.server.server_address[1]}"

    def close(self):
        self.server.shutdown()
        self.server.server_close()


def password_file():
    path = os.path.join(lab_runs.STATE, "bmc-password")
    if not os.path.exists(path):
        with open(path, "w", opener=lambda name, flags: os.open(name, flags, 0o600)) as file:
            file.write(PASSWORD + "\n")
    return path


def host(bmc, serial, mac, address, disks, **more):
    """A node of the inventory, as JSON."""
    return {"ansible_host": address, "hardware": {"serial": serial}, "disks": disks,
            "bmc": {"address": bmc.address, "user": "root", "password_file": password_file()},
            "deploy": {"address": address + "/24", "kernel_arguments": "console=ttyS0 loglevel=4"},
            "network": {"interfaces": [{"name": "eno1", "mac": mac}]}, **more}


def write_inventory(name, hosts, **variables):
    text = json.dumps({"all": {"vars": {"provisioner_schema": 1, "ansible_user": "root", **variables}, "hosts": hosts}})
    return lab_runs.write(lab_runs.STATE, name + ".json", text)
