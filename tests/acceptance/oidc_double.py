"""The double of an issuer (tests/support/oidc_issuer.py), and people who log in at it (tests/support/oidc_login.py)."""

import contextlib
import json
import os
import subprocess
import sys

import lab_runs
from own_lab import must

ISSUER = os.path.join(lab_runs.ROOT, "tests/support/oidc_issuer.py")
LOGIN = os.path.join(lab_runs.ROOT, "tests/support/oidc_login.py")
CLIENT = "kubernetes"


def write_people(folder, people):
    """(name, claims) of each who may log in; passwords are `word-of-NAME`."""
    lab_runs.write(folder, "people.json", json.dumps([{"name": name, "password": "word-of-" + name, "claims": claims}
                                                      for name, claims in people]))


@contextlib.contextmanager
def issuer_double(folder, *words):
    """The issuer's URL, for as long as it is there."""
    server = subprocess.Popen([sys.executable, ISSUER, folder, *words], stdout=subprocess.PIPE, text=True)
    try:
        yield server.stdout.readline().strip()
    finally:
        server.terminate()
        server.wait()


def as_person(folder, name, **more):
    """The environment in which a program logs in as somebody, by a browser's stand-in."""
    return dict(os.environ, SSL_CERT_FILE=os.path.join(folder, "ca.crt"), OIDC_USER=name, OIDC_PASSWORD="word-of-" + name, **more)


def access_token(folder, url, name):
    words = [sys.executable, LOGIN, "get-token", "--oidc-issuer-url", url, "--oidc-client-id", CLIENT, "--access-token"]
    return must(subprocess.run(words, env=as_person(folder, name), capture_output=True, text=True, timeout=60))
