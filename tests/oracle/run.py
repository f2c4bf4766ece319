#!/usr/bin/env python3
"""Asks Sluice and a real Prometheus 3.x the same random questions about the same data, and tells where they differ.

usage: run.py --prometheus BINARY --sluice BINARY [--seed N] [--queries N] [--delayed-names] [--version 1|2]
Run by hand: see README.md. Exits 77 ("not run") where there is no Prometheus.
"""
import argparse
import pathlib
import random
import re
import sys
import tempfile

import compare
import dataset
import grammar
import mangle
import reduce
import servers
import surface

SKIPPED = 77
SHOWN_PER_KIND = 3
DIGITS = re.compile(r"[0-9.e+-]+")


class Session:
    def __init__(self, pair, rng, arguments):
        self.ours, self.theirs = pair
        self.rng, self.arguments = rng, arguments
        self.grammar = grammar.Grammar(rng, servers.FIRST_S, servers.LAST_S)
        self.asked, self.answered, self.different, self.kinds = 0, 0, 0, {}

    def ask_both(self, endpoint, form):
        answers = [server.ask(endpoint, form) for server in (self.ours, self.theirs)]
        self.asked += 1
        self.answered += answers[1][0] == 200
        return answers

    def difference(self, endpoint, query, form):
        return compare.answers_differ(query, *self.ask_both(endpoint, {**form, "query": query}))

    def forms(self):
        """An instant or a range query, mostly at times where samples stand."""
        rng = self.rng
        tick = rng.randrange(-4, dataset.TICKS + 30)
        at = (dataset.FIRST_MS + tick * dataset.TICK_MS + rng.choice([0, 0, 0, 1, 7000, -1])) / 1000
        if rng.random() < 0.5:
            return "query", {"time": f"{at:.3f}"}
        step = rng.choice([15, 30, 60, 7, 300, 1000, 0.5])
        return "query_range", {"start": f"{at:.3f}", "end": f"{at + step * rng.choice([0, 1, 5, 10.5, 30]):.3f}", "step": step}

    def one(self):
        tree = self.grammar.query()
        text = tree.text()
        if self.rng.random() < self.arguments.mangled:
            return self.try_text(mangle.mangle(self.rng, text))
        if self.rng.random() < 0.05:
            return self.try_text(mangle.respaced(self.rng, text))
        endpoint, form = self.forms()
        for end, parameters in ((endpoint, form), ("format_query", {}), ("parse_query", {})):
            trouble = self.difference(end, text, parameters)
            if trouble:
                small = reduce.reduce(tree, lambda q, e=end, p=parameters: self.difference(e, q, p)).text()
                self.report(end, small, parameters, text)

    def try_text(self, text):
        endpoint, form = self.forms()
        for end, parameters in (("parse_query", {}), ("format_query", {}), (endpoint, form)):
            if self.difference(end, text, parameters):
                small = reduce.reduce_text(text, lambda q, e=end, p=parameters: self.difference(e, q, p))
                return self.report(end, small, parameters, text)

    def report(self, endpoint, query, form, original):
        self.different += 1
        trouble = self.difference(endpoint, query, form) or "only in the longer query"
        kind = endpoint + DIGITS.sub("#", trouble)[:70]
        self.kinds[kind] = self.kinds.get(kind, 0) + 1
        if self.kinds[kind] <= self.arguments.shown:
            print(f"{endpoint} {form}\n    {query!r}\n    {trouble}\n    from {original!r}\n", flush=True)


def compare_surface(pair, shown):
    """Every odd request to both; how many differ."""
    asked, different, kinds = 0, 0, {}
    for path in surface.cases():
        ours, theirs = (surface.settled(server.get(path)) for server in pair)
        asked += 1
        trouble = compare.answers_differ("", ours, theirs)
        if trouble:
            different += 1
            kind = DIGITS.sub("#", trouble)[:60]
            kinds[kind] = kinds.get(kind, 0) + 1
            if kinds[kind] <= shown:
                print(f"{path}\n    {trouble}\n", flush=True)
    print(f"{asked} requests, {different} differences")
    return different


def arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("--prometheus", default="prometheus")
    parser.add_argument("--sluice", default="build/release/bin/sluice")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--queries", type=int, default=500)
    parser.add_argument("--mangled", type=float, default=0.3, help="share of queries that are nearly valid")
    parser.add_argument("--delayed-names", action="store_true")
    parser.add_argument("--version", type=int, choices=(1, 2), default=1, help="of remote write")
    parser.add_argument("--shown", type=int, default=SHOWN_PER_KIND, help="examples of each kind of difference")
    parser.add_argument("--surface", action="store_true", help="odd parameters of every endpoint, not random queries")
    return parser.parse_args()


def main():
    wanted = arguments()
    if not pathlib.Path(wanted.prometheus).exists():
        print("skipped: no Prometheus at", wanted.prometheus)
        return SKIPPED
    rng = random.Random(wanted.seed)
    data = dataset.Dataset(rng)
    with tempfile.TemporaryDirectory(prefix="sluice-oracle-") as folder:
        pair = servers.loaded_pair(wanted.prometheus, wanted.sluice, folder, data, wanted.delayed_names, wanted.version)
        try:
            if wanted.surface:
                return 1 if compare_surface(pair, wanted.shown) else 0
            session = Session(pair, rng, wanted)
            for _ in range(wanted.queries):
                session.one()
        finally:
            for server in pair:
                server.stop()
    print(f"seed {wanted.seed}: {session.asked} questions, {session.answered} answered, {session.different} differences")
    return 1 if session.different else 0


if __name__ == "__main__":
    sys.exit(main())
