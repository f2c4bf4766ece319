"""Random PromQL: trees of Node, whose text is a query that is valid, or nearly so.

A node knows its type (vector, matrix, scalar, string, modifier), so that a difference can be reduced by putting a
smaller node of the same type in its place.
"""
import random


class Node:
    def __init__(self, kind, *parts):
        self.kind = kind
        self.parts = list(parts)  # text or nodes

    def text(self):
        return "".join(p if isinstance(p, str) else p.text() for p in self.parts)

    def children(self):
        return [p for p in self.parts if isinstance(p, Node)]

    def walk(self):
        yield self
        for child in self.children():
            yield from child.walk()

    def with_part(self, index, part):
        return Node(self.kind, *self.parts[:index], part, *self.parts[index + 1:])


def vector(*parts):
    return Node("vector", *parts)


FLOATS = ["temperature", "limit", "requests_total", "latency_seconds_count", "latency_seconds_sum", "unlabelled",
          "special", "sparse", "target_info", "build_info", "latency_seconds_bucket"]
COUNTERS = ["requests_total", "typed", "latency_seconds_bucket", "latency_seconds_count", "latency_seconds_sum"]
HISTOGRAMS = ["size", "level", "duration", "mixed", "float_histogram", "nan_sum", "hinted", "broad"]
CLASSIC = ["latency_seconds_bucket", "bad_bucket", "falling_bucket"]
ODD = ["nothing", '{__type__="counter"}', 'typed{__unit__!="bytes"}',
       '{"utf8.name"}', '{__name__=~"temperature|limit"}', '{__name__=~"size|duration"}', '{job="api"}',
       '{"utf8.name","été"="chaud"}', '{__name__!="size",job="web"}', '{__name__=~"size|temperature|mixed"}']
MATCHERS = ['job="api"', 'job!="api"', 'instance=~"0|1"', 'instance!~"0"', 'job=~".+"', 'nope=""', 'instance="2"',
            'code="200"', 'le="1"', 'le=~"1|1.0"', 'kind=~"nan|inf"', 'kind!="big"', 'job=~"a.*"', "instance=`1`",
            "job='web'", 'nope!=""', '"job"="api"']
DURATIONS = ["15s", "30s", "1m", "61s", "90s", "5m", "17s", "20m", "1h", "60", "0.5m" "1s", "1m30s", "100ms", "5m0s"]
DURATIONS = [d for d in DURATIONS if d != "0.5m1s"]
EXPRESSION_DURATIONS = ["step()", "range()", "min_of(1m, step())", "max_of(1m, range())", "1m + 30s", "2 * 45s", "5m / 2",
                        "2m - 10s", "-1m + 3m", "2 ^ 6", "130s % 60s", "(1m + 1m)", "step() * 2 + 1s", "0x20",
                        "1m - 1m", "1m / 0", "1m % 0", "-step()", "max_of(step(), 15s)"]
LABELS = ["job", "instance", "code", "le", "version", "kind", "__name__", "nope", '"label.with.dots"', "region", "__type__"]
NUMBERS = ["0", "1", "-1", "0.5", "2", "1e3", "NaN", "Inf", "-Inf", "1e-7", "1e300", "3", "0.1", "10", "0x1F", "1m", "2.5",
           "1_000", "+1", "-0", ".5", "010"]
PLAIN = {  # functions of one instant vector
    "float": ["abs", "ceil", "floor", "exp", "sqrt", "ln", "log2", "log10", "sgn", "sin", "cos", "tan", "asin", "acos",
              "atan", "sinh", "cosh", "tanh", "asinh", "acosh", "atanh", "deg", "rad", "minute", "hour", "day_of_week",
              "day_of_month", "day_of_year", "days_in_month", "month", "year", "timestamp", "absent", "sort", "sort_desc",
              "start_timestamp"],
    "histogram": ["histogram_count", "histogram_sum", "histogram_avg", "histogram_stddev", "histogram_stdvar"]}
RANGE = {
    "any": ["count_over_time", "present_over_time", "last_over_time", "first_over_time", "absent_over_time", "changes",
            "resets", "ts_of_first_over_time", "ts_of_last_over_time", "sum_over_time", "avg_over_time"],
    "counter": ["rate", "increase", "irate"],
    "gauge": ["delta", "idelta", "deriv"],
    "float": ["min_over_time", "max_over_time", "stddev_over_time", "stdvar_over_time", "mad_over_time",
              "ts_of_min_over_time", "ts_of_max_over_time"]}
