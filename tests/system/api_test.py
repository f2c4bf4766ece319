#!/usr/bin/env python3
"""The query API as Grafana and Kiali use it: what they ask at start-up, how they ask it, and what they break on."""
import datetime
import gzip
import json
import socket
import time
import unittest
import urllib.parse

from harness import SystemTest, http

NOW = int(time.time()) // 15 * 15
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def mesh(count=20, samples=20):
    return [({"__name__": "istio_requests_total", "n": str(n), "my.label": "a<b"},
             [((NOW - (samples - k) * 15) * 1000, float(k * (n + 1))) for k in range(samples)]) for n in range(count)]


class GrafanaAndKiali(SystemTest):
    def setUp(self):
        super().setUp()
        self.server = self.sluice()
        self.assertEqual(self.server.push(mesh()).status, 204)

    def data(self, path, **parameters):
        reply = self.server.get(path, **parameters)
        self.assertEqual(reply.status, 200, reply.body)
        self.assertEqual(reply.headers["Content-Type"], "application/json")
        self.assertEqual(reply.json()["status"], "success")
        return reply.json()["data"]

    def post(self, path, url_query="", **form):
        body = urllib.parse.urlencode(form, doseq=True).encode()
        return http(f"{self.server.url}/api/v1{path}?{url_query}", body, FORM, method="POST")

    def test_find_a_healthy_data_source(self):
        self.assertEqual(self.data("/query", query="1+1", time="4"), {"resultType": "scalar", "result": [4, "2"]})
        build = self.data("/status/buildinfo")
        self.assertNotIn("features", build)
        self.assertGreaterEqual(tuple(int(n) for n in build["version"].split(".")[:2]), (2, 24))
        runtime = self.data("/status/runtimeinfo")
        for key in ("startTime", "lastConfigTime", "serverTime"):
            datetime.datetime.strptime(runtime[key][:19] + "Z", "%Y-%m-%dT%H:%M:%SZ")
        self.assertEqual(runtime["storageRetention"], "15d")
        self.assertIn("scrape_interval: 15s\n", self.data("/status/config")["yaml"])
        self.assertEqual(self.data("/rules"), {"groups": []})
        self.assertEqual(self.data("/alerts"), {"alerts": []})
        self.assertIn("data-dir", self.data("/status/flags"))

    def test_get_the_empty_exemplars_that_switch_them_on(self):
        milliseconds = str(NOW * 1000)  # Grafana's probe sends milliseconds where seconds belong
        self.assertEqual(self.data("/query_exemplars", query="test", start=milliseconds, end=milliseconds), [])
        self.assertEqual(self.server.get("/query_exemplars", query="1").status, 204)

    def test_fill_the_query_editor(self):
        self.assertEqual(self.data("/label/__name__/values", limit=40000, start=0, end=NOW), ["istio_requests_total"])
        self.assertEqual(self.data("/labels", limit=40000, start=NOW - 3600, end=NOW), ["__name__", "my.label", "n"])
        self.assertEqual(self.data("/label/U__my_2e_label/values"), ["a<b"])
        self.assertEqual(len(self.data("/label/n/values", **{"match[]": 'istio_requests_total{n=~"1.*"}'})), 11)
        self.assertEqual(len(self.data("/series", **{"match[]": ['{n="1"}', '{n=~"[12]"}']})), 2)
        self.assertEqual(self.data("/metadata"), {})
        cut = self.server.get("/label/n/values", limit=3).json()
        self.assertEqual((len(cut["data"]), cut["warnings"]), (3, ["results truncated due to limit"]))

    def test_post_forms_with_parameters_in_the_body_the_url_or_both(self):
        for reply in (self.post("/query", query="sum(istio_requests_total)", time=NOW),
                      self.post("/query", f"query=sum(istio_requests_total)&time={NOW}"),
                      self.post("/query", "stats=all&unknown=1", query="sum(istio_requests_total)", time=NOW)):
            self.assertEqual(reply.json()["data"]["result"][0]["value"][1], str(19 * 210))
        self.assertEqual(self.post("/labels", "match[]=nothing").json()["data"], [])
        self.assertEqual(len(self.post("/series", **{"match[]": ["istio_requests_total"]}).json()["data"]), 20)
        ranged = self.post("/query_range", query="istio_requests_total", start=NOW - 60.5, end=NOW + 0.123456789, step="15s")
        self.assertEqual(ranged.json()["data"]["resultType"], "matrix")

    def test_refresh_a_dashboard_from_kept_steps_and_see_late_samples_at_once(self):
        def refreshed(shift, **headers):
            reply = self.server.get("/query_range", headers=headers, query="sum(istio_requests_total)", step="15",
                                    start=NOW - 300 + shift, end=NOW - 15 + shift)
            return reply.json()["data"]["result"][0]["values"]

        def kept_steps():
            page = http(self.server.url + "/metrics").body.decode()
            return int(next(l for l in page.splitlines() if l.startswith("sluice_query_cache_kept_steps_total")).split()[1])

        first = refreshed(0)
        self.assertEqual(kept_steps(), 0)
        self.assertEqual(refreshed(0), first)
        moved = refreshed(15)
        self.assertEqual(moved[:-1], first[1:])
        self.assertEqual(kept_steps(), 2 * len(first) - 1)
        late = NOW - 20
        self.assertEqual(self.server.push([({"__name__": "istio_requests_total", "n": "late"}, [(late * 1000, 1000.0)])]).status, 204)
        after = refreshed(15)
        self.assertEqual([v for v in after if v[0] < late], [v for v in moved if v[0] < late])
        self.assertEqual([float(v[1]) for v in after if v[0] >= late],
                         [float(v[1]) + 1000 for v in moved if v[0] >= late])
        self.assertEqual(refreshed(15, **{"Cache-Control": "no-store"}), after)

    def test_meet_the_right_codes(self):
        for path, status, error_type in (
            ("/query?query=sum(", 400, "bad_data"),
            ("/query?query=a&time=x", 400, "bad_data"),
            ("/query_range?query=a&start=1&end=20000&step=1", 400, "bad_data"),
            ("/query_range?query=a[5m]&start=1&end=2&step=1", 400, "bad_data"),
            (f"/query?query=label_replace(istio_requests_total,%22n%22,%22%22,%22%22,%22%22)&time={NOW}", 422, "execution"),
            ("/query?query=1&timeout=0s", 503, "timeout"),
            ("/labels?match[]={}", 400, "bad_data"),
            ("/series", 400, "bad_data"),
        ):
            reply = http(f"{self.server.url}/api/v1{path}")
            self.assertEqual((reply.status, reply.json()["status"], reply.json().get("errorType")),
                             (status, "error", error_type), path)
        self.assertEqual(self.post("/label/n/values").status, 405)
        self.assertEqual(self.server.get("/search/metric_names").status, 404)
        self.assertEqual(self.server.get("/status/no_such").status, 404)

    def test_may_ask_for_absurd_times(self):
        for start, end in (("0", str(NOW * 1000)),
                           ("-292273086-05-16T16:47:06Z", "292277025-08-18T07:12:54.999999999Z")):
            self.assertEqual(self.data("/label/__name__/values", start=start, end=end), ["istio_requests_total"])
        # Beyond 64 bits both ends are the beginning of time, as in Prometheus.
        self.assertEqual(self.data("/label/__name__/values", start="-1e300", end="1e300"), [])
        self.assertEqual(self.data("/query", query="istio_requests_total", time="1e300")["result"], [])

    def test_read_gzip_and_never_anything_newer(self):
        url = f"{self.server.url}/api/v1/query?query=istio_requests_total[1h]&time={NOW}"
        plain = http(url)
        zipped = http(url, headers={"Accept-Encoding": "gzip, deflate, br, zstd"})
        self.assertEqual(zipped.headers["Content-Encoding"], "gzip")
        self.assertEqual(json.loads(gzip.decompress(zipped.body)), plain.json())
        self.assertIsNone(http(url, headers={"Accept-Encoding": "zstd, br"}).headers["Content-Encoding"])

    def test_read_answers_longer_than_any_buffer_whole(self):
        long = [({"__name__": "long", "n": str(n), "text": "x" * 500}, [((NOW - 1000 + k) * 1000, k / 7) for k in range(400)])
                for n in range(100)]
        self.assertEqual(self.server.push(long).status, 204)
        result = self.data("/query", query="long[1h]", time=NOW)["result"]
        self.assertEqual(sum(len(r["values"]) for r in result), 40_000)
        self.assertEqual(result[0]["values"][1], [NOW - 999, "0.14285714285714285"])

    def test_may_leave_in_the_middle_of_an_answer(self):
        for _ in range(20):
            with socket.create_connection(("127.0.0.1", self.server.port)) as s:
                s.sendall(f"GET /api/v1/query?query=istio_requests_total[1h]&time={NOW} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        self.assertEqual(len(self.data("/query", query="istio_requests_total", time=NOW)["result"]), 20)


if __name__ == "__main__":
    unittest.main(verbosity=2)
