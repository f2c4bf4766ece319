#include "proto/model/regex.h"

#include <re2/re2.h>

#include <optional>
#include <string>

namespace sluice {
namespace {

constexpr std::int64_t kMemoryBytesMax = 16 << 20;  // of a compiled expression

tl::unexpected<Error> refuse(std::string_view reason, std::string_view where) {
  std::string text = "error parsing regexp: ";
  text.append(reason).append(": `").append(where).append("`");
  return fail(Errc::invalid_argument, std::move(text));
}

const char* go_reason(re2::RE2::ErrorCode code) {
  switch (code) {
    case re2::RE2::ErrorBadEscape: return "invalid escape sequence";
    case re2::RE2::ErrorBadCharClass: return "invalid character class";
    case re2::RE2::ErrorBadCharRange: return "invalid character class range";
    case re2::RE2::ErrorMissingBracket: return "missing closing ]";
    case re2::RE2::ErrorMissingParen: return "missing closing )";
    case re2::RE2::ErrorUnexpectedParen: return "unexpected )";
    case re2::RE2::ErrorTrailingBackslash: return "trailing backslash at end of expression";
    case re2::RE2::ErrorRepeatArgument: return "missing argument to repetition operator";
    case re2::RE2::ErrorRepeatSize: return "invalid repeat count";
    case re2::RE2::ErrorRepeatOp: return "invalid nested repetition operator";
    case re2::RE2::ErrorBadPerlOp: return "invalid or unsupported Perl syntax";
    case re2::RE2::ErrorBadUTF8: return "invalid UTF-8";
    case re2::RE2::ErrorBadNamedCapture: return "invalid named capture";
    case re2::RE2::ErrorPatternTooLarge: return "expression too large";
    case re2::RE2::NoError:
    case re2::RE2::ErrorInternal: break;
  }
  return "regexp/syntax: internal error";
}

// Walks over a pattern, for the little that RE2 and Go spell differently.
class Respelling {
 public:
  explicit Respelling(std::string_view pattern) : rest_(pattern) {}

  // What RE2 calls (?P<name>...), Go also calls (?<name>...).
  Result<std::string> run() {
    while (!rest_.empty()) {
      if (rest_.starts_with("\\C")) return refuse("invalid escape sequence", "\\C");  // a byte, not a character
      if (rest_.starts_with("\\Q")) {
        take(std::min(rest_.find("\\E"), rest_.size()));
      } else if (rest_[0] == '\\') {
        take(2);
      } else if (rest_[0] == '[') {
        take_class();
      } else if (named_group()) {
        rest_.remove_prefix(3);
        out_ += "(?P<";
      } else {
        take(1);
      }
    }
    return std::move(out_);
  }

 private:
  void take(std::size_t bytes) {
    bytes = std::min(bytes, rest_.size());
    out_.append(rest_.substr(0, bytes));
    rest_.remove_prefix(bytes);
  }
  bool named_group() const {
    return rest_.starts_with("(?<") && rest_.size() > 3 && rest_[3] != '=' && rest_[3] != '!';
  }
  void take_class() {
    take(rest_.starts_with("[^") ? 2 : 1);
    if (rest_.starts_with("]")) take(1);  // a first bracket is a member
    while (!rest_.empty() && rest_[0] != ']') take(rest_[0] == '\\' ? 2 : 1);
  }

  std::string_view rest_;
  std::string out_;
};

}  // namespace

Result<std::shared_ptr<const re2::RE2>> compile_regex(std::string_view pattern) {
  if (pattern.size() > kRegexBytesMax)
    return fail(Errc::invalid_argument,
                "regular expression is longer than " + std::to_string(kRegexBytesMax) + " bytes");
  const auto spelled = Respelling(pattern).run();
  if (!spelled) return tl::unexpected<Error>(spelled.error());
  re2::RE2::Options options(re2::RE2::Quiet);
  options.set_dot_nl(true);
  options.set_max_mem(kMemoryBytesMax);
  auto regex = std::make_shared<const re2::RE2>(*spelled, options);
  if (!regex->ok()) return refuse(go_reason(regex->error_code()), regex->error_arg());
  return regex;
}

}  // namespace sluice
