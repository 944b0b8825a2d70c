#!/usr/bin/env python3
"""Stands for the Redfish service of one machine's BMC, with the faults that real ones have.

    redfish_double.py [--tls KEY CERT] [--port N] [--user U] [--password P] [--serial S] [--power On|Off]

Prints its port. What a test wants of it, it says by POST /double, a JSON object of the attributes of `Machine` that change;
GET /double tells what is really so, what was answered and when (seconds since the epoch). `faults` is a list of:

    {"kind": "hang", "after": N, "for": M, "seconds": S}  requests N to N+M-1, counted from now, get no answer for S seconds
    {"kind": "busy", "after": N, "for": M}                they are answered 503
    {"kind": "half", "after": N, "for": M, "cut": bool}   they are answered with half of the JSON, the connection cut or not
    {"kind": "stale", "seconds": S}                       the power state is told as it was S seconds ago
    {"kind": "ignore", "for": M}                          M resets are acknowledged, and nothing happens
    {"kind": "certificate", "key": K, "cert": C, "after": N}  connections from N on are shown another certificate
    {"kind": "sessions", "for": M, "basic": bool}         M log-ins find no session left; the password alone is taken or not
"""

import argparse
import base64
import http.server
import json
import secrets
import ssl
import sys
import threading
import time

SYSTEM, MANAGER, CHASSIS = "/redfish/v1/Systems/1", "/redfish/v1/Managers/1", "/redfish/v1/Chassis/1"
SESSIONS = "/redfish/v1/SessionService/Sessions"
RESET = SYSTEM + "/Actions/ComputerSystem.Reset"
ENTRIES = MANAGER + "/LogServices/Sel/Entries"


class Machine:
    """What is really so. Changes are kept with their times, so that yesterday's can be told."""

    def __init__(self, words):
        self.user, self.password, self.serial = words.user, words.password, words.serial
        self.history = [(0.0, words.power)]
        self.delay = 0.0  # seconds from a reset to what it does
        self.allowed = ["On", "ForceOff", "GracefulShutdown"]
        self.boot = {"BootSourceOverrideEnabled": "Disabled", "BootSourceOverrideTarget": "None"}
        self.needs_etag, self.has_sessions, self.has_sensors = False, True, False
        self.faults, self.sessions, self.log, self.resets = [], {}, [], []
        self.requests = self.connections = self.logins = 0
        self.lock = threading.Lock()

    def power_at(self, when):
        return [state for time_, state in self.history if time_ <= when][-1]

    def fault(self, kind):
        return next((one for one in self.faults if one["kind"] == kind), None)

    def hits(self, kind, number):
        one = self.fault(kind)
        return one if one and one["after"] <= number < one["after"] + one.get("for", 10 ** 9) else None

    def reset(self, verb):
        now = time.time()
        self.resets.append({"time": now, "type": verb})
        ignore = self.fault("ignore")
        if ignore and len(self.resets) <= ignore["for"]:
            return
        self.history.append((now + self.delay, "On" if verb in ("On", "ForceOn") else "Off"))

    def truth(self):
        return {"power": self.power_at(time.time()), "boot": self.boot, "log": self.log, "resets": self.resets,
                "sessions": len(self.sessions), "logins": self.logins, "requests": self.requests}


def error(name, text):
    return {"error": {"code": "Base.1.8.GeneralError", "message": text,
                      "@Message.ExtendedInfo": [{"MessageId": "Base.1.8." + name, "Message": text}]}}


def link(path):
    return {"@odata.id": path}


def collection(*paths):
    return {"Members": [link(path) for path in paths], "Members@odata.count": len(paths)}


