#!/usr/bin/env python3
"""Who may do what: two tenants, tokens with scopes, and nothing of one tenant in the answers to the other."""
import base64
import hashlib
import signal
import time
import unittest

from harness import SystemTest, http, write_body, WRITE_HEADERS

NOW = int(time.time()) // 15 * 15
TOKENS = {  # token: (tenants, scopes)
    "red-writes": (["red"], ["write"]),
    "red-reads": (["red"], ["read"]),
    "blue-all": (["blue"], ["write", "read"]),
    "both-read": (["red", "blue"], ["read"]),
    "operator": ([], ["admin"]),
}


def config_of(tokens, limits=""):
    lines = [f"tenants: {{red: {{{limits}}}, blue: {{}}}}", "auth:", "  tokens:"]
    for token, (tenants, scopes) in tokens.items():
        bound = f", tenants: [{', '.join(tenants)}]" if tenants else ""
        lines.append(f"    - {{name: {token}, sha256: {hashlib.sha256(token.encode()).hexdigest()}{bound}, "
                     f"scopes: [{', '.join(scopes)}]}}")
    return "\n".join(lines) + "\n"


def sample(value=1.0, **labels):
    return [({"__name__": "m", **labels}, [(NOW * 1000, value)])]


def push_status(server, tenant=None, token=None, series=None):
    return server.push(series or sample(), tenant=tenant, token=token).status


def ask_status(server, tenant=None, token=None):
    return server.get("/query", query="m", time=NOW, tenant=tenant, token=token).status


