"""When two answers of the query API are the same: texts and numbers exactly, order where order is defined."""
import json
import math
import re

# Prometheus adds up what an operator or function gave in the order of a map, and so differs from itself in last digits.
ADDS_BY_CHANCE = re.compile(r"\b(sum|avg|stddev|stdvar)\s*(by|without|\()")
TOLERANCE = 1e-12  # of those alone
ORDERED = re.compile(r"^\s*(sort|topk|bottomk)")
NOTES_MAX = 10  # of each kind are shown, and then how many were left out


def tolerance_of(query):
    return TOLERANCE if ADDS_BY_CHANCE.search(query) else 0


def same_number(a, b, tolerance):
    if a == b:
        return True
    x, y = float(a), float(b)
    if math.isnan(x) or math.isnan(y) or math.isinf(x) or math.isinf(y):
        return False
    return x != y and abs(x - y) <= tolerance * max(abs(x), abs(y))


def same_histogram(a, b, tolerance):
    rows = [[(a.get(k, ""), b.get(k, "")) for k in ("count", "sum")]]
    left, right = a.get("buckets", []), b.get("buckets", [])
    if len(left) != len(right) or [r[0] for r in left] != [r[0] for r in right]:
        return False
    rows += [zip(x[1:], y[1:]) for x, y in zip(left, right)]
    return all(same_number(x, y, tolerance) for row in rows for x, y in row)


def points_differ(kind, left, right, tolerance):
    if [p[0] for p in left] != [p[0] for p in right]:
        return f"{kind}: timestamps {[p[0] for p in left][:6]} against {[p[0] for p in right][:6]}"
    same = same_histogram if kind.startswith("histogram") else same_number
    for a, b in zip(left, right):
        if not same(a[1], b[1], tolerance):
            return f"{kind} at {a[0]}: {json.dumps(a[1])} against {json.dumps(b[1])}"
    return None


def series_differ(mine, theirs, tolerance):
    for kind in ("value", "values", "histogram", "histograms"):
        if (kind in mine) != (kind in theirs):
            return f"{kind} only in one"
        if kind in mine:
            one = kind in ("value", "histogram")
            left, right = ([mine[kind]], [theirs[kind]]) if one else (mine[kind], theirs[kind])
            if trouble := points_differ(kind, left, right, tolerance):
                return trouble
    return None


def results_differ(ours, theirs, ordered, tolerance):
    keys = [[json.dumps(s["metric"]) for s in side] for side in (ours, theirs)]
    if sorted(keys[0]) != sorted(keys[1]):
        return f"series: {sorted(set(keys[0]) - set(keys[1]))[:3]} against {sorted(set(keys[1]) - set(keys[0]))[:3]}"
    if ordered and keys[0] != keys[1]:
        return f"order: {keys[0][:6]} against {keys[1][:6]}"
    by_key = dict(zip(keys[1], theirs))
    for key, mine in zip(keys[0], ours):
        if trouble := series_differ(mine, by_key[key], tolerance):
            return f"{key} {trouble}"
    return None


def comparable(query, text):
    """Without what Prometheus leaves to chance (which duplicates an error names, where a map has decided their order) or counts
    wrongly (repairs, doubled every step)."""
    text = re.sub(r"over \d+ samples", "over some samples", text or "")
    return re.sub(r"match group .* on the (\w+) hand-side of the operation: .*;many-to-many",
                  r"match group ... on the \1 hand-side of the operation: ...;many-to-many", text)


def notes_differ(kind, ours, theirs):
    left, right = (sorted(comparable("", note) for note in side.get(kind, [])) for side in (ours, theirs))
    if len(left) == len(right) > NOTES_MAX or left == right:
        return None
    return f"{kind}: {[x for x in left if x not in right]} against {[x for x in right if x not in left]}"


def answers_differ(query, ours, theirs):
    """None, or the first difference as text, ours before theirs."""
    (status, mine), (their_status, other) = ours, theirs
    if their_status == 500 and "unsupported value: NaN" in str(other):  # a fill value that Prometheus cannot write
        return None
    if status != their_status or isinstance(mine, str) or isinstance(other, str):
        return None if ours == theirs else f"{status} {str(mine)[:400]} against {their_status} {str(other)[:400]}"
    for key in ("status", "errorType", "error"):
        if comparable(query, mine.get(key)) != comparable(query, other.get(key)):
            return f"{key}: {mine.get(key)!r} against {other.get(key)!r}"
    if mine["status"] == "error":
        return None
    for kind in ("warnings", "infos"):
        if trouble := notes_differ(kind, mine, other):
            return trouble
    return data_differs(query, mine.get("data"), other.get("data"))


def first_difference(where, mine, other):
    """Of two JSON values: the path to where they part."""
    if isinstance(mine, dict) and isinstance(other, dict) and mine.keys() == other.keys():
        found = (first_difference(f"{where}.{key}", mine[key], other[key]) for key in mine)
    elif isinstance(mine, list) and isinstance(other, list) and len(mine) == len(other):
        found = (first_difference(f"{where}[{i}]", a, b) for i, (a, b) in enumerate(zip(mine, other)))
    else:
        same = type(mine) is type(other) and mine == other
        return None if same else f"{where}: {json.dumps(mine)[:500]} against {json.dumps(other)[:500]}"
    return next(filter(None, found), None)


def data_differs(query, mine, other):
    if not isinstance(mine, dict) or "resultType" not in mine or "resultType" not in other:
        return first_difference("data", mine, other)
    if mine["resultType"] != other["resultType"]:
        return f"resultType: {mine['resultType']} against {other['resultType']}"
    if mine["resultType"] == "string":
        return None if mine["result"] == other["result"] else f"{mine['result']} against {other['result']}"
    if mine["resultType"] == "scalar":
        return points_differ("scalar", [mine["result"]], [other["result"]], tolerance_of(query))
    ordered = mine["resultType"] == "matrix" or bool(ORDERED.match(query))
    return results_differ(mine["result"], other["result"], ordered, tolerance_of(query))
