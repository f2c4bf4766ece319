#include "proto/model/labels.h"

#include <algorithm>
#include <cstdio>

namespace sluice {
namespace {

// Length of the UTF-8 sequence at `text[i]`, and its code point; 0 when the bytes are not UTF-8.
std::size_t decode_rune(std::string_view text, std::size_t i, char32_t& rune) {
  const auto byte = [&](std::size_t k) { return static_cast<unsigned char>(text[k]); };
  const unsigned char lead = byte(i);
  if (lead < 0x80) return rune = lead, 1;
  const std::size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (lead < 0xC2 || lead > 0xF4 || i + length > text.size()) return 0;
  rune = lead & (0xFFu >> (length + 1));
  for (std::size_t k = 1; k < length; ++k) {
    if ((byte(i + k) & 0xC0) != 0x80) return 0;
    rune = (rune << 6) | (byte(i + k) & 0x3Fu);
  }
  const bool overlong = (length == 3 && rune < 0x800) || (length == 4 && rune < 0x10000);
  const bool surrogate = rune >= 0xD800 && rune <= 0xDFFF;
  return overlong || surrogate || rune > 0x10FFFF ? 0 : length;
}

// What Go's strconv.IsPrint refuses among the code points that labels really hold: controls, separators, unassigned ends.
bool printable(char32_t r) {
  if (r < 0x20 || (r >= 0x7F && r <= 0xA0) || r == 0xAD) return false;
  if ((r >= 0x2000 && r <= 0x200F) || (r >= 0x2028 && r <= 0x202F) || (r >= 0x205F && r <= 0x206F)) return false;
  return r != 0x3000 && r != 0xFEFF && !(r >= 0xE000 && r <= 0xF8FF) && !(r >= 0xFFF0 && r <= 0xFFFB) && r < 0xE0000 &&
         (r & 0xFFFE) != 0xFFFE;
}

void append_escaped(std::string& out, const char* format, unsigned value) {
  char buffer[16];
  std::snprintf(buffer, sizeof buffer, format, value);
  out += buffer;
}

void append_quoted_rune(std::string& out, std::string_view bytes, char32_t rune) {
  static constexpr std::string_view kNamed = "\a\b\f\n\r\t\v", kLetters = "abfnrtv";
  if (rune == '"' || rune == '\\') {
    out += '\\';
    out += static_cast<char>(rune);
  } else if (const auto at = rune < 0x80 ? kNamed.find(static_cast<char>(rune)) : kNamed.npos; at != kNamed.npos) {
    out += '\\';
    out += kLetters[at];
  } else if (printable(rune)) {
    out += bytes;
  } else if (rune < 0x80) {
    append_escaped(out, "\\x%02x", static_cast<unsigned>(rune));
  } else {
    append_escaped(out, rune < 0x10000 ? "\\u%04x" : "\\U%08x", static_cast<unsigned>(rune));
  }
}

}  // namespace

Labels Labels::sorted(std::vector<Label> labels) {
  std::stable_sort(labels.begin(), labels.end(), [](const Label& a, const Label& b) { return a.name < b.name; });
  std::vector<Label> unique;
  unique.reserve(labels.size());
  for (Label& label : labels) {
    if (!unique.empty() && unique.back().name == label.name) unique.pop_back();
    unique.push_back(std::move(label));
  }
  std::erase_if(unique, [](const Label& label) { return label.value.empty(); });
  return Labels(std::move(unique));
}

std::string_view Labels::get(std::string_view name) const {
  const auto at = std::lower_bound(labels_.begin(), labels_.end(), name,
                                   [](const Label& label, std::string_view wanted) { return label.name < wanted; });
  return at != labels_.end() && at->name == name ? std::string_view(at->value) : std::string_view();
}

std::string Labels::text() const {
  std::string out = "{";
  for (const Label& label : labels_) {
    if (out.size() > 1) out += ", ";
    out += is_classic_label_name(label.name) ? label.name : go_quoted(label.name);
    out += '=';
    out += go_quoted(label.value);
  }
  return out + "}";
}

Labels to_labels(LabelsView view, const SymbolSource& symbols) {
  std::vector<Label> labels;
  labels.reserve(view.count);
  for (std::uint32_t i = 0; i < view.count; ++i)
    labels.push_back({std::string(symbols.text(view.names[i])), std::string(symbols.text(view.values[i]))});
  return Labels(std::move(labels));
}

int compare(LabelsView a, LabelsView b, const SymbolSource& symbols) {
  const auto by_text = [&](SymbolId x, SymbolId y) {
    return x == y ? 0 : symbols.text(x).compare(symbols.text(y));
  };
  const std::uint32_t common = std::min(a.count, b.count);
  for (std::uint32_t i = 0; i < common; ++i) {
    if (const int c = by_text(a.names[i], b.names[i])) return c;
    if (const int c = by_text(a.values[i], b.values[i])) return c;
  }
  return a.count == b.count ? 0 : a.count < b.count ? -1 : 1;
}

std::string go_quoted(std::string_view text) {
  std::string out = "\"";
  for (std::size_t i = 0; i < text.size();) {
    char32_t rune = 0;
    const std::size_t length = decode_rune(text, i, rune);
    if (length == 0) {
      append_escaped(out, "\\x%02x", static_cast<unsigned char>(text[i++]));
      continue;
    }
    append_quoted_rune(out, text.substr(i, length), rune);
    i += length;
  }
  return out + '"';
}

bool is_valid_utf8(std::string_view text) {
  char32_t rune = 0;
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t length = static_cast<unsigned char>(text[i]) < 0x80 ? 1 : decode_rune(text, i, rune);
    if (length == 0) return false;
    i += length;
  }
  return true;
}

bool is_classic_label_name(std::string_view name) {
  const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; };
  if (name.empty() || !letter(name[0])) return false;
  return std::all_of(name.begin(), name.end(), [&](char c) { return letter(c) || (c >= '0' && c <= '9'); });
}

}  // namespace sluice
