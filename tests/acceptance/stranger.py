"""Speaks to the boot service as somebody in its network who has nothing to do there. Standard input is JSON.

    stranger.py            a list of requests in hex: the answers in hex, each over a connection of its own
    stranger.py --crawl    what to ask for, and which secrets to look for in all that comes
"""

import contextlib
import json
import os
import socket
import subprocess
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

SERVER, PORT, PATIENCE = "10.78.0.1", 8087, 40  # seconds


def said_to(raw):
    """All that comes back."""
    answer = b""
    with contextlib.suppress(OSError), socket.create_connection((SERVER, PORT), timeout=PATIENCE) as link:
        with contextlib.suppress(OSError):
            link.sendall(raw)
            link.shutdown(socket.SHUT_WR)
        while piece := link.recv(1 << 20):
            answer += piece
    return answer


def by_tftp(name):
    """RFC 1350; "" where it is refused or nothing comes."""
    content = b""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as link:
        link.settimeout(2)
        link.sendto(b"\0\1" + name.encode() + b"\0octet\0", (SERVER, 69))
        with contextlib.suppress(OSError):
            while True:
                packet, peer = link.recvfrom(2048)
                if packet[:2] != b"\0\3":
                    return content + packet[4:]
                content += packet[4:]
                link.sendto(b"\0\4" + packet[2:4], peer)
                if len(packet) < 516:
                    return content
    return content


def unpacked(content):
    if not content.startswith(b"\x28\xb5\x2f\xfd"):
        return b""
    return subprocess.run(["zstd", "-dcq"], input=content, capture_output=True, timeout=120).stdout


class Finds:
    """Secrets as they are, in hex and in base64 where they are no text."""

    def __init__(self, secrets):
        self.secrets = [(name, form) for name, text in secrets.items() for form in {bytes.fromhex(text), text.encode()}]
        self.found, self.bytes, self.unpacked = set(), 0, 0

    def search(self, content, asked):
        plain = unpacked(content)
        self.bytes, self.unpacked = self.bytes + len(content), self.unpacked + len(plain)
        for name, form in self.secrets:
            for text in (content, plain):
                # What was said may come back; it is no find.
                if form in text and form not in asked:
                    self.found.add(name)


def crawl(wish):
    finds, statuses, public, transferred = Finds(wish["secrets"]), [], 0, 0
    for raw in map(bytes.fromhex, wish["requests"]):
        answer = said_to(raw)
        finds.search(answer, raw)
        statuses.append(int(answer[9:12]) if answer[9:12].isdigit() else 0)
    for digest in wish["files"]:
        answer = said_to(f"GET /files/{digest} HTTP/1.0\r\n\r\n".encode())
        head, _, body = answer.partition(b"\r\n\r\n")
        public += b" 200 " in head
        finds.search(body, b"")
    for name in wish["tftp"]:
        content = by_tftp(name)
        transferred += len(content) > 4096
        finds.search(content, b"")
    return {"secrets": sorted(finds.found), "bytes": finds.bytes, "unpacked": finds.unpacked, "statuses": statuses, "public": public,
            "tftp": transferred}


def main():
    wish = json.load(sys.stdin)
    answer = crawl(wish) if "--crawl" in sys.argv else [said_to(bytes.fromhex(text)).hex() for text in wish]
    json.dump(answer, sys.stdout)


if __name__ == "__main__":
    main()
