#!/usr/bin/env python3
"""Stands for kubectl's plug-in oidc-login (a double: that one's module is not to be had) and for the person at its browser, whose
name and password are in OIDC_USER and OIDC_PASSWORD. Takes the plug-in's words, goes the way of an authorization code with PKCE
(RFC 7636) at whatever issuer they name, and prints an ExecCredential for kubectl; with `--access-token`, the access token instead.
In the PATH as kubectl-oidc_login it is found by kubectl. An issuer's authority is the system's, or in SSL_CERT_FILE.

    oidc_login.py get-token --oidc-issuer-url=URL --oidc-client-id=ID [--oidc-extra-scope=SCOPE ...]
"""

import argparse
import base64
import datetime
import hashlib
import html
import json
import os
import re
import secrets
import sys
import urllib.error
import urllib.parse
import urllib.request

BACK = "http://localhost:8000"


class StayHere(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


def sent(url, form=None):
    """Status, body and place to go on, of an answer."""
    opener = urllib.request.build_opener(StayHere)
    try:
        with opener.open(url, urllib.parse.urlencode(form).encode() if form else None, timeout=15) as reply:
            return reply.status, reply.read().decode(), ""
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode(), error.headers.get("Location", "")


def must(what, wanted, answer):
    status, body, place = answer
    if status != wanted:
        sys.exit(f"oidc-login: {what}: status {status}: {body}")
    return place if wanted == 302 else body


def unpadded(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def log_in(words):
    """The answer of the token endpoint."""
    known = json.loads(must("the issuer", 200, sent(words.oidc_issuer_url.rstrip("/") + "/.well-known/openid-configuration")))
    verifier, state = secrets.token_urlsafe(48), secrets.token_urlsafe(12)
    asked = {"client_id": words.oidc_client_id, "response_type": "code", "redirect_uri": BACK, "state": state,
             "nonce": secrets.token_urlsafe(12), "scope": " ".join(["openid", *words.oidc_extra_scope]), "code_challenge_method": "S256",
             "code_challenge": unpadded(hashlib.sha256(verifier.encode()).digest())}
    page = must("the log-in's page", 200, sent(known["authorization_endpoint"] + "?" + urllib.parse.urlencode(asked)))
    action = urllib.parse.urljoin(known["authorization_endpoint"], html.unescape(re.search(r'action="([^"]+)"', page)[1]))
    person = {"username": os.environ["OIDC_USER"], "password": os.environ["OIDC_PASSWORD"]}
    place = must("the log-in", 302, sent(action, person))
    back = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(place).query))
    if not place.startswith(BACK + "?") or back["state"] != state:
        sys.exit(f"oidc-login: sent to another place: {place}")
    form = {"grant_type": "authorization_code", "code": back["code"], "redirect_uri": BACK, "client_id": words.oidc_client_id,
            "code_verifier": verifier}
    return json.loads(must("the code", 200, sent(known["token_endpoint"], form)))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("verb", choices=["get-token"])
    parser.add_argument("--oidc-issuer-url", required=True)
    parser.add_argument("--oidc-client-id", required=True)
    parser.add_argument("--oidc-extra-scope", action="append", default=[])
    parser.add_argument("--access-token", action="store_true")
    words = parser.parse_args()
    tokens = log_in(words)
    if words.access_token:
        return print(tokens["access_token"])
    end = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=tokens["expires_in"])
    print(json.dumps({"apiVersion": "client.authentication.k8s.io/v1", "kind": "ExecCredential",
                      "status": {"token": tokens["id_token"], "expirationTimestamp": end.strftime("%Y-%m-%dT%H:%M:%SZ")}}))


if __name__ == "__main__":
    main()
