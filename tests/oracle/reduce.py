"""The smallest query that still shows a difference."""
from grammar import Node

SIMPLEST = {"vector": ["temperature", "size"], "scalar": ["1"], "matrix": ["temperature[1m]"], "modifier": [""]}
ROUNDS_MAX = 400


def smaller_forms(tree):
    """Trees with one node replaced by something shorter of the same type; big cuts first."""
    for node in tree.walk():
        if node is not tree and node.kind != "modifier":
            yield node
    yield from replaced(tree)


def replaced(tree):
    for index, part in enumerate(tree.parts):
        if not isinstance(part, Node):
            continue
        for text in SIMPLEST.get(part.kind, []):
            if len(text) < len(part.text()):
                yield tree.with_part(index, Node(part.kind, text))
        for inner in part.walk():
            if inner is not part and inner.kind == part.kind:
                yield tree.with_part(index, inner)
        for smaller in replaced(part):
            yield tree.with_part(index, smaller)


def reduce(tree, differs):
    rounds, best = 0, tree
    progress = True
    while progress:
        progress = False
        for candidate in smaller_forms(best):
            if len(candidate.text()) >= len(best.text()):
                continue
            rounds += 1
            if rounds > ROUNDS_MAX:
                return best
            if differs(candidate.text()):
                best, progress = candidate, True
                break
    return best


def reduce_text(text, differs):
    """For texts that are no trees: pieces are cut out while the difference stays."""
    size = max(1, len(text) // 2)
    while size >= 1:
        at = 0
        while at < len(text):
            candidate = text[:at] + text[at + size:]
            if differs(candidate):
                text = candidate
            else:
                at += size
        size //= 2
    return text
