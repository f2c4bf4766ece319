#!/usr/bin/env python3
"""Asks a real Prometheus and our engine the same random questions about the same random data.

Goal: no query that Prometheus answers is answered differently here.
Method: the data goes into a Prometheus TSDB and, as a load command, into a script; what Prometheus answers becomes the
expectation of an eval; promql-conformance then runs the script. Debian's Prometheus is 2.42, older than the language we
implement, so the questions leave out what changed since: samples on the edge of a window (samples are 15.125 s apart,
questions come at odd milliseconds), counters whose window starts before their data, the variance of NaN, comparisons
that filter away the proof of an ambiguous match, and later functions and operators.

usage: against_prometheus.py CONFORMANCE_BINARY [--seed N] [--queries N] [--keep FOLDER]
"""
import argparse
import json
import pathlib
import random
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request

SKIPPED = 77  # what CTest takes for "not run"
STEP_MS = 15125  # its multiples are exact in binary seconds, which is how they travel
POINTS = 240
START_SECONDS_MAX = 30
# Questions start where every window of a counter, also inside two subqueries, lies behind the start of its data.
FIRST_MS, LAST_MS = 1_900_000, POINTS * STEP_MS


class Data:
    """Series with the shapes that matter: counters with resets, gauges with NaN and gaps, classic histograms."""

    def __init__(self, rng):
        self.rng = rng
        self.series = []  # (name, labels, values); None is no sample
        for job in ("api", "web"):
            for instance in ("0", "1", "2"):
                labels = {"job": job, "instance": instance}
                self.add("requests_total", {**labels, "code": rng.choice(["200", "500"])}, self.counter())
                self.add("temperature", labels, self.gauge(with_nan=instance == "2"))
                self.histogram("latency_bucket", labels)
                if job == "api":
                    self.add("cpus", labels, [rng.choice([2, 4])] * POINTS)

    def add(self, name, labels, values):
        self.series.append((name, labels, values))

    def counter(self):
        value, values = 0, []
        for _ in range(POINTS):
            value = self.rng.choice([0, 3]) if self.rng.random() < 0.01 else value + self.rng.choice([0, 0, 1, 5, 10.5])
            values.append(value)
        return values

    def gauge(self, with_nan):
        values = [round(self.rng.gauss(10, 5), 6) for _ in range(POINTS)]
        if with_nan:
            values = [float("nan") if self.rng.random() < 0.05 else v for v in values]
        start = self.rng.randrange(POINTS)
        return [None if start <= i < start + 40 else v for i, v in enumerate(values)]

    def histogram(self, name, labels):
        bounds = ["0.1", "0.5", "1", "+Inf"]
        counts, rows = [0] * len(bounds), [[] for _ in bounds]
        for _ in range(POINTS):
            counts[self.rng.randrange(len(bounds))] += self.rng.randrange(1, 4)
            for i, row in enumerate(rows):
                row.append(sum(counts[: i + 1]))
        for bound, row in zip(bounds, rows):
            self.add(name, {**labels, "le": bound}, row)

    def open_metrics(self):
        lines, name_before = [], None
        for name, labels, values in sorted(self.series, key=lambda s: s[0]):
            if name != name_before:
                lines.append(f"# TYPE {name} unknown")
            name_before = name
            for i, value in enumerate(values):
                if value is not None:
                    lines.append(f"{name}{metric_text(labels)} {number_text(value)} {i * STEP_MS / 1000:.3f}")
        return "\n".join(lines) + "\n# EOF\n"

    def load_command(self):
        lines = [f"load {STEP_MS // 1000}s{STEP_MS % 1000}ms"]
        for name, labels, values in self.series:
            lines.append(f"  {name}{metric_text(labels)} " + " ".join(map(number_text, values)))
        return "\n".join(lines) + "\n\n"


def metric_text(labels):
    return "{" + ",".join(f"{name}={json.dumps(value)}" for name, value in sorted(labels.items())) + "}"


def number_text(value):
    if value is None:
        return "_"
    return "NaN" if value != value else repr(value)


