"""The three servers that benches compare: how each is started, pushed to, asked, settled and measured."""
import hashlib
import json
import pathlib
import shutil
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "tests/system"))
import harness  # noqa: E402

SAMPLES_MAX, TIMEOUT_S, SERIES_MAX = 500_000_000, 600, 5_000_000  # for all alike: heavy queries are to be answered
INTERVAL_S = 15  # between scrapes
CLOCK_TICKS = 100  # USER_HZ on every Linux that Debian supports


class Server:
    """One server process over one data folder. Figures come from /proc, so they are the process's own."""
    name = "?"
    write_path = "/api/v1/write"

    def __init__(self, folder):
        self.folder = pathlib.Path(folder) / self.name
        self.data = self.folder / "data"
        self.data.mkdir(parents=True)
        self.port = harness.free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.process = None

    def arguments(self):
        raise NotImplementedError

    def ready_url(self):
        return self.url + "/-/ready"

    def identity(self):
        """Headers of every request."""
        return {}

    def settle(self):
        """Brings what was written to its final form on disk."""

    def start(self):
        begun = time.monotonic()
        self.process = harness.Process(self.arguments(), self.folder / "log")
        harness.wait_for_http(self.process, self.ready_url())
        return time.monotonic() - begun

    def kill9(self):
        self.process.kill9()

    def stop(self):
        if self.process and self.process.alive():
            self.process.terminate(timeout=120)

    def cpu_seconds(self):
        fields = pathlib.Path(f"/proc/{self.process.child.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / CLOCK_TICKS

    def peak_rss_bytes(self):
        for line in pathlib.Path(f"/proc/{self.process.child.pid}/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
        raise AssertionError("no VmHWM in /proc")

    def disk_bytes(self):
        return sum(f.stat().st_blocks * 512 for f in self.data.rglob("*") if f.is_file())


class Sluice(Server):
    """With tokens on and synced commits: what a user would run."""
    name = "sluice"
    tenant = "bench"
    token = "bench-token"

    def arguments(self):
        digest = hashlib.sha256(self.token.encode()).hexdigest()
        config = self.folder / "sluice.yaml"
        config.write_text(f"""
storage: {{durability: sync}}
query: {{samples_max: {SAMPLES_MAX}}}
limits: {{query_timeout_ms_max: {TIMEOUT_S}s}}
tenants: {{{self.tenant}: {{}}}}
auth:
  tokens:
    - {{name: bench, sha256: {digest}, tenants: [{self.tenant}], scopes: [write, read, admin]}}
""")
        return [harness.BIN / "sluice", "--config", config, "--listen", f"127.0.0.1:{self.port}",
                "--data-dir", self.data]

    def identity(self):
        return harness.identity(self.tenant, self.token)

    def settle(self):
        for action in ("flush", "compact"):
            reply = harness.http(f"{self.url}/admin/{action}?wait=true", b"", self.identity(), method="POST", timeout=1800)
            if reply.status // 100 != 2:
                raise AssertionError(f"/admin/{action}: {reply.status} {reply.body!r}")


class Prometheus(Server):
    name = "prometheus"

    def arguments(self):
        config = self.folder / "prometheus.yml"
        config.write_text("global: {scrape_interval: 15s}\n")
        return [shutil.which("prometheus"), f"--config.file={config}", f"--storage.tsdb.path={self.data}",
                f"--web.listen-address=127.0.0.1:{self.port}", "--web.enable-remote-write-receiver",
                "--storage.tsdb.retention.time=30d", "--log.level=warn", f"--query.max-samples={SAMPLES_MAX}",
                f"--query.timeout={TIMEOUT_S}s"]


class VictoriaMetrics(Server):
    name = "victoria-metrics"

    def arguments(self):
        return [shutil.which("victoria-metrics"), f"-storageDataPath={self.data}", "-retentionPeriod=1",
                f"-httpListenAddr=127.0.0.1:{self.port}", "-loggerLevel=WARN", "-maxLabelsPerTimeseries=64",
                f"-search.maxQueryDuration={TIMEOUT_S}s", f"-search.maxUniqueTimeseries={SERIES_MAX}",
                f"-search.maxSeries={SERIES_MAX}", f"-search.maxSamplesPerQuery={2 * SAMPLES_MAX}"]

    def ready_url(self):
        return self.url + "/health"

    def settle(self):
        for action in ("force_flush", "force_merge"):
            harness.http(f"{self.url}/internal/{action}", timeout=1800)
        last = -1
        while last != self.disk_bytes():  # merging goes on in the background: wait until the folder is quiet
            last = self.disk_bytes()
            time.sleep(3)


ALL = {server.name: server for server in (Sluice, Prometheus, VictoriaMetrics)}


def load(server, options, start_s, scrapes, seed=7):
    """Pushes `scrapes` scrapes flat out; returns the generator's own summary."""
    arguments = [harness.BIN / "sluice-load", "--url", server.url + server.write_path, "--series", options.series,
                 "--seed", seed, "--start-ms", start_s * 1000, "--rounds", scrapes, "--interval", f"{INTERVAL_S}s",
                 "--agents", 1, "--shards", options.connections, "--samples-per-request", options.batch,
                 "--quiet", "--json"]
    if server.name == "sluice":
        arguments += ["--tenant", server.tenant, "--token", server.token]
    if server.name == "sluice" and options.remote_write_2:  # the others know only 1.0
        arguments += ["--protocol", 2]
    done = subprocess.run([str(a) for a in arguments], check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    summary = json.loads(done.stdout)
    if summary["samples_refused"] or summary["samples_unknown"]:
        raise AssertionError(f"{server.name} did not take everything: {summary}")
    return summary
