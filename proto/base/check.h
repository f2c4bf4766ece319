// proto/base/check.h
//
// Room: proto/base. For bugs only: never dependent on input. CHECK is always on, DCHECK in debug builds.
#pragma once

#include <cstdio>
#include <cstdlib>

namespace sluice {
[[noreturn]] inline void check_failed(const char* what, const char* file, int line) {
  std::fprintf(stderr, "%s:%d: broken invariant: %s\n", file, line, what);
  std::abort();
}
}  // namespace sluice

#define CHECK(condition) \
  (static_cast<bool>(condition) ? static_cast<void>(0) : ::sluice::check_failed(#condition, __FILE__, __LINE__))
#ifdef NDEBUG
#define DCHECK(condition) static_cast<void>(sizeof(static_cast<bool>(condition)))
#else
#define DCHECK(condition) CHECK(condition)
#endif
