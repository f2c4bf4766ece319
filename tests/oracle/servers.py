"""Sluice and Prometheus as processes, each asked over one kept connection."""
import http.client
import json
import pathlib
import socket
import subprocess
import time
import urllib.parse

import dataset
import wire

FEATURES = ["promql-experimental-functions", "promql-extended-range-selectors", "promql-binop-fill-modifiers",
            "promql-per-step-stats", "exemplar-storage"]
START_SECONDS_MAX = 60
EVER = "100y"


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Server:
    def __init__(self, name, folder, arguments, port):
        self.name, self.port = name, port
        self.log = open(pathlib.Path(folder) / f"{name}.log", "ab")
        self.child = subprocess.Popen([str(a) for a in arguments], stdout=self.log, stderr=subprocess.STDOUT)
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
        self.wait_until_ready()

    def wait_until_ready(self):
        deadline = time.monotonic() + START_SECONDS_MAX
        while True:
            try:
                if self.request("GET", "/-/ready")[0] == 200:
                    return
            except OSError:
                pass
            if time.monotonic() > deadline or self.child.poll() is not None:
                raise SystemExit(f"{self.name} did not start: see {self.log.name}")
            time.sleep(0.05)

    def request(self, method, path, body=None, headers=None):
        try:
            self.connection.request(method, path, body, headers or {})
            reply = self.connection.getresponse()
            return reply.status, reply.read()
        except (http.client.HTTPException, OSError):
            self.connection.close()
            raise

    def ask(self, endpoint, form):
        """Status, and the answer as Python sees it (or text where it is no JSON)."""
        body = urllib.parse.urlencode(form, doseq=True)
        status, text = self.request("POST", "/api/v1/" + endpoint, body,
                                    {"Content-Type": "application/x-www-form-urlencoded"})
        return status, parsed(text)

    def get(self, path):
        status, text = self.request("GET", path)
        return status, parsed(text)

    def load(self, data, version):
        for series in data.requests():
            status, text = self.request("POST", "/api/v1/write", wire.WRITERS[version](series), wire.headers(version))
            if status // 100 != 2:
                raise SystemExit(f"{self.name} refused data: {status} {text[:500]}")

    def stop(self):
        self.connection.close()
        self.child.terminate()
        self.child.wait()
        self.log.close()


def parsed(text):
    try:
        return json.loads(text)
    except ValueError:
        return text.decode(errors="replace")


def prometheus(binary, folder, delayed_names):
    home = pathlib.Path(folder) / "prometheus"
    home.mkdir()
    (home / "prometheus.yml").write_text("global: {scrape_interval: 15s}\n")
    port, features = free_port(), FEATURES + ["promql-delayed-name-removal"] * delayed_names
    return Server("prometheus", folder, [
        binary, f"--config.file={home}/prometheus.yml", f"--storage.tsdb.path={home}/data", "--log.level=error",
        f"--web.listen-address=127.0.0.1:{port}", f"--storage.tsdb.retention.time={EVER}",
        "--web.enable-remote-write-receiver", f"--enable-feature={','.join(features)}"], port)


def sluice(binary, folder, delayed_names):
    home = pathlib.Path(folder) / "sluice"
    home.mkdir()
    (home / "sluice.yaml").write_text(f"query: {{delayed_name_removal: {str(bool(delayed_names)).lower()}}}\n"
                                      f"limits: {{retention_ms: {EVER}}}\n")
    port = free_port()
    return Server("sluice", folder, [binary, "--config", home / "sluice.yaml", "--listen", f"127.0.0.1:{port}",
                                     "--data-dir", home / "data"], port)


def loaded_pair(prometheus_binary, sluice_binary, folder, data, delayed_names, version):
    pair = []
    try:
        pair.append(sluice(sluice_binary, folder, delayed_names))
        pair.append(prometheus(prometheus_binary, folder, delayed_names))
        for server in pair:
            server.load(data, version)
    except BaseException:
        for server in pair:
            server.stop()
        raise
    return pair


FIRST_S, LAST_S = dataset.FIRST_MS // 1000, dataset.LAST_MS // 1000
