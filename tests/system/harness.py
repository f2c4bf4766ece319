"""The real binary, spoken to as a stranger would: starts and kills processes, pushes remote write, asks queries.

Standard library only. The binaries are found through SLUICE_BIN_DIR (ctest sets it).
"""
import base64
import json
import os
import pathlib
import signal
import socket
import struct
import subprocess
import tempfile
import time
import unittest
import urllib.error
import urllib.parse
import urllib.request

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]
BIN = pathlib.Path(os.environ.get("SLUICE_BIN_DIR", REPOSITORY / "build/release/bin"))
SHARED = REPOSITORY.parent / "shared"  # not part of the product: tests that need it say that they skip
STALE_NAN = 0x7FF0000000000002
START_DEADLINE_S = 60


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


# ---- remote write 1.0, written from its definition and not from the product's code ----

def varint(n):
    n &= (1 << 64) - 1
    out = bytearray()
    while n > 0x7F:
        out.append(n & 0x7F | 0x80)
        n >>= 7
    out.append(n)
    return bytes(out)


def field(number, payload):
    return varint(number << 3 | 2) + varint(len(payload)) + payload


def encode_labels(labels):
    return b"".join(field(1, field(1, k.encode()) + field(2, v.encode())) for k, v in sorted(labels.items()))


def encode_sample(timestamp_ms, value):
    return field(2, b"\x09" + struct.pack("<d", value) + b"\x10" + varint(timestamp_ms))


def encode_series(labels, samples):
    encoded = labels if isinstance(labels, bytes) else encode_labels(labels)
    return field(1, encoded + b"".join(encode_sample(t, v) for t, v in samples))


def snappy(data):
    """A valid snappy block of literals only."""
    out = [varint(len(data))]
    for i in range(0, len(data), 65536):
        piece = data[i:i + 65536]
        out.append(bytes([61 << 2]) + struct.pack("<H", len(piece) - 1) + piece)
    return b"".join(out)


def write_body(series):
    """`series`: list of (labels, [(timestamp_ms, value), ...]); labels a dict or already encoded bytes."""
    return snappy(b"".join(encode_series(labels, samples) for labels, samples in series))


WRITE_HEADERS = {
    "Content-Type": "application/x-protobuf",
    "Content-Encoding": "snappy",
    "X-Prometheus-Remote-Write-Version": "0.1.0",
    "User-Agent": "sluice-system-test/1",
}


class Reply:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body

    def json(self):
        return json.loads(self.body)


def http(url, body=None, headers=None, method=None, timeout=30):
    request = urllib.request.Request(url, data=body, headers=headers or {}, method=method)
    try:
        with urllib.request.urlopen(request, timeout=timeout) as reply:
            return Reply(reply.status, reply.headers, reply.read())
    except urllib.error.HTTPError as refused:
        with refused:
            return Reply(refused.code, refused.headers, refused.read())


def identity(tenant=None, token=None, user=""):
    headers = {}
    if tenant:
        headers["X-Scope-OrgID"] = tenant
    if token:
        headers["Authorization"] = "Basic " + base64.b64encode(f"{user}:{token}".encode()).decode()
    return headers


class Process:
    """A child process whose output is kept in a file and shown when something goes wrong."""

    def __init__(self, arguments, log):
        self.log = pathlib.Path(log)
        self._out = open(self.log, "ab")
        self.child = subprocess.Popen([str(a) for a in arguments], stdout=self._out, stderr=subprocess.STDOUT,
                                      stdin=subprocess.DEVNULL)

    def alive(self):
        return self.child.poll() is None

    def kill9(self):
        self.child.kill()
        self.child.wait()
        self._out.close()

    def terminate(self, timeout=60):
        if self.alive():
            self.child.send_signal(signal.SIGTERM)
        code = self.child.wait(timeout)
        self._out.close()
        return code

    def tail(self):
        return self.log.read_text(errors="replace")[-4000:]


def wait_for_http(process, url, headers=None):
    deadline = time.monotonic() + START_DEADLINE_S
    while time.monotonic() < deadline:
        if not process.alive():
            raise AssertionError(f"exited with {process.child.returncode}:\n{process.tail()}")
        try:
            if http(url, headers=headers, timeout=5).status == 200:
                return
        except OSError:
            pass
        time.sleep(0.02)
    raise AssertionError(f"{url} did not become ready:\n{process.tail()}")


class Sluice:
    def __init__(self, folder, config=None):
        self.folder = pathlib.Path(folder)
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.process = None
        self.config = None
        if config is not None:
            self.config = self.folder / "sluice.yaml"
            self.config.write_text(config)

    def start(self):
        arguments = [BIN / "sluice", "--listen", f"127.0.0.1:{self.port}", "--data-dir", self.folder / "data"]
        if self.config:
            arguments += ["--config", self.config]
        self.process = Process(arguments, self.folder / "sluice.log")
        try:
            wait_for_http(self.process, self.url + "/-/ready")
        except AssertionError:
            self.process.terminate()
            raise
        return self

    def kill9(self):
        self.process.kill9()

    def stop(self):
        return self.process.terminate()

    def push(self, series, path="/api/v1/push", headers=None, timeout=30, **who):
        every = {**WRITE_HEADERS, **identity(**who), **(headers or {})}
        return http(self.url + path, write_body(series), every, timeout=timeout)

    def get(self, path, headers=None, prefix="/api/v1", tenant=None, token=None, **parameters):
        query = urllib.parse.urlencode(parameters, doseq=True)
        return http(f"{self.url}{prefix}{path}?{query}", headers={**identity(tenant, token), **(headers or {})})

    def query(self, expression, at, **who):
        reply = self.get("/query", query=expression, time=at, **who)
        if reply.status != 200:
            raise AssertionError(f"{expression}: {reply.status} {reply.body[:500]}")
        return reply.json()["data"]["result"]

    def admin(self, action, **who):
        return http(f"{self.url}/admin/{action}?wait=true", b"", identity(**who), method="POST", timeout=300)


class SystemTest(unittest.TestCase):
    """Gives each test a folder, and takes down whatever it started."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="sluice-system-")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def sluice(self, config=None, name="sluice"):
        home = self.folder / name
        home.mkdir()
        server = Sluice(home, config)
        self.addCleanup(lambda: server.process and server.process.alive() and server.kill9())
        return server.start()

    def own(self, process):
        self.addCleanup(lambda: process.alive() and process.kill9())
        return process
