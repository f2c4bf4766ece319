#include "storage/frame/float_codec.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <limits>

#include "proto/base/check.h"
#include "storage/frame/bit_pack.h"
#include "storage/frame/decimal.h"
#include "storage/frame/integer_codec.h"
#include "storage/frame/varint.h"
#include "storage/frame/xor_codec.h"

namespace sluice::storage {
namespace {

static_assert(kRunValuesMax == kPackedMax);

enum class Kind : std::uint8_t { constant_integer, constant_raw, packed, ulps, xored };
constexpr unsigned kKindBits = 3;
constexpr std::size_t kConstantWorth = 24;  // equal values in a row that are worth a run of their own
constexpr unsigned kUlpsExponentMax = 6;    // sums of decimals: longer ones are not worth the search
constexpr std::int64_t kUlpsMax = 1 << 12;  // a correction longer than this is no correction

std::uint64_t bits_of(double v) { return std::bit_cast<std::uint64_t>(v); }

void put_head(Kind kind, unsigned exponent, std::uint64_t count, std::string& out) {
  out.push_back(static_cast<char>(static_cast<unsigned>(kind) | (exponent << kKindBits)));
  put_varint(out, count);
}

// How many values at the front have the same bits.
std::size_t equal_prefix(std::span<const double> values) {
  std::size_t i = 1;
  while (i < values.size() && bits_of(values[i]) == bits_of(values[0])) ++i;
  return i;
}

// A block ends at a NaN (mostly a stale marker): one would spoil the integers around it.
std::size_t block_size(std::span<const double> values) {
  const std::size_t limit = std::min(values.size(), kRunValuesMax);
  std::size_t i = 1;
  while (i < limit && !std::isnan(values[i])) ++i;
  return i;
}

// values[i] == integer / 10^k, moved by `ulps` representable doubles.
struct Corrected {
  std::array<std::int64_t, kRunValuesMax> integers, ulps;
  unsigned exponent = 0;
  std::size_t cost = std::numeric_limits<std::size_t>::max();
};

bool correct(std::span<const double> values, unsigned k, Corrected& to) {
  for (std::size_t i = 0; i < values.size(); ++i) {
    const double scaled = values[i] * kPowersOfTen[k];
    if (!(std::fabs(scaled) < kIntegerLimit)) return false;
    to.integers[i] = round_to_integer(scaled);
    const double near = to_double(to.integers[i]) / kPowersOfTen[k];
    to.ulps[i] = static_cast<std::int64_t>(bits_of(values[i]) - bits_of(near));
    if (to.ulps[i] > kUlpsMax || to.ulps[i] < -kUlpsMax) return false;
  }
  to.exponent = k;
  to.cost = integers_cost({to.integers.data(), values.size()}) + integers_cost({to.ulps.data(), values.size()});
  return true;
}

void encode_inexact(std::span<const double> values, std::string& out) {
  Corrected best, tried;
  for (unsigned k = 0; k <= kUlpsExponentMax; ++k)
    if (correct(values, k, tried) && tried.cost < best.cost) best = tried;
  std::string xored;
  encode_xored(values, xored);
  if (best.cost < xored.size()) {
    put_head(Kind::ulps, best.exponent, values.size(), out);
    encode_integers({best.integers.data(), values.size()}, out);
    encode_integers({best.ulps.data(), values.size()}, out);
  } else {
    put_head(Kind::xored, 0, values.size(), out);
    out += xored;
  }
}

void encode_block(std::span<const double> values, std::string& out) {
  std::int64_t integers[kRunValuesMax];
  if (const auto exponent = to_integers(values, kExponentMax, integers)) {
    put_head(Kind::packed, *exponent, values.size(), out);
    encode_integers({integers, values.size()}, out);
  } else {
    encode_inexact(values, out);
  }
}

// The front of a run, read and believed only within its limits. `body` is what follows.
struct Front {
  Kind kind = Kind::packed;
  unsigned exponent = 0;
  std::uint32_t count = 0;
  std::string_view body;
};

bool read_front(std::string_view bytes, Front& front) {
  if (bytes.empty()) return false;
  const auto raw = static_cast<std::uint8_t>(bytes[0]);
  const unsigned kind = raw & ((1u << kKindBits) - 1);
  bytes.remove_prefix(1);
  std::uint64_t count = 0;
  if (kind > static_cast<unsigned>(Kind::xored) || !get_varint(bytes, count)) return false;
  front.kind = static_cast<Kind>(kind);
  front.exponent = raw >> kKindBits;
  const bool constant = front.kind == Kind::constant_integer || front.kind == Kind::constant_raw;
  if (count == 0 || count > (constant ? kConstantRunMax : kRunValuesMax) || front.exponent > kExponentMax) return false;
  front.count = static_cast<std::uint32_t>(count);
  front.body = bytes;
  return true;
}

bool read_constant(const Front& front, std::string_view& body, double& value) {
  std::int64_t integer = 0;
  std::uint64_t raw = 0;
  if (front.kind == Kind::constant_raw) {
    if (!get_u64(body, raw)) return false;
    value = std::bit_cast<double>(raw);
    return true;
  }
  if (!get_signed(body, integer)) return false;
  from_integers(&integer, 1, front.exponent, &value);
  return true;
}

bool skip_body(const Front& front, std::string_view& body, double& constant) {
  switch (front.kind) {
    case Kind::constant_integer:
    case Kind::constant_raw: return read_constant(front, body, constant);
    case Kind::packed: return skip_integers(body, front.count);
    case Kind::ulps: return skip_integers(body, front.count) && skip_integers(body, front.count);
    case Kind::xored: return skip_xored(body);
  }
  __builtin_unreachable();
}

bool decode_packed(const Front& front, std::string_view& body, double* out) {
  std::int64_t integers[kRunValuesMax];
  if (!decode_integers(body, front.count, integers)) return false;
  from_integers(integers, front.count, front.exponent, out);
  return true;
}

bool decode_ulps(const Front& front, std::string_view& body, double* out) {
  std::int64_t ulps[kRunValuesMax];
  if (!decode_packed(front, body, out) || !decode_integers(body, front.count, ulps)) return false;
  for (std::uint32_t i = 0; i < front.count; ++i)
    out[i] = std::bit_cast<double>(bits_of(out[i]) + static_cast<std::uint64_t>(ulps[i]));
  return true;
}

bool decode_body(const Front& front, std::string_view& body, double* out) {
  switch (front.kind) {
    case Kind::constant_integer:
    case Kind::constant_raw: {
      double value = 0;
      if (!read_constant(front, body, value)) return false;
      std::fill_n(out, front.count, value);
      return true;
    }
    case Kind::packed: return decode_packed(front, body, out);
    case Kind::ulps: return decode_ulps(front, body, out);
    case Kind::xored: return decode_xored(body, front.count, out);
  }
  __builtin_unreachable();
}

}  // namespace

void encode_floats(std::span<const double> values, std::string& out) {
  while (!values.empty()) {
    std::size_t count = equal_prefix(values);
    if (count >= kConstantWorth || count == values.size() || std::isnan(values[0])) {
      count = std::min<std::size_t>(count, kConstantRunMax);
      encode_constant(values[0], static_cast<std::uint32_t>(count), out);
    } else {
      count = block_size(values);
      encode_block(values.first(count), out);
    }
    values = values.subspan(count);
  }
}

void encode_constant(double value, std::uint32_t count, std::string& out) {
  DCHECK(count >= 1 && count <= kConstantRunMax);
  std::int64_t integer = 0;
  const auto exponent = to_integers({&value, 1}, kExponentMax, &integer);
  if (exponent && integer < (1LL << 48) && integer > -(1LL << 48)) {  // longer: eight raw bytes are as short
    put_head(Kind::constant_integer, *exponent, count, out);
    put_signed(out, integer);
  } else {
    put_head(Kind::constant_raw, 0, count, out);
    put_u64(out, bits_of(value));
  }
}

bool decode_floats(std::string_view& bytes, std::span<double> out) {
  while (!out.empty()) {
    Front front;
    if (!read_front(bytes, front) || front.count > out.size()) return false;
    std::string_view body = front.body;
    if (!decode_body(front, body, out.data())) return false;
    bytes = body;
    out = out.subspan(front.count);
  }
  return true;
}

bool inspect_run(std::string_view bytes, RunInfo& info) {
  Front front;
  if (!read_front(bytes, front)) return false;
  std::string_view body = front.body;
  if (!skip_body(front, body, info.value)) return false;
  info.count = front.count;
  info.bytes = static_cast<std::uint32_t>(bytes.size() - body.size());
  info.constant = front.kind == Kind::constant_integer || front.kind == Kind::constant_raw;
  return true;
}

bool decode_run(std::string_view bytes, const RunInfo& info, double* out) {
  Front front;
  if (!read_front(bytes, front) || front.count != info.count) return false;
  std::string_view body = front.body;
  return decode_body(front, body, out);
}

}  // namespace sluice::storage
