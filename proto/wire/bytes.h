// proto/wire/bytes.h
//
// Room: proto/wire. Protobuf's wire format, field by field: Reader walks a message that a stranger wrote, and the put_*
// functions append one. Nothing is built and nothing is copied.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace sluice::wire {

enum class WireType : std::uint32_t { varint = 0, fixed64 = 1, bytes = 2, group = 3, end_group = 4, fixed32 = 5 };

constexpr std::uint32_t tag_of(std::uint32_t field, WireType type) {
  return field << 3 | static_cast<std::uint32_t>(type);
}

// Reads one varint; nullptr when it does not end within `bytes_max` bytes or before `end`. Bits beyond 64 are dropped.
inline const char* read_varint(const char* p, const char* end, int bytes_max, std::uint64_t& value) {
  value = 0;
  for (int i = 0; i < bytes_max && p != end; ++i) {
    const auto byte = static_cast<unsigned char>(*p++);
    value |= static_cast<std::uint64_t>(byte & 0x7f) << (7 * i);
    if (byte < 0x80) return p;
  }
  return nullptr;
}

inline std::int64_t unzigzag(std::uint64_t value) {
  return static_cast<std::int64_t>(value >> 1) ^ -static_cast<std::int64_t>(value & 1);
}
inline std::uint64_t zigzag(std::int64_t value) {
  return (static_cast<std::uint64_t>(value) << 1) ^ static_cast<std::uint64_t>(value >> 63);
}

// Usage: while (reader.next()) switch (reader.tag()) { case ...: read it; default: reader.skip(); }, then ask
// damaged(). After damage every read gives an empty value and next() is false, so a caller checks once, at the end.
class Reader {
 public:
  static constexpr int kVarintBytesMax = 10;
  static constexpr int kTagBytesMax = 5;      // a field number has 29 bits
  static constexpr int kGroupDepthMax = 100;  // groups exist only in unknown fields

  explicit Reader(std::string_view message)
      : position_(message.data()), end_(message.data() + message.size()), field_(position_) {}

  bool next() {
    if (position_ == end_) return false;
    field_ = position_;
    std::uint64_t tag = 0;
    if (!advance(read_varint(position_, end_, kTagBytesMax, tag))) return false;
    tag_ = static_cast<std::uint32_t>(tag);
    value_ = position_;
    return tag_ >> 3 != 0 || damage();  // there is no field 0
  }
  std::uint32_t tag() const { return tag_; }
  const char* field() const { return field_; }        // where the tag of this field starts
  const char* value() const { return value_; }        // where its value starts
  const char* position() const { return position_; }  // where the next field starts, once this one was read
  bool damaged() const { return damaged_; }

  std::uint64_t varint() {
    std::uint64_t value = 0;
    return advance(read_varint(position_, end_, kVarintBytesMax, value)) ? value : 0;
  }
  double fixed64() {
    if (end_ - position_ < 8) return damage(), 0;
    double value;
    std::memcpy(&value, position_, 8);
    position_ += 8;
    return value;
  }
  std::string_view bytes() {
    const std::uint64_t size = varint();
    if (size > static_cast<std::uint64_t>(end_ - position_)) return damage(), std::string_view();
    const std::string_view value(position_, size);
    position_ += size;
    return value;
  }
  void skip() {
    switch (static_cast<WireType>(tag_ & 7)) {
      case WireType::varint: varint(); return;
      case WireType::fixed64: skip_bytes(8); return;
      case WireType::bytes: bytes(); return;
      case WireType::group: skip_group(); return;
      case WireType::fixed32: skip_bytes(4); return;
      case WireType::end_group: break;
    }
    damage();  // a group that was never opened, or a wire type that does not exist
  }

 private:
  bool damage() {
    damaged_ = true;
    position_ = end_;
    return false;
  }
  bool advance(const char* to) {
    if (to == nullptr) return damage();
    position_ = to;
    return true;
  }
  void skip_bytes(std::ptrdiff_t count) {
    if (end_ - position_ < count)
      damage();
    else
      position_ += count;
  }
  void skip_group();

  const char* position_;
  const char* end_;
  const char* field_;
  const char* value_ = nullptr;
  std::uint32_t tag_ = 0;
  bool damaged_ = false;
};

// ---- writing ----------------------------------------------------------------------------------------------------

inline void put_varint(std::string& out, std::uint64_t value) {
  char buffer[Reader::kVarintBytesMax];
  std::size_t size = 0;
  for (; value >= 0x80; value >>= 7) buffer[size++] = static_cast<char>(value | 0x80);
  buffer[size++] = static_cast<char>(value);
  out.append(buffer, size);
}
inline std::size_t varint_bytes(std::uint64_t value) {
  return (static_cast<std::size_t>(std::bit_width(value | 1)) + 6) / 7;
}
inline void put_tag(std::string& out, std::uint32_t field, WireType type) { put_varint(out, tag_of(field, type)); }
inline void put_bytes_field(std::string& out, std::uint32_t field, std::string_view bytes) {
  put_tag(out, field, WireType::bytes);
  put_varint(out, bytes.size());
  out.append(bytes);
}
inline void put_varint_field(std::string& out, std::uint32_t field, std::uint64_t value) {
  put_tag(out, field, WireType::varint);
  put_varint(out, value);
}
inline void put_double(std::string& out, double value) {
  char buffer[8];
  std::memcpy(buffer, &value, 8);
  out.append(buffer, 8);
}
inline void put_double_field(std::string& out, std::uint32_t field, double value) {
  put_tag(out, field, WireType::fixed64);
  put_double(out, value);
}

}  // namespace sluice::wire
