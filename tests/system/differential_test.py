#!/usr/bin/env python3
"""The same bodies to Sluice and to a real Prometheus; every published Istio query must get the same answer from both.

Debian's Prometheus is 2.42 and closes ranges on both sides, so questions are asked 7 ms off the scrape grid, where no
sample stands on the edge of any window. Skips when the query collection or Prometheus is not on the machine.
"""
import json
import math
import shutil
import time
import unittest
import urllib.parse

import harness
import small_mesh

INTERVAL_S = 15
SCRAPES = 150  # 37 minutes
TOLERANCE = 1e-9
QUERIES = harness.SHARED / "istio/queries.json"
TENANT = "differential"


class Prometheus:
    def __init__(self, test):
        home = test.folder / "prometheus"
        home.mkdir()
        (home / "prometheus.yml").write_text("global: {scrape_interval: 15s}\n")
        port = harness.free_port()
        self.url = f"http://127.0.0.1:{port}"
        self.process = test.own(harness.Process(
            [shutil.which("prometheus"), f"--config.file={home}/prometheus.yml", f"--storage.tsdb.path={home}/data",
             f"--web.listen-address=127.0.0.1:{port}", "--web.enable-remote-write-receiver"], home / "log"))
        harness.wait_for_http(self.process, self.url + "/-/ready")


def bodies(base_s):
    """One body per scrape; samples of one target share their timestamp."""
    series = [(harness.encode_labels(s.labels), small_mesh.offset_ms(s.target), s.value) for s in small_mesh.all_series()]
    for tick in range(SCRAPES):
        at = (base_s + tick * INTERVAL_S) * 1000
        yield harness.write_body([(labels, [(at + offset, value(tick))]) for labels, offset, value in series])


def same_number(a, b):
    x, y = float(a), float(b)
    if math.isnan(x) or math.isnan(y) or math.isinf(x) or math.isinf(y):
        return a == b
    return abs(x - y) <= TOLERANCE * max(abs(x), abs(y))


def keyed(result):
    return {json.dumps(r["metric"], sort_keys=True): r for r in result}


def difference(ours, theirs, ordered):
    """None when two answers agree, else the first reason why they do not."""
    if ours.get("status") != "success" or theirs.get("status") != "success":
        return f"status: {str(ours)[:300]} against {str(theirs)[:300]}"
    if isinstance(ours["data"], list):
        return difference_of_lists(ours["data"], theirs["data"])
    if ours["data"]["resultType"] != theirs["data"]["resultType"]:
        return "result types differ"
    a, b = ours["data"]["result"], theirs["data"]["result"]
    if ours["data"]["resultType"] == "scalar":
        return None if same_number(a[1], b[1]) else f"{a} against {b}"
    if ordered and [r["metric"] for r in a] != [r["metric"] for r in b]:
        return "order of series differs"
    a, b = keyed(a), keyed(b)
    if a.keys() != b.keys():
        return f"series only in one: {sorted(a.keys() ^ b.keys())[:3]} ({len(a)} against {len(b)})"
    for key, mine in a.items():
        left, right = mine.get("values", [mine.get("value")]), b[key].get("values", [b[key].get("value")])
        if [p[0] for p in left] != [p[0] for p in right]:
            return f"{key}: timestamps differ: {left[:3]} against {right[:3]}"
        for p, q in zip(left, right):
            if not same_number(p[1], q[1]):
                return f"{key} at {p[0]}: {p[1]} against {q[1]}"
    return None


def difference_of_lists(ours, theirs):
    """Names, values or label sets. Only those of names and values have an order to keep."""
    if ours and isinstance(ours[0], dict):
        ours, theirs = (sorted(json.dumps(labels, sort_keys=True) for labels in one) for one in (ours, theirs))
    if ours == theirs:
        return None
    return f"only in one: {sorted(set(ours) ^ set(theirs))[:3]} ({len(ours)} against {len(theirs)})"


@unittest.skipUnless(QUERIES.exists(), "SKIPPED: the collection of Istio queries is not beside the checkout")
@unittest.skipUnless(shutil.which("prometheus"), "SKIPPED: prometheus is not installed")
class PublishedIstioQueries(harness.SystemTest):
    @classmethod
    def setUpClass(cls):
        cls.queries = json.loads(QUERIES.read_text())["queries"]

    def test_get_the_same_answers_from_sluice_and_prometheus(self):
        sluice, prometheus = self.sluice(), Prometheus(self)
        servers = (sluice.url, {"X-Scope-OrgID": TENANT}), (prometheus.url, {})
        base_s = int(time.time()) // INTERVAL_S * INTERVAL_S - SCRAPES * INTERVAL_S
        for body in bodies(base_s):
            for url, who in servers:
                reply = harness.http(url + "/api/v1/write", body, {**harness.WRITE_HEADERS, **who}, timeout=120)
                self.assertEqual(reply.status // 100, 2, reply.body[:500])
        failures, asked, answered = [], 0, 0
        for query in self.queries:
            for path, form in questions(query, base_s):
                encoded = urllib.parse.urlencode(form, doseq=True)
                ours, theirs = (harness.http(f"{url}{path}?{encoded}", headers=who).json() for url, who in servers)
                ordered = path.endswith("range") or "topk" in query["expr"] or "sort" in query["expr"]
                trouble = difference(ours, theirs, ordered)
                asked += 1
                answered += not is_empty(theirs)
                if trouble:
                    failures.append(f"{query['id']} {path} {query['expr']}\n    {trouble}")
        print(f"{len(self.queries)} queries, {asked} questions, {answered} non-empty answers, "
              f"{len(failures)} differences", flush=True)
        self.assertGreater(answered, asked * 3 // 4, "the mesh should answer most of these questions")
        self.assertEqual(len(failures), 0, "\n" + "\n".join(failures[:20]))


def is_empty(answer):
    data = answer.get("data", [])
    return not (data if isinstance(data, list) else data["result"])


def questions(query, base_s):
    """A query is asked at an instant and over a range, whatever its panel does; a selector also for what it names."""
    end_s = base_s + (SCRAPES - 1) * INTERVAL_S
    at = end_s + 0.007
    yield "/api/v1/query", {"query": query["expr"], "time": f"{at:.3f}"}
    if query["kind"] in ("instant", "range"):
        step = max(int(query.get("step_s") or INTERVAL_S), INTERVAL_S)
        yield "/api/v1/query_range", {"query": query["expr"], "start": f"{at - 1800:.3f}", "end": f"{at:.3f}",
                                      "step": step}
    else:
        yield query["endpoint"], {"match[]": query["match"], "start": base_s, "end": f"{at:.3f}"}


if __name__ == "__main__":
    unittest.main(verbosity=2)
