#!/usr/bin/env python3
"""The Prometheus of this machine in agent mode scrapes and remote-writes; every scrape is found again, also when the
gateway was killed in between. Skips when Prometheus is not on the machine.

Debian's 2.42.0+ds accepts `headers` in its configuration and does not send them: its pushes belong to the tenant of their
token.
"""
import shutil
import unittest

import agents
import harness


@unittest.skipUnless(shutil.which("prometheus"), "SKIPPED: prometheus is not installed")
class TheInstalledAgent(agents.AnyAgent, harness.SystemTest):
    binary = agents.Binary(shutil.which("prometheus"))


if __name__ == "__main__":
    unittest.main(verbosity=2)
