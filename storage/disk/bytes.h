// storage/disk/bytes.h
//
// Room: storage/disk. Numbers to bytes and back, beside frame/varint.h. Keys are big-endian so that byte order is
// number order; values are varints. ByteReader trusts nobody: every read is checked, and one look at ok() at the end
// tells whether all were good.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

#include "storage/frame/varint.h"

namespace sluice::storage {

inline void put_be32(std::string& out, std::uint32_t value) {
  const std::uint32_t swapped = __builtin_bswap32(value);
  out.append(reinterpret_cast<const char*>(&swapped), sizeof swapped);
}

inline void put_be64(std::string& out, std::uint64_t value) {
  const std::uint64_t swapped = __builtin_bswap64(value);
  out.append(reinterpret_cast<const char*>(&swapped), sizeof swapped);
}

inline void put_double(std::string& out, double value) {
  out.append(reinterpret_cast<const char*>(&value), sizeof value);
}

inline void put_text(std::string& out, std::string_view text) {
  put_varint(out, text.size());
  out.append(text);
}

// Reads past the end give zeros and make ok() false for good.
class ByteReader {
 public:
  explicit ByteReader(std::string_view bytes) : at_(bytes.data()), end_(bytes.data() + bytes.size()) {}

  bool ok() const { return ok_; }
  bool done() const { return at_ == end_; }
  std::size_t left() const { return static_cast<std::size_t>(end_ - at_); }

  std::uint8_t u8() { return take(1) ? static_cast<std::uint8_t>(at_[-1]) : 0; }

  std::uint32_t be32() {
    if (!take(4)) return 0;
    std::uint32_t value;
    std::memcpy(&value, at_ - 4, 4);
    return __builtin_bswap32(value);
  }

  std::uint64_t be64() {
    if (!take(8)) return 0;
    std::uint64_t value;
    std::memcpy(&value, at_ - 8, 8);
    return __builtin_bswap64(value);
  }

  std::uint64_t varint() {
    if (at_ != end_ && static_cast<std::uint8_t>(*at_) < 0x80) return static_cast<std::uint8_t>(*at_++);
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
      const std::uint8_t byte = u8();
      value |= static_cast<std::uint64_t>(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
    ok_ = false;
    return 0;
  }

  std::int64_t signed_varint() { return unzigzag(varint()); }

  double f64() {
    double value = 0;
    if (take(8)) std::memcpy(&value, at_ - 8, 8);
    return value;
  }

  std::string_view bytes(std::size_t count) {
    return take(count) ? std::string_view(at_ - count, count) : std::string_view();
  }
  std::string_view text() { return bytes(varint()); }

  // How many items of at least `bytes_each` may follow: bounds every reserve() by what is really there.
  std::uint64_t count(std::size_t bytes_each = 1) {
    const std::uint64_t value = varint();
    if (value <= left() / bytes_each) return value;
    ok_ = false;
    return 0;
  }

 private:
  bool take(std::size_t count) {
    if (count > left()) {
      ok_ = false;
      at_ = end_;
      return false;
    }
    at_ += count;
    return true;
  }

  const char* at_;
  const char* end_;
  bool ok_ = true;
};

// The smallest key behind every key that starts with `prefix`; empty when there is none.
inline std::string after_prefix(std::string prefix) {
  while (!prefix.empty()) {
    if (static_cast<unsigned char>(prefix.back()) != 0xff) {
      prefix.back() = static_cast<char>(prefix.back() + 1);
      return prefix;
    }
    prefix.pop_back();
  }
  return prefix;
}

}  // namespace sluice::storage
