#include "proto/model/matcher.h"

#include <re2/re2.h>

#include "proto/model/labels.h"
#include "proto/model/regex.h"

namespace sluice {
namespace {

constexpr std::string_view kMeta = "\\.+*?()|[]{}^$";

const char* op_text(Matcher::Op op) {
  switch (op) {
    case Matcher::Op::equal: return "=";
    case Matcher::Op::not_equal: return "!=";
    case Matcher::Op::regex: return "=~";
    case Matcher::Op::not_regex: return "!~";
  }
  __builtin_unreachable();
}

// Reads the literal text at the start of `re`; stops before the first character with a meaning of its own.
std::string take_literal(std::string_view& re) {
  std::string literal;
  while (!re.empty()) {
    if (re[0] == '\\' && re.size() > 1 && kMeta.find(re[1]) != kMeta.npos) {
      literal += re[1];
      re.remove_prefix(2);
    } else if (kMeta.find(re[0]) == kMeta.npos) {
      literal += re[0];
      re.remove_prefix(1);
    } else {
      break;
    }
  }
  return literal;
}

// `a|b|c`, `(a|b|c)` and `(?:a|b|c)` with nothing but literals between the bars; empty for anything else.
std::vector<std::string> split_literals(std::string_view re) {
  const bool grouped = re.size() >= 2 && re.front() == '(' && re.back() == ')';
  if (grouped && (re.size() < 3 || re[re.size() - 2] != '\\')) {
    re = re.substr(1, re.size() - 2);
    if (re.substr(0, 2) == "?:") re.remove_prefix(2);
  }
  std::vector<std::string> literals;
  while (true) {
    literals.push_back(take_literal(re));
    if (re.empty()) return literals;
    if (re[0] != '|') return {};
    re.remove_prefix(1);
  }
}

// The text that every match must start with. A following quantifier takes the last character back.
std::string literal_prefix(std::string_view re) {
  if (!re.empty() && re[0] == '^') re.remove_prefix(1);
  std::string_view rest = re;
  std::string prefix = take_literal(rest);
  if (rest.find('|') != rest.npos) return "";
  const bool quantified = !rest.empty() && std::string_view("*?{").find(rest[0]) != std::string_view::npos;
  if (quantified && !prefix.empty()) {  // takes one whole UTF-8 sequence back
    while (prefix.size() > 1 && (static_cast<unsigned char>(prefix.back()) & 0xC0) == 0x80) prefix.pop_back();
    prefix.pop_back();
  }
  return prefix;
}

}  // namespace

Result<Matcher> Matcher::make(Op op, std::string name, std::string value) {
  Matcher m;
  m.op_ = op;
  if (op == Op::regex || op == Op::not_regex) {
    auto regex = compile_regex(value);
    if (!regex) return tl::unexpected<Error>(regex.error());
    m.regex_ = std::move(*regex);
    m.literals_ = split_literals(value);
    m.prefix_ = m.literals_.empty() ? literal_prefix(value) : "";
  }
  m.name_ = std::move(name);
  m.value_ = std::move(value);
  m.matches_empty_ = m.matches("");
  return m;
}

bool Matcher::matches(std::string_view label_value) const {
  switch (op_) {
    case Op::equal: return label_value == value_;
    case Op::not_equal: return label_value != value_;
    case Op::regex: return re2::RE2::FullMatch(re2::StringPiece(label_value.data(), label_value.size()), *regex_);
    case Op::not_regex: return !re2::RE2::FullMatch(re2::StringPiece(label_value.data(), label_value.size()), *regex_);
  }
  __builtin_unreachable();
}

std::string Matcher::text() const {
  const std::string name = is_classic_label_name(name_) ? name_ : go_quoted(name_);
  return name + op_text(op_) + go_quoted(value_);
}

}  // namespace sluice
