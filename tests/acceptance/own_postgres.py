"""A real PostgreSQL of a script's own: this machine's programs, copied, so that extensions can come and go beside those of the
machine. The extension `vector` is a double by that name, a type and nothing else, since the distribution has no pgvector."""

import glob
import os
import shutil
import subprocess

OWNER = 65534  # it refuses to be root's
DOUBLE = {"vector.control": "comment = 'double of pgvector: its name, and a type'\ndefault_version = '0.8'\nrelocatable = true\n",
          "vector--0.8.sql": "create domain vector as real[];\n"}


class OwnPostgres:
    """Listens at `address` while it is entered, for users `gen3`, a superuser, and `weak`, who may make databases."""

    def __init__(self, folder, address, port=5432, password="a secret of gen3's"):
        programs = sorted(glob.glob("/usr/lib/postgresql/*/bin/postgres"))
        if not programs:
            raise SystemExit("this machine has no PostgreSQL: apt-get install postgresql")
        self.version = programs[-1].split("/")[4]
        self.root, self.address, self.port, self.password = os.path.join(folder, "postgres"), address, port, password
        for part in (f"usr/lib/postgresql/{self.version}", f"usr/share/postgresql/{self.version}"):
            shutil.copytree("/" + part, os.path.join(self.root, part), symlinks=True)
        self.data = os.path.join(self.root, "data")
        with open(os.path.join(self.root, "password"), "w") as file:
            file.write(password)
        os.chmod(folder, 0o755)
        subprocess.run(["chown", "-R", str(OWNER), self.root], check=True)
        self.run("initdb", "-D", self.data, "-U", "gen3", "-A", "scram-sha-256", "--pwfile", self.root + "/password", "-N")
        with open(os.path.join(self.data, "pg_hba.conf"), "a") as file:
            file.write("host all all 0.0.0.0/0 scram-sha-256\n")

    def run(self, program, *words, **more):
        done = subprocess.run(["setpriv", "--reuid", str(OWNER), "--regid", str(OWNER), "--clear-groups", "env", "LC_ALL=C",
                        os.path.join(self.root, f"usr/lib/postgresql/{self.version}/bin", program), *words], cwd="/", capture_output=True, text=True, **more)
        if done.returncode != 0:
            raise SystemExit(f"{program}: {done.stdout}{done.stderr}")

    def __enter__(self):
        settings = f"-p {self.port} -h {self.address} -k {self.root} -c max_connections=220 -c fsync=off"
        self.run("pg_ctl", "-D", self.data, "-o", settings, "-l", self.root + "/log", "-w", "start", timeout=60)
        self.tell(f"create role weak login createdb password '{self.password.replace(chr(39), chr(39) * 2)}'")
        return self

    def __exit__(self, *_):
        self.run("pg_ctl", "-D", self.data, "-m", "immediate", "stop", timeout=60)

    def tell(self, command):
        done = subprocess.run(["psql", "-h", self.address, "-p", str(self.port), "-U", "gen3", "-d", "postgres", "-Atqc", command],
                              env=dict(os.environ, PGPASSWORD=self.password), capture_output=True, text=True, timeout=60)
        if done.returncode != 0:
            raise SystemExit(done.stderr)
        return done.stdout.split()

    def have_vector(self, has):
        place = os.path.join(self.root, f"usr/share/postgresql/{self.version}/extension")
        for name, text in DOUBLE.items():
            path = os.path.join(place, name)
            if has:
                with open(path, "w") as file:
                    file.write(text)
            elif os.path.exists(path):
                os.remove(path)


def lend_psql(lab, node):
    """psql with its libraries on a node of the lab, which has none: where its `command -v` finds it."""
    program = sorted(glob.glob("/usr/lib/postgresql/*/bin/psql"))[-1]
    libraries = [line.split()[2] for line in subprocess.run(["ldd", program], capture_output=True, text=True, check=True).stdout.splitlines() if "=> /" in line]
    packed = subprocess.run(["tar", "--create", "--dereference", "--transform", "s|.*/||", *[path.lstrip("/") for path in (program, *libraries)]],
                            cwd="/", capture_output=True, check=True).stdout
    key = ["-i", lab.directory + "/id_ed25519", "-o", "UserKnownHostsFile=" + lab.directory + "/known_hosts", "-o", "BatchMode=yes"]
    script = ("mkdir -p /opt/psql && tar -x -C /opt/psql && printf '#!/bin/sh\\nLD_LIBRARY_PATH=/opt/psql exec /opt/psql/psql \"$@\"\\n' >/usr/local/bin/psql && "
              "chmod 755 /usr/local/bin/psql && psql --version")
    done = subprocess.run(["ssh", *key, "root@" + lab.addresses()[node], script], input=packed, capture_output=True, timeout=60)
    if done.returncode != 0:
        raise SystemExit("psql on " + node + ": " + done.stderr.decode())
