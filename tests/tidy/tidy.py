#!/usr/bin/env python3
"""Reads the tree and says where it breaks the rules of the house. Usage: tidy.py [ROOT]

Each check is a generator of complaints; `tidy_test.py` shows that every one of them can complain.
"""
import pathlib
import re
import sys

FLOORS = ("proto", "storage", "promql", "server", "load", "ui", "tests", "bench")
# Who may include whom. Tests and benches may look into any room.
MAY_INCLUDE = {
    "proto": {"proto"},
    "storage": {"storage", "proto"},
    "promql": {"promql", "proto"},
    "load": {"load", "proto"},
    "ui": {"ui"},
    "server": {"server", "promql", "storage", "proto", "ui"},
}
# Rooms inside a floor, bottom first: a room includes itself and those before it.
ORDER = {
    "proto": ["base", "model", "wire"],
    "storage": ["frame", "index", "head", "disk", "tsdb"],
    "promql": ["syntax", "gomath", "histogram", "value", "plan", "func", "exec", "engine"],
}
# A library that only one place may see.
CONFINED = (
    ("boost/beast", re.compile(r"^(server/http/[^/]+\.cc|load/.*\.cc|tests/.*|bench/.*)$")),
    ("rocksdb/", re.compile(r"^storage/disk/[^/]+\.cc$|^tests/storage/.*|^bench/.*")),
    ("prometheus/", re.compile(r"^server/telemetry/.*|^tests/.*")),
)
LINES_MAX = 600
INCLUDE = re.compile(r'^\s*#include\s+["<]([^">]+)[">]', re.M)


def sources(root, endings=(".cc", ".h")):
    for floor in FLOORS:
        for path in sorted((root / floor).rglob("*")):
            if path.suffix in endings and path.is_file():
                yield path.relative_to(root).as_posix(), path.read_text(encoding="utf-8")


def arrows(root):
    for name, text in sources(root):
        floor = name.split("/")[0]
        for target in INCLUDE.findall(text):
            other = target.split("/")[0]
            if floor in MAY_INCLUDE and other in FLOORS and other not in MAY_INCLUDE[floor]:
                yield f"{name}: {floor} may not include {target}"
            order = ORDER.get(floor, [])
            if other == floor and target.count("/") >= 2 and name.count("/") >= 2:
                mine, theirs = name.split("/")[1], target.split("/")[1]
                if mine in order and theirs in order and order.index(theirs) > order.index(mine):
                    yield f"{name}: {floor}/{mine} looks up at {target}"


def confined(root):
    for name, text in sources(root):
        for library, allowed in CONFINED:
            for target in INCLUDE.findall(text):
                if target.startswith(library) and not allowed.match(name):
                    yield f"{name}: {target} is included outside its room"


def rooms_have_readmes(root):
    architecture = (root / "ARCHITECTURE.md").read_text(encoding="utf-8")
    for floor in ("proto", "storage", "promql", "server"):
        for room in sorted(p for p in (root / floor).iterdir() if (p / "CMakeLists.txt").exists()):
            if not (room / "README.md").exists():
                yield f"{floor}/{room.name}: no README.md"
            if f"{floor}/{room.name}" not in architecture:
                yield f"{floor}/{room.name}: not named in ARCHITECTURE.md"


def every_source_is_built(root):
    plans = {p.parent: p.read_text(encoding="utf-8") for p in root.rglob("CMakeLists.txt") if "build" not in p.parts}
    for name, _ in sources(root, (".cc",)):
        path = root / name
        listed = any(_lists(plans[folder], path.relative_to(folder).as_posix())
                     for folder in path.parents if folder in plans)
        if not listed:
            yield f"{name}: in no CMakeLists.txt"


def _lists(plan, relative):
    stem = relative[:-3]
    return re.search(rf"(?<![\w./-]){re.escape(relative)}(?![\w.-])", plan) or \
        re.search(rf"sluice_fuzz\(\s*{re.escape(stem)}\b", plan) or \
        re.search(rf"PROJECT_SOURCE_DIR}}/\S*{re.escape(relative)}", plan)


def no_inline_owner_beside_await(root):
    # gcc 12.2 destroys such temporaries twice: name it, then await it.
    for name, text in sources(root):
        for statement in re.split(r"[;{}]\s*\n", text):
            if "co_await" in statement and re.search(r"co_await[^;]*\[[^\]]*=[^\]]*\]\s*(\(|\{|mutable)", statement):
                yield f"{name}: an owning lambda stands in a statement with co_await"


def todos_have_a_kind(root):
    for name, text in sources(root):
        for match in re.finditer(r"\b(TODO|FIXME|XXX)\b(?!\()", text):
            yield f"{name}:{text[:match.start()].count(chr(10)) + 1}: {match.group(1)} without a kind"


def files_stay_small(root):
    for name, text in sources(root):
        if text.count("\n") > LINES_MAX:
            yield f"{name}: {text.count(chr(10))} lines, more than {LINES_MAX}: a noun may be missing"


def headers_open_with_their_room(root):
    for name, text in sources(root, (".h",)):
        first = text.split("\n", 1)[0]
        if name.split("/")[0] in MAY_INCLUDE and first != f"// {name}":
            yield f"{name}: the first line should be '// {name}'"
        if "#pragma once" not in text:
            yield f"{name}: no #pragma once"


CHECKS = (arrows, confined, rooms_have_readmes, every_source_is_built, no_inline_owner_beside_await,
          todos_have_a_kind, files_stay_small, headers_open_with_their_room)


def main():
    root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).parents[2]).resolve()
    complaints = [f"{check.__name__}: {complaint}" for check in CHECKS for complaint in check(root)]
    print("\n".join(complaints) or "tidy")
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main())