class Questions:
    """Random expressions, at most `depth` functions or operators deep."""

    SELECTORS = ["temperature", "cpus", 'temperature{instance!="0"}', 'requests_total{code=~"5.."}', "requests_total",
                 'latency_bucket{le="0.5"}', "latency_bucket", 'temperature{job="web"}', "nothing"]
    TWO_METRICS = '{__name__=~"temperature|cpus"}'  # not in comparisons, which would be ambiguous matches
    COUNTERS = ["requests_total", 'requests_total{job="api"}', "latency_bucket", 'latency_bucket{instance=~"1|2"}']
    RANGES = ["17s", "1m", "90s", "5m", "20m"]
    SUBQUERY_RANGES = ["17s", "1m", "5m"]
    VECTOR_FUNCTIONS = ["abs", "ceil", "floor", "exp", "sqrt", "ln", "log2", "log10", "sgn", "deg", "rad", "sin", "cos",
                        "tan", "atan", "asinh", "timestamp", "absent", "hour", "minute", "month", "year", "day_of_week",
                        "day_of_month", "day_of_year", "days_in_month"]
    COUNTER_FUNCTIONS = ["rate", "increase", "irate"]
    WINDOW_FUNCTIONS = ["delta", "idelta", "deriv", "changes", "resets", "avg_over_time", "sum_over_time",
                        "min_over_time", "max_over_time", "count_over_time", "stddev_over_time", "stdvar_over_time",
                        "last_over_time", "present_over_time", "absent_over_time"]
    AGGREGATIONS = ["sum", "avg", "min", "max", "count", "group"]
    GROUPINGS = ["", "by (job)", "by (instance)", "without (instance)", "by (job, code)", "without (le)", "by (le)"]
    FILTERS = ["==", "!=", "<", ">", "<=", ">="]
    OPERATORS = ["+", "-", "*", "/", "%", "== bool", "< bool", ">= bool"]  # ^ of two vectors: Go's last bit differs
    MATCHINGS = ["", "", "on (job, instance)", "ignoring (le)", "on (instance) group_left ()",
                 "ignoring (code) group_left ()", "on (instance) group_right (job)", "on (job, instance) group_right ()"]
    SET_MATCHINGS = ["", "on (job)", "on (instance)", "ignoring (le)", "on ()"]

    def __init__(self, rng):
        self.rng = rng

    def pick(self, items):
        return self.rng.choice(items)

    def modifier(self):
        return self.pick([""] * 5 + [" offset 1m", " @ 2000.5 offset 30s", " offset 90s"])

    def selector(self, depth=0):
        return self.pick(self.SELECTORS) + self.modifier()

    def window(self, depth):
        if depth > 0 and self.rng.random() < 0.3:
            return f"({self.vector(depth - 1)})[{self.pick(self.SUBQUERY_RANGES)}:{self.pick(['', '15s', '1m', '7s'])}]"
        return f"{self.pick(self.SELECTORS)}[{self.pick(self.RANGES)}]{self.modifier()}"

    def scalar(self):
        return self.pick(["0", "1", "-1", "0.5", "1e3", "time()", "pi()", "2 ^ 3 ^ 0.5", "-7 % 4", "scalar(cpus)"])

    def vector(self, depth):
        if depth <= 0:
            return self.selector()
        kinds = [self.selector, self.call, self.over_window, self.over_counter, self.aggregation, self.ranking,
                 self.binary, self.set_operation, self.with_scalar, self.special]
        return self.pick(kinds)(depth)

    def call(self, depth):
        return f"{self.pick(self.VECTOR_FUNCTIONS)}({self.vector(depth - 1)})"

    def over_window(self, depth):
        return f"{self.pick(self.WINDOW_FUNCTIONS)}({self.window(depth - 1)})"

    def over_counter(self, depth):
        return f"{self.pick(self.COUNTER_FUNCTIONS)}({self.pick(self.COUNTERS)}[{self.pick(self.RANGES)}])"

    def aggregation(self, depth):
        return f"{self.pick(self.AGGREGATIONS)} {self.pick(self.GROUPINGS)} ({self.vector(depth - 1)})"

    def ranking(self, depth):
        head = f"{self.pick(self.GROUPINGS)} ("
        if self.rng.random() < 0.5:
            return f"quantile {head}{self.pick(['0', '0.3', '1'])}, {self.vector(depth - 1)})"
        # Ties would be broken by the order of series, which differs; these values neither repeat nor are NaN.
        ranked = 'temperature{instance!="2"}' + self.modifier()
        return f"{self.pick(['topk', 'bottomk'])} {head}{self.pick(['1', '2', '3'])}, {ranked})"

    def binary(self, depth):
        sides = [self.vector(depth - 1) for _ in range(2)]
        if self.rng.random() < 0.3:
            return f"({sides[0]}) {self.pick(self.FILTERS)} ({sides[1]})"
        return f"({sides[0]}) {self.pick(self.OPERATORS)} {self.pick(self.MATCHINGS)} ({sides[1]})"

    def set_operation(self, depth):
        sides = [self.vector(depth - 1) for _ in range(2)]
        return f"({sides[0]}) {self.pick(['and', 'or', 'unless'])} {self.pick(self.SET_MATCHINGS)} ({sides[1]})"

    def with_scalar(self, depth):
        sides = [f"({self.vector(depth - 1)})", self.scalar()]
        self.rng.shuffle(sides)
        return f"{sides[0]} {self.pick(self.OPERATORS + self.FILTERS)} {sides[1]}"

    def special(self, depth):
        inner = self.vector(depth - 1)
        return self.pick([
            f"clamp({inner}, -1, {self.scalar()})", f"clamp_max({inner}, 5)", f"clamp_min({inner}, 5)",
            f"round({inner}, {self.pick(['1', '0.1', '5'])})", f"-({inner})", f"vector({self.scalar()})",
            f"abs({self.TWO_METRICS})", f"sum by (__name__, job) ({self.TWO_METRICS})", f"max({self.TWO_METRICS})",
            f"predict_linear({self.pick(self.SELECTORS)}[5m], 600)",
            f"quantile_over_time({self.pick(['0', '0.4', '0.9'])}, {self.window(depth - 1)})",
            f"histogram_quantile({self.pick(['0.1', '0.5', '0.99'])}, sum by (le, job) (rate(latency_bucket[5m])))",
            f"histogram_quantile({self.pick(['0.1', '0.5', '0.99'])}, latency_bucket)",
            f'label_replace({inner}, "x", "$1-y", "instance", "(.)")', f'label_replace({inner}, "job", "", "", "")',
            f'label_join({inner}, "z", "+", "job", "instance")'])


