#!/usr/bin/env python3
"""Stands for an OpenID Connect issuer as far as its discovery document goes, over HTTPS on a free port of localhost. Prints its
URL, and serves until it is ended. FOLDER has server.crt and server.key.

    oidc_issuer.py FOLDER [--calls-itself URL]
"""

import argparse
import http.server
import json
import os
import ssl
import sys

REALM = "/realms/lsst"


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        is_there = self.path == REALM + "/.well-known/openid-configuration"
        body = json.dumps(self.server.document if is_there else {"error": "not found"}).encode()
        self.send_response(200 if is_there else 404)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


def main(words):
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(os.path.join(words.folder, "server.crt"), os.path.join(words.folder, "server.key"))
    server.socket = context.wrap_socket(server.socket, server_side=True)
    url = f"https://localhost:{server.server_port}{REALM}"
    server.document = {"issuer": words.calls_itself or url, "jwks_uri": url + "/keys", "authorization_endpoint": url + "/auth",
                       "token_endpoint": url + "/token", "claims_supported": ["sub", "preferred_username"]}
    print(url, flush=True)
    server.serve_forever()


if __name__ == "__main__":
    arguments = argparse.ArgumentParser()
    arguments.add_argument("folder")
    arguments.add_argument("--calls-itself")
    try:
        main(arguments.parse_args())
    except KeyboardInterrupt:
        sys.exit(0)
