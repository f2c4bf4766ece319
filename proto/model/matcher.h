// proto/model/matcher.h
//
// Room: proto/model. A label matcher with Prometheus's semantics: RE2, anchored as ^(?s:RE)$, a missing label is "".
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "proto/base/error.h"

namespace re2 {
class RE2;
}

namespace sluice {

class Matcher {
 public:
  enum class Op : std::uint8_t { equal, not_equal, regex, not_regex };

  // invalid_argument with Go's reason for a bad expression: see regex.h.
  static Result<Matcher> make(Op op, std::string name, std::string value);

  Op op() const { return op_; }
  const std::string& name() const { return name_; }
  const std::string& value() const { return value_; }
  bool matches(std::string_view label_value) const;  // thread-safe
  bool matches_empty() const { return matches_empty_; }
  // For regex ops: the literals when the expression is only an alternation of literals (`a|b|c`), else empty.
  // An index can then look values up instead of testing every value.
  const std::vector<std::string>& literals() const { return literals_; }
  // For regex ops: every match starts with this text; "" when unknown.
  const std::string& prefix() const { return prefix_; }
  std::string text() const;  // name=~"value"
  friend bool operator==(const Matcher& a, const Matcher& b) {
    return a.op_ == b.op_ && a.name_ == b.name_ && a.value_ == b.value_;
  }

 private:
  Matcher() = default;
  Op op_ = Op::equal;
  bool matches_empty_ = false;
  std::string name_, value_, prefix_;
  std::vector<std::string> literals_;
  std::shared_ptr<const re2::RE2> regex_;  // shared: Matchers are values and compiled programs are not cheap
};

}  // namespace sluice