class Service(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    machine = None

    def log_message(self, *_):
        pass

    def answer(self, status, body=None, headers=(), said=None, is_half=False, is_cut=False):
        text = b"" if body is None else json.dumps(body).encode()
        length = len(text)
        if is_half:
            text = text[:length // 2]
            length = length if is_cut else len(text)
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(length))
        for name, value in headers:
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(text)
        self.wfile.flush()
        self.close_connection = self.close_connection or is_cut
        self.machine.log.append({"time": time.time(), "method": self.command, "path": self.path, "status": status,
                                 "said": None if is_half else said})

    def resources(self):
        machine = self.machine
        stale = machine.fault("stale")
        state = machine.power_at(time.time() - (stale["seconds"] if stale else 0))
        chassis = {"Sensors": link(CHASSIS + "/Sensors")} if machine.has_sensors else {
            "Thermal": link(CHASSIS + "/Thermal"), "Power": link(CHASSIS + "/Power")}
        return {
            SYSTEM: {"Id": "1", "PowerState": state, "SerialNumber": machine.serial, "Model": "Double 1",
                     "Manufacturer": "Example", "Boot": machine.boot,
                     "Links": {"ManagedBy": [link(MANAGER)], "Chassis": [link(CHASSIS)]},
                     "Actions": {"#ComputerSystem.Reset": {"target": RESET,
                                                           "ResetType@Redfish.AllowableValues": machine.allowed}}},
            "/redfish/v1/Systems": collection(SYSTEM),
            MANAGER: {"FirmwareVersion": "2.10", "LogServices": link(MANAGER + "/LogServices")},
            MANAGER + "/LogServices": collection(MANAGER + "/LogServices/Sel"),
            MANAGER + "/LogServices/Sel": {"Entries": link(ENTRIES)},
            ENTRIES: {"Members": [{"Id": "2", "Created": "2026-02-02T10:00:00Z", "Severity": "Critical", "Message": "Power lost"},
                                  {"Id": "1", "Created": "2026-01-01T10:00:00Z", "Severity": "OK", "Message": "Fan added"}]},
            CHASSIS: dict(chassis, Id="1"),
            CHASSIS + "/Thermal": {"Temperatures": [{"Name": "Inlet", "ReadingCelsius": 23, "Status": {"Health": "OK"}}],
                                   "Fans": [{"Name": "Fan 1", "Reading": 4200, "ReadingUnits": "RPM", "Status": {"Health": "Warning"}}]},
            CHASSIS + "/Power": {"PowerSupplies": [{"Name": "PSU 1", "LastPowerOutputWatts": None, "Status": {"State": "Absent"}}]},
            CHASSIS + "/Sensors": collection(CHASSIS + "/Sensors/Inlet"),
            CHASSIS + "/Sensors/Inlet": {"Name": "Inlet", "Reading": 23.5, "ReadingUnits": "Cel", "Status": {"Health": "OK"}},
        }

    def is_allowed(self):
        if self.headers.get("X-Auth-Token") in self.machine.sessions:
            return True
        limit = self.machine.fault("sessions")
        if limit and not limit["basic"]:
            return False
        login = base64.b64encode(f"{self.machine.user}:{self.machine.password}".encode()).decode()
        return self.headers.get("Authorization") == "Basic " + login

    def body(self):
        return json.loads(self.rfile.read(int(self.headers.get("Content-Length", 0))) or b"null")

    def log_in(self, body):
        machine = self.machine
        machine.logins += 1
        limit = machine.fault("sessions")
        if limit and machine.logins <= limit["for"]:
            return self.answer(503, error("SessionLimitExceeded", "The session establishment failed due to the number of sessions"))
        if not machine.has_sessions:
            return self.answer(405)
        if body != {"UserName": machine.user, "Password": machine.password}:
            return self.answer(401, error("ResourceAtUriUnauthorized", "Unauthorized"))
        token, number = secrets.token_hex(16), str(len(machine.log))
        machine.sessions[token] = SESSIONS + "/" + number
        return self.answer(201, link(SESSIONS + "/" + number), [("X-Auth-Token", token), ("Location", SESSIONS + "/" + number)])

    def faulted(self):
        """Whether a fault has answered."""
        machine = self.machine
        with machine.lock:
            number = machine.requests
            machine.requests += 1
        hang = machine.hits("hang", number)
        if hang:
            time.sleep(hang["seconds"])
            self.close_connection = True
            return True
        if machine.hits("busy", number):
            self.body()
            self.answer(503, error("ServiceTemporarilyUnavailable", "The service is temporarily unavailable"), [("Retry-After", "1")])
            return True
        return False

    def do_GET(self):
        if self.path == "/double":
            return self.answer(200, self.machine.truth())
        number = self.machine.requests
        if self.faulted():
            return None
        half = self.machine.hits("half", number) or {}
        style = {"is_half": bool(half), "is_cut": half.get("cut", False)}
        if self.path.rstrip("/") == "/redfish/v1":
            return self.answer(200, {"RedfishVersion": "1.15.0", "Systems": link("/redfish/v1/Systems"),
                                     "Links": {"Sessions": link(SESSIONS)}}, **style)
        if not self.is_allowed():
            return self.answer(401, error("NoValidSession", "There is no valid session"))
        resource = self.resources().get(self.path.rstrip("/"))
        if resource is None:
            return self.answer(404, error("ResourceMissingAtURI", "There is nothing"))
        return self.answer(200, resource, [("ETag", 'W/"1"')], resource.get("PowerState"), **style)

    def do_POST(self):
        if self.path == "/double":
            for name, value in self.body().items():
                setattr(self.machine, name, value)
            self.machine.requests = self.machine.connections = self.machine.logins = 0
            return self.answer(200, {})
        if self.faulted():
            return None
        body = self.body()
        if self.path == SESSIONS:
            return self.log_in(body)
        if not self.is_allowed():
            return self.answer(401, error("NoValidSession", "There is no valid session"))
        if self.path != RESET or body.get("ResetType") not in self.machine.allowed:
            return self.answer(400, error("ActionParameterNotSupported", "The parameter ResetType is not supported"))
        self.machine.reset(body["ResetType"])
        return self.answer(204)

    def do_PATCH(self):
        if self.faulted():
            return None
        body = self.body()
        if not self.is_allowed():
            return self.answer(401, error("NoValidSession", "There is no valid session"))
        if self.machine.needs_etag and self.headers.get("If-Match") != 'W/"1"':
            return self.answer(428, error("PreconditionRequired", "A precondition header is required"))
        if not self.machine.fault("ignore"):
            self.machine.boot = dict(self.machine.boot, **body["Boot"])
        return self.answer(200, {})

    def do_DELETE(self):
        if self.faulted():
            return None
        token = self.headers.get("X-Auth-Token")
        if self.machine.sessions.get(token) != self.path:
            return self.answer(401)
        del self.machine.sessions[token]
        return self.answer(204)


class Server(http.server.ThreadingHTTPServer):
    daemon_threads, request_queue_size = True, 64
    tls, other = None, {}

    def handle_error(self, *_):
        pass  # a peer that has gone

    def context(self):
        machine = Service.machine
        number = machine.connections
        machine.connections += 1
        changed = machine.hits("certificate", number)
        return server_context(changed["key"], changed["cert"]) if changed else self.tls

    def get_request(self):
        peer, address = super().get_request()
        if self.tls is not None:
            peer = self.context().wrap_socket(peer, server_side=True, do_handshake_on_connect=False)
        return peer, address


def server_context(key, certificate):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    return context


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--tls", nargs=2)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--user", default="root")
    parser.add_argument("--password", default="calvin-of-the-double")
    parser.add_argument("--serial", default="SN-1")
    parser.add_argument("--power", default="Off", choices=["On", "Off"])
    words = parser.parse_args()
    Service.machine = Machine(words)
    server = Server(("127.0.0.1", words.port), Service)
    if words.tls:
        server.tls = server_context(*words.tls)
    print(server.server_address[1], flush=True)
    # Ends with whoever started it.
    threading.Thread(target=lambda: (sys.stdin.read(), server.shutdown()), daemon=True).start()
    server.serve_forever()


if __name__ == "__main__":
    main()
