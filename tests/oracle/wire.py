"""Remote write 1.0 and 2.0, written from their definitions and not from the product's code."""
import struct


def varint(n):
    n &= (1 << 64) - 1
    out = bytearray()
    while n > 0x7F:
        out.append(n & 0x7F | 0x80)
        n >>= 7
    out.append(n)
    return bytes(out)


def zigzag(n):
    return varint((n << 1) ^ (n >> 63))


def nested(number, payload):
    return varint(number << 3 | 2) + varint(len(payload)) + payload


def number(field, n):
    return varint(field << 3) + varint(n)


def signed(field, n):
    return varint(field << 3) + zigzag(n)


def double(field, value):
    bits = struct.pack("<Q", value.bits) if isinstance(value, Bits) else struct.pack("<d", value)
    return varint(field << 3 | 1) + bits


class Bits(float):
    """A NaN whose bits matter."""

    def __new__(cls, bits):
        value = super().__new__(cls, "nan")
        value.bits = bits
        return value


STALE = Bits(0x7FF0000000000002)


def snappy(data):
    """A valid block of literals only."""
    out = [varint(len(data))]
    for i in range(0, len(data), 65536):
        piece = data[i:i + 65536]
        out.append(bytes([61 << 2]) + struct.pack("<H", len(piece) - 1) + piece)
    return b"".join(out)


def spans(field, pairs):
    return b"".join(nested(field, signed(1, offset) + number(2, length)) for offset, length in pairs)


def packed_doubles(field, values):
    return nested(field, b"".join(struct.pack("<d", v) for v in values)) if values else b""


def packed_deltas(field, counts):
    """Integer buckets travel as differences to the bucket before."""
    deltas = [int(b - a) for a, b in zip([0] + counts, counts)]
    return nested(field, b"".join(map(zigzag, deltas))) if deltas else b""


HINTS = {"unknown": 0, "reset": 1, "not_reset": 2, "gauge": 3}


def histogram(h, at_ms):
    """`h`: see dataset.Histogram. The numbers of the fields are the same in both versions."""
    buckets = packed_deltas if h.integers else packed_doubles
    counts = (number(1, int(h.count)) if h.integers else double(2, h.count))
    zeros = (number(6, int(h.zero_count)) if h.integers else double(7, h.zero_count))
    out = counts + double(3, h.sum) + signed(4, h.schema) + double(5, h.zero_threshold) + zeros
    out += spans(8, h.negative_spans) + buckets(9 if h.integers else 10, h.negative)
    out += spans(11, h.positive_spans) + buckets(12 if h.integers else 13, h.positive)
    return out + number(14, HINTS[h.hint]) + number(15, at_ms) + packed_doubles(16, h.bounds)


def exemplar_1(labels, value, at_ms):
    return b"".join(nested(1, nested(1, k.encode()) + nested(2, v.encode())) for k, v in labels.items()) + double(2, value) + number(3, at_ms)


def write_request_1(series):
    """`series`: (labels, [(at_ms, value or Histogram)], [(exemplar labels, value, at_ms)])."""
    out = []
    for labels, samples, exemplars in series:
        body = b"".join(nested(1, nested(1, k.encode()) + nested(2, v.encode())) for k, v in sorted(labels.items()))
        for at_ms, value in samples:
            is_float = isinstance(value, float)
            body += nested(2, double(1, value) + number(2, at_ms)) if is_float else nested(4, histogram(value, at_ms))
        body += b"".join(nested(3, exemplar_1(*exemplar)) for exemplar in exemplars)
        out.append(nested(1, body))
    return snappy(b"".join(out))


def write_request_2(series):
    symbols = {"": 0}
    out = []

    def refs(pairs):
        return nested(1, b"".join(varint(symbols.setdefault(text, len(symbols))) for pair in pairs for text in pair))

    for labels, samples, exemplars in series:
        body = refs(sorted(labels.items()))
        for at_ms, value in samples:
            is_float = isinstance(value, float)
            body += nested(2, double(1, value) + number(2, at_ms)) if is_float else nested(3, histogram(value, at_ms))
        for pairs, value, at_ms in exemplars:
            body += nested(4, refs(pairs.items()) + double(2, value) + number(3, at_ms))
        out.append(nested(5, body))
    return snappy(b"".join(nested(4, s.encode()) for s in symbols) + b"".join(out))


CONTENT_TYPES = {1: "application/x-protobuf", 2: "application/x-protobuf;proto=io.prometheus.write.v2.Request"}
WRITERS = {1: write_request_1, 2: write_request_2}


def headers(version):
    return {"Content-Type": CONTENT_TYPES[version], "Content-Encoding": "snappy", "User-Agent": "sluice-oracle/1",
            "X-Prometheus-Remote-Write-Version": {1: "0.1.0", 2: "2.0.0"}[version]}