class Reference:
    """A Prometheus over the data, while the `with` lasts."""

    def __init__(self, folder, data):
        self.folder = folder
        (folder / "data.om").write_text(data.open_metrics())
        (folder / "prometheus.yml").write_text("global: {}\n")
        subprocess.run(["promtool", "tsdb", "create-blocks-from", "openmetrics", folder / "data.om", folder / "tsdb"],
                       check=True, stdout=subprocess.DEVNULL)

    def __enter__(self):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.address = f"127.0.0.1:{probe.getsockname()[1]}"
        self.process = subprocess.Popen(
            ["prometheus", f"--config.file={self.folder}/prometheus.yml", f"--storage.tsdb.path={self.folder}/tsdb",
             f"--web.listen-address={self.address}", "--log.level=error", "--storage.tsdb.retention.time=100y"])
        self.wait_until_ready()
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()

    def wait_until_ready(self):
        deadline = time.monotonic() + START_SECONDS_MAX
        while True:
            try:
                urllib.request.urlopen(f"http://{self.address}/-/ready").read()
                return
            except OSError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.1)

    def ask(self, endpoint, **parameters):
        body = urllib.parse.urlencode(parameters).encode()
        try:
            return json.load(urllib.request.urlopen(f"http://{self.address}/api/v1/{endpoint}", data=body))
        except urllib.error.HTTPError as refusal:
            return json.loads(refusal.read())


def eval_block(head, answer, row):
    if answer["status"] == "success":
        return head + "".join(f"  {metric_text(s['metric'])} {row(s)}\n" for s in answer["data"]["result"]) + "\n"
    return head + "  expect fail\n\n"


def instant_eval(reference, query, at_ms):
    answer = reference.ask("query", query=query, time=at_ms / 1000)
    return eval_block(f"eval instant at {at_ms}ms {query}\n", answer, lambda s: s["value"][1])


def range_eval(reference, query, start_ms, steps, step_s):
    end_ms = start_ms + steps * step_s * 1000
    answer = reference.ask("query_range", query=query, start=start_ms / 1000, end=end_ms / 1000, step=step_s)

    def row(series):
        values = {round(float(t) * 1000): v for t, v in series["values"]}
        return " ".join(values.get(start_ms + k * step_s * 1000, "_") for k in range(steps + 1))

    return eval_block(f"eval range from {start_ms}ms to {end_ms}ms step {step_s}s {query}\n", answer, row)


def write_script(path, data, reference, rng, count):
    questions = Questions(rng)
    with open(path, "w") as script:
        script.write(data.load_command())
        for _ in range(count):
            query = questions.vector(rng.choice([1, 2, 2, 3]))
            at_ms = rng.randrange(FIRST_MS, LAST_MS)
            # The runner repeats an instant eval as a range query, where a match may be ambiguous at another step.
            matches = any(word in query for word in (" or ", " on ", " ignoring ", "label_replace", "topk"))
            if not matches and rng.random() < 0.5:
                script.write(instant_eval(reference, query, at_ms))
            else:
                script.write(range_eval(reference, query, at_ms, rng.randrange(12), rng.choice([15, 37, 60, 300])))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("conformance")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--queries", type=int, default=400)
    parser.add_argument("--keep", type=pathlib.Path)
    arguments = parser.parse_args()
    if not (shutil.which("prometheus") and shutil.which("promtool")):
        print("skipped: prometheus and promtool are not installed")
        return SKIPPED
    rng = random.Random(arguments.seed)
    print(f"seed {arguments.seed}, {arguments.queries} queries")
    with tempfile.TemporaryDirectory() as scratch:
        folder = pathlib.Path(scratch)
        data = Data(rng)
        script = folder / "asked.test"
        with Reference(folder, data) as reference:
            write_script(script, data, reference, rng, arguments.queries)
        if arguments.keep:
            shutil.copy(script, arguments.keep)
        return subprocess.run([arguments.conformance, "--immediate-name-removal", script]).returncode


if __name__ == "__main__":
    sys.exit(main())
