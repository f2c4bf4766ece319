// promql/value/bits.h
//
// Room: promql/value. Presence of the steps of one row: 64 steps a word, bits past the last step are zero.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>

namespace sluice::promql {

inline std::size_t words_for(std::size_t steps) { return (steps + 63) / 64; }
inline bool test_bit(const std::uint64_t* words, std::size_t i) { return (words[i / 64] >> (i % 64)) & 1; }
inline void set_bit(std::uint64_t* words, std::size_t i) { words[i / 64] |= std::uint64_t{1} << (i % 64); }
inline void clear_bit(std::uint64_t* words, std::size_t i) { words[i / 64] &= ~(std::uint64_t{1} << (i % 64)); }

inline void set_all_bits(std::uint64_t* words, std::size_t steps) {
  for (std::size_t w = 0; w < steps / 64; ++w) words[w] = ~std::uint64_t{0};
  if (steps % 64 != 0) words[steps / 64] = (std::uint64_t{1} << (steps % 64)) - 1;
}

inline bool any_bit(const std::uint64_t* words, std::size_t word_count) {
  for (std::size_t w = 0; w < word_count; ++w)
    if (words[w] != 0) return true;
  return false;
}

inline std::size_t count_bits(const std::uint64_t* words, std::size_t word_count) {
  std::size_t count = 0;
  for (std::size_t w = 0; w < word_count; ++w) count += static_cast<std::size_t>(std::popcount(words[w]));
  return count;
}

inline bool all_bits(const std::uint64_t* words, std::size_t steps) {
  for (std::size_t w = 0; w < steps / 64; ++w)
    if (words[w] != ~std::uint64_t{0}) return false;
  return steps % 64 == 0 || words[steps / 64] == (std::uint64_t{1} << (steps % 64)) - 1;
}

// Calls visit(step) for every set bit, ascending.
template <class Visit>
void for_each_bit(const std::uint64_t* words, std::size_t word_count, Visit&& visit) {
  for (std::size_t w = 0; w < word_count; ++w)
    for (std::uint64_t left = words[w]; left != 0; left &= left - 1)
      visit(w * 64 + static_cast<std::size_t>(std::countr_zero(left)));
}

}  // namespace sluice::promql
