#!/usr/bin/env python3
"""Shows that each tidy check complains about a tree that breaks its rule, and only then."""
import pathlib
import tempfile
import unittest

import tidy


class Tree:
    def __init__(self):
        self._folder = tempfile.TemporaryDirectory()
        self.root = pathlib.Path(self._folder.name)
        for floor in tidy.FLOORS:
            (self.root / floor).mkdir()
        self.write("ARCHITECTURE.md", "")

    def write(self, name, text):
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def remove(self):
        self._folder.cleanup()

    def complaints(self, check):
        return list(check(self.root))


class TidyComplains(unittest.TestCase):
    def setUp(self):
        self.tree = Tree()
        self.addCleanup(self.tree.remove)

    def expect(self, check, name, text):
        self.assertEqual(self.tree.complaints(check), [])
        self.tree.write(name, text)
        self.assertEqual(len(self.tree.complaints(check)), 1, self.tree.complaints(check))

    def test_storage_includes_promql(self):
        self.expect(tidy.arrows, "storage/tsdb/a.cc", '#include "promql/engine/engine.h"\n')

    def test_a_lower_room_looks_up(self):
        self.expect(tidy.arrows, "proto/base/a.h", '#include "proto/model/labels.h"\n')

    def test_beast_escapes(self):
        self.expect(tidy.confined, "server/query/a.cc", "#include <boost/beast/http.hpp>\n")

    def test_rocksdb_escapes(self):
        self.expect(tidy.confined, "storage/tsdb/a.cc", "#include <rocksdb/db.h>\n")

    def test_a_room_without_readme(self):
        self.tree.write("ARCHITECTURE.md", "storage/head")
        self.expect(tidy.rooms_have_readmes, "storage/head/CMakeLists.txt", "")

    def test_a_source_nobody_builds(self):
        self.tree.write("proto/base/CMakeLists.txt", "sluice_room(base SOURCES other.cc)")
        self.expect(tidy.every_source_is_built, "proto/base/forgotten.cc", "")

    def test_a_lambda_beside_await(self):
        self.expect(tidy.no_inline_owner_beside_await, "server/http/a.cc",
                    "void f() {\n  co_await g([text = std::move(t)]() { h(text); });\n}\n")

    def test_a_todo_without_kind(self):
        self.expect(tidy.todos_have_a_kind, "proto/base/a.cc", "// TODO later\n")

    def test_a_file_that_outgrew_its_room(self):
        self.expect(tidy.files_stay_small, "proto/base/a.cc", "\n" * (tidy.LINES_MAX + 1))

    def test_a_header_that_does_not_say_where_it_lives(self):
        self.expect(tidy.headers_open_with_their_room, "proto/base/a.h", "#pragma once\n")


if __name__ == "__main__":
    unittest.main()
