#include "storage/frame/xor_codec.h"

#include <algorithm>
#include <bit>
#include <cstdint>

#include "storage/frame/varint.h"

namespace sluice::storage {
namespace {

class BitWriter {
 public:
  explicit BitWriter(std::string& out) : out_(out) {}
  void put(std::uint64_t bits, unsigned count) {  // count <= 64, bits below 2^count
    while (count > 0) {
      const unsigned take = std::min(count, 8 - held_);
      const auto part = static_cast<unsigned>((bits >> (count - take)) & ((1u << take) - 1));
      byte_ = (byte_ << take) | part;
      held_ += take;
      count -= take;
      if (held_ == 8) flush();
    }
  }
  void finish() {
    if (held_ > 0) put(0, 8 - held_);
  }

 private:
  void flush() {
    out_.push_back(static_cast<char>(byte_));
    byte_ = held_ = 0;
  }
  std::string& out_;
  unsigned byte_ = 0, held_ = 0;
};

class BitReader {
 public:
  explicit BitReader(std::string_view bytes) : bytes_(bytes) {}
  std::uint64_t take(unsigned count) {  // count <= 64
    if (count > 32) {
      const std::uint64_t high = take(count - 32);
      return (high << 32) | take(32);
    }
    std::uint64_t window = 0;  // five bytes cover any 32 bits
    for (std::size_t i = 0; i < 5; ++i) window = (window << 8) | byte(at_ / 8 + i);
    window >>= 40 - at_ % 8 - count;
    at_ += count;
    return window & ((1ULL << count) - 1);
  }

 private:
  std::uint64_t byte(std::size_t i) const { return i < bytes_.size() ? static_cast<std::uint8_t>(bytes_[i]) : 0; }
  std::string_view bytes_;
  std::size_t at_ = 0;  // in bits
};

struct Window {  // which bits of a word are written
  unsigned leading = 0, length = 0;
  bool holds(std::uint64_t word) const {
    return length > 0 && static_cast<unsigned>(std::countl_zero(word)) >= leading &&
           static_cast<unsigned>(std::countr_zero(word)) >= 64 - leading - length;
  }
  static Window around(std::uint64_t word) {
    const auto leading = static_cast<unsigned>(std::countl_zero(word));
    return {leading, 64 - leading - static_cast<unsigned>(std::countr_zero(word))};
  }
  unsigned shift() const { return 64 - leading - length; }
};

// A new window costs 12 bits more than the old one: worth it only when it saves more.
bool keeps(const Window& window, std::uint64_t word) {
  return window.holds(word) && window.length <= Window::around(word).length + 12;
}

}  // namespace

void encode_xored(std::span<const double> values, std::string& out) {
  std::string body;
  put_u64(body, std::bit_cast<std::uint64_t>(values[0]));
  BitWriter bits(body);
  Window window;
  for (std::size_t i = 1; i < values.size(); ++i) {
    const std::uint64_t word = std::bit_cast<std::uint64_t>(values[i]) ^ std::bit_cast<std::uint64_t>(values[i - 1]);
    if (word == 0) {
      bits.put(0, 1);
      continue;
    }
    if (keeps(window, word)) {
      bits.put(0b10, 2);
    } else {
      window = Window::around(word);
      bits.put(0b11, 2);
      bits.put(window.leading, 6);
      bits.put(window.length - 1, 6);
    }
    bits.put(word >> window.shift(), window.length);
  }
  bits.finish();
  put_varint(out, body.size());
  out += body;
}

bool decode_xored(std::string_view& bytes, std::size_t count, double* out) {
  std::string_view body = bytes;
  if (!skip_xored(bytes)) return false;
  std::uint64_t size = 0, word = 0;
  if (!get_varint(body, size) || !get_u64(body, word)) return false;
  BitReader bits(body.substr(0, size - 8));
  Window window;
  out[0] = std::bit_cast<double>(word);
  for (std::size_t i = 1; i < count; ++i) {
    if (bits.take(1) == 1) {
      if (bits.take(1) == 1) {
        window.leading = static_cast<unsigned>(bits.take(6));
        window.length = std::min(static_cast<unsigned>(bits.take(6)) + 1, 64 - window.leading);  // clamped if corrupt
      }
      if (window.length > 0) word ^= bits.take(window.length) << window.shift();
    }
    out[i] = std::bit_cast<double>(word);
  }
  return true;
}

bool skip_xored(std::string_view& bytes) {
  std::uint64_t size = 0;
  if (!get_varint(bytes, size) || size < 8 || size > bytes.size()) return false;
  bytes.remove_prefix(size);
  return true;
}

}  // namespace sluice::storage
