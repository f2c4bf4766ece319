#!/usr/bin/env python3
"""A Prometheus 3.x in agent mode, which SLUICE_PROMETHEUS3 names, by remote write 1.0 and 2.0, with native histograms and
exemplars. Skips without it: Debian has none. To make one:

    go install github.com/prometheus/prometheus/cmd/prometheus@v0.314.0
    SLUICE_PROMETHEUS3=~/go/bin/prometheus ctest --preset release -R system_newer_agent
"""
import os
import time
import unittest

import agents
import harness

PROMETHEUS3 = os.environ.get("SLUICE_PROMETHEUS3")
START = ("--agent", "--enable-feature=exemplar-storage")
SCRAPE = "    scrape_native_histograms: true"
SEND_ALL = "    send_exemplars: true\n    send_native_histograms: true"


class NativeAgent(agents.AnyAgent):
    Target = agents.ProtobufTarget

    def test_its_native_histograms_are_kept_as_such(self):
        self.agent(self.target(), "mesh-a")
        self.wait_until_stored("mesh-a", 4)
        [found] = self.ask("mesh-a", "scrape_size[10m]")
        counts = [int(histogram["count"]) for _, histogram in found["histograms"]]
        self.assertEqual(counts[:4], [1, 2, 3, 4])
        self.assertEqual(found["histograms"][3][1]["buckets"], [[0, "0.5", "1", "4"]])
        self.assertEqual(float(self.ask("mesh-a", "histogram_avg(scrape_size)")[0]["value"][1]), 0.75)

    def test_its_exemplars_are_found_by_the_series_they_belong_to(self):
        def exemplars():
            now = time.time()
            reply = self.server.get("/query_exemplars", query='scrapes_seen_total{n="7"}', start=now - 600, end=now + 1,
                                    tenant="mesh-a", token=agents.TENANTS["mesh-a"])
            return reply.json()["data"]

        self.agent(self.target(), "mesh-a")
        self.wait_for("three exemplars should arrive", lambda: exemplars() and len(exemplars()[0]["exemplars"]) >= 3)
        [found] = exemplars()
        self.assertEqual(found["seriesLabels"]["n"], "7")
        traces = [exemplar["labels"]["trace_id"] for exemplar in found["exemplars"]]
        self.assertEqual(traces[:3], ["trace-7-1", "trace-7-2", "trace-7-3"])
        self.assertEqual({exemplar["value"] for exemplar in found["exemplars"]}, {"7"})


@unittest.skipUnless(PROMETHEUS3, "SKIPPED: SLUICE_PROMETHEUS3 does not name a Prometheus 3.x")
class ANewerAgentByRemoteWrite1(NativeAgent, harness.SystemTest):
    binary = agents.Binary(PROMETHEUS3, START, SCRAPE, SEND_ALL)


@unittest.skipUnless(PROMETHEUS3, "SKIPPED: SLUICE_PROMETHEUS3 does not name a Prometheus 3.x")
class ANewerAgentByRemoteWrite2(NativeAgent, harness.SystemTest):
    binary = agents.Binary(PROMETHEUS3, START, SCRAPE,
                           SEND_ALL + "\n    protobuf_message: io.prometheus.write.v2.Request")
    sends_metadata = False  # 3.14 leaves the metadata of every series empty, with metadata-wal-records too


if __name__ == "__main__":
    unittest.main(verbosity=2)
