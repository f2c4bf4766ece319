"""What a test with a real agent needs: a target that counts its scrapes, an agent with a configuration, and what must be
true of any agent. The test files say which binary it is and how it writes."""
import hashlib
import http.server
import pathlib
import queue
import struct
import threading
import time

import harness

SCRAPE_S = 1
SERIES = 50
TENANTS = {"mesh-a": "token-a", "mesh-b": "token-b"}
TOKEN_OF_BOTH = "token-of-both"


def config():
    bindings = [(token, [tenant]) for tenant, token in TENANTS.items()] + [(TOKEN_OF_BOTH, list(TENANTS))]
    tokens = "\n".join(
        f"    - {{name: {token}, sha256: {hashlib.sha256(token.encode()).hexdigest()}, tenants: [{', '.join(tenants)}], "
        f"scopes: [write, read]}}" for token, tenants in bindings)
    return f"tenants: {{{', '.join(t + ': {}' for t in TENANTS)}}}\nauth:\n  tokens:\n{tokens}\n"


class LocalServer(http.server.ThreadingHTTPServer):
    def __init__(self, handler):
        super().__init__(("127.0.0.1", 0), handler)
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def address(self):
        return f"127.0.0.1:{self.server_address[1]}"

    def stop(self):
        self.shutdown()
        self.server_close()


class QuietHandler(http.server.BaseHTTPRequestHandler):
    def answer(self, body, content_type, status=200):
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


class Target(LocalServer):
    """Counts its scrapes and shows the count: scrape k says that every series has the value k."""

    def __init__(self):
        target = self

        class Handler(QuietHandler):
            def do_GET(self):
                self.answer(target.scrape(), target.content_type)

        self.scrapes = 0
        super().__init__(Handler)

    content_type = "text/plain; version=0.0.4"

    def scrape(self):
        self.scrapes += 1
        lines = ["# HELP scrapes_seen_total How often this was read.", "# TYPE scrapes_seen_total counter"]
        lines += [f'scrapes_seen_total{{n="{n}",destination_service="s{n % 7}.default.svc.cluster.local"}} {self.scrapes}'
                  for n in range(SERIES)]
        return ("\n".join(lines) + "\n").encode()


def double(number, value):
    return harness.varint(number << 3 | 1) + struct.pack("<d", value)


def integer(number, value):
    return harness.varint(number << 3) + harness.varint(value)


def zigzag(value):
    return value << 1 ^ value >> 63


class ProtobufTarget(Target):
    """The same counter, each series with an exemplar, and a native histogram, in the only format that has them."""
    content_type = "application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited"
    COUNTER, HISTOGRAM = 0, 4

    def scrape(self):
        self.scrapes += 1
        families = [self.family("scrapes_seen_total", self.COUNTER, [self.counter(n) for n in range(SERIES)]),
                    self.family("scrape_size", self.HISTOGRAM, [self.histogram()])]
        return b"".join(harness.varint(len(family)) + family for family in families)

    def family(self, name, kind, metrics):
        head = harness.field(1, name.encode()) + harness.field(2, b"How often this was read.") + integer(3, kind)
        return head + b"".join(harness.field(4, metric) for metric in metrics)

    def label(self, name, value):
        return harness.field(1, name.encode()) + harness.field(2, value.encode())

    def counter(self, n):
        now = time.time()
        timestamp = integer(1, int(now)) + integer(2, int(now % 1 * 1e9))
        exemplar = (harness.field(1, self.label("trace_id", f"trace-{n}-{self.scrapes}")) + double(2, n) +
                    harness.field(3, timestamp))
        labels = [self.label("n", str(n)), self.label("destination_service", f"s{n % 7}.default.svc.cluster.local")]
        return (b"".join(harness.field(1, label) for label in labels) +
                harness.field(3, double(1, self.scrapes) + harness.field(2, exemplar)))

    def histogram(self):
        """As many observations as scrapes, all of them in the bucket (0.5, 1] of schema 0."""
        span = integer(1, zigzag(0)) + integer(2, 1)
        return harness.field(7, integer(1, self.scrapes) + double(2, 0.75 * self.scrapes) + integer(5, zigzag(0)) +
                             double(6, 1e-9) + integer(7, 0) + harness.field(12, span) +
                             integer(13, zigzag(self.scrapes)))


class Sink(LocalServer):
    """Takes whatever is pushed and shows the headers it came with."""

    def __init__(self):
        sink = self
        self.requests = queue.Queue()

        class Handler(QuietHandler):
            def do_POST(self):
                self.rfile.read(int(self.headers["Content-Length"]))
                sink.requests.put(self.headers)
                self.answer(b"", "text/plain", 204)

        super().__init__(Handler)


class Binary:
    """An agent's program, and how this one is started and told what to send."""

    def __init__(self, path, start=("--enable-feature=agent",), scrape="", remote_write=""):
        self.path, self.start = path, list(start)
        self.scrape, self.remote_write = scrape, remote_write  # lines of YAML, indented as their section is


