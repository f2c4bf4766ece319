#include "storage/frame/integer_codec.h"

#include <algorithm>

#include "proto/base/check.h"
#include "storage/frame/bit_pack.h"
#include "storage/frame/varint.h"

namespace sluice::storage {
namespace {

constexpr std::uint8_t kSteps = 0x80;  // flag beside the width

std::uint64_t u(std::int64_t v) { return static_cast<std::uint64_t>(v); }
std::int64_t s(std::uint64_t v) { return static_cast<std::int64_t>(v); }

struct Plan {
  std::int64_t smallest = 0, smallest_step = 0;
  std::uint8_t level_width = 0, step_width = 0;
  bool steps(std::size_t count) const { return (count - 1) * step_width + 8 < count * level_width; }
};

Plan plan(std::span<const std::int64_t> integers) {
  std::int64_t low = integers[0], high = integers[0];
  for (const std::int64_t v : integers) low = std::min(low, v), high = std::max(high, v);
  Plan p{.smallest = low, .level_width = bits_for(u(high) - u(low))};
  if (integers.size() < 2) return p;
  std::int64_t low_step = s(u(integers[1]) - u(integers[0])), high_step = low_step;
  for (std::size_t i = 1; i < integers.size(); ++i) {
    const std::int64_t step = s(u(integers[i]) - u(integers[i - 1]));
    low_step = std::min(low_step, step), high_step = std::max(high_step, step);
  }
  p.smallest_step = low_step;
  p.step_width = bits_for(u(high_step) - u(low_step));
  return p;
}

struct Header {
  std::int64_t first = 0, smallest_step = 0;
  std::uint8_t width = 0;
  bool steps = false;
};

bool read_header(std::string_view& bytes, Header& header) {
  if (!get_signed(bytes, header.first) || bytes.empty()) return false;
  const auto raw = static_cast<std::uint8_t>(bytes[0]);
  bytes.remove_prefix(1);
  header.steps = (raw & kSteps) != 0;
  header.width = raw & ~kSteps;
  return header.width <= 64 && (!header.steps || get_signed(bytes, header.smallest_step));
}

}  // namespace

void encode_integers(std::span<const std::int64_t> integers, std::string& out) {
  const std::size_t count = integers.size();
  DCHECK(count >= 1 && count <= kPackedMax);
  const Plan p = plan(integers);
  std::uint64_t offsets[kPackedMax];
  if (p.steps(count)) {
    put_signed(out, integers[0]);
    out.push_back(static_cast<char>(kSteps | p.step_width));
    put_signed(out, p.smallest_step);
    for (std::size_t i = 1; i < count; ++i) offsets[i - 1] = u(integers[i]) - u(integers[i - 1]) - u(p.smallest_step);
    pack_bits(offsets, count - 1, p.step_width, out);
  } else {
    put_signed(out, p.smallest);
    out.push_back(static_cast<char>(p.level_width));
    for (std::size_t i = 0; i < count; ++i) offsets[i] = u(integers[i]) - u(p.smallest);
    pack_bits(offsets, count, p.level_width, out);
  }
}

std::size_t integers_cost(std::span<const std::int64_t> integers) {
  const Plan p = plan(integers);
  const std::size_t count = integers.size();
  const std::size_t base = (bits_for(zigzag(integers[0])) + 7) / 7 + 1;
  return base + (p.steps(count) ? 1 + packed_bytes(count - 1, p.step_width) : packed_bytes(count, p.level_width));
}

bool decode_integers(std::string_view& bytes, std::size_t count, std::int64_t* integers) {
  Header header;
  std::uint64_t offsets[kPackedMax];
  if (!read_header(bytes, header)) return false;
  if (!unpack_bits(bytes, count - header.steps, header.width, offsets)) return false;
  if (!header.steps) {
    for (std::size_t i = 0; i < count; ++i) integers[i] = s(u(header.first) + offsets[i]);
    return true;
  }
  std::uint64_t at = u(header.first);
  integers[0] = header.first;
  for (std::size_t i = 1; i < count; ++i) integers[i] = s(at += offsets[i - 1] + u(header.smallest_step));
  return true;
}

bool skip_integers(std::string_view& bytes, std::size_t count) {
  Header header;
  if (!read_header(bytes, header)) return false;
  const std::size_t size = packed_bytes(count - header.steps, header.width);
  if (bytes.size() < size) return false;
  bytes.remove_prefix(size);
  return true;
}

}  // namespace sluice::storage
