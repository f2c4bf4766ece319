#!/usr/bin/env python3
"""Queries that cost too much: they end when their time is up, when nobody waits for the answer any more, and at the
limits that have names; and pushes do not wait for them."""
import hashlib
import re
import socket
import threading
import time
import unittest
import urllib.parse

from harness import SystemTest, http

NOW = int(time.time()) // 15 * 15
SERIES, SAMPLES = 2000, 60
# Thirty times 11,001 steps, each sorting a window of every series: minutes of work, so that none of these tests can pass
# because a query came to its natural end.
HEAVY = {"query": "+".join(f"sum(quantile_over_time(0.{k}, heavy[15m]))" for k in range(10, 40)), "start": NOW - 1100, "end": NOW, "step": 0.1}


def config(limits="", query=""):
    token = hashlib.sha256(b"token").hexdigest()
    return (f"limits: {{{limits}}}\nquery: {{{query}}}\ntenants: {{t: {{}}}}\n"
            f"auth:\n  tokens:\n    - {{name: t, sha256: {token}, tenants: [t], scopes: [write, read]}}\n")


WHO = {"tenant": "t", "token": "token"}


class HeavyQueries(SystemTest):
    def serve(self, **sections):
        server = self.sluice(config(**sections))
        for first in range(0, SERIES, 500):
            series = [({"__name__": "heavy", "n": str(n)},
                       [((NOW - (SAMPLES - k) * 15) * 1000, float(n * k % 997)) for k in range(SAMPLES)])
                      for n in range(first, first + 500)]
            self.assertEqual(server.push(series, **WHO).status, 204)
        return server

    def in_the_house(self, server):
        page = http(server.url + "/metrics").body.decode()
        return float(re.search(r"^sluice_query_queue (\S+)$", page, re.M).group(1))

    def wait_for(self, server, condition, text):
        deadline = time.monotonic() + 20
        while not condition(self.in_the_house(server)):
            self.assertLess(time.monotonic(), deadline, text)
            time.sleep(0.05)

    def ask_and_leave(self, server, seconds):
        """Sends the heavy query; hangs up after a while without having read an answer."""
        form = urllib.parse.urlencode(HEAVY)
        with socket.create_connection(("127.0.0.1", server.port)) as s:
            s.sendall(f"GET /api/v1/query_range?{form} HTTP/1.1\r\nHost: x\r\nX-Scope-OrgID: t\r\n"
                      f"Authorization: Bearer token\r\n\r\n".encode())
            time.sleep(seconds)

    def test_end_when_their_time_is_up(self):
        server = self.serve()
        begin = time.monotonic()
        reply = server.get("/query_range", timeout="500ms", **HEAVY, **WHO)
        self.assertEqual(reply.status, 503, reply.body[:300])
        self.assertEqual(reply.json(), {"status": "error", "errorType": "timeout",
                                        "error": "query timed out in expression evaluation"})
        self.assertLess(time.monotonic() - begin, 10)

    def test_end_when_nobody_waits_for_the_answer(self):
        server = self.serve()
        client = threading.Thread(target=self.ask_and_leave, args=(server, 1.5))
        client.start()
        self.wait_for(server, lambda queries: queries > 0, "the query did not start")
        client.join()
        self.wait_for(server, lambda queries: queries == 0, "the query went on without its client")

    def test_do_not_hold_up_pushes(self):
        server = self.serve()
        clients = [threading.Thread(target=self.ask_and_leave, args=(server, 3)) for _ in range(4)]
        for client in clients:
            client.start()
        self.wait_for(server, lambda queries: queries > 0, "no query started")
        for n in range(10):
            begin = time.monotonic()
            self.assertEqual(server.push([({"__name__": "light"}, [(NOW * 1000 + n, 1.0)])], timeout=10, **WHO).status, 204)
            self.assertLess(time.monotonic() - begin, 5)
        for client in clients:
            client.join()

    def test_beyond_the_tenants_share_are_told_to_come_back(self):
        server = self.serve(limits="queries_concurrent_max: 1")
        client = threading.Thread(target=self.ask_and_leave, args=(server, 2))
        client.start()
        self.wait_for(server, lambda queries: queries > 0, "the query did not start")
        reply = server.get("/query", query="1", **WHO)
        client.join()
        self.assertEqual((reply.status, reply.json()["status"], reply.json()["errorType"]), (503, "error", "unavailable"))
        self.assertIn("queries_concurrent_max", reply.json()["error"])
        self.assertGreaterEqual(int(reply.headers["Retry-After"]), 1)
        self.wait_for(server, lambda queries: queries == 0, "the query went on without its client")
        self.assertEqual(server.get("/query", query="1", **WHO).status, 200)

    def test_that_read_too_much_name_the_limit(self):
        server = self.serve(query="samples_max: 1000")
        reply = server.get("/query", query="heavy[1h]", time=NOW, **WHO)
        self.assertEqual((reply.status, reply.json()["errorType"]), (422, "execution"), reply.body[:300])
        self.assertIn("query processing would load too many samples into memory in query execution",
                      reply.json()["error"])


if __name__ == "__main__":
    unittest.main(verbosity=2)