AGGREGATIONS = ["sum", "avg", "min", "max", "count", "group", "stddev", "stdvar"]
ARITHMETIC = ["+", "-", "*", "/", "%", "^", "atan2"]
COMPARISONS = ["==", "!=", "<", ">", "<=", ">="]
TRIMS = ["</", ">/"]


class Grammar:
    def __init__(self, rng: random.Random, first_s, last_s):
        self.rng, self.first_s, self.last_s = rng, first_s, last_s

    def pick(self, items):
        return self.rng.choice(items)

    def chance(self, p):
        return self.rng.random() < p

    # ---- leaves ----

    def duration(self):
        return self.pick(EXPRESSION_DURATIONS) if self.chance(0.1) else self.pick(DURATIONS)

    def modifiers(self, extended=0.0):
        out = []
        if self.chance(0.12):
            sign = self.pick(["", "", "-"])
            out.append(" offset " + sign + self.pick(DURATIONS + ["step()", "(1m + 30s)", "range()", "-(1m)"][:2]))
        if self.chance(0.1):
            out.append(" @ " + self.pick(["start()", "end()", str(self.first_s + 600), f"{self.last_s - 300}.5", "0"]))
        if self.chance(extended):
            out.append(self.pick([" anchored", " smoothed"]))
        self.rng.shuffle(out)
        return [Node("modifier", text) for text in out]

    def name(self, taste):
        names = {"counter": COUNTERS, "histogram": HISTOGRAMS, "classic": CLASSIC, "float": FLOATS}.get(taste)
        if self.chance(0.08):
            return self.pick(ODD)
        return self.pick(names or FLOATS + HISTOGRAMS)

    def plain_selector(self, taste):
        name = self.name(taste)
        if name.endswith("}") or self.chance(0.6):
            return name
        return name + "{" + self.pick([",", ", "]).join(self.pick(MATCHERS) for _ in range(self.pick([1, 1, 2]))) + "}"

    def selector(self, taste="any"):
        return vector(self.plain_selector(taste), *self.modifiers(extended=0.03))

    def matrix(self, depth, taste="any"):
        if depth > 0 and self.chance(0.25):
            step = self.pick(["", "", "15s", "1m", "7s", "30s", "step()", "45"])
            inner = self.vector(depth - 1, taste)
            return Node("matrix", "(", inner, ")[" + self.duration() + ":" + step + "]", *self.modifiers())
        return Node("matrix", self.plain_selector(taste), "[" + self.duration() + "]", *self.modifiers(extended=0.12))

    def number(self):
        return Node("scalar", self.pick(NUMBERS))

    def scalar(self, depth=0):
        roll = self.rng.random()
        if roll < 0.6 or depth <= 0:
            return self.number()
        if roll < 0.7:
            return Node("scalar", self.pick(["time()", "pi()", "start()", "end()", "step()", "range()"]))
        if roll < 0.8:
            return Node("scalar", "scalar(", self.vector(depth - 1, "float"), ")")
        if roll < 0.85:
            return Node("scalar", self.pick(["min_of(", "max_of("]), self.scalar(depth - 1), ", ", self.scalar(depth - 1), ")")
        op = self.pick(ARITHMETIC + [c + " bool" for c in COMPARISONS])
        return Node("scalar", "(", self.scalar(depth - 1), f" {op} ", self.scalar(depth - 1), ")")

    def labels(self):
        return "(" + ", ".join(self.pick(LABELS) for _ in range(self.pick([0, 1, 1, 2, 3]))) + ")"

    def grouping(self):
        return self.pick(["", "by ", "by ", "without "])

    # ---- vectors ----

    def vector(self, depth, taste="any"):
        if depth <= 0:
            return self.selector(taste)
        kinds = [self.call, self.over_range, self.over_range, self.aggregation, self.aggregation, self.ranking, self.binary,
                 self.binary, self.set_operation, self.with_scalar, self.special, self.labelled, self.histogram_call,
                 self.histogram_call, self.unary, self.info]
        return self.pick(kinds)(depth, taste)

    def call(self, depth, taste):
        function = self.pick(PLAIN["histogram" if taste == "histogram" or self.chance(0.15) else "float"])
        return vector(function, "(", self.vector(depth - 1, taste), ")")

    def over_range(self, depth, taste):
        family = self.pick(["any", "counter", "counter", "gauge", "float"])
        liked = {"counter": self.pick(["counter", "counter", "histogram", taste]), "gauge": "any"}.get(family, taste)
        return vector(self.pick(RANGE[family]), "(", self.matrix(depth - 1, liked), ")")

    def aggregation(self, depth, taste):
        op, inner, grouping = self.pick(AGGREGATIONS), self.vector(depth - 1, taste), self.grouping()
        if not grouping:
            return vector(op + "(", inner, ")")
        if self.chance(0.3):
            return vector(op + "(", inner, f") {grouping}{self.labels()}")
        return vector(f"{op} {grouping}{self.labels()} (", inner, ")")

    def ranking(self, depth, taste):
        op = self.pick(["topk", "bottomk", "limitk", "limit_ratio", "quantile", "count_values"])
        parameter = {"quantile": ["0.5", "0", "1", "0.9", "-1", "2", "NaN"],
                     "limit_ratio": ["0.5", "-0.5", "1", "-1", "0", "2", "0.1", "-3"],
                     "count_values": ['"value"', '"job"', '"été"', '""', '"a.b"']}.get(op, ["1", "2", "3", "0", "-1", "5", "NaN"])
        text = self.pick(parameter)
        first = Node("string" if op == "count_values" else "scalar", text)
        if op != "count_values" and self.chance(0.15):
            first = self.scalar(depth - 1)
        grouping = self.grouping()
        head = f"{op} {grouping}{self.labels()} (" if grouping else op + "("
        return vector(head, first, ", ", self.vector(depth - 1, taste), ")")

    def matching(self):
        out = self.pick(["", "", "", " on ", " ignoring ", " on "])
        if not out:
            return ""
        out += self.labels()
        if self.chance(0.4):
            out += self.pick([" group_left", " group_right"]) + (self.labels() if self.chance(0.6) else "")
        return out

    def fill(self):
        if not self.chance(0.12):
            return ""
        n = lambda: self.pick(["0", "1", "-1", "NaN", "2.5"])
        return self.pick([f" fill({n()})", f" fill_left({n()})", f" fill_right({n()})", f" fill_left({n()}) fill_right({n()})"])

    def binary(self, depth, taste):
        op = self.pick(ARITHMETIC + COMPARISONS + [c + " bool" for c in COMPARISONS] + TRIMS)
        left = self.vector(depth - 1, taste)
        right = left if self.chance(0.3) else self.vector(depth - 1, taste)
        return vector("(", left, f") {op}{self.matching()}{self.fill()} (", right, ")")

    def set_operation(self, depth, taste):
        matching = self.pick(["", "", " on ", " ignoring "])
        matching = matching and matching + self.labels()
        return vector("(", self.vector(depth - 1, taste), f") {self.pick(['and', 'or', 'unless'])}{matching} (",
                      self.vector(depth - 1, taste), ")")

    def with_scalar(self, depth, taste):
        op = self.pick(ARITHMETIC + COMPARISONS + [c + " bool" for c in COMPARISONS] + TRIMS)
        sides = [vector("(", self.vector(depth - 1, taste), ")"), self.scalar(depth - 1)]
        if self.chance(0.35):
            sides.reverse()
        return vector(sides[0], f" {op} ", sides[1])

    def unary(self, depth, taste):
        return vector(self.pick(["-", "-", "+"]), self.pick(["(", "("]), self.vector(depth - 1, taste), ")")

    def special(self, depth, taste):
        inner = self.vector(depth - 1, taste)
        s = lambda: self.scalar(depth - 1)
        m = lambda liked="any": self.matrix(depth - 1, liked)
        kind = self.pick(["clamp", "clamp_max", "clamp_min", "round", "round1", "vector", "predict", "quantile", "des", "paren",
                          "sort_by_label", "time_of", "absent"])
        if kind == "clamp":
            return vector("clamp(", inner, ", ", s(), ", ", s(), ")")
        if kind in ("clamp_max", "clamp_min", "round"):
            return vector(kind + "(", inner, ", ", s(), ")")
        if kind == "round1":
            return vector("round(", inner, ")")
        if kind == "vector":
            return vector("vector(", s(), ")")
        if kind == "predict":
            return vector("predict_linear(", m("float"), ", ", s(), ")")
        if kind == "quantile":
            return vector("quantile_over_time(", s(), ", ", m("float"), ")")
        if kind == "des":
            return vector("double_exponential_smoothing(", m("float"), f", {self.pick(['0.5', '0.1', '0', '1'])}, ",
                          f"{self.pick(['0.5', '0.3', '1.5'])})")
        if kind == "sort_by_label":
            function = self.pick(["sort_by_label", "sort_by_label_desc"])
            return vector(function + "(", inner, self.pick([', "instance"', ', "job", "instance"', "", ', "le"']), ")")
        if kind == "time_of":
            return vector(self.pick(["hour()", "minute()", "day_of_week()", "year()", "month()", "days_in_month()"]))
        if kind == "absent":
            return vector("absent(", self.selector(), ")")
        return vector("(", inner, ")")

    def labelled(self, depth, taste):
        inner = self.vector(depth - 1, taste)
        tail = self.pick(['"x", "$1-y", "instance", "(.)"', '"job", "", "", ""', '"__name__", "n_$1", "job", "(.*)"',
                          '"__name__", "", "", ""', '"instance", "same", "", ""', '"x", "${1}$$", "job", "(a).*"',
                          '"x", "$1", "job", "(.*"', '"été", "$0", "job", ".+"', '"", "a", "job", ".*"',
                          '"x", "$nope$2", "job", "(?P<nope>a)pi"'])
        if self.chance(0.6):
            return vector("label_replace(", inner, f", {tail})")
        tail = self.pick(['"z", "+", "job", "instance"', '"__name__", "_", "job"', '"job", ",", "nope"', '"z", "-"',
                          '"job", "", "instance", "job"', '"z", ",", ""'])
        return vector("label_join(", inner, f", {tail})")

    def histogram_call(self, depth, taste):
        kind = self.pick(["quantile", "quantile", "fraction", "quantiles", "classic", "classic", "classic_fraction", "one"])
        inner = self.vector(depth - 1, "histogram")
        quantile = self.pick(["0.5", "0.9", "0", "1", "0.1", "-1", "2", "NaN", "0.99"])
        bounds = self.pick(["0, 1", "-1, 1", "-Inf, 2", "0.3, +Inf", "1, 0", "NaN, 1", "-0.5, 0.2", "0.1, 0.5"])
        classic = vector(self.pick(["sum by (le, job) (", "sum by (le) (", "(", "sum without (instance) ("]),
                         vector("rate(latency_seconds_bucket[", self.pick(["5m", "1m", "2m"]), "])")
                         if self.chance(0.6) else vector(self.pick(CLASSIC)), ")")
        if kind == "quantile":
            return vector("histogram_quantile(", Node("scalar", quantile), ", ", inner, ")")
        if kind == "classic":
            return vector("histogram_quantile(", Node("scalar", quantile), ", ", classic, ")")
        if kind == "fraction":
            return vector(f"histogram_fraction({bounds}, ", inner, ")")
        if kind == "classic_fraction":
            return vector(f"histogram_fraction({bounds}, ", classic, ")")
        if kind == "quantiles":
            # One quantile of classic buckets: of the second, Prometheus counts bounds with two spellings twice.
            buckets, several = self.pick([(inner, ["0.1, 0.9", "1, 0, 0.5"]), (classic, [])])
            return vector("histogram_quantiles(", buckets, f', "q", {self.pick(["0.5", "2", *several])})')
        return vector(self.pick(PLAIN["histogram"]), "(", inner, ")")

    def info(self, depth, taste):
        second = self.pick(["", "", ', {version=~".+"}', ', {__name__="build_info"}', ', {__name__=~".+_info"}',
                            ', {region="eu"}', ', {__name__!="target_info"}', ', {version="1"}', ', {nope=~".*"}'])
        return vector("info(", self.vector(depth - 1, taste), second, ")")

    # ---- whole queries ----

    def query(self):
        depth = self.pick([0, 1, 1, 2, 2, 2, 3, 3, 4])
        roll = self.rng.random()
        if roll < 0.05:
            return self.matrix(depth)
        if roll < 0.09:
            return self.scalar(depth)
        if roll < 0.10:
            return Node("string", self.pick(['"a\\n\\u00e9"', "`raw\\n`", "'x\\'y'", '""']))
        return self.vector(depth, self.pick(["any", "any", "float", "histogram", "histogram", "classic", "counter"]))
