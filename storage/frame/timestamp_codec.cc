#include "storage/frame/timestamp_codec.h"

#include <algorithm>

#include "storage/frame/bit_pack.h"
#include "storage/frame/integer_codec.h"
#include "storage/frame/varint.h"

// run := count:varint << 1 | regular   regular: first:signed step:signed      else: integers (see integer_codec.h)

namespace sluice::storage {
namespace {

constexpr std::size_t kRegularWorth = 16;  // equal steps in a row that are worth a run of their own

std::uint64_t u(std::int64_t v) { return static_cast<std::uint64_t>(v); }

std::size_t regular_prefix(std::span<const std::int64_t> t) {
  if (t.size() < 2) return t.size();
  std::size_t i = 2;
  while (i < t.size() && u(t[i]) - u(t[i - 1]) == u(t[1]) - u(t[0])) ++i;
  return i;
}

// Stops before a long regular stretch: the gap before it would widen every step of the block.
std::size_t block_size(std::span<const std::int64_t> t) {
  const std::size_t limit = std::min(t.size(), kPackedMax);
  for (std::size_t i = 1; i < limit; ++i)
    if (t.size() - i >= kRegularWorth && regular_prefix(t.subspan(i, kRegularWorth)) == kRegularWorth) return i;
  return limit;
}

bool decode_regular(std::string_view& bytes, std::span<std::int64_t> out) {
  std::int64_t first = 0, step = 0;
  if (!get_signed(bytes, first) || !get_signed(bytes, step)) return false;
  for (std::size_t i = 0; i < out.size(); ++i) out[i] = static_cast<std::int64_t>(u(first) + i * u(step));
  return true;
}

bool decode_irregular(std::string_view& bytes, std::span<std::int64_t> out) {
  std::int64_t block[kPackedMax];
  if (out.size() > kPackedMax || !decode_integers(bytes, out.size(), block)) return false;
  std::copy_n(block, out.size(), out.begin());
  return true;
}

}  // namespace

void encode_timestamps(std::span<const std::int64_t> t, std::string& out) {
  while (!t.empty()) {
    std::size_t count = regular_prefix(t);
    if (count >= kRegularWorth || count == t.size()) {
      put_varint(out, (static_cast<std::uint64_t>(count) << 1) | 1);
      put_signed(out, t[0]);
      put_signed(out, count > 1 ? static_cast<std::int64_t>(u(t[1]) - u(t[0])) : 0);
    } else {
      count = block_size(t);
      put_varint(out, static_cast<std::uint64_t>(count) << 1);
      encode_integers(t.first(count), out);
    }
    t = t.subspan(count);
  }
}

bool decode_timestamps(std::string_view& bytes, std::span<std::int64_t> out) {
  while (!out.empty()) {
    std::uint64_t head = 0;
    if (!get_varint(bytes, head)) return false;
    const std::uint64_t count = head >> 1;
    if (count == 0 || count > out.size()) return false;
    const auto part = out.first(count);
    if (!((head & 1) != 0 ? decode_regular(bytes, part) : decode_irregular(bytes, part))) return false;
    out = out.subspan(count);
  }
  return true;
}

}  // namespace sluice::storage
