#include "server/query/json/text.h"

#include <cstdint>
#include <cstring>

#include "proto/model/labels.h"

namespace sluice::server::json {
namespace {

constexpr std::uint64_t kOnes = ~0ULL / 255;  // 0x0101...: one per byte
constexpr std::uint64_t kHighs = kOnes * 128;

constexpr std::uint64_t bytes_below(std::uint64_t word, unsigned char n) { return (word - kOnes * n) & ~word & kHighs; }
constexpr std::uint64_t bytes_equal(std::uint64_t word, unsigned char c) { return bytes_below(word ^ (kOnes * c), 1); }

bool must_escape(unsigned char c) { return c < 0x20 || c == '"' || c == '\\'; }

// Eight bytes at a time: nearly no label holds anything to escape, and then it is copied as it is. A false alarm from
// a borrow between bytes only costs the slow path.
bool nothing_to_escape(std::string_view text) {
  const char* at = text.data();
  std::size_t left = text.size();
  for (; left >= 8; at += 8, left -= 8) {
    std::uint64_t word;
    std::memcpy(&word, at, 8);
    if (bytes_below(word, 0x20) | bytes_equal(word, '"') | bytes_equal(word, '\\')) return false;
  }
  for (; left > 0; ++at, --left)
    if (must_escape(static_cast<unsigned char>(*at))) return false;
  return true;
}

void append_unicode_escape(std::string& out, unsigned code) {
  static constexpr char kDigits[] = "0123456789abcdef";
  out += "\\u";
  for (int shift = 12; shift >= 0; shift -= 4) out += kDigits[(code >> shift) & 0xF];
}

void append_escaped(std::string& out, char c) {
  switch (c) {
    case '"': out += "\\\""; return;
    case '\\': out += "\\\\"; return;
    case '\n': out += "\\n"; return;
    case '\r': out += "\\r"; return;
    case '\t': out += "\\t"; return;
    default: append_unicode_escape(out, static_cast<unsigned char>(c));
  }
}

// Length of the valid UTF-8 sequence that starts `text`, 0 when there is none.
std::size_t rune_length(std::string_view text) {
  for (std::size_t length = 2; length <= 4 && length <= text.size(); ++length)
    if (is_valid_utf8(text.substr(0, length))) return length;
  return 0;
}

// Appends the non-ASCII character that starts `text`; how many bytes it took.
std::size_t append_rune(std::string& out, std::string_view text) {
  const std::size_t length = rune_length(text);
  const std::string_view rune = text.substr(0, length);
  if (length == 0) return out += "\\ufffd", 1;
  if (rune == "\u2028" || rune == "\u2029")
    append_unicode_escape(out, rune == "\u2028" ? 0x2028 : 0x2029);
  else
    out += rune;
  return length;
}

bool is_html(char c) { return c == '<' || c == '>' || c == '&'; }

}  // namespace

void append_label_text(std::string& out, std::string_view text) {
  out += '"';
  if (nothing_to_escape(text)) {
    out += text;
  } else {
    for (const char c : text) must_escape(static_cast<unsigned char>(c)) ? append_escaped(out, c) : out.push_back(c);
  }
  out += '"';
}

void append_text(std::string& out, std::string_view text) {
  out += '"';
  for (std::size_t i = 0; i < text.size();) {
    const char c = text[i];
    if (static_cast<unsigned char>(c) >= 0x80) {
      i += append_rune(out, text.substr(i));
      continue;
    }
    must_escape(static_cast<unsigned char>(c)) || is_html(c) ? append_escaped(out, c) : out.push_back(c);
    ++i;
  }
  out += '"';
}

}  // namespace sluice::server::json
