#!/usr/bin/env python3
"""What an operator does: checks a config, starts, opens thousands of connections, stops in the middle of things."""
import re
import socket
import subprocess
import threading
import time
import unittest

from harness import BIN, SystemTest, WRITE_HEADERS, free_port, http, write_body

NOW = int(time.time()) // 15 * 15


def series(count, value=1.0):
    return [({"__name__": "m", "n": str(n)}, [(NOW * 1000, value)]) for n in range(count)]


def run(*arguments):
    return subprocess.run([BIN / "sluice", *arguments], capture_output=True, text=True, timeout=60)


def raw(server, *pieces):
    connection = socket.create_connection(("127.0.0.1", server.port), timeout=20)
    for piece in pieces:
        connection.sendall(piece)
    return connection


def head(length, path="/api/v1/push", extra=""):
    return (f"POST {path} HTTP/1.1\r\nHost: sluice\r\nContent-Type: application/x-protobuf\r\n"
            f"Content-Encoding: snappy\r\n{extra}" + (f"Content-Length: {length}\r\n\r\n" if length is not None else
                                                      "Transfer-Encoding: chunked\r\n\r\n")).encode()


def statuses(connection, count):
    seen = b""
    while len(re.findall(rb"HTTP/1.1 (\d+)", seen)) < count:
        piece = connection.recv(65536)
        if not piece:
            break
        seen += piece
    return [int(s) for s in re.findall(rb"HTTP/1.1 (\d+)", seen)]


class TheCommandLine(SystemTest):
    def test_says_its_version_and_what_it_does_not_know(self):
        self.assertRegex(run("--version").stdout, r"^sluice \d+\.\d+\.\d+\n$")
        unknown = run("--nope")
        self.assertEqual(unknown.returncode, 2)
        self.assertIn("--nope", unknown.stderr)

    def test_checks_a_config_and_names_the_line(self):
        good, bad = self.folder / "good.yaml", self.folder / "bad.yaml"
        good.write_text("limits: {retention_ms: 30d}\n")
        bad.write_text("limits:\n  retention_ms: 30d\n  retenshun: 1\n")
        self.assertEqual(run("--config", good, "--check-config").returncode, 0)
        refused = run("--config", bad, "--check-config")
        self.assertEqual(refused.returncode, 1)
        self.assertIn("bad.yaml:3: limits.retenshun", refused.stderr)

    def test_opens_to_the_world_only_when_asked_by_name(self):
        refused = run("--listen", f"0.0.0.0:{free_port()}", "--data-dir", self.folder / "data")
        self.assertEqual(refused.returncode, 1)
        self.assertIn("auth: {open: true}", refused.stderr)
        wanted = self.folder / "open.yaml"
        wanted.write_text("auth: {open: true}\n")
        self.assertEqual(run("--config", wanted, "--listen", "0.0.0.0:1", "--check-config").returncode, 0)


class ASecondServer(SystemTest):
    def test_on_the_same_port_or_directory_is_refused(self):
        server = self.sluice()
        port = run("--listen", f"127.0.0.1:{server.port}", "--data-dir", self.folder / "other")
        self.assertEqual(port.returncode, 1)
        self.assertIn("cannot listen", port.stderr)
        directory = run("--listen", f"127.0.0.1:{free_port()}", "--data-dir", server.folder / "data")
        self.assertEqual(directory.returncode, 1)
        self.assertIn("storage cannot be opened", directory.stderr)
        self.assertEqual(server.push(series(1)).status, 204)


class Connections(SystemTest):
    def test_may_be_pipelined_chunked_and_asked_to_continue(self):
        server = self.sluice()
        body = write_body(series(3))
        chunks = b"".join(b"%x\r\n%s\r\n" % (len(body[i:i + 10]), body[i:i + 10]) for i in range(0, len(body), 10))
        with raw(server, head(len(body)) + body + head(None) + chunks + b"0\r\n\r\n" + head(len(body)) + body) as c:
            self.assertEqual(statuses(c, 3), [204, 204, 204])
        with raw(server, head(len(body), extra="Expect: 100-continue\r\n")) as c:
            self.assertEqual(statuses(c, 1), [100])
            c.sendall(body)
            self.assertEqual(statuses(c, 1), [204])

    def test_may_idle_by_the_thousand_while_pushes_go_on(self):
        server = self.sluice()
        idle = [raw(server) for _ in range(2000)]
        self.assertEqual(server.push(series(100)).status, 204)
        metrics = http(server.url + "/metrics").body.decode()
        self.assertGreaterEqual(float(re.search(r"^sluice_http_connections (\S+)", metrics, re.M)[1]), 2000)
        resident = float(re.search(r"^sluice_process_resident_memory_bytes (\S+)", metrics, re.M)[1])
        self.assertLess(resident, 400e6)
        for connection in idle:
            connection.close()

    def test_cannot_send_what_is_too_large(self):
        server = self.sluice()
        with raw(server, head(1 << 40)) as c:
            self.assertEqual(statuses(c, 1), [413])
        with raw(server, b"GET / HTTP/1.1\r\nX: " + b"x" * 100_000 + b"\r\n\r\n") as c:
            self.assertEqual(statuses(c, 1), [431])

    def test_with_a_body_that_never_comes_hold_nobody_up(self):
        server = self.sluice()
        stuck = [raw(server, head(5_000_000)) for _ in range(20)]
        self.assertEqual(server.push(series(1)).status, 204)
        for connection in stuck:
            connection.close()

    def test_of_a_tenant_over_its_rate_are_told_when_to_come_back(self):
        server = self.sluice("limits: {ingestion_rate: 10, ingestion_burst: 50, rate_refusal_status: 503}\n")
        self.assertEqual(server.push(series(50)).status, 204)
        refused = server.push(series(50, 2.0))
        self.assertEqual(refused.status, 503)
        self.assertGreaterEqual(int(refused.headers["Retry-After"]), 1)
        self.assertIn(b"limits.ingestion_rate", refused.body)


class Stopping(SystemTest):
    def test_keeps_every_acknowledged_push_and_exits_with_0(self):
        server = self.sluice()
        acknowledged, stop = [], threading.Event()

        def push(agent):
            for n in range(100_000):
                if stop.is_set():
                    return
                try:
                    pushed = server.push([({"__name__": "kept", "agent": str(agent)}, [(NOW * 1000 - 600_000 + n, n)])])
                except OSError:
                    return  # the server is gone; what it did not acknowledge does not count
                if pushed.status == 204:
                    acknowledged.append((agent, n))

        agents = [threading.Thread(target=push, args=(agent,)) for agent in range(4)]
        for agent in agents:
            agent.start()
        time.sleep(1)
        self.assertEqual(server.stop(), 0, server.process.tail())
        stop.set()
        for agent in agents:
            agent.join()
        self.assertGreater(len(acknowledged), 50)
        server.start()
        result = server.query("kept[1h]", NOW)
        stored = {(int(r["metric"]["agent"]), int(v)) for r in result for _, v in r["values"]}
        self.assertEqual(set(acknowledged) - stored, set())

    def test_waits_for_a_push_that_is_being_sent(self):
        server = self.sluice()
        body = write_body(series(3))
        with raw(server, head(len(body)) + body[:10]) as c:
            time.sleep(0.2)
            server.process.child.terminate()
            time.sleep(0.2)
            c.sendall(body[10:])
            self.assertEqual(statuses(c, 1), [204])
        self.assertEqual(server.stop(), 0)


if __name__ == "__main__":
    unittest.main(verbosity=2)
