"""The query API with odd parameters: each form of every endpoint, asked of both."""
import itertools
import urllib.parse

import servers

FIRST, LAST = servers.FIRST_S, servers.LAST_S
TIMES = ["", str(LAST), f"{LAST}.5", f"{LAST}.0004", "1e9", "x", "NaN", "Inf", "-Inf", "1e20", "-1", "0", "+1", "0x10", "1_000", " 1",
         "2023-11-15T00:30:00Z", "2023-11-15T00:30:00.123456789Z", "2023-11-15T02:30:00+02:00", "2023-11-15t00:30:00z",
         "2023-11-15 00:30:00Z", "2023-13-15T00:30:00Z", "2023-11-15T00:30:00", "2023-11-15T24:00:00Z", "2023-02-29T00:00:00Z",
         "2023-11-15T00:30:60Z", "2023-11-15T00:30:00,5Z", "2023-11-15T00:30:00.Z", "2023-11-15T0:30:00Z", "infinity", "1e400",
         "2023-11-15T00:30:00+24:00", "2023-11-15T00:30:00+25:00", "9223372036854775", "9223372036854775807", "é", "0.1e1", ".5", "5.",
         "-292273086-05-16T16:47:06Z", "292277025-08-18T07:12:54.999999999Z", "1.7e9", "1700007000.9999", "0001-01-01T00:00:00Z"]
DURATIONS = ["", "15", "15s", "1m30s", "0", "-1", "0s", "x", "1e20", "NaN", "Inf", "0.001", "0.0001", "1ms", "5m1h", "1y", "1.5h", "+15",
             "-15s", "1e-10", "99999999999y", "0x1p4", " 15s", "15 s", "1w2d", "9223372037", "inf", "1us"]
LIMITS = ["", "0", "1", "2", "-1", "x", "1.5", "+1", "99999999999999999999", " 1", "1e3", "0x1", "-0", "1_0"]
STATS = ["", "true", "all", "1", "false", "x<y"]
QUERIES = ["temperature", "limit", "1", '"s"', "temperature[1m]", "sum(temperature)", "", "1 +", "size", "nothing", "time()",
           "vector(1e21)", "vector(1e-7)", "1e21", "sort(limit)", "topk(2, limit)", "a b", "special", "level", "sum(temperature) or level",
           "rate(requests_total[5m])", "temperature @ end()", '{"utf8.name"}', "count_values('v', limit)", "1e-7"]
SELECTORS = [[], ["temperature"], ["limit", "temperature"], ['{job="api"}'], ["{}"], ['{job=""}'], ["x["], [""], ["temperature[5m]"], ["1"],
             ['{__name__=~"temp.*"}', '{__name__="limit"}'], ["temperature", "temperature"], ["sum(x)"], ['{job=~".*"}'], ['{"utf8.name"}'],
             ["temperature offset 5m"], ["temperature @ 1"], ["(temperature)"], ['{job=~"a("}'], ["temperature{job='api'} "],
             ['{job!="api"}'], ['{job!=""}'], ["nothing"]]
NAMES = ["job", "instance", "__name__", "nope", "label.with.dots", "U__label_2e_with_2e_dots", "U___e9_t_e9_", "U__", "%FF", "été", "le",
         "U__job", "U__a__b", "U__x_zz_", "U__x_110000_", "U__x_d800_", "U__x_2e", "U__x_", "U____x", "version", "kind", "a b", "U__job_", "1a",
         "U__é", "U___20_", "U__x_00002e_", "U__x_000002e_", "U__x__", "U__x___"]


def settled(answer):
    """Without what depends on the clock or on the store: timings, cardinality, the order of series."""
    status, body = answer
    if isinstance(body, dict) and isinstance(body.get("data"), dict):
        body["data"].get("stats", {}).pop("timings", None)
        if "headStats" in body["data"]:
            body["data"] = sorted(body["data"])
    if isinstance(body, dict) and isinstance(body.get("data"), list):
        body["data"].sort(key=str)
    return status, body


def cases():
    """Paths with their query, endpoint by endpoint."""
    yield from instant()
    yield from ranges()
    yield from series_endpoints()
    yield from others()


def path(endpoint, *pairs):
    return f"/api/v1/{endpoint}?" + urllib.parse.urlencode([(k, v) for k, v in pairs if v is not None])


def instant():
    now = ("time", LAST)
    for query, limit in itertools.product(QUERIES, [None, "1", "3"]):
        yield path("query", ("query", query), now, ("limit", limit))
    for query, stats in itertools.product(["temperature", "sum(size)", "rate(requests_total[5m])", "1", "level[5m]"], STATS):
        yield path("query", ("query", query), now, ("stats", stats))
    for time in TIMES[1:]:
        yield path("query", ("query", "time()"), ("time", time))
        yield path("query", ("query", "temperature"), ("time", time))
    for duration in DURATIONS:
        yield path("query", ("query", "count(temperature)"), now, ("lookback_delta", duration))
        if duration not in ("0", "0s", "-1", "-15s", "1e-10", "0.0001", "0.001", "1ms"):  # a race with the clock
            yield path("query", ("query", "1"), now, ("timeout", duration))
    for limit in LIMITS:
        yield path("query", ("query", "limit"), now, ("limit", limit))
    bad = {"limit": "x", "time": "x", "timeout": "x", "lookback_delta": "x", "query": "1 +"}
    for a, b in itertools.combinations(bad, 2):
        good = {"query": "1", "time": LAST}
        yield path("query", *{**good, a: bad[a], b: bad[b]}.items())
    yield path("query", now)
    yield path("query")


