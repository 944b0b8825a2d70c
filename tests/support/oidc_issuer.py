#!/usr/bin/env python3
"""Stands for an OpenID Connect issuer (a double: nobody is known to it but whom a test names), over HTTPS: discovery, keys,
authorization code with PKCE, tokens signed by a key of its own, userinfo. `keycloak` has the paths, the access tokens (JWTs) and
the claims of a realm of Keycloak, `cilogon` those of CILogon, whose access tokens say nothing. Prints its URL, and serves until
it is ended. FOLDER has server.crt and server.key, and may have people.json, which is read at each log-in:

    [{"name": "alice", "password": "...", "claims": {"preferred_username": "alice", "groups": ["lsst-ops"]}}]

    oidc_issuer.py FOLDER [--as cilogon] [--at ADDRESS] [--name HOST] [--port PORT] [--client ID] [--calls-itself URL] [--signs-by ES256]
"""

import argparse
import base64
import hashlib
import html
import http.server
import json
import os
import secrets
import ssl
import sys
import time
import urllib.parse

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa, utils

KINDS = {"keycloak": {"realm": "/realms/lsst", "authorization_endpoint": "/protocol/openid-connect/auth",
                      "token_endpoint": "/protocol/openid-connect/token", "jwks_uri": "/protocol/openid-connect/certs",
                      "userinfo_endpoint": "/protocol/openid-connect/userinfo"},
         "cilogon": {"realm": "", "authorization_endpoint": "/authorize", "token_endpoint": "/oauth2/token",
                     "jwks_uri": "/oauth2/certs", "userinfo_endpoint": "/oauth2/userinfo"}}
SCOPES = {"keycloak": ["openid", "profile", "email", "groups"], "cilogon": ["openid", "profile", "email", "org.cilogon.userinfo"]}
LIFE = 300  # seconds


