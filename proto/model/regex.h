// proto/model/regex.h
//
// Room: proto/model. Regular expressions as Prometheus understands them: RE2 syntax in Go's spelling, dot matches
// newlines. Whoever matches anchors at both ends.
#pragma once

#include <memory>
#include <string_view>

#include "proto/base/error.h"

namespace re2 {
class RE2;
}

namespace sluice {

inline constexpr std::size_t kRegexBytesMax = 64 * 1024;  // Grafana sends 300 literals; nobody sends more

// Errors: invalid_argument, in Go's words, as people paste them into search engines. Compiling is bounded in memory.
Result<std::shared_ptr<const re2::RE2>> compile_regex(std::string_view pattern);

}  // namespace sluice
