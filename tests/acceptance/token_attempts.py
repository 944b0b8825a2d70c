"""What somebody sends who wants a node's boot script, its order, or a secret: requests, byte for byte."""

import hashlib
import json
import secrets

from small_image import MARK

STAGES = ["booted", "waiting", "writing", "installed", "failed"]


def request(method, path, headers=(), body=b""):
    head = [f"{method} {path} HTTP/1.1", "Host: x", "Connection: close", *headers]
    if body or method == "POST":
        head.append(f"Content-Length: {len(body)}")
    return "\r\n".join(head).encode("utf-8", "surrogateescape") + b"\r\n\r\n" + body


def asked(stage, token):
    """A request for a stage with a token that came from somewhere."""
    if stage == "boot":
        return request("GET", "/boot/" + token)
    body = {"booted": {"facts": {"disks": []}}, "installed": {"host_keys": [MARK]}, "failed": {"because": "x"}}.get(stage, {})
    return request("POST", "/report/" + stage, ["Authorization: Bearer " + token], json.dumps(body).encode())


def flipped(token, bit):
    return f"{int(token, 16) ^ 1 << bit:032x}"


def malformed(token, dice):
    """A good token, or nearly, in forms that it does not have. "./TOKEN" is no such form: RFC 3986 calls it the same path."""
    shapes = ["", token.upper(), token[:-1], token + "0", " " + token, token + "%00", "%20" + token, token[:16] + "/" + token[16:],
              "../boot/" + token, "%2e%2e/boot/" + token, token + "%3fx=1", token + "/", "/" + token,
              "".join(chr(0xff10 + int(one, 16)) for one in token), "é" * 16, "0" * 32, "' OR 1=1 --", "%s%n" * 8, "*", "%",
              "null", "[]", "{}", token.replace(token[0], "\u202e"), "A" * 5000, "A" * 100_000, "\x01\x02"]
    one = dice.choice(shapes)
    stage = dice.choice(["boot", *STAGES, "x" * 3000, "%2e%2e", "booted/" + token, ""])
    way = dice.randrange(6)
    if stage == "boot":
        return request(dice.choice(["GET", "GET", "GET", "POST", "HEAD", "PUT", "DELETE", "OPTIONS"]), "/boot/" + one)
    headers = [["Authorization: Bearer " + one], ["Authorization: Basic " + token], ["Authorization: " + token],
               ["Authorization: Bearer " + one, "Authorization: Bearer " + token], ["X-Token: " + token], []][way]
    path = "/report/" + stage + ("?token=" + token if way > 3 else "")
    return request("POST", path, headers, json.dumps({"token": token}).encode())


def attempts(count, good, nodes, expired, dice):
    """(kind, bytes) of each; none of them may be taken. `good` has stage and token by node."""
    made = []
    tokens = [(stage, token) for stage, token in good.values()]
    everywhere = ["boot", *STAGES]

    def add(kind, stage, token):
        made.append((kind, asked(stage, token)))

    for _, token in tokens:
        for bit in range(128):
            add("a bit flipped", everywhere[bit % len(everywhere)], flipped(token, bit))
    for node in nodes:
        kind = "of another job" if node.has_new_job else "used before"
        for token in node.used:
            for stage in everywhere:
                add(kind, stage, token)
    for stage, token in tokens:
        for other in everywhere:
            if other != stage and not (stage in ("booted", "writing") and other in allowed(stage)):
                add("of another stage", other, token)
    for token in expired:
        for stage in everywhere:
            add("expired", stage, token)
    for _ in range(200):
        made.append(("malformed", malformed(dice.choice(tokens)[1], dice)))
    while len(made) < count:
        add("guessed", dice.choice(everywhere), secrets.token_hex(16))
    dice.shuffle(made)
    return made[:count]


def allowed(stage):
    """Where the token that is good for this stage is good as well (docs/bare-metal.md)."""
    return {"booted": ["booted", "failed"], "writing": ["writing", "installed", "failed"]}[stage]


def paths(secret_files):
    """What somebody might try who has read this project."""
    tricks = ["", "/", "..", "../", "%2e%2e/", "..%2f", "%2e%2e%2f%2e%2e%2f", "....//", ".%00/", "%c0%ae%c0%ae/", "..\\", "~root/"]
    targets = ["state.db", "etc/shadow", "boot/options", "options", "dhcp.conf", "keys/signing", "images/keys/signing", "manifests",
               "state.db-wal", "bmc-password", "operator_key", "boot/hosts", "proc/self/environ", "proc/self/fd/3", "lock"]
    found = ["/", "/index.html", "/boot", "/boot/", "/report", "/report/", "/report/booted", "/files", "/files/", "/files/ab", "/double",
             "/status", "/metrics", "/api", "/nodes", "/token", "/.git/config", "/robots.txt", "*", "http://10.78.0.1:8087/files/", "//", "/?"]
    found += [f"{start}{trick}{target}" for start in ("/", "/files/", "/boot/", "/report/") for trick in tricks for target in targets]
    for path in secret_files:
        with open(path, "rb") as file:
            digest = hashlib.sha256(file.read()).hexdigest()
        found += [f"/files/{digest}", f"/files/{digest[:2]}/{digest}", f"/chunks/{digest[:2]}/{digest}", f"/files/{digest.upper()}",
                  f"/files/..%2fkeys%2f{digest}"]
    return found


def crawl(secret_files):
    made = [request(method, path) for path in paths(secret_files) for method in ("GET", "HEAD")]
    made += [request(method, path) for path in ("/", "/files/", "/boot/x", "/report/booted", "/state.db")
             for method in ("POST", "PUT", "DELETE", "OPTIONS", "TRACE", "PATCH", "PROPFIND")]
    made += [request("GET", "/files/" + "0" * 64, [f"Range: bytes={part}"]) for part in ("0-", "-1", "0-0,5-9", "99999999999-")]
    made += [b"GET / HTTP/1.1\r\n\r\n", b"GET\r\n\r\n", b"\x16\x03\x01\x00\x05hello\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n", b"\r\n\r\n",
             b"GET /files/../../state.db HTTP/1.0\r\n\r\n", request("GET", "/", ["Cookie: " + "a" * 100_000])]
    return made


TFTP = ["undionly.kpxe", "snponly.efi", "options", "../options", "../hosts", "../dhcp.conf", "../../state.db", "/etc/shadow", "..\\options",
        "../lock", "/etc/passwd", "./../options", "tftp/../../options", ".", "", "../leases", "undionly.kpxe/../../options"]
