#!/usr/bin/env python3
"""A real Prometheus in agent mode scrapes and remote-writes, with X-Scope-OrgID and a token; every scrape is found
again, also when the gateway was killed in between. Skips when Prometheus is not on the machine."""
import hashlib
import http.server
import shutil
import threading
import time
import unittest

import harness

SCRAPE_S = 1
SERIES = 50
TENANTS = {"mesh-a": "token-a", "mesh-b": "token-b"}


def config():
    tokens = "\n".join(
        f"    - {{name: {tenant}, sha256: {hashlib.sha256(token.encode()).hexdigest()}, tenants: [{tenant}], "
        f"scopes: [write, read]}}" for tenant, token in TENANTS.items())
    return f"tenants: {{{', '.join(t + ': {}' for t in TENANTS)}}}\nauth:\n  tokens:\n{tokens}\n"


class Target(http.server.ThreadingHTTPServer):
    """Counts its scrapes and shows the count: scrape k says that every series has the value k."""

    def __init__(self):
        target = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                body = target.scrape().encode()
                self.send_response(200)
                self.send_header("Content-Type", "text/plain; version=0.0.4")
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        super().__init__(("127.0.0.1", 0), Handler)
        self.scrapes = 0
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def address(self):
        return f"127.0.0.1:{self.server_address[1]}"

    def scrape(self):
        self.scrapes += 1
        lines = ["# HELP scrapes_seen_total How often this was read.", "# TYPE scrapes_seen_total counter"]
        lines += [f'scrapes_seen_total{{n="{n}",destination_service="s{n % 7}.default.svc.cluster.local"}} {self.scrapes}'
                  for n in range(SERIES)]
        return "\n".join(lines) + "\n"


class Agent:
    def __init__(self, test, server, target, tenant):
        home = test.folder / tenant
        home.mkdir()
        (home / "agent.yml").write_text(f"""
global: {{scrape_interval: {SCRAPE_S}s, scrape_timeout: {SCRAPE_S}s}}
scrape_configs:
  - job_name: mesh
    static_configs: [{{targets: ['{target.address}']}}]
remote_write:
  - url: {server.url}/api/v1/push
    headers: {{X-Scope-OrgID: {tenant}}}
    basic_auth: {{password: {TENANTS[tenant]}}}
    queue_config: {{batch_send_deadline: 500ms, min_backoff: 30ms, max_backoff: 500ms}}
    metadata_config: {{send_interval: 1s}}
""")
        address = f"127.0.0.1:{harness.free_port()}"
        self.process = test.own(harness.Process(
            [shutil.which("prometheus"), "--enable-feature=agent", f"--config.file={home}/agent.yml",
             f"--storage.agent.path={home}/data", f"--web.listen-address={address}"], home / "log"))
        harness.wait_for_http(self.process, f"http://{address}/-/ready")


@unittest.skipUnless(shutil.which("prometheus"), "SKIPPED: prometheus is not installed")
class ARealAgent(harness.SystemTest):
    def setUp(self):
        super().setUp()
        self.server = self.sluice(config())

    def target(self):
        target = Target()
        self.addCleanup(target.server_close)
        self.addCleanup(target.shutdown)
        return target

    def ask(self, tenant, expression):
        return self.server.query(expression, time.time(), tenant=tenant, token=TENANTS[tenant])

    def wait_until_stored(self, tenant, scrapes):
        deadline = time.monotonic() + 60
        while True:
            newest = self.ask(tenant, "max(max_over_time(scrapes_seen_total[10m]))")
            if newest and float(newest[0]["value"][1]) >= scrapes:
                return
            self.assertLess(time.monotonic(), deadline, f"scrape {scrapes} did not arrive")
            time.sleep(0.2)

    def check_every_scrape(self, tenant, scrapes):
        result = self.ask(tenant, "scrapes_seen_total[10m]")
        self.assertEqual(len(result), SERIES)
        for series in result:
            values = [float(v) for _, v in series["values"]]
            self.assertEqual(values[:scrapes], [float(k) for k in range(1, scrapes + 1)], series["metric"])
            times = [t for t, _ in series["values"]]
            self.assertEqual(times, sorted(set(times)))

    def test_of_each_tenant_finds_all_its_scrapes_and_only_those(self):
        targets = {tenant: self.target() for tenant in TENANTS}
        for tenant, target in targets.items():
            Agent(self, self.server, target, tenant)
        for tenant, target in targets.items():
            self.wait_until_stored(tenant, 5)
            self.check_every_scrape(tenant, 5)
            instances = {r["metric"]["instance"] for r in self.ask(tenant, "scrapes_seen_total")}
            self.assertEqual(instances, {target.address})
            self.assertEqual(self.ask(tenant, "up")[0]["value"][1], "1")
            self.wait_for_metadata(tenant)

    def wait_for_metadata(self, tenant):
        deadline = time.monotonic() + 30
        while True:
            known = self.server.get("/metadata", tenant=tenant, token=TENANTS[tenant]).json()["data"]
            if "scrapes_seen_total" in known:
                self.assertEqual(known["scrapes_seen_total"],
                                 [{"type": "counter", "help": "How often this was read.", "unit": ""}])
                return
            self.assertLess(time.monotonic(), deadline, "no metadata arrived")
            time.sleep(0.2)

    def test_loses_no_scrape_when_the_gateway_is_killed_and_comes_back(self):
        target = self.target()
        Agent(self, self.server, target, "mesh-a")
        for _ in range(2):
            self.wait_until_stored("mesh-a", target.scrapes)
            self.server.kill9()
            time.sleep(2 * SCRAPE_S)
            self.server.start()
        scrapes = target.scrapes
        self.wait_until_stored("mesh-a", scrapes)
        self.check_every_scrape("mesh-a", scrapes)

    def test_marks_series_stale_when_the_target_goes_away(self):
        target = self.target()
        Agent(self, self.server, target, "mesh-a")
        self.wait_until_stored("mesh-a", 2)
        target.shutdown()
        target.server_close()
        deadline = time.monotonic() + 30
        while self.ask("mesh-a", "scrapes_seen_total"):
            self.assertLess(time.monotonic(), deadline, "the series should be stale, five minutes early")
            time.sleep(0.2)
        self.assertEqual(self.ask("mesh-a", "up")[0]["value"][1], "0")


if __name__ == "__main__":
    unittest.main(verbosity=2)
