#!/usr/bin/env python3
"""Classic histograms are pushed; the tenant asked for native ones, and gets the same quantiles from them."""
import time
import unittest

from harness import SystemTest

INTERVAL_S = 15
SCRAPES = 20
END = int(time.time()) // INTERVAL_S * INTERVAL_S - INTERVAL_S
SHARES = {"0.5": 0.25, "1": 0.5, "5": 0.9, "+Inf": 1.0}  # of all observations, by bucket
PODS = ("a", "b")
BESIDE = "limits: {classic_histograms_to_nhcb: true}\n"
INSTEAD = "limits: {classic_histograms_to_nhcb: true, keep_classic_histograms: false}\n"


def scrape(n):
    at = (END - (SCRAPES - 1 - n) * INTERVAL_S) * 1000
    series = []
    for speed, pod in enumerate(PODS, 1):
        total = float(100 * speed * n)
        for le, share in SHARES.items():
            series.append(({"__name__": "wait_seconds_bucket", "pod": pod, "le": le}, [(at, float(int(total * share)))]))
        series.append(({"__name__": "wait_seconds_sum", "pod": pod}, [(at, total * 0.7)]))
        series.append(({"__name__": "wait_seconds_count", "pod": pod}, [(at, total)]))
    return series


class ClassicHistograms(SystemTest):
    def push(self, server, parts):
        for n in range(SCRAPES):
            for part in parts(scrape(n)):
                self.assertEqual(server.push(part).status, 204)

    def values(self, server, expression):
        return {r["metric"].get("pod"): float(r["value"][1]) for r in server.query(expression, END)}

    def assert_same_quantiles(self, server):
        for q in (0.2, 0.6, 0.9):
            classic = self.values(server, f"histogram_quantile({q}, rate(wait_seconds_bucket[2m]))")
            native = self.values(server, f"histogram_quantile({q}, rate(wait_seconds[2m]))")
            self.assertEqual(native.keys(), set(PODS))
            for pod in PODS:
                self.assertAlmostEqual(native[pod], classic[pod], 9)

    def test_give_the_same_quantiles_as_native_ones_also_after_kill_9_and_flush(self):
        server = self.sluice(BESIDE)
        self.push(server, lambda series: [series])
        self.assert_same_quantiles(server)
        server.kill9()
        server.start()
        self.assert_same_quantiles(server)
        server.admin("flush")
        self.assert_same_quantiles(server)
        self.assertEqual(self.values(server, "count_over_time(wait_seconds[10m])"), {"a": SCRAPES, "b": SCRAPES})

    def test_are_gathered_when_a_sender_splits_them(self):
        server = self.sluice(BESIDE)
        self.push(server, lambda series: [series[1::3], series[0::3], series[2::3]])
        self.assert_same_quantiles(server)
        self.assertEqual(self.values(server, "count_over_time(wait_seconds[10m])"), {"a": SCRAPES, "b": SCRAPES})

    def test_take_the_place_of_the_classic_ones_where_those_are_not_kept(self):
        server = self.sluice(INSTEAD)
        self.push(server, lambda series: [series])
        self.assertEqual(self.values(server, "histogram_count(wait_seconds)"), {"a": 1900, "b": 3800})
        classic = self.values(server, 'count_over_time(wait_seconds_bucket{le="1"}[10m])')
        self.assertEqual(classic, {"a": 2, "b": 2}, "only the scrapes before the buckets were known")

    def test_stay_as_they_are_without_the_option(self):
        server = self.sluice()
        self.push(server, lambda series: [series])
        self.assertEqual(server.query("wait_seconds", END), [])


if __name__ == "__main__":
    unittest.main(verbosity=2)
