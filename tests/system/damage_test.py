#!/usr/bin/env python3
"""A data directory that is damaged or still in use: the binary serves what is whole and says what is not, or refuses to
start and says what to do. It never crashes, and never answers wrong data.
"""
import fcntl
import os
import random
import shutil
import threading
import time
import unittest

import harness

NOW = int(time.time()) // 60 * 60
SERIES, SAMPLES = 200, 30


def value(n, i):
    return (n * 7919 + i * 104729) % 1000003 / 7.0


def body(i):
    return [({"__name__": "whole", "n": f"{n:03}"}, [((NOW - 1800 + i * 60) * 1000, value(n, i))])
            for n in range(SERIES)]


def flip(path, offset, count=8):
    with open(path, "r+b") as file:
        file.seek(offset)
        before = file.read(count)
        file.seek(offset)
        file.write(bytes(b ^ 0xFF for b in before))


class ADataDirectory(harness.SystemTest):
    def setUp(self):
        super().setUp()
        self.server = self.sluice()
        self.data = self.server.folder / "data"

    def push(self, first, end):
        for i in range(first, end):
            self.assertEqual(self.server.push(body(i)).status, 204)

    def files(self, pattern):
        return sorted(self.data.glob(pattern))

    def assert_refuses_to_start(self, *words):
        with self.assertRaises(AssertionError) as refused:
            self.server.start()
        said = str(refused.exception)
        self.assertRegex(said, "exited with 1:")
        for word in (str(self.data), "restore", *words):
            self.assertIn(word, said)

    def found(self):
        """By series, or None when the question was answered with an error."""
        reply = self.server.get("/query", query="whole[1h]", time=NOW)
        if reply.status != 200:
            self.assertIn("damaged", reply.json()["error"])
            return None
        return {(int(r["metric"]["n"]), round((float(t) - NOW + 1800) / 60)): float(v)
                for r in reply.json()["data"]["result"] for t, v in r["values"]}

    def assert_right(self, found, samples):
        self.assertEqual(set(found), {(n, i) for n in range(SERIES) for i in samples})
        for (n, i), v in found.items():
            self.assertAlmostEqual(v, value(n, i))

    def test_with_a_torn_end_of_the_log_serves_what_was_before_it(self):
        self.push(0, 10)
        self.server.kill9()
        log = max(self.files("*.log"), key=lambda f: f.stat().st_size)
        os.truncate(log, log.stat().st_size - 100)
        self.server.start()
        self.assert_right(self.found(), range(9))
        self.push(9, 12)
        for _ in range(2):  # the torn end is still there at the next start
            self.server.kill9()
            self.server.start()
            self.assert_right(self.found(), range(12))

    def test_with_a_damaged_end_of_the_log_serves_what_was_before_it_and_says_so(self):
        self.push(0, 10)
        self.server.kill9()
        log = max(self.files("*.log"), key=lambda f: f.stat().st_size)
        flip(log, log.stat().st_size - 50)
        self.server.start()
        self.assert_right(self.found(), range(9))
        said = self.server.process.tail()
        self.assertIn("was left out", said)
        self.assertIn(log.name, said)
        self.push(9, 12)
        for _ in range(2):
            self.server.kill9()
            self.server.start()
            self.assert_right(self.found(), range(12))

    def test_with_damaged_tables_never_answers_wrong_data(self):
        self.push(0, SAMPLES)
        self.assertEqual(self.server.admin("flush").status // 100, 2)
        self.assertEqual(self.server.stop(), 0)
        whole = self.folder / "whole"
        shutil.copytree(self.data, whole)
        dice = random.Random(5)
        outcomes = []
        for table in [f.name for f in self.files("*.sst")]:
            for _ in range(3):
                shutil.rmtree(self.data)
                shutil.copytree(whole, self.data)
                flip(self.data / table, dice.randrange((self.data / table).stat().st_size))
                try:
                    self.server.start()
                except AssertionError as refused:
                    self.assertRegex(str(refused), "exited with 1:")
                    self.assertIn("restore", str(refused))
                    outcomes.append("refused")
                    continue
                found = self.found()
                if found is not None:
                    self.assert_right(found, range(SAMPLES))
                outcomes.append("right" if found is not None else "told")
                self.assertEqual(self.server.push(body(SAMPLES)).status, 204)
                self.server.kill9()
        print({outcome: outcomes.count(outcome) for outcome in set(outcomes)}, flush=True)

    def test_without_a_table_or_with_half_of_one_is_refused(self):
        self.push(0, 3)
        self.assertEqual(self.server.admin("flush").status // 100, 2)
        self.assertEqual(self.server.stop(), 0)
        whole = self.folder / "whole"
        shutil.copytree(self.data, whole)
        table = max(self.files("*.sst"), key=lambda f: f.stat().st_size)
        os.truncate(table, table.stat().st_size // 2)
        self.assert_refuses_to_start(table.name)
        os.remove(table)
        self.assert_refuses_to_start(table.name)
        shutil.copy(whole / table.name, table)
        self.server.start()
        self.assert_right(self.found(), range(3))

    def test_without_its_manifest_or_current_is_refused_and_not_touched(self):
        self.push(0, 3)
        self.assertEqual(self.server.stop(), 0)
        for lost in (self.data / "CURRENT", self.files("MANIFEST-*")[0]):
            os.rename(lost, self.folder / "lost")
            self.assert_refuses_to_start(lost.name)
            os.rename(self.folder / "lost", lost)
        self.server.start()
        self.assert_right(self.found(), range(3))


class ADirectoryInUse(harness.SystemTest):
    def lock(self, server):
        file = open(server.folder / "data/LOCK", "w")
        fcntl.lockf(file, fcntl.LOCK_EX)
        return file

    def test_is_waited_for_a_moment(self):
        server = self.sluice()
        server.kill9()
        lock = self.lock(server)
        release = threading.Timer(1, lock.close)
        release.start()
        server.start()
        release.join()
        self.assertIn("waiting up to", server.process.tail())

    def test_is_refused_when_it_stays_in_use(self):
        server = self.sluice()
        server.kill9()
        with self.lock(server), self.assertRaises(AssertionError) as refused:
            server.start()
        self.assertIn("in use by another process", str(refused.exception))
        server.start()


if __name__ == "__main__":
    unittest.main(verbosity=2)
