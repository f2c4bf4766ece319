#!/usr/bin/env python3
"""A disk without space, and one that refuses to write: pushes get 503 and say why, questions are answered, nothing
acknowledged is lost, and writing resumes by itself when the trouble is over; also when kill -9 comes in between.

Needs the right to mount a tmpfs; without it those tests say that they skip.
"""
import os
import resource
import shutil
import subprocess
import time
import unittest

import harness

SERIES_PER_PUSH = 500
STEP_MS = 1000
PUSHES_MAX = 5000
RESUME_DEADLINE_S = 120  # RocksDB looks for space every few seconds
UNLIMITED = (resource.RLIM_INFINITY, resource.RLIM_INFINITY)


class Ledger:
    """Pushes tick after tick, and remembers which were acknowledged."""

    def __init__(self, server):
        self.server = server
        self.base_ms = (int(time.time()) - 3600) // 60 * 60 * 1000
        self.tick, self.acknowledged = 0, set()
        self.labels = [harness.encode_labels({"__name__": "ledger", "n": f"{n:04}", "padding": "x" * 200})
                       for n in range(SERIES_PER_PUSH)]

    @staticmethod
    def value(n, tick):
        return (n * 7919 + tick * 104729) % 1000003 / 7.0

    def push(self):
        at = self.base_ms + self.tick * STEP_MS
        reply = self.server.push([(labels, [(at, self.value(n, self.tick))]) for n, labels in enumerate(self.labels)])
        if reply.status == 204:
            self.acknowledged.add(self.tick)
            self.tick += 1  # a refused one is sent again, as an agent does
        return reply

    def push_until_refused(self):
        for _ in range(PUSHES_MAX):
            reply = self.push()
            if reply.status != 204:
                return reply
        raise AssertionError("the disk never got full")

    def push_until_accepted(self):
        deadline = time.monotonic() + RESUME_DEADLINE_S
        while (reply := self.push()).status != 204:
            if time.monotonic() > deadline:
                raise AssertionError(f"writing did not resume: {reply.status} {reply.body[:500]}")
            time.sleep(0.2)

    def check(self, test):
        """Two series, every tick: what was acknowledged is there, with its value, and nothing that was never sent."""
        for n in (0, SERIES_PER_PUSH - 1):
            window_s = (self.tick + 1) * STEP_MS // 1000 + 1
            found = self.server.query(f'ledger{{n="{n:04}"}}[{window_s}s]', self.base_ms / 1000 + self.tick + 0.5)
            values = {round((t * 1000 - self.base_ms) / STEP_MS): float(v) for t, v in found[0]["values"]}
            test.assertEqual(self.acknowledged - values.keys(), set(), "lost")
            test.assertLessEqual(values.keys() - self.acknowledged, {self.tick}, "invented")
            for tick, value in values.items():
                test.assertAlmostEqual(value, self.value(n, tick))


class AFullDisk(harness.SystemTest):
    SIZE_BYTES = 96 << 20

    def setUp(self):
        super().setUp()
        self.home = self.folder / "sluice"
        self.data = self.home / "data"
        self.data.mkdir(parents=True)
        mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={self.SIZE_BYTES}", "tmpfs", self.data],
                                 capture_output=True, text=True, check=False)
        if mounted.returncode != 0:
            print(f"SKIPPED: may not mount a tmpfs: {mounted.stderr.strip()}", flush=True)
            self.skipTest("may not mount a tmpfs")
        self.addCleanup(subprocess.run, ["umount", "-l", self.data], check=True)

    def serve(self, disk_free_bytes_min):
        server = harness.Sluice(self.home, f"storage: {{disk_free_bytes_min: {disk_free_bytes_min}}}\n")
        self.addCleanup(lambda: server.process and server.process.alive() and server.kill9())
        return server.start()

    def fill(self, leave_bytes):
        size = shutil.disk_usage(self.data).free - leave_bytes
        with open(self.data / "filler", "wb") as filler:
            filler.write(bytes(size))

    def test_is_told_and_writing_resumes_with_nothing_acknowledged_lost(self):
        server = self.serve(disk_free_bytes_min=0)
        ledger = Ledger(server)
        ledger.push()
        self.fill(leave_bytes=4 << 20)
        refused = ledger.push_until_refused()
        self.assertEqual(refused.status, 503, refused.body)
        self.assertIn(b"free some space", refused.body)
        self.assertIsNotNone(refused.headers["Retry-After"])
        ledger.check(self)
        server.admin("flush")  # cannot succeed, and must not harm
        ledger.check(self)
        os.remove(self.data / "filler")
        ledger.push_until_accepted()
        ledger.check(self)
        self.assertEqual(server.admin("flush").status // 100, 2)
        ledger.check(self)
        server.kill9()
        server.start()
        ledger.check(self)

    def test_and_kill_9_lose_nothing_acknowledged(self):
        server = self.serve(disk_free_bytes_min=0)
        ledger = Ledger(server)
        ledger.push()
        self.fill(leave_bytes=4 << 20)
        ledger.push_until_refused()
        server.admin("flush")
        server.kill9()
        with self.subTest("a start without space serves or says why"):
            try:
                server.start()
                ledger.check(self)
                server.kill9()
            except AssertionError as refused:
                self.assertIn("free some space", str(refused))
        os.remove(self.data / "filler")
        server.start()
        ledger.check(self)
        ledger.push_until_accepted()
        ledger.check(self)

    def test_is_refused_before_it_is_full_when_the_limit_says_so(self):
        server = self.serve(disk_free_bytes_min=60 << 20)
        ledger = Ledger(server)
        ledger.push()
        self.fill(leave_bytes=50 << 20)
        refused = ledger.push_until_refused()
        self.assertEqual(refused.status, 503)
        self.assertIn(b"disk_free_bytes_min is 62914560", refused.body)
        ledger.check(self)
        os.remove(self.data / "filler")
        ledger.push_until_accepted()
        ledger.check(self)


class ADiskThatRefusesToWrite(harness.SystemTest):
    """Not for want of space: an error after which RocksDB wants to be opened again. Made with a limit of file size."""

    def test_is_told_and_writing_resumes_without_a_restart(self):
        server = self.sluice("storage: {disk_free_bytes_min: 0}\n")
        ledger = Ledger(server)
        for _ in range(20):
            self.assertEqual(ledger.push().status, 204)
        largest = max(f.stat().st_size for f in (server.folder / "data").glob("*.log"))
        resource.prlimit(server.process.child.pid, resource.RLIMIT_FSIZE, (largest + 100_000, resource.RLIM_INFINITY))
        refused = ledger.push_until_refused()
        self.assertEqual(refused.status, 503, refused.body)
        self.assertIn(b"File too large", refused.body)
        ledger.check(self)
        ledger.push_until_accepted()  # a fresh file has room
        resource.prlimit(server.process.child.pid, resource.RLIMIT_FSIZE, UNLIMITED)
        ledger.push_until_accepted()
        self.assertTrue(server.process.alive())
        ledger.check(self)
        self.assertEqual(server.admin("flush").status // 100, 2)
        server.kill9()
        server.start()
        ledger.check(self)


if __name__ == "__main__":
    unittest.main(verbosity=2)