class Tokens(SystemTest):
    def test_open_exactly_the_doors_they_are_for(self):
        server = self.sluice(config_of(TOKENS))
        for (token, tenant), (write, read) in {
            (None, None): (401, 401),
            (None, "red"): (401, 401),
            ("unknown", "red"): (401, 401),
            ("red-writes", "red"): (204, 403),
            ("red-writes", None): (204, 403),  # bound to one tenant: the header may be left out
            ("red-writes", "blue"): (403, 403),
            ("red-writes", "nobody"): (403, 403),
            ("red-reads", "red"): (403, 200),
            ("blue-all", "blue"): (204, 200),
            ("blue-all", "red"): (403, 403),
            ("both-read", "red"): (403, 200),
            ("both-read", "blue"): (403, 200),
            ("both-read", None): (403, 401),  # bound to several: which one?
            ("operator", "red"): (403, 403),
        }.items():
            with self.subTest(token=token, tenant=tenant):
                self.assertEqual((push_status(server, tenant, token), ask_status(server, tenant, token)), (write, read))

    def test_are_taken_from_every_form_that_senders_use(self):
        server = self.sluice(config_of(TOKENS))
        basic = {user: "Basic " + base64.b64encode(f"{user}:blue-all".encode()).decode() for user in ("", "grafana")}
        for value in (*basic.values(), "Bearer blue-all"):
            headers = {**WRITE_HEADERS, "X-Scope-Orgid": "blue", "Authorization": value}
            self.assertEqual(http(server.url + "/api/v1/push", write_body(sample()), headers).status, 204, value)

    def test_are_not_asked_for_health(self):
        server = self.sluice(config_of(TOKENS))
        for path in ("/-/healthy", "/-/ready", "/ready", "/metrics"):
            self.assertEqual(http(server.url + path).status, 200, path)

    def test_of_the_operator_flush_and_nobody_elses(self):
        server = self.sluice(config_of(TOKENS))
        self.assertEqual(server.admin("flush", token="blue-all", tenant="blue").status, 403)
        self.assertEqual(server.admin("flush").status, 401)
        self.assertEqual(server.admin("flush", token="operator").status // 100, 2)

    def test_are_reloaded_and_a_bad_file_is_refused_whole(self):
        server = self.sluice(config_of(TOKENS))
        server.config.write_text(config_of({"red-new": (["red"], ["write"])}))
        server.process.child.send_signal(signal.SIGHUP)
        self._until(lambda: push_status(server, "red", "red-new") == 204)
        self.assertEqual(push_status(server, "red", "red-writes"), 401)
        server.config.write_text(config_of(TOKENS) + "no_such_key: 1\n")
        server.process.child.send_signal(signal.SIGHUP)
        self._until(lambda: "no_such_key" in server.process.tail())
        self.assertEqual(push_status(server, "red", "red-new"), 204)
        self.assertEqual(push_status(server, "red", "red-writes"), 401)

    def _until(self, condition):
        deadline = time.monotonic() + 10
        while not condition():
            self.assertLess(time.monotonic(), deadline, "the reload did not take effect")
            time.sleep(0.05)


class TwoTenants(SystemTest):
    READERS = {"red": "red-reads", "blue": "blue-all"}

    def setUp(self):
        super().setUp()
        self.server = self.sluice(config_of(TOKENS))
        self.assertEqual(push_status(self.server, "red", "red-writes", sample(1, colour="red", only_red="x")), 204)
        self.assertEqual(push_status(self.server, "blue", "blue-all", sample(2, colour="blue")), 204)

    def ask(self, tenant, path, **parameters):
        reply = self.server.get(path, tenant=tenant, token=self.READERS[tenant], **parameters)
        self.assertEqual(reply.status, 200, reply.body)
        return reply

    def check(self):
        for tenant, other in (("red", "blue"), ("blue", "red")):
            result = self.ask(tenant, "/query", query="m", time=NOW).json()["data"]["result"]
            self.assertEqual([r["metric"]["colour"] for r in result], [tenant])
            for path, parameters in (
                ("/query", {"query": '{__name__=~".+"}', "time": NOW}),
                ("/query_range", {"query": '{__name__=~".+"}', "start": NOW - 60, "end": NOW + 60, "step": 15}),
                ("/series", {"match[]": '{__name__=~".+"}'}),
                ("/labels", {}),
                ("/label/colour/values", {}),
                ("/label/__name__/values", {}),
                ("/metadata", {}),
                ("/query_exemplars", {"query": '{__name__=~".+"}'}),
                ("/status/tsdb", {}),
            ):
                body = self.ask(tenant, path, **parameters).body
                self.assertNotIn(b'"' + other.encode() + b'"', body, path)
                self.assertNotIn(b"colour=" + other.encode(), body, path)
                if tenant == "blue":
                    self.assertNotIn(b"only_red", body, path)

    def test_see_only_their_own_data_in_memory_after_a_flush_and_after_a_restart(self):
        self.check()
        self.assertEqual(self.server.admin("flush", token="operator").status // 100, 2)
        self.check()
        self.server.kill9()
        self.server.start()
        self.check()

    def test_may_hold_the_same_series_with_different_values(self):
        for tenant, token, value in (("red", "red-writes", 10), ("blue", "blue-all", 20)):
            self.assertEqual(push_status(self.server, tenant, token, [({"__name__": "same"}, [(NOW * 1000, value)])]), 204)
        for tenant, value in (("red", "10"), ("blue", "20")):
            result = self.ask(tenant, "/query", query="same", time=NOW).json()["data"]["result"]
            self.assertEqual([r["value"][1] for r in result], [value])


class ATenantsLimits(SystemTest):
    def test_refuse_by_name_value_and_remedy_and_only_that_tenant(self):
        server = self.sluice(config_of(TOKENS, "limits: {active_series_max: 3}"))
        series = [({"__name__": "m", "n": str(n)}, [(NOW * 1000, n)]) for n in range(5)]
        reply = server.push(series, tenant="red", token="red-writes")
        self.assertEqual(reply.status, 400, reply.body)
        self.assertIn(b"active_series_max", reply.body)
        self.assertEqual(push_status(server, "blue", "blue-all", series), 204)
        kept = server.query("count(m)", NOW, tenant="red", token="red-reads")
        self.assertEqual(kept[0]["value"][1], "3")
        again = [(labels, [(NOW * 1000 + 15000, 7)]) for labels, _ in series[:3]]
        self.assertEqual(push_status(server, "red", "red-writes", again), 204, "known series keep flowing")


if __name__ == "__main__":
    unittest.main(verbosity=2)
