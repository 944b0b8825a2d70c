"""Whoever asks for a page of a cluster from outside: by its name, at the address of the ingress, over TLS."""

import http.client
import os
import socket
import ssl

import lab_runs


class IngressClient:
    """Somebody outside of the cluster, who trusts the site's authority and nobody else."""

    def __init__(self, address, domain, patience=120):
        self.address, self.domain, self.patience = address, domain, patience
        self.trust = ssl.create_default_context(cafile=os.path.join(lab_runs.STATE, "pki/ca.crt"))

    def connect(self, name, port=443):
        plain = socket.create_connection((self.address, port), timeout=min(30, self.patience))
        return self.trust.wrap_socket(plain, server_hostname=f"{name}.{self.domain}") if port == 443 else plain

    def ask(self, name, method="GET", path="/", body=None, headers=None, port=443):
        connection = http.client.HTTPConnection(f"{name}.{self.domain}", timeout=self.patience)
        connection.sock = self.connect(name, port)
        connection.sock.settimeout(self.patience)
        connection.request(method, path, body, headers or {})
        answer = connection.getresponse()
        told = answer.status, answer.read(), dict(answer.getheaders())
        connection.close()
        return told

    def websocket(self, name, text):
        """What comes back of one frame."""
        with self.connect(name) as link:
            link.sendall((f"GET / HTTP/1.1\r\nHost: {name}.{self.domain}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                          "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n").encode())
            head = b""
            while b"\r\n\r\n" not in head:
                piece = link.recv(4096)
                if not piece:
                    return head.decode()
                head += piece
            link.sendall(bytes([0x81, 0x80 | len(text), 0, 0, 0, 0]) + text.encode())
            frame = head.split(b"\r\n\r\n", 1)[1]
            while len(frame) < 2 + len(text):
                frame += link.recv(4096)
            return head.split(b"\r\n")[0].decode().split()[1], frame[2:].decode()
