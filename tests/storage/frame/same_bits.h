// tests/storage/frame/same_bits.h
//
// What a round trip through bytes must keep of a native histogram: every field.
#pragma once

#include "storage/frame/histogram_compare.h"

namespace sluice::storage {

inline bool same_bits(const Histogram& a, const Histogram& b) {
  return same_layout(a, b) && same_sample(a, b) && a.hint == b.hint;
}

}  // namespace sluice::storage
