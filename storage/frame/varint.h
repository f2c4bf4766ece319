// storage/frame/varint.h
//
// Room: storage/frame. LEB128 numbers and zigzag: the small change of every format in storage.
#pragma once

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace sluice::storage {

inline void put_varint(std::string& out, std::uint64_t value) {
  while (value >= 0x80) {
    out.push_back(static_cast<char>(value | 0x80));
    value >>= 7;
  }
  out.push_back(static_cast<char>(value));
}

// Moves `bytes` behind the number. False: it does not end, or does not fit 64 bits.
[[nodiscard]] inline bool get_varint(std::string_view& bytes, std::uint64_t& value) {
  value = 0;
  for (std::size_t i = 0; i < bytes.size() && i < 10; ++i) {
    const auto byte = static_cast<std::uint8_t>(bytes[i]);
    if (i == 9 && byte > 1) return false;
    value |= static_cast<std::uint64_t>(byte & 0x7f) << (7 * i);
    if (byte < 0x80) {
      bytes.remove_prefix(i + 1);
      return true;
    }
  }
  return false;
}

constexpr std::uint64_t zigzag(std::int64_t v) {
  return (static_cast<std::uint64_t>(v) << 1) ^ static_cast<std::uint64_t>(v >> 63);
}
constexpr std::int64_t unzigzag(std::uint64_t v) { return static_cast<std::int64_t>((v >> 1) ^ (~(v & 1) + 1)); }

inline void put_signed(std::string& out, std::int64_t value) { put_varint(out, zigzag(value)); }
[[nodiscard]] inline bool get_signed(std::string_view& bytes, std::int64_t& value) {
  std::uint64_t raw = 0;
  if (!get_varint(bytes, raw)) return false;
  value = unzigzag(raw);
  return true;
}

// Eight bytes, little endian, whatever they mean (the house runs on little-endian machines; see docs/formats).
inline void put_u64(std::string& out, std::uint64_t value) {
  char raw[8];
  std::memcpy(raw, &value, 8);
  out.append(raw, 8);
}
[[nodiscard]] inline bool get_u64(std::string_view& bytes, std::uint64_t& value) {
  if (bytes.size() < 8) return false;
  std::memcpy(&value, bytes.data(), 8);
  bytes.remove_prefix(8);
  return true;
}

}  // namespace sluice::storage
