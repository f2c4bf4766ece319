#!/usr/bin/env python3
"""The load generator against the real binary: a mesh with churn is pushed while the server is killed and started again,
and the generator's own audit finds every acknowledged sample and no other. Also: that audit can fail."""
import json
import subprocess
import time
import unittest

import harness

MESH = ["--services", "2", "--pods", "1", "--agents", "1", "--shards", "3", "--samples-per-request", "500"]


class TheLoadGenerator(harness.SystemTest):
    def load(self, server, *arguments):
        command = [harness.BIN / "sluice-load", "--url", server.url + "/api/v1/push", "--quiet", "--json", *arguments]
        return subprocess.Popen([str(a) for a in command], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def finish(self, load, status):
        out, err = load.communicate(timeout=180)
        self.assertEqual(load.returncode, status, err)
        return json.loads(out)

    def test_kills_lose_and_invent_nothing(self):
        server = self.sluice()
        ledger = self.folder / "ledger"
        load = self.load(server, *MESH, "--rate", "100000", "--duration", "6s", "--churn", "60", "--tenant", "red",
                         "--tenant", "blue", "--ledger", ledger)
        for _ in range(2):
            time.sleep(1.5)
            server.kill9()
            server.start()
        summary = self.finish(load, 0)
        self.assertGreater(summary["retries"], 0)
        self.assertGreater(summary["pods_replaced"], 0)
        server.kill9()
        server.start()
        audit = self.finish(self.load(server, "--audit-only", "--ledger", ledger), 0)
        self.assertGreater(audit["found"], 10_000)
        self.assertEqual({k: audit[k] for k in ("lost", "invented", "wrong", "undead")},
                         {"lost": 0, "invented": 0, "wrong": 0, "undead": 0})

    def test_a_backfilled_range_of_remote_write_2_is_all_there(self):
        server = self.sluice()
        audit = self.finish(self.load(server, *MESH, "--backfill", "10m", "--protocol", "2", "--audit"), 0)["audit"]
        self.assertEqual(audit["found"], audit["acknowledged"])
        self.assertGreater(audit["found"], 40 * 3000)

    def test_rollouts_to_new_versions_are_kept_to_the_sample(self):
        server = self.sluice()
        summary = self.finish(self.load(server, *MESH, "--backfill", "20m", "--rollout", "1m", "--new-versions",
                                        "--churn", "2", "--restarts", "4", "--ambient", "shop", "--audit"), 0)
        self.assertEqual(summary["audit"]["found"], summary["audit"]["acknowledged"])
        self.assertGreater(summary["rollouts"], 15)
        self.assertGreater(summary["stale_markers"], 1000)
        seen = server.query('group by (destination_version) (max_over_time('
                            'istio_requests_total{reporter="source",destination_app="details"}[20m]))', time.time())
        self.assertGreater({r["metric"]["destination_version"] for r in seen}, {"v1", "v2"})

    def test_an_attack_ends_at_the_limit_of_its_tenant_and_is_felt_by_no_other(self):
        limit = 5000  # some thousand series more than the mesh has
        server = self.sluice(f"tenants: {{attacked: {{limits: {{active_series_max: {limit}}}}}, healthy: {{}}}}\n")
        run = [*MESH, "--rounds", "60", "--rate", "50000"]
        ledger = self.folder / "ledger"
        loads = [self.load(server, *run, "--tenant", "attacked", "--attack", "10ms", "--attack-hosts", "100",
                           "--ledger", ledger),
                 self.load(server, *run, "--tenant", "healthy", "--churn", "60", "--audit")]
        attacked, healthy = self.finish(loads[0], 1), self.finish(loads[1], 0)
        self.assertEqual(healthy["errors"], {})
        self.assertEqual(healthy["audit"]["found"], healthy["audit"]["acknowledged"])

        self.assertEqual(set(attacked["errors"]), {"400"})
        self.assertIn("active_series_max", attacked["last_error"])
        scanned = '{destination_service=~".+[.]scan[.]example"}'
        known = 'istio_request_duration_milliseconds_bucket{destination_service!~".+[.]scan[.]example"}'

        def answer(expression):
            [only] = server.query(expression, time.time(), tenant="attacked")
            return float(only["value"][1])

        self.assertEqual(answer(f"min(count_over_time({known}[1h]))"), 60)  # in every round, also in refused requests
        self.assertGreater(answer(f"count(last_over_time({scanned}[1h]))"), 0)
        self.assertLessEqual(answer('count(last_over_time({__name__!=""}[1h]))'), limit)
        audit = self.finish(self.load(server, "--audit-only", "--ledger", ledger), 0)
        self.assertEqual(audit["lost"] + audit["invented"] + audit["wrong"], 0)

    def test_the_audit_sees_what_is_missing(self):
        full, empty = self.sluice(name="full"), self.sluice(name="empty")
        ledger = self.folder / "ledger"
        self.finish(self.load(full, *MESH, "--rounds", "5", "--tenant", "red", "--ledger", ledger), 0)
        audit = self.finish(self.load(empty, "--audit-only", "--ledger", ledger), 1)
        self.assertEqual(audit["lost"], audit["acknowledged"])

    def test_says_why_nothing_arrives_before_it_sums_up(self):
        url = f"http://127.0.0.1:{harness.free_port()}/api/v1/push"
        ended = subprocess.run([harness.BIN / "sluice-load", "--url", url, *MESH, "--duration", "2s"], text=True,
                               stderr=subprocess.PIPE)
        self.assertEqual(ended.returncode, 1)
        first, reason, *_ = ended.stderr.splitlines()
        self.assertIn(url, first)
        self.assertIn("cannot connect", reason)

    def test_the_audit_sees_a_stranger(self):
        server = self.sluice()
        load = self.load(server, *MESH, "--rate", "5000", "--duration", "5s", "--tenant", "green", "--audit")
        while load.poll() is None and not server.query("up", time.time(), tenant="green"):
            time.sleep(0.05)
        stranger = [({"__name__": "stranger", "job": "else", "instance": "elsewhere"}, [(int(time.time() * 1000), 1)])]
        self.assertEqual(server.push(stranger, tenant="green").status, 204)
        self.assertGreater(self.finish(load, 1)["audit"]["invented"], 0)


if __name__ == "__main__":
    unittest.main(verbosity=2)
