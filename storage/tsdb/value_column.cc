#include "storage/tsdb/value_column.h"

#include <bit>
#include <cstdint>
#include <cstring>

namespace sluice::storage {

namespace {

constexpr unsigned kValueBytes = sizeof(double);

unsigned significant_bytes(std::uint64_t bits) {
  return bits == 0 ? 0 : kValueBytes - static_cast<unsigned>(std::countr_zero(bits)) / 8;
}

unsigned nibble(std::string_view nibbles, std::size_t i) {
  return (static_cast<std::uint8_t>(nibbles[i / 2]) >> (i % 2 * 4)) & 0xf;
}

}  // namespace

void encode_values(std::span<const FloatSample> floats, std::string& out) {
  const std::size_t nibbles_at = out.size(), nibble_bytes = (floats.size() + 1) / 2;
  out.resize(nibbles_at + nibble_bytes + floats.size() * kValueBytes);  // every value is stored whole, then overlapped
  char* const nibbles = out.data() + nibbles_at;
  char* to = nibbles + nibble_bytes;
  for (std::size_t i = 0; i < floats.size(); ++i) {
    const auto bits = std::bit_cast<std::uint64_t>(floats[i].value);
    const unsigned size = significant_bytes(bits);
    nibbles[i / 2] = static_cast<char>(static_cast<std::uint8_t>(nibbles[i / 2]) | (size << (i % 2 * 4)));
    const std::uint64_t kept = size == 0 ? 0 : bits >> (8 * (kValueBytes - size));
    std::memcpy(to, &kept, kValueBytes);
    to += size;
  }
  out.resize(static_cast<std::size_t>(to - out.data()));
}

bool decode_values(ByteReader& in, std::span<FloatSample> floats) {
  const std::string_view nibbles = in.bytes((floats.size() + 1) / 2);
  if (!in.ok()) return false;
  std::size_t total = 0;
  for (std::size_t i = 0; i < floats.size(); ++i) {
    const unsigned size = nibble(nibbles, i);
    if (size > kValueBytes) return false;
    total += size;
  }
  const std::string_view bytes = in.bytes(total);
  if (!in.ok()) return false;
  const char* from = bytes.data();
  for (std::size_t i = 0; i < floats.size(); ++i) {
    const unsigned size = nibble(nibbles, i);
    std::uint64_t kept = 0;
    std::memcpy(&kept, from, size);
    floats[i].value = std::bit_cast<double>(size == 0 ? 0 : kept << (8 * (kValueBytes - size)));
    from += size;
  }
  return true;
}

}  // namespace sluice::storage
