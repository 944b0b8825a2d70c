"""The site's shared file systems on a configured machine: really written to, with their server frozen, and with it back."""

import os
import re
import shlex
import signal

import lab_runs
from configured_machine import Play

WRITABLE, READ_ONLY = ["/home", "/project", "/scratch"], "/datasets"
MOST = 180  # seconds that a run may take to tell that the server is away, in software emulation
BACK = 240  # seconds until programs that waited go on
# A line each half second, each of them on the server before the next: until it is told to end, or a line is lost.
WRITER = ("systemd-run --quiet --unit=writes-on sh -c 'i=0; while [ ! -e /run/enough ]; do i=$((i+1)); echo $i >>/scratch/lines || exit 1; "
          "sync /scratch/lines || exit 1; sleep 0.5; done'")


class Server:
    """The lab's nfs-ganesha. To kill it would end the lab, whose keeper wants it alive; to freeze it is the harder case: the
    connection stands, and nobody answers."""

    def __init__(self, machine):
        self.exports = machine.directory + "/exports"
        with open(machine.directory + "/nfs.pid") as file:
            self.pid = int(file.read())
        with open(f"/proc/{self.pid}/cmdline") as file:
            assert "ganesha.nfsd" in file.read()

    def __enter__(self):
        os.kill(self.pid, signal.SIGSTOP)
        return self

    def __exit__(self, *_):
        os.kill(self.pid, signal.SIGCONT)

    def text(self, path):
        try:
            with open(self.exports + path) as file:
                return file.read()
        except OSError as error:
            return str(error)


def check_mounts(figures, machine, server):
    mounts = machine.on("findmnt --noheadings --types nfs4 --output TARGET").split()
    figures.claim("mounts by NFS 4", sorted(mounts), sorted([*WRITABLE, READ_ONLY]))
    for path in WRITABLE:
        word = os.urandom(8).hex()
        machine.on(f"echo {word} >{path}/from-the-node && sync {path}/from-the-node")
        figures.claim(f"what was written to {path} lies on the server", server.text(path + "/from-the-node").strip() == word, True)
    own = machine.ssh("sudo -u mlopez -i sh -c 'echo mine >~/own && cat ~/own'")
    figures.claim("a scientist writes at home", own is not None and own.stdout.strip(), "mine")
    figures.claim("which is on the server", server.text("/home/mlopez/own").strip(), "mine")
    home = machine.ssh("findmnt --noheadings --output FSTYPE --target ~")
    figures.claim("an operator's home is not", home is not None and home.stdout.strip(), "ext4")
    with open(f"{server.exports}{READ_ONLY}/released", "w") as file:
        file.write("released\n")
    figures.claim(f"{READ_ONLY} can be read", machine.on(f"cat {READ_ONLY}/released").strip(), "released")
    refused = machine.ssh(f"sudo touch {READ_ONLY}/mistake")
    is_refused = refused is not None and refused.returncode != 0 and "Read-only file system" in refused.stderr
    is_there = os.path.exists(f"{server.exports}{READ_ONLY}/mistake")
    figures.claim(f"{READ_ONLY} takes no data", is_refused and not is_there, True, str(refused))
    other = machine.ssh(f"sudo mount -t nfs4 -o rw,soft {machine.controller}:{READ_ONLY} /mnt && sudo touch /mnt/mistake; echo $?; "
                        "sudo umount /mnt")
    figures.claim("nor where it is mounted otherwise", other is not None and other.stdout.split()[:1] != ["0"], True, str(other))


def check_groups(figures, machine, server):
    """The script of gate C-9, as somebody in 18 groups: the lab's server is told of 16 of them."""
    scripts = os.path.join(lab_runs.ROOT, "provisioner/front/platform/gates")
    text = "".join(open(os.path.join(scripts, name + ".sh")).read() for name in ("prelude", "exports_node"))
    groups = [70001 + at for at in range(18)]
    told = {"NODE": "n11", "IS_MEMBER": "yes", "CANNOT": "", "MOUNTS": f"nfs4 /scratch {machine.controller}:/scratch rw mounted\n",
            "WRITERS": "", "HOMES": "", "PILOTS": "",
            "MANY_GROUPS": f"5999 70001 70002 {groups[-1]} {','.join(map(str, groups))} ada"}
    said = machine.on("".join(f"{name}={shlex.quote(value)}\n" for name, value in told.items()) + text)
    figures.claim("rights by the 17th group and later are lost", f"cannot write to /scratch ({machine.controller}:/scratch) by the right of group "
                  f"{groups[-1]}: NFS tells the server of 16 groups only" in said, True, said)
    left = [name for name in os.listdir(server.exports + "/scratch") if name.startswith(".provisioner-gate")]
    figures.claim("and nothing of the trial is left", left, [])


def check_frozen(figures, machine, server):
    machine.on(WRITER)
    with server:
        play = Play(machine.inventory)
    says = re.search(re.escape(machine.controller) + r":(/\w+) on \1 of n11 gave no answer within 20 s", play.text)
    figures.claim("with the server frozen, exit status of the run", play.status, 2, play.text[-4000:])
    figures.claim("it names server, mount and node", says.group(0) if says else play.failure()[:300] or "nothing",
                  says.group(0) if says else f"{machine.controller}:/home on /home of n11 gave no answer within 20 s")
    figures.claim(f"it took at most {MOST} s ({play.took:.0f})", play.took <= MOST, True)
    back = machine.answers_after(BACK, "stat --file-system " + " ".join([*WRITABLE, READ_ONLY]))
    figures.claim(f"all mounts answer again within {BACK} s", back is not None, True)
    if back is not None:
        figures.note(f"they answered {back:.0f} s after the server had gone on")


def check_thawed(figures, machine, server):
    machine.on("touch /run/enough; while systemctl is-active --quiet writes-on; do sleep 0.5; done", 120)
    lines = server.text("/scratch/lines").split()
    figures.claim("a program that wrote meanwhile has lost no line", len(lines) > 0 and lines == [str(at + 1) for at in range(len(lines))],
                  True, " ".join(lines))
    result = machine.ssh("systemctl show --property=Result writes-on")
    figures.claim("and has met no error", result is not None and "=success" in result.stdout, True, str(result))
    play = Play(machine.inventory)
    figures.claim("the next run", play.result(), "status 0, changed=0, failed=0", play.text[-4000:])
    left = machine.on("systemctl list-units --all --no-legend 'run-*.service' | grep -v ' running ' || true")
    figures.claim("units that probes have left behind", left.strip(), "")


def check_storage(figures, machine):
    server = Server(machine)
    check_mounts(figures, machine, server)
    check_groups(figures, machine, server)
    play = Play(machine.inventory)
    figures.claim("a second run", play.result(), "status 0, changed=0, failed=0", play.text[-4000:])
    figures.note(f"it took {play.took:.0f} s")
    check_frozen(figures, machine, server)
    check_thawed(figures, machine, server)