class Agent:
    def __init__(self, test, binary, push_url, target, tenant, token):
        home = pathlib.Path(test.folder) / f"agent-{harness.free_port()}"
        home.mkdir()
        (home / "agent.yml").write_text(f"""
global: {{scrape_interval: {SCRAPE_S}s, scrape_timeout: {SCRAPE_S}s}}
scrape_configs:
  - job_name: mesh
    static_configs: [{{targets: ['{target.address}']}}]
{binary.scrape}
remote_write:
  - url: {push_url}
    headers:
      X-Scope-OrgID: {tenant}
    basic_auth: {{password: {token}}}
    queue_config: {{batch_send_deadline: 500ms, min_backoff: 30ms, max_backoff: 500ms}}
    metadata_config: {{send_interval: 1s}}
{binary.remote_write}
""")
        address = f"127.0.0.1:{harness.free_port()}"
        self.process = test.own(harness.Process(
            [binary.path, *binary.start, f"--config.file={home}/agent.yml", f"--storage.agent.path={home}/data",
             f"--web.listen-address={address}"], home / "log"))
        harness.wait_for_http(self.process, f"http://{address}/-/ready")


class AnyAgent:
    """Tests of one agent; the class that inherits says `binary`, and which `Target` it scrapes."""
    binary = None
    Target = Target
    sends_metadata = True

    def setUp(self):
        super().setUp()
        self.server = self.sluice(config())
        self.push_url = self.server.url + "/api/v1/push"

    def target(self):
        return self.serving(self.Target())

    def serving(self, server):
        self.addCleanup(server.stop)
        return server

    def agent(self, target, tenant, token=None, push_url=None):
        return Agent(self, self.binary, push_url or self.push_url, target, tenant, token or TENANTS[tenant])

    def sends_its_headers(self):
        sink = self.serving(Sink())
        self.agent(self.target(), "mesh-a", push_url=f"http://{sink.address}/push")
        return "X-Scope-OrgID" in sink.requests.get(timeout=60)

    def ask(self, tenant, expression):
        return self.server.query(expression, time.time(), tenant=tenant, token=TENANTS[tenant])

    def wait_for(self, what, found):
        deadline = time.monotonic() + 60
        while not found():
            self.assertLess(time.monotonic(), deadline, what)
            time.sleep(0.2)

    def wait_until_stored(self, tenant, scrapes):
        def stored():
            newest = self.ask(tenant, "max(max_over_time(scrapes_seen_total[10m]))")
            return newest and float(newest[0]["value"][1]) >= scrapes

        self.wait_for(f"scrape {scrapes} did not arrive", stored)

    def check_every_scrape(self, tenant, scrapes):
        result = self.ask(tenant, "scrapes_seen_total[10m]")
        self.assertEqual(len(result), SERIES)
        for series in result:
            values = [float(v) for _, v in series["values"]]
            self.assertEqual(values[:scrapes], [float(k) for k in range(1, scrapes + 1)], series["metric"])
            times = [t for t, _ in series["values"]]
            self.assertEqual(times, sorted(set(times)))

    def metadata(self, tenant):
        return self.server.get("/metadata", tenant=tenant, token=TENANTS[tenant]).json()["data"]

    def test_of_each_tenant_finds_all_its_scrapes_and_only_those(self):
        targets = {tenant: self.target() for tenant in TENANTS}
        for tenant, target in targets.items():
            self.agent(target, tenant)
        for tenant, target in targets.items():
            self.wait_until_stored(tenant, 5)
            self.check_every_scrape(tenant, 5)
            instances = {r["metric"]["instance"] for r in self.ask(tenant, "scrapes_seen_total")}
            self.assertEqual(instances, {target.address})
            self.assertEqual(self.ask(tenant, "up")[0]["value"][1], "1")

    def test_tells_what_its_metrics_mean(self):
        if not self.sends_metadata:
            self.skipTest("this agent sends none")
        self.agent(self.target(), "mesh-a")
        self.wait_for("no metadata arrived", lambda: "scrapes_seen_total" in self.metadata("mesh-a"))
        self.assertEqual(self.metadata("mesh-a")["scrapes_seen_total"],
                         [{"type": "counter", "help": "How often this was read.", "unit": ""}])

    def test_loses_no_scrape_when_the_gateway_is_killed_and_comes_back(self):
        target = self.target()
        self.agent(target, "mesh-a")
        for _ in range(2):
            self.wait_until_stored("mesh-a", target.scrapes)
            self.server.kill9()
            time.sleep(2 * SCRAPE_S)
            self.server.start()
        scrapes = target.scrapes
        self.wait_until_stored("mesh-a", scrapes)
        self.check_every_scrape("mesh-a", scrapes)

    def test_marks_series_stale_when_the_target_goes_away(self):
        target = self.Target()
        self.agent(target, "mesh-a")
        self.wait_until_stored("mesh-a", 2)
        target.stop()
        self.wait_for("the series should be stale, five minutes early",
                      lambda: not self.ask("mesh-a", "scrapes_seen_total"))
        self.assertEqual(self.ask("mesh-a", "up")[0]["value"][1], "0")

    def test_with_a_token_of_both_tenants_writes_to_the_one_that_its_header_names(self):
        if not self.sends_its_headers():
            self.skipTest("this agent leaves `headers` out; see the test of that")
        self.agent(self.target(), "mesh-b", TOKEN_OF_BOTH)
        self.wait_until_stored("mesh-b", 3)
        self.check_every_scrape("mesh-b", 3)
        self.assertEqual(self.ask("mesh-a", '{__name__!=""}'), [])

    def test_that_leaves_its_headers_out_is_refused_with_a_token_of_both_tenants(self):
        if self.sends_its_headers():
            self.skipTest("this agent sends `headers`; see the test of that")
        agent = self.agent(self.target(), "mesh-b", TOKEN_OF_BOTH)
        self.wait_for("the agent should say why it is refused", lambda: "no org id" in agent.process.tail())
        for tenant in TENANTS:
            self.assertEqual(self.ask(tenant, '{__name__!=""}'), [])
