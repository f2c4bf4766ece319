// promql/value/within_memory.h
//
// Room: promql/value. Where the exceptions of an allocation end: memory that cannot be had is an error of the query
// that wanted it, not the end of the process. What the work held is free when the error is made.
#pragma once

#include <new>
#include <stdexcept>

#include "proto/base/error.h"

namespace sluice::promql {

inline tl::unexpected<Error> out_of_memory() {
  return fail(Errc::limit_exceeded,
              "the query needs more memory than the process can get; narrow the selectors or the time range, or lower "
              "query.memory_bytes_max so that such queries are refused earlier");
}

// Runs `work`, which returns a Result.
template <class Work>
auto within_memory(const Work& work) -> decltype(work()) {
  try {
    return work();
  } catch (const std::bad_alloc&) {
    return out_of_memory();
  } catch (const std::length_error&) {  // more than any container can hold
    return out_of_memory();
  }
}

}  // namespace sluice::promql
