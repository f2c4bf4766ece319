// proto/base/error.h
//
// Room: proto/base. How this house says that something expected went wrong.
// A Result carries either a value or an Error; an Error is named by what the caller should do next.
#pragma once

#include <cstdint>
#include <string>
#include <tl/expected.hpp>
#include <utility>

namespace sluice {

// Named by what the caller should do next, not by where we happened to be.
enum class Errc : std::uint8_t {
  invalid_argument,  // send something else
  unsupported,       // what was asked has a name, but is not built or not enabled here
  unprocessable,     // it reads well, but this data or these arguments allow no answer: ask something else
  too_large,         // send less
  rate_limited,      // send it again, later
  unauthenticated,   // say who you are
  forbidden,         // this identity may not do that
  not_found,         // ask for something that exists
  timed_out,         // ask for less, or allow longer
  cancelled,         // the asker went away
  limit_exceeded,    // ask for less: a named limit was reached while working
  unavailable,       // send it again; nothing was kept
  corrupt,           // our bytes are wrong, not yours
};

class [[nodiscard]] Error {
 public:
  Error() = default;  // so that a Result may cross a coroutine boundary (Boost 1.81 default-constructs there)
  Error(Errc code, std::string detail) : code_(code), detail_(std::move(detail)) {}
  Errc code() const { return code_; }
  const std::string& detail() const { return detail_; }  // for the person who reads it at 3 a.m.

 private:
  Errc code_ = Errc::unavailable;
  std::string detail_;
};

template <class T>
using Result = tl::expected<T, Error>;  // std::expected the day the compiler has it

inline tl::unexpected<Error> fail(Errc code, std::string detail) {
  return tl::unexpected<Error>(Error(code, std::move(detail)));
}

}  // namespace sluice
