// proto/base/utf8.h
//
// Room: proto/base. Writing one character as UTF-8.
#pragma once

#include <string>

namespace sluice {

inline constexpr char32_t kInvalidRune = 0xFFFD;  // what Go decodes from bytes that are not UTF-8

inline void append_utf8(std::string& out, char32_t rune) {
  if (rune > 0x10FFFF) rune = kInvalidRune;
  const auto tail = [&](int shift) { out += static_cast<char>(0x80 | ((rune >> shift) & 0x3F)); };
  if (rune < 0x80) {
    out += static_cast<char>(rune);
  } else if (rune < 0x800) {
    out += static_cast<char>(0xC0 | (rune >> 6));
    tail(0);
  } else if (rune < 0x10000) {
    out += static_cast<char>(0xE0 | (rune >> 12));
    tail(6), tail(0);
  } else {
    out += static_cast<char>(0xF0 | (rune >> 18));
    tail(12), tail(6), tail(0);
  }
}

}  // namespace sluice
