"""Queries that are nearly valid: a valid one with something missing, doubled, exchanged or put in."""
import re

TOKEN = re.compile(r'"(?:\\.|[^"\\])*"|\'(?:\\.|[^\'\\])*\'|`[^`]*`|[a-zA-Z_:][a-zA-Z0-9_:]*|[0-9.][0-9a-zA-Z_.]*|\s+|=~|!~|!=|==|<=|>=|</|>/|.',
                   re.S)
VOCABULARY = ["(", ")", "[", "]", "{", "}", ",", "==", "=", "!=", "=~", "!~", "+", "-", "*", "/", "%", "^", "@", ":", "</", ">/",
              "by", "without", "on", "ignoring", "group_left", "group_right", "bool", "offset", "anchored", "smoothed",
              "fill(1)", "fill_left(0)", "fill", "sum", "topk", "count_values", "limitk", "and", "or", "unless", "atan2", "start()",
              "end()", "step()", "range()", "min_of", "max_of", "inf", "NaN", "5m", "1", "0x", "1x", "1e", "1_", "\"x\"", "'y", "`z",
              "\"\\q\"", "\"\\xg\"", "\"\\u12\"", "foo", "a:b", ":a", "rate", "abs", "time()", "é", "\x00", "#c\n", "\n", "\\", "!", "~",
              "$", "&", "|", ";", "?", "[5m]", "[5m:]", "[:]", "[5m:1m]", "[::]", "{}", '{"a"}', '{"a","b"}', "{a='b',}", "{,}", "()",
              "__name__", '"\\U00110000"', "1ms2s", "1d1h", "0", "01", "08", "1.5.2", ".", "5mm", "=>", "&&", "\xa0", "1..2",
              "9999999999999999999", "99999999999y", "on()", "by()", "Sum", "BY", "Offset", "_", "nan(", "infx", "start", "e5"]


def mangle(rng, text):
    tokens = TOKEN.findall(text)
    for _ in range(rng.choice([1, 1, 1, 2, 3])):
        if not tokens:
            break
        at = rng.randrange(len(tokens))
        action = rng.choice(["drop", "double", "swap", "insert", "replace", "cut", "cut_start", "character"])
        if action == "drop":
            del tokens[at]
        elif action == "double":
            tokens.insert(at, tokens[at])
        elif action == "swap":
            other = rng.randrange(len(tokens))
            tokens[at], tokens[other] = tokens[other], tokens[at]
        elif action == "insert":
            tokens.insert(at, rng.choice(["", " "]) + rng.choice(VOCABULARY) + rng.choice(["", " "]))
        elif action == "replace":
            tokens[at] = rng.choice(VOCABULARY)
        elif action == "cut":
            tokens = tokens[:at]
        elif action == "cut_start":
            tokens = tokens[at:]
        else:
            token = tokens[at]
            index = rng.randrange(len(token) + 1)
            tokens[at] = token[:index] + rng.choice("()[]{}\"'`\\x0_.:,=~!@#5me") + token[index:]
    return "".join(tokens)


def respaced(rng, text):
    """The same query over several lines, so that positions have lines too."""
    tokens = TOKEN.findall(text)
    return "".join(rng.choice([" ", "\n", "  ", "\t", " # note\n", " "]) if t == " " else t for t in tokens)
