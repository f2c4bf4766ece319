#include "promql/syntax/lexer.h"

#include <cstring>
#include <optional>

#include "promql/syntax/go_text.h"
#include "proto/model/labels.h"

namespace sluice::promql {
namespace {

constexpr std::string_view kDecimalDigits = "0123456789";
constexpr std::string_view kHexDigits = "0123456789abcdefABCDEF";

bool is_space(char32_t c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
bool is_digit(char32_t c) { return c >= '0' && c <= '9'; }
bool is_letter(char32_t c) { return c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_word(char32_t c) { return is_letter(c) || is_digit(c); }

unsigned digit_value(char32_t c) {
  if (is_digit(c)) return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return 16;  // larger than any digit
}

std::optional<BinaryOp> arithmetic(char32_t c) {
  switch (c) {
    case '+': return BinaryOp::add;
    case '-': return BinaryOp::sub;
    case '*': return BinaryOp::mul;
    case '/': return BinaryOp::div;
    case '%': return BinaryOp::mod;
    case '^': return BinaryOp::pow;
    default: return std::nullopt;
  }
}

}  // namespace

Token Lexer::next() {
  if (!error_.empty()) return emit(TokenKind::error);
  skip_ignored();
  start_ = at_;
  if (braces_) return inside_braces();
  return expects_duration() ? before_duration() : outside();
}

Token Lexer::outside() {
  const char32_t c = take_rune();
  if (c == kEnd) return at_end();
  if (const auto op = arithmetic(c)) return emit(*op);
  if (is_digit(c) || (c == '.' && is_digit(peek_rune()))) return number_or_duration();
  if (is_letter(c) || c == ':') return brackets_ ? after_duration(c) : word();
  if (c == '=' || c == '!' || c == '<' || c == '>') return comparison(c);
  return punctuation(c);
}

Token Lexer::at_end() {
  if (paren_depth_ != 0) return fail("unclosed left parenthesis");
  if (brackets_) return fail("unclosed left bracket");
  return emit(TokenKind::end);
}

Token Lexer::punctuation(char32_t c) {
  switch (c) {
    case ',': return emit(TokenKind::comma);
    case '@': return emit(TokenKind::at);
    case '"':
    case '\'': return string(c);
    case '`': return raw_string();
    case '(': ++paren_depth_; return emit(TokenKind::left_paren);
    case ')': return close_paren();
    case '{': braces_ = true; return emit(TokenKind::left_brace);
    case '[':
      if (brackets_) return fail("unexpected left bracket '['");
      brackets_ = true;
      colon_seen_ = duration_seen_ = false;
      return emit(TokenKind::left_bracket);
    case ']':
      if (!brackets_) return fail("unexpected right bracket " + quoted_rune(c));
      brackets_ = false;
      return emit(TokenKind::right_bracket);
    default: return fail("unexpected character: " + quoted_rune(c));
  }
}

Token Lexer::close_paren() {
  if (--paren_depth_ >= 0) return emit(TokenKind::right_paren);
  start_ = at_;  // Prometheus reports the place behind it
  return fail("unexpected right parenthesis ')'");
}

Token Lexer::comparison(char32_t c) {
  if (c == '=') {
    if (accept("=")) return emit(BinaryOp::eq);
    if (peek_is("~")) return fail("unexpected character after '=': '~'");
    return emit(TokenKind::equal);
  }
  if (c == '!') {
    if (accept("=")) return emit(BinaryOp::ne);
    return fail("unexpected character after '!': " + quoted_rune(take_rune()));
  }
  if (accept("=")) return emit(c == '<' ? BinaryOp::le : BinaryOp::ge);
  if (accept("/")) return emit(c == '<' ? BinaryOp::trim_upper : BinaryOp::trim_lower);
  return emit(c == '<' ? BinaryOp::lt : BinaryOp::gt);
}

Token Lexer::inside_braces() {
  const char32_t c = take_rune();
  if (c == kEnd) return fail("unexpected end of input inside braces");
  if (is_letter(c)) return label_word();
  switch (c) {
    case ',': return emit(TokenKind::comma);
    case '"':
    case '\'': return string(c);
    case '`': return raw_string();
    case '=': return emit(accept("~") ? TokenKind::regex : TokenKind::equal);
    case '!':
      if (accept("~")) return emit(TokenKind::not_regex);
      if (accept("=")) return emit(BinaryOp::ne);
      return fail("unexpected character after '!' inside braces: " + quoted_rune(take_rune()));
    case '{': return fail("unexpected left brace '{'");
    case '}': braces_ = false; return emit(TokenKind::right_brace);
    default: return fail("unexpected character inside braces: " + quoted_rune(c));
  }
}

// Between `[` and the first number almost nothing is allowed. Behind it everything is a token again, which the parser
// then refuses, except words.
Token Lexer::before_duration() {
  const char32_t c = take_rune();
  if (c == kEnd) return fail("unexpected end of input in duration expression");
  if (const auto op = arithmetic(c)) return emit(*op);
  if (is_digit(c) || (c == '.' && is_digit(peek_rune()))) {
    duration_seen_ = any_duration_seen_ = true;
    return number_or_duration();
  }
  switch (c) {
    case ']': brackets_ = false; return emit(TokenKind::right_bracket);
    case '(': ++paren_depth_; return emit(TokenKind::left_paren);
    case ')': return close_paren();
    case ',': return emit(TokenKind::comma);
    case ':': return early_colon();
    default: break;
  }
  if (const auto keyword = duration_keyword(c)) return emit(*keyword);
  return fail("unexpected character in duration expression: " + quoted_rune(c));
}

// Before the first number of the query a colon is an error; later it is left to the parser, as Prometheus does.
Token Lexer::early_colon() {
  if (any_duration_seen_ && !colon_seen_) {
    colon_seen_ = true;
    return emit(TokenKind::colon);
  }
  start_ = at_;  // Prometheus reports the place behind it
  return fail(any_duration_seen_ ? "unexpected repeated colon in duration expression"
                                 : "unexpected colon before duration in duration expression");
}

Token Lexer::after_duration(char32_t c) {
  if (c == ':') {
    if (colon_seen_) return fail("unexpected colon ':'");
    colon_seen_ = true;
    return emit(TokenKind::colon);
  }
  if (const auto keyword = duration_keyword(c)) return emit(*keyword);
  return fail("unexpected character: " + quoted_rune(c) + ", expected ':'");
}

// step, range, min_of and max_of: the only words a duration may contain.
std::optional<TokenKind> Lexer::duration_keyword(char32_t first) {
  if (!is_letter(first)) return std::nullopt;
  while (is_letter(peek_rune())) take_rune();
  const Token token = classify_word(text_.substr(start_, at_ - start_));
  return token.kind >= TokenKind::kw_step ? std::optional(token.kind) : std::nullopt;
}

Token Lexer::word() {
  while (is_word(peek_rune()) || peek_rune() == ':') take_rune();
  Token token = classify_word(text_.substr(start_, at_ - start_));
  const bool fill = token.kind >= TokenKind::kw_fill && token.kind <= TokenKind::kw_fill_right;
  if (fill && !parenthesis_follows()) token.kind = TokenKind::identifier;  // a metric may be called fill
  token.text = text_.substr(start_, at_ - start_);
  token.start = static_cast<std::int32_t>(start_);
  return token;
}

Token Lexer::label_word() {
  while (is_word(peek_rune())) take_rune();
  return emit(TokenKind::identifier);
}

bool Lexer::parenthesis_follows() const {
  std::size_t i = at_;
  while (i < text_.size() && is_space(static_cast<unsigned char>(text_[i]))) ++i;
  return i < text_.size() && text_[i] == '(';
}

Token Lexer::number_or_duration() {
  at_ = start_;
  if (scan_number()) return emit(TokenKind::number);
  if (scan_duration()) return emit(TokenKind::duration);
  return fail("bad number or duration syntax: " + go_quoted(text_.substr(start_, at_ - start_)));
}

// Stops at the first byte that cannot belong to the number; false when that byte makes it none.
bool Lexer::scan_number() {
  std::string_view digits = kDecimalDigits;
  if (accept("0") && accept("xX")) {
    accept("_");
    digits = kHexDigits;
  }
  accept(".");
  accept_run(digits);
  if (!scan_fraction_and_exponent(digits, digits == kHexDigits)) return false;
  return !is_word(peek_rune());
}

bool Lexer::scan_fraction_and_exponent(std::string_view digits, bool hexadecimal) {
  bool dot = false, exponent = false;  // a point in front is not counted
  while (peek_is("._eE") || peek_is(digits)) {
    if (accept(".")) {
      if (dot || exponent || hexadecimal || accept("_.")) return false;
      dot = true;
    } else if (!hexadecimal && accept("eE")) {
      if (exponent) return false;
      exponent = true;
      accept("+-");
      if (accept("._eE") || peek_rune() == kEnd) return false;
    } else if (accept("_")) {
      if (accept("._") || (!hexadecimal && accept("eE")) || peek_rune() == kEnd) return false;
    } else if (peek_is(digits)) {
      accept_run(digits);
    } else {
      return false;
    }
  }
  return true;
}

// The units after the first number, and more numbers with units. Wrong units such as `hs` are found by
// parse_duration_ms.
bool Lexer::scan_duration() {
  if (!accept("smhdwy")) return false;
  accept("s");
  while (accept(kDecimalDigits)) {
    accept_run(kDecimalDigits);
    if (!accept("smhdw")) return false;
    accept("s");
  }
  if (!is_word(peek_rune())) return true;
  take_rune();  // the error text shows the offender
  return false;
}

Token Lexer::string(char32_t quote) {
  while (true) {
    const char32_t c = take_rune();
    if (c == quote) return emit(TokenKind::string);
    if (c == kEnd || c == '\n') return fail("unterminated quoted string");
    if (c == kInvalidRune) return fail("invalid UTF-8 rune");
    if (c == '\\' && !escape(quote)) return emit(TokenKind::error);
  }
}

Token Lexer::raw_string() {
  while (true) {
    const char32_t c = take_rune();
    if (c == '`') return emit(TokenKind::string);
    if (c == kEnd) return fail("unterminated raw string");
    if (c == kInvalidRune) return fail("invalid UTF-8 rune");
  }
}

// Checks one escape sequence; the value is computed when the parser unquotes the whole literal.
bool Lexer::escape(char32_t quote) {
  const char32_t c = take_rune();
  if (c == quote || (c < 0x80 && std::strchr("abfnrtv\\", static_cast<int>(c)) && c != 0)) return true;
  if (c >= '0' && c <= '7') return escape_digits(c, 3, 8, 255);
  switch (c) {
    case 'x': return escape_digits(take_rune(), 2, 16, 255);
    case 'u': return escape_digits(take_rune(), 4, 16, 0x10FFFF);
    case 'U': return escape_digits(take_rune(), 8, 16, 0x10FFFF);
    case kEnd: fail("escape sequence not terminated"); return false;
    default: fail("unknown escape sequence " + rune_name(c)); return false;
  }
}

bool Lexer::escape_digits(char32_t first, int count, unsigned base, char32_t rune_max) {
  std::uint64_t value = 0;
  char32_t c = first;
  for (int i = 0; i < count; ++i) {
    if (i > 0) c = take_rune();
    if (digit_value(c) >= base) {
      fail(c == kEnd ? "escape sequence not terminated" : "illegal character " + rune_name(c) + " in escape sequence");
      return false;
    }
    value = value * base + digit_value(c);
  }
  if (value <= rune_max && (value < 0xD800 || value > 0xDFFF)) return true;
  fail("escape sequence is an invalid Unicode code point");
  return false;
}

Token Lexer::emit(TokenKind kind) const {
  Token token;
  token.kind = kind;
  token.start = static_cast<std::int32_t>(start_);
  token.text = text_.substr(start_, at_ - start_);
  return token;
}

Token Lexer::emit(BinaryOp op) const {
  Token token = emit(TokenKind::binary);
  token.binary = op;
  return token;
}

Token Lexer::fail(std::string message) {
  error_ = std::move(message);
  return emit(TokenKind::error);
}

void Lexer::skip_ignored() {
  while (at_ < text_.size()) {
    if (is_space(static_cast<unsigned char>(text_[at_]))) {
      ++at_;
    } else if (text_[at_] == '#' && !expects_duration()) {
      const std::size_t end = text_.find('\n', at_);
      at_ = end == text_.npos ? text_.size() : end;
    } else {
      return;
    }
  }
}

char32_t Lexer::take_rune() {
  if (at_ >= text_.size()) return kEnd;
  const Rune rune = decode_rune(text_, at_);
  at_ += rune.bytes;
  return rune.value;
}

char32_t Lexer::peek_rune() const { return at_ < text_.size() ? decode_rune(text_, at_).value : kEnd; }

bool Lexer::peek_is(std::string_view any_of) const {
  return at_ < text_.size() && any_of.find(text_[at_]) != any_of.npos;
}

bool Lexer::accept(std::string_view any_of) {
  if (!peek_is(any_of)) return false;
  ++at_;
  return true;
}

void Lexer::accept_run(std::string_view any_of) {
  while (accept(any_of)) {
  }
}

}  // namespace sluice::promql
