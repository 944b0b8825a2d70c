"""A double for what takes a site's metrics and alerts, at the controller's address, over TLS.

MetricReceiver stands for Mimir (remote write: a protobuf, packed by snappy) and for an Alertmanager (version 2 of its
interface). It keeps what it is sent: proof that it came over the wire in these forms.
"""

import json
import ssl
import struct
import threading

from component_doubles import Quiet, Serving


def varint(data, at):
    number = shift = 0
    while True:
        byte = data[at]
        at, number, shift = at + 1, number | (byte & 127) << shift, shift + 7
        if byte < 128:
            return number, at


def unpack_snappy(data):
    """Block format, as remote write uses it (google/snappy, format_description.txt)."""
    size, at = varint(data, 0)
    out = bytearray()
    while at < len(data):
        tag, at = data[at], at + 1
        kind, length = tag & 3, (tag >> 2) + 1
        if kind == 0:
            if length > 60:
                width = length - 60
                length, at = int.from_bytes(data[at:at + width], "little") + 1, at + width
            out += data[at:at + length]
            at += length
            continue
        if kind == 1:
            length, offset, at = (tag >> 2 & 7) + 4, (tag >> 5) << 8 | data[at], at + 1
        else:
            width = 2 if kind == 2 else 4
            offset, at = int.from_bytes(data[at:at + width], "little"), at + width
        for _ in range(length):
            out.append(out[-offset])
    if len(out) != size:
        raise ValueError(f"{len(out)} bytes, not {size}")
    return bytes(out)


def fields(data):
    """Of one message: number -> value, for the kinds that remote write has."""
    at = 0
    while at < len(data):
        key, at = varint(data, at)
        if key & 7 == 0:
            value, at = varint(data, at)
        elif key & 7 == 1:
            value, at = struct.unpack_from("<d", data, at)[0], at + 8
        else:
            size, at = varint(data, at)
            value, at = data[at:at + size], at + size
        yield key >> 3, value


def series(request):
    """The labels, and the newest value, of each series in a WriteRequest (prompb/remote.proto)."""
    for number, content in fields(request):
        if number != 1:
            continue
        labels, value = {}, None
        for kind, inner in fields(content):
            told = dict(fields(inner))
            if kind == 1:
                labels[told[1].decode()] = told.get(2, b"").decode()
            elif kind == 2:
                value = told.get(1, 0.0)
        yield labels, value


class MetricHandler(Quiet):
    def do_POST(self):
        body, double = b"".join(self.chunks()), self.server.double
        if self.path == "/api/v1/push":
            double.keep_series(series(unpack_snappy(body)))
        elif self.path == "/api/v2/alerts":
            double.keep_alerts(json.loads(body))
        else:
            self.send_error(404)
            return
        self.answer({})


class MetricReceiver(Serving):
    """Serves by a certificate and its key."""

    def __init__(self, address, port, certificate, key):
        super().__init__(address, port, MetricHandler)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        # A client that hangs up in the handshake costs its own thread alone.
        self.server.socket = context.wrap_socket(self.server.socket, server_side=True, do_handshake_on_connect=False)
        self.lock, self.values, self.alerts = threading.Lock(), {}, set()

    def keep_series(self, listed):
        listed = list(listed)
        with self.lock:
            for labels, value in listed:
                self.values[tuple(sorted(labels.items()))] = value

    def keep_alerts(self, listed):
        with self.lock:
            self.alerts |= {one["labels"]["alertname"] for one in listed}

    def of(self, name):
        """The labels and values that came under a metric's name."""
        with self.lock:
            return [(dict(labels), value) for labels, value in self.values.items() if dict(labels)["__name__"] == name]
