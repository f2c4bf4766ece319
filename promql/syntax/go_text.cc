#include "promql/syntax/go_text.h"

#include <cstdio>

#include "proto/model/labels.h"

namespace sluice::promql {
namespace {

std::size_t sequence_length(unsigned char lead) {
  if (lead < 0x80) return 1;
  if (lead >= 0xF0) return 4;
  return lead >= 0xE0 ? 3 : 2;
}

// The text between the quotes of Go's %q.
std::string escaped(char32_t rune) {
  std::string utf8;
  append_utf8(utf8, rune);
  const std::string quoted = go_quoted(utf8);
  return quoted.substr(1, quoted.size() - 2);
}

}  // namespace

Rune decode_rune(std::string_view text, std::size_t at) {
  const std::string_view sequence = text.substr(at, sequence_length(static_cast<unsigned char>(text[at])));
  if (!is_valid_utf8(sequence)) return {kInvalidRune, 1};
  const auto lead = static_cast<unsigned char>(sequence[0]);
  char32_t rune = sequence.size() == 1 ? lead : lead & (0xFFu >> (sequence.size() + 1));
  for (std::size_t i = 1; i < sequence.size(); ++i)
    rune = (rune << 6) | (static_cast<unsigned char>(sequence[i]) & 0x3Fu);
  return {rune, sequence.size()};
}

std::string quoted_rune(char32_t rune) {
  if (rune == '\'') return R"('\'')";
  if (rune == '"') return R"('"')";
  return "'" + escaped(rune) + "'";
}

std::string rune_name(char32_t rune) {
  char code[16];
  std::snprintf(code, sizeof code, "U+%04X", static_cast<unsigned>(rune));
  const bool printable = rune == '\\' || rune == '"' || escaped(rune)[0] != '\\';
  if (!printable) return code;
  std::string name = std::string(code) + " '";
  append_utf8(name, rune);
  return name + "'";
}

}  // namespace sluice::promql