def text_of(number_or_bytes):
    if isinstance(number_or_bytes, int):
        number_or_bytes = number_or_bytes.to_bytes((number_or_bytes.bit_length() + 7) // 8, "big")
    return base64.urlsafe_b64encode(number_or_bytes).rstrip(b"=").decode()


class Signer:
    """The key that tokens are signed with."""

    def __init__(self, algorithm):
        self.algorithm, self.name = algorithm, secrets.token_hex(8)
        self.key = ec.generate_private_key(ec.SECP256R1()) if algorithm == "ES256" else rsa.generate_private_key(65537, 2048)

    def public(self):
        numbers = self.key.public_key().public_numbers()
        parts = ({"kty": "EC", "crv": "P-256", "x": text_of(numbers.x), "y": text_of(numbers.y)} if self.algorithm == "ES256" else
                 {"kty": "RSA", "n": text_of(numbers.n), "e": text_of(numbers.e)})
        return {"kid": self.name, "use": "sig", "alg": self.algorithm, **parts}

    def token(self, claims):
        head = {"alg": self.algorithm, "typ": "JWT", "kid": self.name}
        signed = ".".join(text_of(json.dumps(part).encode()) for part in (head, claims))
        if self.algorithm == "ES256":
            r, s = utils.decode_dss_signature(self.key.sign(signed.encode(), ec.ECDSA(hashes.SHA256())))
            signature = r.to_bytes(32, "big") + s.to_bytes(32, "big")
        else:
            signature = self.key.sign(signed.encode(), padding.PKCS1v15(), hashes.SHA256())
        return signed + "." + text_of(signature)


class Issuer:
    """Who may log in, and what was given out."""

    def __init__(self, words, url):
        self.kind, self.folder, self.client = words.kind, words.folder, words.client
        self.url, self.says = url, words.calls_itself or url
        self.signer, self.codes, self.tokens = Signer(words.signs_by), {}, {}
        self.paths = {path: key for key, path in KINDS[self.kind].items() if key != "realm"}

    def document(self):
        places = {key: self.url + path for path, key in self.paths.items()}
        return {"issuer": self.says, **places, "response_types_supported": ["code"], "subject_types_supported": ["public"],
                "id_token_signing_alg_values_supported": [self.signer.algorithm], "code_challenge_methods_supported": ["S256"],
                "scopes_supported": SCOPES[self.kind],
                "claims_supported": ["sub", "email", "preferred_username" if self.kind == "keycloak" else "eppn"]}

    def person(self, name, password):
        with open(os.path.join(self.folder, "people.json")) as file:
            known = [one for one in json.load(file) if one["name"] == name and one["password"] == password]
        return known[0] if known else None

    def subject(self, person):
        number = hashlib.sha256(person["name"].encode()).hexdigest()[:12]
        return f"http://cilogon.org/serverA/users/{int(number, 16) % 100000}" if self.kind == "cilogon" else number

    def fault_of(self, asked):
        """What an issuer refuses before anybody logs in (RFC 6749, section 4.1.2.1); None where there is nothing."""
        if asked.get("client_id") != self.client:
            return "unauthorized_client"
        if asked.get("response_type") != "code":
            return "unsupported_response_type"
        if set(asked.get("scope", "").split()) - set(SCOPES[self.kind]) or "openid" not in asked.get("scope", "").split():
            return "invalid_scope"
        return None if asked.get("code_challenge_method") == "S256" and asked.get("code_challenge") else "invalid_request"

    def code_for(self, person, asked):
        code = secrets.token_urlsafe(24)
        self.codes[code] = (person, asked)
        return code

    def redeem(self, form):
        """The tokens of a code, or None (RFC 7636, section 4.6)."""
        person, asked = self.codes.pop(form.get("code"), (None, {}))
        challenge = text_of(hashlib.sha256(form.get("code_verifier", "").encode()).digest())
        same = all(form.get(key) == asked.get(key) for key in ("client_id", "redirect_uri"))
        return self.tokens_of(person, asked.get("nonce")) if person and same and challenge == asked["code_challenge"] else None

    def tokens_of(self, person, nonce):
        now = int(time.time())
        basic = {"iss": self.says, "sub": self.subject(person), "iat": now, "exp": now + LIFE}
        identity = {**basic, "aud": self.client, **({"nonce": nonce} if nonce else {}), **person["claims"]}
        access = secrets.token_urlsafe(32) if self.kind == "cilogon" else self.signer.token(dict(basic, typ="Bearer"))
        self.tokens[access] = (person, now + LIFE)
        return {"access_token": access, "token_type": "Bearer", "expires_in": LIFE, "id_token": self.signer.token(identity)}

    def claims_of(self, token):
        person, end = self.tokens.get(token, (None, 0))
        return {"sub": self.subject(person), **person["claims"]} if person and time.time() < end else None


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        issuer, (path, asked) = self.server.issuer, self.asked()
        if path == "/.well-known/openid-configuration":
            return self.answer(200, issuer.document())
        what = issuer.paths.get(path)
        if what == "jwks_uri":
            return self.answer(200, {"keys": [issuer.signer.public()]})
        if what == "userinfo_endpoint":
            claims = issuer.claims_of(self.headers.get("Authorization", "").removeprefix("Bearer "))
            return self.answer(200, claims) if claims else self.answer(401, {"error": "invalid_token"})
        if what == "authorization_endpoint":
            fault = issuer.fault_of(asked)
            return self.answer(400, {"error": fault}) if fault else self.form(asked)
        return self.answer(404, {"error": "not found"})

    def do_POST(self):
        issuer, (path, asked) = self.server.issuer, self.asked()
        form = dict(urllib.parse.parse_qsl(self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()))
        what = issuer.paths.get(path)
        if what == "token_endpoint":
            tokens = issuer.redeem(form) if form.get("grant_type") == "authorization_code" else None
            return self.answer(200, tokens) if tokens else self.answer(400, {"error": "invalid_grant"})
        if what == "authorization_endpoint" and not issuer.fault_of(asked):
            person = issuer.person(form.get("username"), form.get("password"))
            return self.back(issuer.code_for(person, asked), asked) if person else self.answer(401, {"error": "access_denied"})
        return self.answer(404, {"error": "not found"})

    def asked(self):
        """The path below the realm, and what stands behind it."""
        place = urllib.parse.urlsplit(self.path)
        return place.path.removeprefix(KINDS[self.server.issuer.kind]["realm"]), dict(urllib.parse.parse_qsl(place.query))

    def form(self, asked):
        action = html.escape(self.path, quote=True)
        page = f'<form method="post" action="{action}"><input name="username"><input name="password" type="password"></form>'
        self.send(200, "text/html", page.encode())

    def back(self, code, asked):
        self.send_response(302)
        self.send_header("Location", asked["redirect_uri"] + "?" + urllib.parse.urlencode({"code": code, "state": asked.get("state", "")}))
        self.send_header("Content-Length", "0")
        self.end_headers()

    def answer(self, status, value):
        self.send(status, "application/json", json.dumps(value).encode())

    def send(self, status, kind, body):
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


def main(words):
    server = http.server.ThreadingHTTPServer((words.at, words.port), Handler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(os.path.join(words.folder, "server.crt"), os.path.join(words.folder, "server.key"))
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    url = f"https://{words.name}:{server.server_port}{KINDS[words.kind]['realm']}"
    server.issuer = Issuer(words, url)
    print(url, flush=True)
    server.serve_forever()


if __name__ == "__main__":
    arguments = argparse.ArgumentParser()
    arguments.add_argument("folder")
    arguments.add_argument("--as", dest="kind", choices=KINDS, default="keycloak")
    arguments.add_argument("--at", default="127.0.0.1")
    arguments.add_argument("--name", default="localhost")
    arguments.add_argument("--port", type=int, default=0)
    arguments.add_argument("--client", default="kubernetes")
    arguments.add_argument("--calls-itself")
    arguments.add_argument("--signs-by", choices=["RS256", "ES256"], default="RS256")
    try:
        main(arguments.parse_args())
    except KeyboardInterrupt:
        sys.exit(0)
