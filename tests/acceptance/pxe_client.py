#!/usr/bin/env python3
"""A network card that boots: sends what DHCP asks of it (RFC 2131, 4578; PXE 2.1), and tells who offered what. A list of asks as
JSON on standard input, a list of lists of offers on standard output."""

import json
import os
import select
import socket
import struct
import sys
import time

PATIENCE = 1.5  # for offers; both servers are a bridge away
COOKIE = b"\x63\x82\x53\x63"
DISCOVER, REQUEST = 1, 3
MESSAGE, SERVER, VENDOR, BOOT_FILE, ARCH, UUID, IPXE = 53, 54, 60, 67, 93, 97, 175


def option(code, body):
    return bytes([code, len(body)]) + body


def packet(ask, number):
    mac = bytes.fromhex(ask["mac"].replace(":", ""))
    own = socket.inet_aton(ask.get("address", "0.0.0.0"))
    head = struct.pack("!BBBBIHH4s4s4s4s", 1, 1, 6, 0, number, 0, 0x8000, own, b"", b"", b"") + mac.ljust(16, b"\0") + bytes(192)
    body = COOKIE + option(MESSAGE, bytes([REQUEST if ask.get("at_4011") else DISCOVER])) + option(55, bytes([1, 3, 43, 60, 66, 67]))
    if ask.get("pxe", True):
        body += option(VENDOR, b"PXEClient:Arch:%05d:UNDI:002001" % ask["arch"]) + option(ARCH, struct.pack("!H", ask["arch"]))
        body += option(94, b"\1\2\1") + option(UUID, b"\0" + mac.rjust(16, b"\1"))
    if ask.get("ipxe"):
        body += option(IPXE, option(0xb1, b"\1"))
    return head + body + b"\xff"


def options_in(body):
    found, at = {}, 4
    while at < len(body) and body[at] != 255:
        if body[at] == 0:
            at += 1
            continue
        found[body[at]] = body[at + 2:at + 2 + body[at + 1]]
        at += 2 + body[at + 1]
    return found


def offer(answer):
    options = options_in(answer[236:])
    return {"server": socket.inet_ntoa(options.get(SERVER, bytes(4))), "address": socket.inet_ntoa(answer[16:20]),
            "next": socket.inet_ntoa(answer[20:24]), "file": answer[108:236].split(b"\0")[0].decode() or options.get(BOOT_FILE, b"").decode(),
            "vendor": options.get(VENDOR, b"").decode()}


def offers(link, ask):
    number = int.from_bytes(os.urandom(4), "big")
    link.sendto(packet(ask, number), (ask["at_4011"], 4011) if ask.get("at_4011") else ("255.255.255.255", 67))
    found, end = [], time.monotonic() + PATIENCE
    while (left := end - time.monotonic()) > 0:
        if select.select([link], [], [], left)[0]:
            answer = link.recv(2048)
            if answer[0] == 2 and struct.unpack("!I", answer[4:8])[0] == number:
                found.append(offer(answer))
    return found


def main():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as link:
        link.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
        link.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, b"eth0")
        link.bind(("", 68))
        json.dump([offers(link, ask) for ask in json.load(sys.stdin)], sys.stdout)


if __name__ == "__main__":
    main()
