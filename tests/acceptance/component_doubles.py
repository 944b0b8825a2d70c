"""Doubles for what a lab has not, at the controller's address, outside the cluster.

Application stands for a platform's pod: it answers websockets, counts bodies and tells the headers that it was sent, which
no image of the lab does. LogReceiver stands for a site's Elasticsearch (bulk interface) and for a second place that takes
OTLP over HTTP: it keeps what it is sent, and proves that it came over the wire in these forms, not that those would keep it.
"""

import base64
import gzip
import hashlib
import http.server
import json
import threading

WEBSOCKET = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"  # RFC 6455, 1.3


class Serving:
    """A server in threads of its own while it is entered."""

    def __init__(self, address, port, handler):
        self.server = http.server.ThreadingHTTPServer((address, port), handler)
        self.server.daemon_threads = True
        self.server.double = self

    def __enter__(self):
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()


class Quiet(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def answer(self, value):
        body = json.dumps(value).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def chunks(self):
        if self.headers.get("Transfer-Encoding") == "chunked":
            while size := int(self.rfile.readline().split(b";")[0], 16):
                yield self.rfile.read(size)
                self.rfile.readline()
            self.rfile.readline()
            return
        left = int(self.headers.get("Content-Length", 0))
        while left:
            piece = self.rfile.read(min(left, 1 << 16))
            left -= len(piece)
            yield piece


class ApplicationHandler(Quiet):
    def do_GET(self):
        if self.headers.get("Upgrade", "").lower() == "websocket":
            self.echo_one_frame()
        else:
            self.answer(dict(self.headers.items()))

    def do_POST(self):
        size, digest = 0, hashlib.sha256()
        for piece in self.chunks():
            size += len(piece)
            digest.update(piece)
        self.answer({"size": size, "sha256": digest.hexdigest()})

    def echo_one_frame(self):
        key = hashlib.sha1((self.headers["Sec-WebSocket-Key"] + WEBSOCKET).encode()).digest()
        self.send_response(101)
        for name, text in (("Upgrade", "websocket"), ("Connection", "Upgrade"), ("Sec-WebSocket-Accept", base64.b64encode(key).decode())):
            self.send_header(name, text)
        self.end_headers()
        length = self.rfile.read(2)[1] & 127
        mask, text = self.rfile.read(4), self.rfile.read(length)
        self.wfile.write(bytes([0x81, length]) + bytes(byte ^ mask[place % 4] for place, byte in enumerate(text)))
        self.close_connection = True


class Application(Serving):
    def __init__(self, address, port):
        super().__init__(address, port, ApplicationHandler)


class LogHandler(Quiet):
    def do_GET(self):
        """What a log store's query would: the records that have what stands behind "/find/" in them."""
        self.answer(list(self.server.double.found(self.path.removeprefix("/find/")).values()))

    def do_POST(self):
        body = b"".join(self.chunks())
        if self.headers.get("Content-Encoding") == "gzip":
            body = gzip.decompress(body)
        if self.path.endswith("/_bulk"):
            documents = [json.loads(line) for line in body.splitlines()[1::2]]
            self.server.double.keep_documents(documents)
            self.answer({"errors": False, "items": [{"create": {"status": 201}} for _ in documents]})
        elif self.path.endswith("/v1/logs"):
            self.server.double.keep_otlp(json.loads(body))
            self.answer({})
        else:
            self.send_error(404)


def attributes(listed):
    return {one["key"]: next(iter(one["value"].values())) for one in listed}


class LogReceiver(Serving):
    """`found(text)`: form -> the first record with this text: {body, resource}."""

    def __init__(self, address, port):
        super().__init__(address, port, LogHandler)
        self.lock, self.records = threading.Lock(), {"elasticsearch": [], "otlp": []}

    def keep_documents(self, documents):
        with self.lock:
            self.records["elasticsearch"] += [{"body": one["message"], "resource": one["resource"]} for one in documents]

    def keep_otlp(self, told):
        with self.lock:
            for resource in told.get("resourceLogs", []):
                said = attributes(resource.get("resource", {}).get("attributes", []))
                for scope in resource.get("scopeLogs", []):
                    self.records["otlp"] += [{"body": one.get("body", {}).get("stringValue", ""), "resource": said}
                                             for one in scope.get("logRecords", [])]

    def found(self, text):
        with self.lock:
            return {form: next((one for one in records if text in one["body"]), None) for form, records in self.records.items()}
