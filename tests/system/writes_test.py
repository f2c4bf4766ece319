#!/usr/bin/env python3
"""A push is stored, answered and found again: on every path, after a restart, and after kill -9."""
import time
import unittest

from harness import SystemTest, WRITE_HEADERS, http

NOW = int(time.time()) // 15 * 15


def one_series(name="up", value=1.0, at_s=NOW, **labels):
    return [({"__name__": name, **labels}, [(at_s * 1000, value)])]


class AWrite(SystemTest):
    def test_is_found_again_on_every_write_path_and_every_query_prefix(self):
        server = self.sluice()
        for n, path in enumerate(("/api/v1/push", "/api/v1/write", "/api/prom/push")):
            self.assertEqual(server.push(one_series("m", n, job=path), path=path).status, 204)
        for prefix in ("/api/v1", "/prometheus/api/v1", "/api/prom/api/v1"):
            reply = server.get("/query", prefix=prefix, query="m", time=NOW).json()
            self.assertEqual(reply["status"], "success")
            found = {r["metric"]["job"]: r["value"][1] for r in reply["data"]["result"]}
            self.assertEqual(found, {"/api/v1/push": "0", "/api/v1/write": "1", "/api/prom/push": "2"})

    def test_survives_a_graceful_restart(self):
        server = self.sluice()
        self.assertEqual(server.push(one_series("kept", 7)).status, 204)
        self.assertEqual(server.stop(), 0)
        server.start()
        self.assertEqual(server.query("kept", NOW)[0]["value"][1], "7")

    def test_survives_kill_9_at_once(self):
        server = self.sluice()
        self.assertEqual(server.push(one_series("kept", 7)).status, 204)
        server.kill9()
        server.start()
        self.assertEqual(server.query("kept", NOW)[0]["value"][1], "7")

    def test_survives_flush_compaction_and_kill_9(self):
        server = self.sluice()
        for minute in range(30):
            at = NOW - 1800 + minute * 60
            series = [({"__name__": "kept", "n": str(n)}, [(at * 1000, minute * 100.0 + n)]) for n in range(20)]
            self.assertEqual(server.push(series).status, 204)
            if minute % 10 == 9:
                self.assertEqual(server.admin("flush").status // 100, 2)
        self.assertEqual(server.admin("compact").status // 100, 2)
        before = server.query("kept[1h]", NOW)
        server.kill9()
        server.start()
        after = server.query("kept[1h]", NOW)
        self.assertEqual(sum(len(r["values"]) for r in after), 600)
        key = lambda r: sorted(r["metric"].items())
        self.assertEqual(sorted(before, key=key), sorted(after, key=key))

    def test_sent_twice_is_stored_once_and_welcome(self):
        server = self.sluice()
        for _ in range(2):
            self.assertEqual(server.push(one_series("twice", 3)).status, 204)
        self.assertEqual(len(server.query("twice[5m]", NOW)[0]["values"]), 1)

    def test_with_another_value_is_refused_by_name_while_the_rest_stays(self):
        server = self.sluice()
        self.assertEqual(server.push(one_series("c", 1)).status, 204)
        reply = server.push(one_series("c", 2) + one_series("d", 5))
        self.assertEqual(reply.status, 400)
        self.assertIn(b"duplicate sample for timestamp", reply.body)
        self.assertEqual(server.query("c", NOW)[0]["value"][1], "1")
        self.assertEqual(server.query("d", NOW)[0]["value"][1], "5")

    def test_of_another_media_type_is_refused_before_the_body_is_looked_at(self):
        server = self.sluice()
        headers = {**WRITE_HEADERS, "Content-Type": "application/json"}
        self.assertEqual(http(server.url + "/api/v1/push", b"\xff\xff", headers).status, 415)
        headers = {**WRITE_HEADERS, "Content-Encoding": "gzip"}
        self.assertEqual(http(server.url + "/api/v1/push", b"\xff\xff", headers).status, 415)
        self.assertEqual(http(server.url + "/api/v1/push", b"\xff\xff\xff", WRITE_HEADERS).status, 400)


if __name__ == "__main__":
    unittest.main(verbosity=2)