def ranges():
    for query, limit in itertools.product(QUERIES, [None, "1", "3"]):
        yield path("query_range", ("query", query), ("start", LAST - 60), ("end", LAST), ("step", 15), ("limit", limit))
    for query, stats in itertools.product(["temperature", "sum(size)", "rate(requests_total[5m])", "1", "sum(rate(size[5m:1m]))"], STATS):
        yield path("query_range", ("query", query), ("start", LAST - 60), ("end", LAST), ("step", 15), ("stats", stats))
    for time in TIMES:
        yield path("query_range", ("query", "vector(1)"), ("start", time), ("end", LAST), ("step", "10m"))
        yield path("query_range", ("query", "vector(1)"), ("start", FIRST), ("end", time), ("step", "10m"))
        yield path("query_range", ("query", "vector(1)"), ("start", time), ("end", time), ("step", "10m"))
    for step in DURATIONS:
        yield path("query_range", ("query", "vector(1)"), ("start", LAST - 60), ("end", LAST), ("step", step))
        yield path("query_range", ("query", "count(temperature)"), ("start", LAST), ("end", LAST), ("step", step))
    for span in (11000, 11001, 10999, 11000.5, 11000.999, 11000.9999):
        yield path("query_range", ("query", "count_over_time(vector(1)[1s:1s])"), ("start", 0), ("end", span), ("step", 1))
    bad = {"limit": "x", "start": "x", "end": "x", "step": "x", "timeout": "x", "lookback_delta": "x", "query": "1 +"}
    for a, b in itertools.combinations(bad, 2):
        good = {"query": "1", "start": LAST - 60, "end": LAST, "step": 15}
        yield path("query_range", *{**good, a: bad[a], b: bad[b]}.items())
    for missing in ("start", "end", "step", "query"):
        good = {"query": "1", "start": LAST - 60, "end": LAST, "step": 15}
        yield path("query_range", *[(k, v) for k, v in good.items() if k != missing])
    yield path("query_range", ("query", "1"), ("start", LAST), ("end", LAST - 1), ("step", 15))


def series_endpoints():
    names = [f"label/{urllib.parse.quote(n, safe='%')}/values" for n in NAMES]
    for endpoint in ["series", "labels", "label/job/values", "label/__name__/values"]:
        for selectors in SELECTORS:
            yield path(endpoint, *[("match[]", s) for s in selectors])
            yield path(endpoint, *[("match[]", s) for s in selectors], ("limit", "2"))
        for limit in LIMITS:
            yield path(endpoint, ("match[]", "limit"), ("limit", limit))
        for time in TIMES:
            yield path(endpoint, ("match[]", "limit"), ("start", time))
            yield path(endpoint, ("match[]", "limit"), ("end", time))
        yield path(endpoint, ("match[]", "limit"), ("start", LAST), ("end", FIRST))
        yield path(endpoint, ("match[]", "limit"), ("start", LAST), ("end", LAST))
        bad = {"limit": "x", "start": "x", "end": "x", "match[]": "x["}
        for a, b in itertools.combinations(bad, 2):
            yield path(endpoint, (a, bad[a]), (b, bad[b]))
    for name in names:
        yield path(name)
        yield path(name, ("match[]", '{job="api"}'))


def others():
    for query in QUERIES + ["rate(a[5m]) + b", "sum(", "{}", "temperature{job='x'} + 1"]:
        yield path("format_query", ("query", query))
        yield path("parse_query", ("query", query))
        yield path("query_exemplars", ("query", query))
        yield path("query_exemplars", ("query", query), ("start", FIRST), ("end", LAST))
    for time in TIMES:
        yield path("query_exemplars", ("query", "limit"), ("start", time))
    yield path("query_exemplars", ("query", "limit"), ("start", LAST), ("end", FIRST))
    yield path("query_exemplars", ("query", "1 +"), ("start", "x"), ("end", "x"))
    yield path("format_query")
    yield path("parse_query")
    yield path("query_exemplars")
    for limit in LIMITS:
        yield path("metadata", ("limit", limit))
        yield path("metadata", ("limit_per_metric", limit))
    yield path("metadata", ("metric", "nothing"))
    for kind in ("", "alert", "record", "x", "ALERT"):
        yield path("rules", ("type", kind))
    for flag in ("", "true", "x", "1", "TRUE"):
        yield path("rules", ("exclude_alerts", flag))
    for limit in LIMITS:
        yield path("rules", ("group_limit", limit))
        yield path("rules", ("group_limit", limit), ("group_next_token", "abc"))
    yield path("rules", ("match[]", "x["))
    yield path("rules", ("match[]", "{}"))
    yield path("alerts")
    for limit in LIMITS + ["10000", "10001"]:
        yield path("status/tsdb", ("limit", limit))
