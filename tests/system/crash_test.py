#!/usr/bin/env python3
"""kill -9 of the real binary at random moments under load: nothing acknowledged is lost, nothing is invented.

Method: writers push series whose value is a function of (series, time), and note a push in the ledger when its 204 has
arrived. After each kill the server starts again and everything is asked back: each acknowledged sample must be there,
and each sample that is there must have been sent.

    crash_test.py [--cycles N] [--seed N]
"""
import argparse
import random
import sys
import threading
import time
import unittest

import harness

WRITERS = 4
SERIES_PER_PUSH = 50
FULL_CHECK_EVERY = 25  # cycles; in between the newest ticks are compared, or a long run would only compare
NEWEST_TICKS = 200
STEP_MS = 100  # a long run must not outrun the clock: samples too far in the future are refused
options = argparse.Namespace(cycles=4, seed=None)


def value_of(writer, n, tick):
    return float(writer * 1_000_000 + n * 10_000 + tick % 10_000)


class Writer(threading.Thread):
    """Pushes its series tick by tick until the server goes away; resumes where it stopped."""

    def __init__(self, server, number, first_tick, base_ms):
        super().__init__()
        self.server, self.number, self.tick, self.base_ms = server, number, first_tick, base_ms
        self.acknowledged, self.sent = set(), set()
        self.trouble = None

    def run(self):
        try:
            while True:
                at = self.base_ms + self.tick * STEP_MS
                series = [({"__name__": "ledger", "writer": str(self.number), "n": str(n)},
                           [(at, value_of(self.number, n, self.tick))]) for n in range(SERIES_PER_PUSH)]
                self.sent.add(self.tick)
                reply = self.server.push(series, timeout=20)
                if reply.status != 204:
                    self.trouble = f"{reply.status} {reply.body[:200]}"
                    return
                self.acknowledged.add(self.tick)
                self.tick += 1
        except OSError:
            return  # killed: this tick may or may not be there


class AKilledServer(harness.SystemTest):
    def test_loses_nothing_and_invents_nothing(self):
        seed = options.seed if options.seed is not None else random.SystemRandom().randrange(1 << 30)
        print(f"seed {seed}, {options.cycles} cycles", flush=True)
        dice = random.Random(seed)
        server = self.sluice()
        base_ms = (int(time.time()) - 3000) * 1000
        acknowledged = [set() for _ in range(WRITERS)]
        sent = [set() for _ in range(WRITERS)]
        for cycle in range(options.cycles):
            writers = [Writer(server, w, max(sent[w], default=-1) + 1, base_ms) for w in range(WRITERS)]
            for w in writers:
                w.start()
            flush = threading.Timer(dice.uniform(0, 0.6), self._flush, (server,)) if dice.random() < 0.5 else None
            if flush:
                flush.start()
            time.sleep(dice.uniform(0.05, 0.8))
            server.kill9()
            for w in writers:
                w.join()
                self.assertIsNone(w.trouble)
                acknowledged[w.number] |= w.acknowledged
                sent[w.number] |= w.sent
            if flush:
                flush.join()
            server.start()
            complete = cycle % FULL_CHECK_EVERY == 0 or cycle + 1 == options.cycles
            self._compare(server, base_ms, acknowledged, sent, None if complete else NEWEST_TICKS)
        total = sum(len(a) for a in acknowledged) * SERIES_PER_PUSH
        print(f"{total} acknowledged samples: 0 lost, 0 invented", flush=True)
        self.assertGreater(total, 0)

    @staticmethod
    def _flush(server):
        try:
            server.admin("flush")
        except OSError:
            pass  # killed meanwhile

    def _compare(self, server, base_ms, acknowledged, sent, newest_ticks):
        """Of every series the newest ticks (None: all) against the ledger."""
        for writer in range(WRITERS):
            last = max(sent[writer], default=0)
            first = 0 if newest_ticks is None else max(0, last - newest_ticks)
            window_ms = (last + 1 - first) * STEP_MS + STEP_MS // 2  # ranges are open on the left: half a step before
            result = server.query(f'ledger{{writer="{writer}"}}[{window_ms}ms]', (base_ms + (last + 1) * STEP_MS) / 1000)
            wanted, possible = ({tick for tick in ticks[writer] if tick >= first} for ticks in (acknowledged, sent))
            by_n = {int(r["metric"]["n"]): r["values"] for r in result}
            for n in range(SERIES_PER_PUSH):
                found = {(round(t * 1000) - base_ms) // STEP_MS: float(v) for t, v in by_n.get(n, [])}
                self.assertEqual(wanted - found.keys(), set(), f"lost: writer {writer} series {n}")
                self.assertEqual(found.keys() - possible, set(), f"invented: writer {writer} series {n}")
                for tick, value in found.items():
                    self.assertEqual(value, value_of(writer, n, tick))


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--cycles", type=int, default=options.cycles)
    parser.add_argument("--seed", type=int)
    options, rest = parser.parse_known_args()
    unittest.main(argv=sys.argv[:1] + rest, verbosity=2)
