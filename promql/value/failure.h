// promql/value/failure.h
//
// Room: promql/value. What evaluation says when a query that reads well cannot be answered (422 for HTTP).
#pragma once

#include <string>

#include "proto/base/error.h"

namespace sluice::promql {

// The data or the arguments do not allow an answer: duplicate series, impossible matching, a factor out of range.
inline tl::unexpected<Error> evaluation_failed(std::string text) { return fail(Errc::unprocessable, std::move(text)); }

// Part of the language that is refused by name.
inline tl::unexpected<Error> not_supported(const std::string& what) {
  return fail(Errc::unsupported, what + " is not supported by this server");
}

inline tl::unexpected<Error> duplicate_labels() {
  return evaluation_failed("vector cannot contain metrics with the same labelset");
}

}  // namespace sluice::promql
