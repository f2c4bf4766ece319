// promql/syntax/lexer.h
//
// Room: promql/syntax. Query text to tokens, on demand. Three moods, as in Prometheus: outside, inside {} (words are
// labels), inside [] (durations only).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "promql/syntax/token.h"

namespace sluice::promql {

class Lexer {
 public:
  explicit Lexer(std::string_view text) : text_(text) {}

  // The next token; white space and comments are skipped. After `error` or `end` the answer stays the same.
  Token next();
  const std::string& error() const { return error_; }  // why the last token was `error`

 private:
  Token outside();
  Token punctuation(char32_t c);
  Token comparison(char32_t c);
  Token inside_braces();
  Token before_duration();
  Token early_colon();
  Token after_duration(char32_t c);
  std::optional<TokenKind> duration_keyword(char32_t first);
  Token at_end();
  Token word();
  Token label_word();
  Token number_or_duration();
  Token close_paren();
  Token string(char32_t quote);
  Token raw_string();
  bool escape(char32_t quote);
  bool escape_digits(char32_t first, int count, unsigned base, char32_t rune_max);

  bool scan_number();
  bool scan_fraction_and_exponent(std::string_view digits, bool hexadecimal);
  bool scan_duration();
  bool parenthesis_follows() const;

  Token emit(TokenKind kind) const;
  Token emit(BinaryOp op) const;
  Token fail(std::string message);

  bool expects_duration() const { return brackets_ && !duration_seen_; }
  void skip_ignored();
  char32_t take_rune();  // kEnd at the end
  char32_t peek_rune() const;
  bool peek_is(std::string_view any_of) const;
  bool accept(std::string_view any_of);
  void accept_run(std::string_view any_of);

  static constexpr char32_t kEnd = 0xFFFFFFFF;

  const std::string_view text_;
  std::size_t start_ = 0, at_ = 0;  // of the token being read; of the next byte
  int paren_depth_ = 0;
  bool braces_ = false, brackets_ = false;
  bool colon_seen_ = false, duration_seen_ = false;  // since the `[`
  bool any_duration_seen_ = false;                   // inside any brackets so far
  std::string error_;
};

}  // namespace sluice::promql
