"""Doubles of servers that gates ask and that cannot be had here. Each answers as much of its protocol as gates use, and keeps
what it is told; attributes make it faulty. They prove what gates make of answers, and nothing of the servers themselves.

ObjectStore: S3 by path style, for URLs signed in their query; it computes each signature anew (AWS's "Signature Version 4").
Elasticsearch: its version, and indexes. OidcProvider: discovery, and an authorization endpoint as Keycloak's. AlertReceiver: a
webhook, and at /find/TEXT what came of it. Alertmanager: tells one receiver of each alert, at once. Vault: a KV mount, an AppRole
whose tokens read, and a token that writes.
"""

import datetime
import hashlib
import hmac
import http.server
import json
import threading
import urllib.parse
import urllib.request


class Request:
    def __init__(self, method, target, headers, body):
        self.method, self.headers, self.body = method, headers, body
        path, _, self.query_text = target.partition("?")
        self.raw_path, self.path = path, urllib.parse.unquote(path)
        self.query = {key: values[0] for key, values in urllib.parse.parse_qs(self.query_text, keep_blank_values=True).items()}


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def serve(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        status, headers, text = self.server.double.answer(Request(self.command, self.path, self.headers, body))
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(text)

    do_GET = do_PUT = do_POST = do_DELETE = do_HEAD = do_OPTIONS = do_LIST = serve

    def log_message(self, *_):
        pass


class Double:
    """Served in threads of its own while it is entered; port 0 is any free one."""

    def __init__(self, address="127.0.0.1", port=0):
        self.server = http.server.ThreadingHTTPServer((address, port), Handler)
        self.server.daemon_threads, self.server.double = True, self
        self.url = f"http://{address}:{self.server.server_port}"

    def __enter__(self):
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()


def as_json(value, status=200):
    return status, {"Content-Type": "application/json"}, json.dumps(value).encode()


class Static(Double):
    """Pages by their paths: (status, text)."""

    def __init__(self, pages, **where):
        super().__init__(**where)
        self.pages, self.asked = pages, []

    def answer(self, request):
        self.asked.append(request.path + ("?" + request.query_text if request.query_text else ""))
        status, text = self.pages.get(request.path, (404, ""))
        return status, {"Content-Type": "application/json"}, text.encode()


class ObjectStore(Double):
    def __init__(self, key, secret, bucket, origin, **where):
        super().__init__(**where)
        self.key, self.secret, self.bucket, self.origin, self.objects, self.is_public = key, secret, bucket, origin, {}, False

    def signature(self, request):
        """What the signature must be, of all else that stands in the request."""
        day, region = request.query["X-Amz-Credential"].split("/")[1:3]
        query = "&".join(part for part in sorted(request.query_text.split("&")) if not part.startswith("X-Amz-Signature="))
        canonical = "\n".join([request.method, request.raw_path, query, "host:" + request.headers["Host"], "", "host", "UNSIGNED-PAYLOAD"])
        scope = f"{day}/{region}/s3/aws4_request"
        told = "\n".join(["AWS4-HMAC-SHA256", request.query["X-Amz-Date"], scope, hashlib.sha256(canonical.encode()).hexdigest()])
        signing = ("AWS4" + self.secret).encode()
        for part in (day, region, "s3", "aws4_request", told):
            signing = hmac.new(signing, part.encode(), hashlib.sha256).digest()
        return signing.hex()

    def signed(self, method, name):
        """A URL for this one thing, of this moment."""
        now = datetime.datetime.now(datetime.timezone.utc)
        query = (f"X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential={self.key}%2F{now:%Y%m%d}%2Fus-east-1%2Fs3%2Faws4_request"
                 f"&X-Amz-Date={now:%Y%m%dT%H%M%SZ}&X-Amz-Expires=600&X-Amz-SignedHeaders=host")
        path = f"/{self.bucket}/{name}"
        request = Request(method, path + "?" + query, {"Host": self.url.removeprefix("http://")}, b"")
        return f"{self.url}{path}?{query}&X-Amz-Signature={self.signature(request)}"

    def objection(self, request):
        if "X-Amz-Signature" not in request.query:
            return None if self.is_public and request.method == "GET" else "AccessDenied"
        if not request.query["X-Amz-Credential"].startswith(self.key + "/"):
            return "InvalidAccessKeyId"
        made = datetime.datetime.strptime(request.query["X-Amz-Date"], "%Y%m%dT%H%M%SZ").replace(tzinfo=datetime.timezone.utc)
        if datetime.datetime.now(datetime.timezone.utc) > made + datetime.timedelta(seconds=int(request.query["X-Amz-Expires"])):
            return "AccessDenied"
        return None if hmac.compare_digest(self.signature(request), request.query["X-Amz-Signature"]) else "SignatureDoesNotMatch"

    def answer(self, request):
        origin = request.headers.get("Origin")
        headers = {"Access-Control-Allow-Origin": origin, "Access-Control-Allow-Methods": "GET, PUT, HEAD"} if origin and origin == self.origin else {}
        if request.method == "OPTIONS":
            return (200 if headers else 403), headers, b""
        code = self.objection(request)
        if code is None and not request.path.startswith(f"/{self.bucket}/"):
            return 404, headers, b"<Error><Code>NoSuchBucket</Code></Error>"
        if code is not None:
            return 403, headers, f"<Error><Code>{code}</Code></Error>".encode()
        if request.method == "PUT":
            self.objects[request.path] = request.body
            return 200, headers, b""
        if request.method == "DELETE":
            self.objects.pop(request.path, None)
            return 204, headers, b""
        if request.path not in self.objects:
            return 404, headers, b"<Error><Code>NoSuchKey</Code></Error>"
        return 200, headers, self.objects[request.path]


class Elasticsearch(Double):
    def __init__(self, version="7.10.2", **where):
        super().__init__(**where)
        self.version, self.indexes, self.is_read_only = version, set(), False

    def answer(self, request):
        name = request.path.strip("/")
        if not name:
            return as_json({"name": "es", "version": {"number": self.version, "build_flavor": "oss"}, "tagline": "You Know, for Search"})
        if self.is_read_only:
            return as_json({"error": {"type": "cluster_block_exception", "reason": "blocked by: [FORBIDDEN/12/index read-only]"}, "status": 403}, 403)
        if request.method == "PUT" and name not in self.indexes:
            self.indexes.add(name)
            return as_json({"acknowledged": True, "shards_acknowledged": True, "index": name})
        if request.method == "DELETE" and name in self.indexes:
            self.indexes.discard(name)
            return as_json({"acknowledged": True})
        if request.method == "PUT":
            return as_json({"error": {"type": "resource_already_exists_exception"}, "status": 400}, 400)
        return as_json({"error": {"type": "index_not_found_exception"}, "status": 404}, 404)


class OidcProvider(Double):
    def __init__(self, client, back, **where):
        super().__init__(**where)
        self.client, self.back, self.takes_any, self.issuer = client, back, False, self.url + "/realms/site"

    def answer(self, request):
        if request.path == "/realms/site/.well-known/openid-configuration":
            return as_json({"issuer": self.issuer, "authorization_endpoint": self.url + "/realms/site/auth", "jwks_uri": self.url + "/keys"})
        if request.path == "/realms/site/auth":
            is_known = request.query.get("client_id") == self.client
            if is_known and (self.takes_any or request.query.get("redirect_uri") == self.back):
                return 200, {"Content-Type": "text/html"}, b"<form>Sign in to your account</form>"
            return 400, {"Content-Type": "text/html"}, b"Invalid parameter: redirect_uri"
        return 404, {}, b""


class AlertReceiver(Double):
    def __init__(self, **where):
        super().__init__(**where)
        self.bodies, self.status, self.forgets = [], 200, False

    def answer(self, request):
        if request.path.startswith("/find/"):
            text = request.path.removeprefix("/find/")
            return as_json([] if self.forgets else [body for body in self.bodies if text in body])
        if request.method == "POST":
            self.bodies.append(request.body.decode())
        return self.status, {}, b"ok" if self.status == 200 else b"invalid_token"


class Alertmanager(Double):
    def __init__(self, receiver, **where):
        super().__init__(**where)
        self.receiver, self.sent, self.failed, self.is_routed, self.others = receiver, 0, 0, True, 0

    def answer(self, request):
        if request.path == "/metrics":
            text = f'alertmanager_notification_requests_total{{integration="webhook"}} {self.sent}\nalertmanager_notification_requests_failed_total{{integration="webhook"}} {self.failed}\n'
            return 200, {"Content-Type": "text/plain"}, text.encode()
        if request.method == "GET" and request.path == "/api/v2/alerts":
            return as_json([{"fingerprint": str(number)} for number in range(self.others + 1)])
        if request.method != "POST" or request.path != "/api/v2/alerts":
            return 404, {}, b""
        alerts = json.loads(request.body)
        if not all(alert["labels"].get("alertname") for alert in alerts):
            return 400, {}, b"bad data"
        if self.is_routed:
            self.sent += 1
            try:
                urllib.request.urlopen(urllib.request.Request(self.receiver, request.body), timeout=5).close()
            except OSError:
                self.failed += 1
        return 200, {}, b""


class Vault(Double):
    """`secrets` are {application: {key: text}} below `path`. What a policy would give, `reader` and `writer` say."""

    def __init__(self, path, role, secret_id, write_token, **where):
        super().__init__(**where)
        self.mount, self.below = path.split("/", 1)
        self.role, self.secret_id, self.write_token, self.version = role, secret_id, write_token, "2"
        self.secrets, self.tokens, self.revoked, self.is_sealed = {}, set(), 0, False
        self.reader, self.writer, self.write_life = ["read"], ["create", "read", "update"], 30 * 24 * 3600

    def refused(self, text="permission denied", status=403):
        return as_json({"errors": [text]}, status)

    def logged_in(self, body):
        told = json.loads(body)
        if told.get("role_id") != self.role or told.get("secret_id") != self.secret_id:
            return self.refused("invalid role or secret ID", 400)
        token = f"hvs.{len(self.tokens)}-{self.revoked}"
        self.tokens.add(token)
        return as_json({"auth": {"client_token": token, "policies": ["read"], "lease_duration": 3600, "renewable": True}})

    def answer(self, request):
        path, token = request.path.removeprefix("/v1/"), request.headers.get("X-Vault-Token")
        if path == "sys/health":
            return as_json({"sealed": self.is_sealed}, 503 if self.is_sealed else 200)
        if path == "auth/approle/login":
            return self.logged_in(request.body)
        if token not in self.tokens and token != self.write_token:
            return self.refused()
        if path == "auth/token/revoke-self":
            self.tokens.discard(token)
            self.revoked += 1
            return 204, {}, b""
        if path == "auth/token/lookup-self":
            return as_json({"data": {"ttl": self.write_life if token == self.write_token else 3600}})
        if path == "sys/capabilities-self":
            return as_json({"capabilities": self.writer if token == self.write_token else self.reader})
        if path.startswith("sys/internal/ui/mounts/" + self.mount):
            return as_json({"data": {"type": "kv", "path": self.mount + "/", "options": {"version": self.version}}})
        return self.kept(request, path)

    def kept(self, request, path):
        listing, data = f"{self.mount}/metadata/{self.below}", f"{self.mount}/data/{self.below}/"
        if path.rstrip("/") == listing and (request.method == "LIST" or request.query.get("list") == "true"):
            return as_json({"data": {"keys": sorted(self.secrets)}})
        name = path.removeprefix(data)
        if path.startswith(data) and request.method == "GET" and name in self.secrets:
            return as_json({"data": {"data": self.secrets[name], "metadata": {"version": 1, "deletion_time": ""}}})
        return as_json({"errors": []}, 404)
