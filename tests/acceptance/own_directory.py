"""A real slapd of a script's own on this machine, with entries of its choice; and certificates for `localhost`."""

import os
import socket
import subprocess
import time

CONFIGURATION = """
include /etc/ldap/schema/core.schema
include /etc/ldap/schema/cosine.schema
include /etc/ldap/schema/nis.schema
include /etc/ldap/schema/inetorgperson.schema
pidfile {folder}/slapd.pid
modulepath /usr/lib/ldap
moduleload back_mdb
TLSCertificateFile {folder}/server.crt
TLSCertificateKeyFile {folder}/server.key
security simple_bind=128
database mdb
maxsize 1073741824
suffix dc=example
rootdn cn=root,dc=example
directory {folder}/slapd
index objectClass,uid,cn eq
index uidNumber pres,eq
{limits}
access to attrs=userPassword by anonymous auth by * none
access to * by dn.exact=cn=reader,dc=example read by * none
"""
LIMITS = "limits dn.exact=cn=reader,dc=example size.pr=1000 size.prtotal=unlimited"
PATIENCE = 20  # seconds


def certificate(folder, names="DNS:localhost,IP:127.0.0.1"):
    """ca.crt and its key, and server.crt with its key that it has signed for these names."""
    def openssl(*words):
        subprocess.run(["openssl", *words], cwd=folder, check=True, capture_output=True)
    openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=Authority of a test", "-keyout", "ca.key",
            "-out", "ca.crt")
    openssl("req", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=localhost", "-keyout", "server.key", "-out", "server.csr")
    with open(os.path.join(folder, "server.ext"), "w") as file:
        file.write(f"subjectAltName={names}\n")
    openssl("x509", "-req", "-in", "server.csr", "-CA", "ca.crt", "-CAkey", "ca.key", "-CAcreateserial", "-days", "2", "-extfile",
            "server.ext", "-out", "server.crt")


def free_port():
    with socket.socket() as made:
        made.bind(("127.0.0.1", 0))
        return made.getsockname()[1]


class OwnDirectory:
    """slapd on free ports of 127.0.0.1, for StartTLS and for ldaps, as long as it is entered. `entries`: lists of LDIF lines below dc=example, in
    ou=people and ou=groups. It is read by cn=reader,dc=example over TLS alone; without `limits`, of no more than 500 entries."""

    def __init__(self, folder, entries, password, limits=LIMITS):
        self.folder, self.port, self.tls_port, self.server = folder, free_port(), free_port(), None
        self.configuration = os.path.join(folder, "slapd.conf")
        with open(self.configuration, "w") as file:
            file.write(CONFIGURATION.format(folder=folder, limits=limits))
        first = [["dn: dc=example", "objectClass: dcObject", "objectClass: organization", "dc: example", "o: example"],
                 ["dn: ou=people,dc=example", "objectClass: organizationalUnit", "ou: people"],
                 ["dn: ou=groups,dc=example", "objectClass: organizationalUnit", "ou: groups"],
                 ["dn: cn=reader,dc=example", "objectClass: organizationalRole", "objectClass: simpleSecurityObject", "cn: reader",
                  f"userPassword: {password}"]]
        path = os.path.join(folder, "entries.ldif")
        with open(path, "w") as file:
            for entry in [*first, *entries]:
                file.write("\n".join(entry) + "\n\n")
        os.mkdir(os.path.join(folder, "slapd"))
        added = subprocess.run(["slapadd", "-q", "-f", self.configuration, "-l", path], capture_output=True, text=True)
        if added.returncode != 0:
            raise SystemExit("slapadd: " + added.stderr)

    def __enter__(self):
        places = f"ldap://127.0.0.1:{self.port} ldaps://127.0.0.1:{self.tls_port}"
        self.server = subprocess.Popen(["slapd", "-f", self.configuration, "-d", "0", "-h", places], stdout=subprocess.DEVNULL,
                                       stderr=subprocess.DEVNULL)
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                return self
            except OSError:
                time.sleep(0.1)
        self.__exit__()
        raise SystemExit("slapd does not come up")

    def __exit__(self, *_):
        self.server.terminate()
        self.server.wait()
