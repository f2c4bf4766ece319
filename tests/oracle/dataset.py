"""Random data with the shapes that matter to PromQL: see Dataset for the metrics there are."""
import dataclasses
import math

import wire

TICK_MS = 15_000
TICKS = 160  # 40 minutes: inside one chunk range of Prometheus, whose chunks show in counter reset hints
BASE_MS = 1_700_006_400_000  # a multiple of two hours
FIRST_MS = BASE_MS + 300_000
LAST_MS = FIRST_MS + (TICKS - 1) * TICK_MS
HISTOGRAM_EVERY = 4  # ticks: rarely enough for one chunk to hold all of a layout


@dataclasses.dataclass
class Histogram:
    count: float = 0
    sum: float = 0
    schema: int = 0
    zero_threshold: float = 0.001
    zero_count: float = 0
    positive_spans: list = dataclasses.field(default_factory=list)
    positive: list = dataclasses.field(default_factory=list)
    negative_spans: list = dataclasses.field(default_factory=list)
    negative: list = dataclasses.field(default_factory=list)
    bounds: list = dataclasses.field(default_factory=list)
    hint: str = "unknown"
    integers: bool = True


class Dataset:
    def __init__(self, rng):
        self.rng = rng
        self.series = []  # (labels, {tick: value}, jitter_ms)
        self.exemplars = {}  # of those series that have some: {labels as text: {tick: [(labels, value, at_ms)]}}
        for job in ("api", "web"):
            for instance in ("0", "1", "2"):
                self.target({"job": job, "instance": instance})
        self.oddities()
        self.series.sort(key=lambda s: sorted(s[0].items()))
        for labels, ticks, _ in self.series:
            if labels["__name__"] in ("requests_total", "latency_seconds_bucket", "size") and rng.random() < 0.5:
                self.exemplars[str(labels)] = {
                    k: self.some_exemplars(k) for k in list(ticks)[1:] if rng.random() < 0.1}  # a histogram's first is lost in 3.14

    def some_exemplars(self, tick):
        """Labels in any order; now and then the same twice."""
        rng, at_ms, out = self.rng, FIRST_MS + tick * TICK_MS, []
        for early_ms in sorted(rng.sample([0, 1, 7, 4000], rng.choice([1, 1, 1, 2])), reverse=True):
            labels = rng.choice([{"trace_id": f"{rng.randrange(1 << 64):016x}"}, {}, {"été": "x<y", "span_id": str(tick)}])
            out.append((labels, rng.choice([0.5, 1e21, math.nan, -3.0]), at_ms - early_ms))
        return out + out[-1:] * (rng.random() < 0.2 and not math.isnan(out[-1][1]))

    def add(self, name, labels, values, jitter_ms=0):
        ticks = {k: v for k, v in enumerate(values) if v is not None}
        self.series.append(({"__name__": name, **labels}, ticks, jitter_ms))

    def target(self, labels):
        rng = self.rng
        for code in ("200", "500"):
            self.add("requests_total", {**labels, "code": code}, self.counter())
        self.add("temperature", labels, self.gauge(), rng.choice([0, 0, 7, 1234]))
        self.add("limit", labels, [float(rng.choice([2, 4, 8]))] * TICKS)
        self.add("target_info", {**labels, "version": rng.choice(["1", "2"]), "region": "eu"}, [1.0] * TICKS)
        self.add("build_info", {**labels, "version": "3", "commit": rng.choice("ab")}, [1.0] * TICKS)
        self.classic("latency_seconds", labels, spelling=labels["instance"])
        self.add("size", labels, self.native(schema=rng.choice([0, 1, 3, -1])))
        self.add("level", labels, self.native(schema=1, gauge=True))
        self.add("duration", labels, self.custom([0.1, 0.5, 1, 5] if labels["job"] == "api" else [0.5, 1, 10]))

    def oddities(self):
        self.add("mixed", {"job": "api"}, self.mixed())
        self.add("mixed", {"job": "web"}, self.native(schema=0))
        self.add("mixed", {"job": "db"}, self.custom([1, 2]))
        self.add("mixed", {"job": "xx"}, self.gauge())
        self.add("utf8.name", {"job": "api", "label.with.dots": "x", "été": "chaud"}, self.gauge())
        self.add("special", {"kind": "nan"}, [math.nan] * TICKS)
        self.add("special", {"kind": "inf"}, [math.inf] * TICKS)
        self.add("special", {"kind": "neg"}, [-math.inf] * TICKS)
        self.add("special", {"kind": "zero"}, [self.rng.choice([0.0, -0.0]) for _ in range(TICKS)])
        self.add("special", {"kind": "big"}, [self.rng.choice([1e308, 1e300, -1e308]) for _ in range(TICKS)])
        self.add("special", {"kind": "tiny"}, [self.rng.choice([5e-324, 1e-7, -1e-10]) for _ in range(TICKS)])
        self.add("unlabelled", {}, self.gauge())
        for unit in ("seconds", "bytes"):  # as remote write 2.0 senders with type and unit labels name them
            self.add("typed", {"__type__": "counter", "__unit__": unit, "job": "api"}, self.counter())
        self.add("typed", {"__type__": "gauge", "job": "web"}, self.gauge())
        self.add("sparse", {"job": "api"}, [float(k) if k % 25 == 0 else None for k in range(TICKS)])
        self.add("bad_bucket", {"le": "x"}, [1.0] * TICKS)
        self.add("bad_bucket", {"le": "1"}, [1.0] * TICKS)
        for le, value in (("1", 5.0), ("2", 3.0), ("4", 8.0), ("+Inf", 8.0)):
            self.add("falling_bucket", {"le": le}, [value] * TICKS)
        self.add("float_histogram", {}, self.native(schema=2, integers=False))
        self.add("nan_sum", {}, self.native(schema=0, nan_sum=True))
        self.add("hinted", {}, self.native(schema=0, hints=True))
        broad = Histogram(count=20, sum=5.0, zero_threshold=0.3, zero_count=4, positive_spans=[(-1, 3)],
                          positive=[4, 4, 4], negative_spans=[(-1, 2)], negative=[1, 3])  # reaches into its zero bucket
        self.add("broad", {}, self.spread([broad] * (TICKS // HISTOGRAM_EVERY)))

    def with_gaps(self, values):
        for _ in range(self.rng.choice([0, 0, 1, 2])):
            at, length = self.rng.randrange(TICKS - 40) + 1, self.rng.choice([1, 5, 30])
            values[at] = wire.STALE if self.rng.random() < 0.5 else None
            values[at + 1:at + length] = [None] * len(values[at + 1:at + length])
        return values

    def counter(self):
        value, values = 0.0, []
        for _ in range(TICKS):
            restart = self.rng.random() < 0.02
            value = self.rng.choice([0.0, 3.0]) if restart else value + self.rng.choice([0, 0, 1, 5, 10.5])
            values.append(value)
        return self.with_gaps(values)

    def gauge(self):
        nan = self.rng.random() < 0.3
        values = [math.nan if nan and self.rng.random() < 0.1 else round(self.rng.gauss(10, 8), 3) for _ in range(TICKS)]
        return self.with_gaps(values)

    def classic(self, name, labels, spelling):
        bounds = [0.1, 0.5, 1.0, 2.5]
        # Both ways to write a whole number are found in the wild.
        texts = [("%g" if spelling == "0" else "%s") % b for b in bounds] + ["+Inf"]
        counts, rows, total = [0] * len(texts), [[] for _ in texts], []
        for k in range(TICKS):
            if k == 70 and spelling == "1":
                counts = [0] * len(texts)
            counts[self.rng.randrange(len(texts))] += self.rng.randrange(0, 4)
            for i, row in enumerate(rows):
                row.append(float(sum(counts[:i + 1])))
            total.append(round(sum(c * b for c, b in zip(counts, bounds + [5])), 3))
        for text, row in zip(texts, rows):
            self.add(name + "_bucket", {**labels, "le": text}, row)
        self.add(name + "_count", labels, rows[-1])
        self.add(name + "_sum", labels, total)

    def spread(self, values):
        """Values that come every few ticks, with a stale marker now and then."""
        ticks = [None] * TICKS
        for i, value in enumerate(values):
            ticks[i * HISTOGRAM_EVERY] = value
        if self.rng.random() < 0.3:
            ticks[HISTOGRAM_EVERY * self.rng.randrange(1, len(values)) + 1] = Histogram(sum=wire.STALE)
        return ticks

    def native(self, schema, gauge=False, integers=True, nan_sum=False, hints=False):
        rng, out = self.rng, []
        positive, negative, zero, total = [0] * 6, [0] * 2, 0, 0.0
        for k in range(TICKS // HISTOGRAM_EVERY):
            if rng.random() < (0.3 if gauge else 0.05):
                positive, negative, zero, total = [0] * 6, [0] * 2, 0, 0.0
            positive = [c + rng.choice([0, 0, 1, 3]) for c in positive]
            negative = [c + rng.choice([0, 0, 0, 1]) for c in negative]
            zero, total = zero + rng.choice([0, 0, 1]), total + round(rng.random() * 20 - 2, 2)
            h = Histogram(sum=math.nan if nan_sum else total, schema=schema, zero_count=zero, integers=integers,
                          hint="gauge" if gauge else rng.choice(["unknown", "reset", "not_reset"]) if hints else "unknown",
                          positive_spans=[(-1, 2), (1, 4)], positive=list(positive), negative_spans=[(0, 2)],
                          negative=list(negative))
            h.count = sum(positive) + sum(negative) + zero + (2 if nan_sum else 0)
            if not integers:
                h.count, h.positive = h.count + 0.5, [c + 0.25 * (i < 2) for i, c in enumerate(h.positive)]
            out.append(h)
        return self.spread(out)

    def custom(self, bounds):
        rng, out, counts, total = self.rng, [], [0] * (len(bounds) + 1), 0.0
        for k in range(TICKS // HISTOGRAM_EVERY):
            if rng.random() < 0.05:
                counts, total = [0] * (len(bounds) + 1), 0.0
            counts = [c + rng.choice([0, 0, 1, 3]) for c in counts]
            total += round(rng.random() * 5, 2)
            use = bounds[:-1] if rng.random() < 0.05 else bounds
            merged = counts[:len(use)] + [sum(counts[len(use):])]
            out.append(Histogram(sum=total, schema=-53, zero_threshold=0.0, bounds=[float(b) for b in use],
                                 positive_spans=[(0, len(merged))], positive=merged, count=sum(merged)))
        return self.spread(out)

    def mixed(self):
        histograms = self.native(schema=0)
        return [h if h is not None else (float(k) if k % 4 == 2 and k % 40 < 20 else None)
                for k, h in enumerate(histograms)]

    def requests(self, ticks_per_request=1):
        """Lists of (labels, samples) in order of time, each for one request."""
        for start in range(0, TICKS, ticks_per_request):
            request = []
            for labels, ticks, jitter_ms in self.series:
                samples = [(FIRST_MS + k * TICK_MS + (jitter_ms if k % 3 else 0), ticks[k])
                           for k in range(start, start + ticks_per_request) if k in ticks]
                exemplars = self.exemplars.get(str(labels), {})
                if samples:
                    request.append((labels, samples, sum((exemplars.get(k, []) for k in range(start, start + ticks_per_request)), [])))
            yield request
